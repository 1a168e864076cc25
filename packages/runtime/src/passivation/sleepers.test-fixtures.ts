import { afterEach, expect } from 'vitest';
import type { ActorRef } from '../actor/actor-ref.js';
import type { ActorAddress } from '../actor/address.js';
import { type ActorDefinition, defineActor } from '../actor/definition.js';
import type { Ask } from '../actor/protocol.js';
import { LinkedActorError } from '../errors.js';
import { type Directive, oneForOne } from '../supervision/supervision.js';
import type { LogRecord } from '../system/log.js';
import { rest } from '../testing/rest.test-fixtures.js';
import { createTestSystem, type TestSystem } from '../testing/test-system.js';
import { createMemoryStore, type MemoryStore } from './memory-store.js';
import type { PassivationOptions } from './passivation-options.js';
import type { StateStore } from './state-store.js';

/** Counts, and tells of its lives; with a child, a timer, a stash or an open call on demand. */
export type Sleeper = {
  add: { by: number };
  count: Ask<{}, number>;
  crash: {};
  lives: Ask<{}, readonly [restores: number, incarnation: number, random: number]>;
  /** Puts messages aside from now on, or no longer. */
  hoard: { on: boolean };
  child: Ask<{}, ActorAddress>;
  remind: { afterMs: number };
  hold: { ms: number };
  keep: Ask<{}, number>;
  answer: {};
};

interface SleeperState {
  count: number;
  restores: number;
  readonly answers: ((value: number) => void)[];
}

/** With which counts lives were ended in the last system. */
export const stoppedWith: number[] = [];
const define = (
  name: string,
  passivation?: PassivationOptions,
  snapshotEvery: number = Number.POSITIVE_INFINITY,
): ActorDefinition<Sleeper, { readonly start: number }> =>
  defineActor<Sleeper>()({
    name,
    initial: ({ start }: { readonly start: number }): SleeperState => ({
      count: start,
      restores: 0,
      answers: [],
    }),
    receive: {
      add: (state, { by }) => {
        state.count += by;
      },
      count: (state, _, context) => context.reply(state.count),
      crash: (state) => {
        throw new Error(`crash at ${state.count}`);
      },
      lives: (state, _, context) => context.reply([state.restores, context.incarnation, context.random()]),
      hoard: (_state, { on }, context) => {
        context.become(on ? 'hoarding' : undefined);
        if (!on) context.unstashAll();
      },
      child: (_state, _, context) => context.reply(context.spawn(waker, { start: 0 }).address),
      remind: (_state, { afterMs }, context) => void context.schedule(afterMs, { type: 'add', by: 100 }),
      hold: { async: (context, { ms }) => context.delay(ms) },
      keep: (state, _, context) => void state.answers.push(context.deferReply()),
      answer: (state) => {
        for (const answer of state.answers.splice(0)) answer(state.count);
      },
    },
    behaviors: {
      hoarding: {
        add: (_state, _message, context) => context.stash(),
        hoard: (_state, { on }, context) => {
          if (on) return;
          context.become();
          context.unstashAll();
        },
        count: (state, _, context) => context.reply(-state.count),
      },
    },
    snapshot: ({ count, restores }) => ({ count, restores }),
    restore: (data, _args, _context) => {
      const { count, restores } = data as { readonly count: number; readonly restores: number };
      return { count, restores: restores + 1, answers: [] };
    },
    stopped: ({ count }) => void stoppedWith.push(count),
    supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
    snapshotEvery,
    ...(passivation && { passivation }),
  });

/** The stores of the last system. */
export const stores: { memory: MemoryStore; slow: SlowStore } = {
  memory: createMemoryStore(),
  slow: undefined as never,
};

/** A store that answers when it is told to. */
export interface SlowStore extends StateStore {
  readonly kept: MemoryStore;
  /** Lets all that wait now be answered, in order; with an error, all fail with it. */
  answer(error?: Error): void;
  readonly waiting: number;
}

