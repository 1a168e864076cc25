import { type ActorRef, defineActor, oneForOne } from '@skein/runtime';
import { advanceClock, command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';

type Ticker = { set: { afterMs: number; every: boolean }; tick: { life: number; dueMs: number }; fail: {} };
interface State {
  readonly bornMs: number;
  /** A tick of a life before, of which the time came in this one. */
  foreign: string | undefined;
  early: string | undefined;
}

/** Looks at each tick: whose it is, and when its time came. */
export const ticker = defineActor<Ticker>()({
  name: 'ticker',
  initial: (_: undefined, context): State => ({
    bornMs: context.now(),
    foreign: undefined,
    early: undefined,
  }),
  receive: {
    set: (_, { afterMs, every }, context) => {
      const tick = { type: 'tick', life: context.incarnation, dueMs: context.now() + afterMs } as const;
      if (every) context.scheduleEvery(afterMs, tick);
      else context.schedule(afterMs, tick);
    },
    tick: (state, { life, dueMs }, context) => {
      // A tick whose time came before the restart has waited in the mail, which a restart keeps.
      if (life !== context.incarnation && dueMs > state.bornMs) state.foreign = `${life}, due at ${dueMs} ms`;
      if (dueMs > context.now()) state.early = `due at ${dueMs} ms`;
    },
    fail: () => {
      throw new Error('as told');
    },
  },
});

interface Subject {
  readonly tickers: readonly ActorRef<Ticker>[];
  readonly gone: Set<number>;
  readonly late: string[];
}

/** No timer fires early, nor after the life that set it: neither in the next one, nor for an actor that is gone. */
export const timersEnd: Invariant<Subject> = {
  name: 'timers: none fires after the life that set it',
  modules: [import.meta.url],
  sideShards: 1,
  system: { supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }) },
  start: ({ system }) => {
    const tickers = [0, 1].map((shard) => system.spawn(ticker, undefined, { shard }));
    const gone = new Set<number>();
    const late: string[] = [];
    system.deadLetters.subscribe(({ messageType, target }) => {
      // Of a letter from another shard it is not known when it was written.
      if (messageType === 'tick' && target?.shard === 0 && gone.has(target?.id ?? 0)) late.push(target!.path);
    });
    return { tickers, gone, late };
  },
  commands: [
    command({
      name: 'set',
      input: fc.record({
        at: fc.nat({ max: 1 }),
        afterMs: fc.integer({ min: 5, max: 50 }),
        every: fc.boolean(),
      }),
      run: (_, { tickers }, { at, ...timer }) => tickers[at]!.send({ type: 'set', ...timer }),
    }),
    command({
      name: 'fail',
      input: fc.nat({ max: 1 }),
      run: (_, { tickers }, at) => tickers[at]!.send({ type: 'fail' }),
    }),
    command({
      name: 'stop',
      input: fc.record({ at: fc.nat({ max: 1 }), now: fc.boolean() }),
      run: async ({ system }, { tickers, gone }, { at, now }) => {
        await system.stopActor(tickers[at]!, { now });
        gone.add(tickers[at]!.address.id);
      },
    }),
    advanceClock(100),
  ],
  faults: { crashes: 2, crashable: ['ticker'], delays: true, stalls: 1 },
  withinMs: 200, // of ticks without end
  invariant: (world, { late }) => {
    for (const { path, state } of world.actors<State>(ticker)) {
      if (state.foreign !== undefined) return `${path} met a tick of life ${state.foreign}`;
      if (state.early !== undefined) return `${path} met a tick too early, ${state.early}`;
    }
    return late.length === 0 || `a timer fired for ${late[0]}, which is gone`;
  },
};
