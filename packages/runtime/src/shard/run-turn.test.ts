// At stake: messages that are met as a run are met like any others, whatever one of them does to those behind it. Tried by random
// floods, with handlers that crash, stash, stop, change their behaviour and call for others, to two actors that differ in
// one thing: the mailbox of one makes no runs.
import { setImmediate as nextImmediate } from 'node:timers/promises';
import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { ActorDefinition } from '../actor/definition.js';
import { StaleContextError } from '../errors.js';
import { oneForOne } from '../supervision/supervision.js';
import type { SlowHandler } from '../system/watchdog.js';
import { puppet, run, startPuppets } from '../testing/puppet.test-fixtures.js';
import { expectNobodyInLine, expectNoMailLeft, shardUnder } from '../testing/shard-books.test-fixtures.js';
import {
  type Flooded,
  type FloodedContext,
  inRuns,
  type MeetFlood,
  oneByOne,
} from './flooded.test-fixtures.js';
import { batchMeter, criticalMeter, standardMeter } from './meters.test-fixtures.js';

const DEEDS = [
  'crash',
  'crash and go on',
  'stash',
  'unstash',
  'become second',
  'become first',
  'tell itself',
  'tell a critical actor',
  'tell another actor',
  'suspend',
  'restart',
  'stop',
  'stop now',
] as const;

const KINDS = ['bare', 'same', 'different', 'in turns'] as const;
const CROWD = 5000;

interface Program {
  /** Messages of one kind in a row, sent in one turn; or, without content, in turns with messages to somebody else. */
  readonly floods: readonly { readonly kind: (typeof KINDS)[number]; readonly count: number }[];
  /** So many messages wait on the shard that single ones without content are no objects. */
  readonly isCrowded: boolean;
  /** What is done when the message of that number is met. */
  readonly deeds: readonly { readonly at: number; readonly deed: (typeof DEEDS)[number] }[];
}

const program: fc.Arbitrary<Program> = fc.record({
  floods: fc.array(fc.record({ kind: fc.constantFrom(...KINDS), count: fc.nat({ max: 90 }) }), {
    minLength: 1,
    maxLength: 4,
  }),
  isCrowded: fc.boolean(),
  deeds: fc.array(fc.record({ at: fc.nat({ max: 150 }), deed: fc.constantFrom(...DEEDS) }), { maxLength: 8 }),
});

const same = { type: 'one', value: -1 } as const;
const modules = [
  './flooded.test-fixtures.ts',
  './meters.test-fixtures.ts',
  '../testing/puppet.test-fixtures.ts',
].map((file) => new URL(file, import.meta.url));
const supervision = oneForOne({
  maxRestarts: Number.POSITIVE_INFINITY,
  decide: (error) => ((error as Error).message.endsWith('and go on') ? 'resume' : 'restart'),
});

/** Returns all that anybody could notice, and how many nodes the floods took. */
async function play({ floods, isCrowded, deeds }: Program, definition: ActorDefinition<Flooded, MeetFlood>) {
  const test = await startPuppets({ strict: false, modules, supervision });
  const { system, letters } = test;
  const sender = system.spawn(puppet, undefined);
  const shard = await shardUnder(sender, test);
  const order: string[] = [];
  const [critical, standard] = [system.spawn(criticalMeter, order), system.spawn(standardMeter, order)];
  const crowd = system.spawn(inRuns, () => undefined);
  await system.quiet();
  system.suspend(crowd);
  await system.quiet();
  for (let i = 0; i < (isCrowded ? CROWD : 0); i++) crowd.send({ type: 'bare' });
  let met = 0;
  let last: FloodedContext | undefined;
  const ref = system.spawn(definition, (message, context, behavior) => {
    const { value } = message as { value?: number };
    const depth = context.mailboxDepth(context.self);
    const { queued } = system.metrics();
    const number = met++;
    if (last !== undefined) expect(() => last?.self).toThrow(StaleContextError);
    last = context;
    order.push(
      `${message.type} ${value} in life ${context.incarnation}, ${behavior}, ${depth} of ${queued} wait`,
    );
    for (const { at, deed } of deeds) {
      if (at !== number) continue;
      if (deed === 'crash') throw new Error(`crash ${number}`);
      if (deed === 'crash and go on') throw new Error(deed);
      if (deed === 'stash') context.stash();
      if (deed === 'unstash') context.unstashAll();
      if (deed === 'become second') context.become('second');
      if (deed === 'become first') context.become();
      if (deed === 'tell itself') context.self.send({ type: 'one', value: 1000 + number } as never);
      if (deed === 'tell a critical actor') critical.send({ type: 'note', name: `critical ${number}` });
      if (deed === 'tell another actor') standard.send({ type: 'note', name: `standard ${number}` });
      if (deed === 'suspend') system.suspend(ref);
      if (deed === 'restart') system.restart(ref);
      if (deed === 'stop') context.stop();
      if (deed === 'stop now') context.stop(undefined, { now: true });
    }
  });
  await system.quiet();
  let nodes = 0;
  sender.send(
    run(() => {
      for (const { kind, count } of floods)
        for (let i = 0; i < count; i++) {
          if (kind === 'same') ref.send(same);
          else if (kind === 'different') ref.send({ type: 'one', value: i });
          else ref.send({ type: 'bare' });
          if (kind === 'in turns') crowd.send({ type: 'bare' });
        }
      nodes = shard.mail.pool.used;
    }),
  );
  await system.quiet();
  system.resume(ref);
  await system.quiet();
  system.resume(crowd);
  await system.quiet();
  expectNobodyInLine(shard);
  await system.stopActor(ref, { now: true });
  await expectNoMailLeft(test, shard);
  const { sent, handled, deadLetters } = system.metrics();
  const dead = letters.map(
    ({ reason, messageType, count, cause }) => `${reason} ${messageType} ${count} ${cause}`,
  );
  return { nodes, noticed: { order, dead, books: { sent, handled, deadLetters } } };
}

