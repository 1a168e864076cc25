import { readFile } from 'node:fs';
import * as fc from 'fast-check';
import type { ActorRef } from '../../actor/actor-ref.js';
import { defineActor } from '../../actor/definition.js';
import type { Ask } from '../../actor/protocol.js';
import { oneForOne } from '../../supervision/supervision.js';
import { command } from './commands.js';
import type { Invariant } from './invariant.js';

/** What one actor does when a message has so many hops left. */
export type Deed = 'send' | 'ask' | 'schedule' | 'fail' | 'delay' | 'random';

export type Walker = {
  meet: { others: readonly ActorRef<Walker>[] };
  walk: { hops: number; deeds: readonly Deed[] };
  question: Ask<{ hops: number }, number>;
};

/** Does what the message says, and passes it on. */
export const walker = defineActor<Walker>()({
  name: 'walker',
  initial: () => ({ others: [] as readonly ActorRef<Walker>[], met: 0 }),
  receive: {
    meet: (state, { others }) => {
      state.others = others;
    },
    question: (state, { hops }, context) => {
      state.met++;
      context.reply(hops + state.met);
    },
    walk: {
      reentrant: true,
      async: async (context, { hops, deeds }) => {
        context.update((state) => void state.met++);
        const { others } = context.state;
        const deed = deeds[hops % deeds.length];
        if (hops === 0 || others.length === 0) return;
        const at = deed === 'random' ? Math.floor(context.random() * others.length) : hops % others.length;
        const next = others[at]!;
        if (deed === 'fail') throw new Error('as told');
        if (deed === 'delay') await context.delay(hops);
        if (deed === 'ask') {
          await context.ask(next, { type: 'question', hops }, { deadlineMs: 50 }).catch(() => undefined);
        }
        if (deed === 'schedule') context.schedule(hops, { type: 'walk', hops: hops - 1, deeds });
        else context.send(next, { type: 'walk', hops: hops - 1, deeds });
      },
    },
  },
});

const deeds: fc.Arbitrary<readonly Deed[]> = fc.array(
  fc.constantFrom<Deed>('send', 'ask', 'schedule', 'fail', 'delay', 'random'),
  { minLength: 1, maxLength: 5 },
);

/** Actors who pass messages around, with all faults that there are. */
export function walkers(sideShards: number): Invariant<readonly ActorRef<Walker>[]> {
  return {
    name: `walkers on ${sideShards + 1} shards`,
    modules: [import.meta.url],
    sideShards,
    network: 'lossy',
    system: { supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }) },
    start: ({ system }) => {
      const refs = [0, 1, 2].map((index) =>
        system.spawn(walker, undefined, { shard: index % (sideShards + 1) }),
      );
      for (const ref of refs) ref.send({ type: 'meet', others: refs });
      return refs;
    },
    commands: [
      command({
        name: 'walk',
        input: fc.record({ from: fc.nat({ max: 2 }), hops: fc.integer({ min: 1, max: 6 }), deeds }),
        run: (_, refs, { from, ...walk }) => refs[from]!.send({ type: 'walk', ...walk }),
      }),
    ],
    faults: {
      crashes: 2,
      ...(sideShards > 0 && { shardLosses: 1, partitions: 1, losses: 1, duplicates: 1 }),
      stalls: 1,
      delays: true,
      clockSkewMs: 3,
    },
  };
}

/** Ways to reach for what no seed controls, by the name under which each is refused. */
const reaches: Readonly<Record<string, () => unknown>> = {
  'Date.now': () => Date.now(),
  'new Date()': () => new Date(),
  'Math.random': () => Math.random(),
  'performance.now': () => performance.now(),
  setTimeout: () => setTimeout(() => undefined, 0),
  setInterval: () => clearInterval(setInterval(() => undefined, 1000)),
  setImmediate: () => setImmediate(() => undefined),
  fetch: () => fetch('http://127.0.0.1:9').catch(() => undefined),
  'crypto.randomUUID': () => crypto.randomUUID(),
  'crypto.getRandomValues': () => crypto.getRandomValues(new Uint8Array(1)),
  'process.hrtime': () => process.hrtime(),
  'process.hrtime.bigint': () => process.hrtime.bigint(),
  FSREQCALLBACK: () => readFile(new URL(import.meta.url), () => undefined),
};

export const reachNames: readonly string[] = Object.keys(reaches);

export type Reacher = { reach: { what: string }; reachLater: { what: string }; dawdle: {}; wonder: {} };

export const reacher = defineActor<Reacher>()({
  name: 'reacher',
  initial: () => ({}),
  receive: {
    reach: (_, { what }) => void reaches[what]!(),
    reachLater: {
      async: async (context, { what }) => {
        await context.delay(1);
        reaches[what]!();
      },
    },
    /** Waits for what nobody does. */
    wonder: { async: async () => new Promise(() => undefined) },
    /** Only calculates: allowed. */
    dawdle: () => void new Date(0).toISOString(),
  },
});
