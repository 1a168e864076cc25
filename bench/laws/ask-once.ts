import {
  type ActorRef,
  type Ask,
  defineActor,
  oneForOne,
  type ReplyHandle,
  RuntimeError,
} from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';

const DEADLINE_MS = 100;
const HOWS = ['at once', 'late', 'twice', 'never', 'reject', 'throw', 'on'] as const;
type How = (typeof HOWS)[number];

type Oracle = { consult: Ask<{ n: number; how: How; afterMs: number }, number>; answer: { n: number } };

/** Answers as it is told to. */
export const oracle = defineActor<Oracle>()({
  name: 'oracle',
  initial: ({ next }: { next: ActorRef<Oracle> | undefined }) => ({
    next,
    kept: new Map<number, ReplyHandle<number>>(),
  }),
  receive: {
    consult: ({ next, kept }, { n, how, afterMs }, context) => {
      if (how === 'throw') throw new Error('as told');
      if (how === 'reject') context.reject(new Error('as told'));
      if (how === 'on' && next !== undefined) context.forward(next);
      if (how === 'at once' || how === 'twice') context.reply(n);
      if (how === 'twice') context.reply(-1);
      if (how !== 'late') return;
      kept.set(n, context.deferReply());
      context.schedule(afterMs, { type: 'answer', n });
    },
    answer: ({ kept }, { n }) => {
      kept.get(n)?.(n);
      kept.delete(n);
    },
  },
});

type Asker = { ask: { n: number; how: How; afterMs: number; to: ActorRef<Oracle> } };
interface Outcomes {
  /** By number of the question: times that it was settled. */
  readonly settled: Map<number, number>;
  readonly wrong: string[];
}

/** Asks without waiting for one answer before the next question. */
export const asker = defineActor<Asker>()({
  name: 'asker',
  initial: (): Outcomes => ({ settled: new Map(), wrong: [] }),
  receive: {
    ask: {
      reentrant: true,
      async: async (context, { to, n, how, afterMs }) => {
        const question = { type: 'consult', n, how, afterMs } as const;
        context.update(({ settled }) => settled.set(n, 0));
        const outcome = await context.ask(to, question, { deadlineMs: DEADLINE_MS }).then(
          (answer) => ({ answer }),
          (error: unknown) => ({ error }),
        );
        context.update((state) => settle(state, n, outcome));
      },
    },
  },
});

interface Subject extends Outcomes {
  readonly oracles: readonly ActorRef<Oracle>[];
  readonly asker: ActorRef<Asker>;
  asked: number;
}

/** Each question is answered, timed out or rejected: one of them, once, and by an answer that is its own. */
export const askOnce: Invariant<Subject> = {
  name: 'ask: each question is settled once, and by its own answer',
  modules: [import.meta.url],
  sideShards: 1,
  system: { supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }) },
  start: ({ system }) => {
    const far = system.spawn(oracle, { next: undefined }, { shard: 1 });
    const near = system.spawn(oracle, { next: far }, { shard: 0 });
    return {
      oracles: [near, far],
      asker: system.spawn(asker, undefined, { shard: 0 }),
      asked: 0,
      settled: new Map(),
      wrong: [],
    };
  },
  commands: [
    command({
      name: 'ask',
      input: fc.record({
        to: fc.nat({ max: 1 }),
        how: fc.constantFrom(...HOWS),
        afterMs: fc.constantFrom(10, DEADLINE_MS, 2 * DEADLINE_MS),
        fromInside: fc.boolean(),
      }),
      run: (_, subject, { to, fromInside, ...rest }) => {
        const question = { n: subject.asked++, ...rest };
        const target = subject.oracles[to]!;
        if (fromInside) {
          subject.asker.send({ type: 'ask', to: target, ...question });
          return;
        }
        subject.settled.set(question.n, 0);
        target
          .ask({ type: 'consult', ...question }, { deadlineMs: DEADLINE_MS })
          .then(
            (answer) => ({ answer }),
            (error: unknown) => ({ error }),
          )
          .then((outcome) => settle(subject, question.n, outcome));
      },
    }),
  ],
  faults: { crashes: 2, crashable: ['oracle'], shardLosses: 1, partitions: 1, stalls: 1, delays: true },
  invariant: (_, { wrong }) => wrong[0],
  finally: (world, { settled, asker }) => {
    const inside = world.stateOf<Outcomes>(asker)!;
    const open = world.system.metrics().shards.reduce((sum, { questionsOpen }) => sum + questionsOpen, 0);
    if (open > 0) return `${open} questions are open`;
    if (inside.wrong.length > 0) return inside.wrong[0];
    for (const [n, times] of [...settled, ...inside.settled])
      if (times !== 1) return `question ${n} was settled ${times} times`;
    return true;
  },
};

function settle(
  { settled, wrong }: Outcomes,
  n: number,
  { answer, error }: { readonly answer?: number; readonly error?: unknown },
): void {
  settled.set(n, (settled.get(n) ?? 0) + 1);
  if (error === undefined && answer !== n) wrong.push(`question ${n} was answered with ${answer}`);
  if (error !== undefined && !(error instanceof RuntimeError)) wrong.push(`${n} failed: ${String(error)}`);
}
