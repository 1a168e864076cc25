import { type ActorDefinition, type ActorRef, type Ask, defineActor, oneForOne } from '@skein/runtime';
import { advanceClock, command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';

type Busy = { work: { hops: number }; question: Ask<{}, string>; fail: {}; nap: { ms: number } };

/** Does a little of everything: passes work on to its children, naps, keeps some questions open. */
export const busy: ActorDefinition<Busy, { readonly depth: number }> = defineActor<Busy>()({
  name: 'busy',
  supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
  initial: ({ depth }: { depth: number }, context) => ({
    children: depth === 0 ? [] : [0, 1].map((shard) => context.spawn(busy, { depth: depth - 1 }, { shard })),
  }),
  receive: {
    work: ({ children }, { hops }) => {
      if (hops > 0) for (const child of children) child.send({ type: 'work', hops: hops - 1 });
    },
    question: (_, _message, context) => void context.schedule(20, { type: 'work', hops: 1 }),
    fail: () => {
      throw new Error('as told');
    },
    nap: { async: async (context, { ms }) => context.delay(ms) },
  },
});

interface Subject {
  readonly refs: readonly ActorRef<Busy>[];
  hasEnded: boolean;
}

/** When a system has stopped there is no actor left, no question open, nothing under way, and the books are closed. */
export const systemEnd: Invariant<Subject> = {
  name: 'system: an end leaves nothing',
  modules: [import.meta.url],
  sideShards: 1,
  start: ({ system }) => ({
    refs: [0, 1].map((shard) => system.spawn(busy, { depth: 1 }, { shard })),
    hasEnded: false,
  }),
  commands: [
    command({
      name: 'send',
      input: fc.record({
        to: fc.nat({ max: 1 }),
        message: fc.oneof(
          fc.record({ type: fc.constant('work' as const), hops: fc.nat({ max: 2 }) }),
          fc.record({ type: fc.constant('nap' as const), ms: fc.integer({ min: 1, max: 10_000 }) }),
          fc.constant({ type: 'fail' } as const),
        ),
      }),
      run: (_, { refs }, { to, message }) => refs[to]!.send(message),
    }),
    command({
      name: 'ask',
      input: fc.nat({ max: 1 }),
      run: (_, { refs }, to) => {
        refs[to]!.ask({ type: 'question' }, { deadlineMs: 200 }).catch(() => undefined);
      },
    }),
    advanceClock(50),
    command({
      name: 'stop',
      input: fc.boolean(),
      run: async ({ system }, subject, now) => {
        await system.stop({ now });
        subject.hasEnded = true;
      },
    }),
  ],
  faults: { crashes: 2, crashable: ['busy'], shardLosses: 1, partitions: 1, stalls: 1, delays: true },
  finally: ({ system }, { hasEnded }) => {
    if (!hasEnded) return true;
    const { actors, queued, shards } = system.metrics();
    if (actors > 0) return `${actors} actors are left`;
    if (queued !== 0) return `${queued} envelopes are under way`;
    for (const { shard, questionsOpen, callsRunning } of shards)
      if (questionsOpen + callsRunning > 0)
        return `shard ${shard} has ${questionsOpen} questions open and ${callsRunning} calls running`;
    return true;
  },
};