export function createSlowStore(): SlowStore {
  const kept = createMemoryStore();
  let calls: ((error: Error | undefined) => void)[] = [];
  const later = <T>(run: () => T): Promise<T> =>
    new Promise((resolve, reject) => {
      calls.push((error) => {
        if (error === undefined) resolve(run());
        else reject(error);
      });
    });
  return {
    kept,
    save: (key, data) => later(() => kept.save(key, data)),
    load: (key) => later(() => kept.load(key)),
    delete: (key) => kept.delete(key),
    answer(error) {
      const answered = calls;
      calls = [];
      for (const call of answered) call(error);
    },
    get waiting() {
      return calls.length;
    },
  };
}

export const AFTER_MS = 100;
export const sleeper: ActorDefinition<Sleeper, { readonly start: number }> = define('sleeper', {
  afterMs: AFTER_MS,
  store: () => {
    stores.memory = createMemoryStore({ entriesMax: 4 });
    return stores.memory;
  },
});
export const slowSleeper: ActorDefinition<Sleeper, { readonly start: number }> = define('slow-sleeper', {
  afterMs: AFTER_MS,
  storeDeadlineMs: 1000,
  store: () => {
    stores.slow = createSlowStore();
    return stores.slow;
  },
});
/** The same, never away. */
export const waker: ActorDefinition<Sleeper, { readonly start: number }> = define('waker');

const every2nd = 2;
/** Has snapshots to begin its next life from. */
export const savingSleeper: ActorDefinition<Sleeper, { readonly start: number }> = define(
  'saving-sleeper',
  { afterMs: AFTER_MS },
  every2nd,
);
export const savingWaker: ActorDefinition<Sleeper, { readonly start: number }> = define(
  'saving-waker',
  undefined,
  every2nd,
);

/** Fails for good when it is told to, and takes along whom it is linked to. */
export const neighbour: ActorDefinition<{ fail: {} }, { readonly of: ActorRef<Sleeper> }> = defineActor<{
  fail: {};
}>()({
  name: 'neighbour',
  initial: ({ of }: { readonly of: ActorRef<Sleeper> }, context) => context.link(of),
  receive: {
    fail: () => {
      throw new Error('for good');
    },
  },
});

/** Has a sleeper whose store takes its time, and its neighbour, both on the main shard. */
export type Home = { enter: Ask<{}, readonly [ActorRef<Sleeper>, ActorRef<{ fail: {} }>]> };
export const home: ActorDefinition<Home, undefined> = defineActor<Home>()({
  name: 'home',
  initial: (_: undefined, context) => {
    const asleep = context.spawn(slowSleeper, { start: 1 }, { shard: 0 });
    return [asleep, context.spawn(neighbour, { of: asleep }, { shard: 0 })] as const;
  },
  receive: { enter: (state, _, context) => context.reply(state) },
  supervision: oneForOne({
    decide: (error) => (error instanceof LinkedActorError ? 'restart' : 'stop'),
  }),
});

export interface SleepersTest extends TestSystem {
  readonly records: LogRecord[];
}

const running: SleepersTest[] = [];

/** A silent test system of sleepers; it is stopped, and its books are read, after the test. */
export async function startSleepers(
  directive: Directive = 'restart',
  supervise: typeof oneForOne = oneForOne,
  sideShards = 0,
): Promise<SleepersTest> {
  const records: LogRecord[] = [];
  const test = await createTestSystem({
    sideShards,
    modules: [import.meta.url],
    log: (record) => records.push(record),
    supervision: supervise({ maxRestarts: Number.POSITIVE_INFINITY, decide: () => directive }),
  });
  stoppedWith.length = 0;
  const started = { ...test, records };
  running.push(started);
  return started;
}

/** Long enough for whoever is idle now to be passivated, or to ask a store that takes its time. */
export async function doze({ system, clock }: SleepersTest): Promise<void> {
  await system.quiet();
  clock.advance(2 * AFTER_MS);
  await rest();
}

/** The same, and the slow store keeps what it is given. */
export async function dozeSlowly(test: SleepersTest): Promise<void> {
  await doze(test);
  stores.slow.answer();
  await test.system.quiet();
}

afterEach(async () => {
  for (const { system } of running.splice(0)) {
    const end = system.stop({ now: true });
    await rest();
    stores.slow?.answer();
    await end;
    const { sent, handled, deadLetters, shards } = system.metrics();
    expect(handled + deadLetters).toBe(sent);
    expect(shards[0]).toMatchObject({ mailWaiting: 0, callsRunning: 0, questionsOpen: 0 });
  }
});