it('meets a run as it meets its messages one by one', async () => {
  let nodesSaved = 0;
  await fc.assert(
    fc.asyncProperty(program, async (floods) => {
      const together = await play(floods, inRuns);
      const alone = await play(floods, oneByOne);
      nodesSaved += alone.nodes - together.nodes;
      expect(together.noticed).toEqual(alone.noticed);
    }),
    { numRuns: 300 },
  );
  expect(nodesSaved).toBeGreaterThan(1000);
});

describe.each([
  ['as a run', inRuns],
  ['one by one', oneByOne],
])('an actor that meets a flood %s, and is alone', (_, definition) => {
  async function start(
    meet: (number: number, clock: { advance(ms: number): unknown }) => void,
    slowHandlerMs = 1000,
  ) {
    const test = await startPuppets({ strict: false, modules, watchdog: { slowHandlerMs } });
    const { system, clock } = test;
    const sender = system.spawn(puppet, undefined);
    const { row } = await shardUnder(sender, test);
    const reports: SlowHandler[] = [];
    system.watchdog.subscribe((slow) => reports.push(slow));
    const state = { met: 0 };
    const ref = system.spawn(definition, () => meet(++state.met, clock));
    await system.quiet();
    const flood = (count: number) => {
      for (let i = 0; i < count; i++) ref.send({ type: 'bare' });
    };
    return { system, row, reports, ref, state, flood };
  }

  it('leaves the event loop its turn after so many messages', async () => {
    const { system, state, flood } = await start(() => undefined);
    flood(30_000);
    let before = 0;
    for (let slice = 0; slice < 3; slice++) {
      await nextImmediate();
      expect(state.met).toBeGreaterThan(before);
      expect(state.met - before).toBeLessThanOrEqual(8192);
      before = state.met;
    }
    await system.quiet();
    expect(state.met).toBe(30_000);
  });

  it('leaves it its turn when a slice takes too long', async () => {
    const { system, state, flood } = await start((_number, clock) => clock.advance(1));
    flood(1000);
    await nextImmediate();
    expect(state.met).toBeGreaterThan(0);
    expect(state.met).toBeLessThanOrEqual(2 * 64);
    await system.quiet();
    expect(state.met).toBe(1000);
  });

  it('has its turns counted', async () => {
    const { system, row, flood } = await start(() => undefined);
    const before = row.get('turns');
    flood(640);
    await system.quiet();
    expect(row.get('turns') - before).toBe(10);
  });

  it.each([
    ['ends the slice', 1500, 1000],
    ['leaves it time', 2, 2],
  ])(
    'is named for a slow message that %s: among 64 at first, and for sure the next time',
    async (_, durationMs, slowHandlerMs) => {
      const { system, ref, reports, flood } = await start((number, clock) => {
        if (number === 300 || number === 400) clock.advance(durationMs);
      }, slowHandlerMs);
      flood(1000);
      await system.quiet();
      const suspects = (messages: number) => [
        { actor: ref.address, definition: definition.name, messageType: 'bare', messages },
      ];
      expect(reports).toMatchObject([
        { durationMs, suspects: suspects(64) },
        { durationMs, suspects: suspects(1) },
      ]);
    },
  );

  it('leaves a batch actor the next turn after 63 of its own', async () => {
    const order: string[] = [];
    const { system, flood } = await start((number) => {
      if (number !== 64 * 64 - 1) return;
      standard.send({ type: 'note', name: 'standard' });
      batch.send({ type: 'note', name: 'batch' });
    });
    const [standard, batch] = [system.spawn(standardMeter, order), system.spawn(batchMeter, order)];
    await system.quiet();
    flood(64 * 70);
    await system.quiet();
    expect(order).toEqual(['batch', 'standard']);
  });
});
