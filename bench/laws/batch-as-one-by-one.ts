import { type ActorDefinition, type ActorRef, type Ask, defineActor, oneForOne } from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import { JOURNAL_MODULE, type JournalRef, openJournal, readJournal } from './journal.js';
import { upTo } from './lists.js';

type Till = { add: { by: number }; total: Ask<{}, number>; clear: {} };
interface State {
  readonly journal: JournalRef;
  readonly who: string;
  total: number;
}
/** What makes the one that adds it fail. */
const TOO_MUCH = 9;
const TILLS = 3;

const initial = ({ journal, at }: { journal: JournalRef; at: number }): State => ({
  journal,
  who: `${at}`,
  total: 0,
});

const clear = (state: State): void => {
  state.total = 0;
};

/** Meets its messages one by one. */
export const till: ActorDefinition<Till, { journal: JournalRef; at: number }> = defineActor<Till>()({
  name: 'till',
  initial,
  receive: {
    add: (state, { by }) => {
      state.total += by;
      if (by === TOO_MUCH) throw new Error('as told');
      state.journal.send({ type: 'wrote', who: state.who, what: 'till', n: state.total });
    },
    total: ({ total }, _, context) => context.reply(total),
    clear,
  },
});

/** Does the same, for all that are ready at once. */
export const tillOfMany: ActorDefinition<Till, { journal: JournalRef; at: number }> = defineActor<Till>()({
  name: 'till-of-many',
  initial,
  receive: { clear },
  receiveBatch: {
    add: (batch) => {
      for (let item = 0; item < batch.size; item++) {
        const state = batch.states[item]!;
        const { by } = batch.messages[item]!;
        state.total += by;
        const entry = { who: state.who, what: 'till-of-many', n: state.total };
        batch.send(item, state.journal, { type: 'wrote', ...entry });
        if (by === TOO_MUCH) batch.fail(item, new Error('as told'));
      }
    },
    total: (batch) => {
      for (let item = 0; item < batch.size; item++) batch.reply(item, batch.states[item]!.total);
    },
  },
});

interface Subject {
  readonly journal: JournalRef;
  /** One that handles alone and one that does not, in pairs. */
  readonly pairs: readonly (readonly [ActorRef<Till>, ActorRef<Till>])[];
  /** What the two of each pair have answered. */
  readonly answers: readonly (readonly [string[], string[]])[];
}

/** A batch gives what its items give one by one: state, sends, answers. Whose item fails fails alone. */
export const batchAsOneByOne: Invariant<Subject> = {
  name: 'batches: each gives what its items give one by one, and fails none but who fails',
  modules: [import.meta.url, JOURNAL_MODULE],
  sideShards: 1,
  system: { supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }) },
  start: (world) => {
    const journal = openJournal(world);
    const pairs = upTo(TILLS).map((at) => {
      const options = { shard: at === 0 ? 1 : 0 };
      const args = { journal, at };
      return [
        world.system.spawn(till, args, options),
        world.system.spawn(tillOfMany, args, options),
      ] as const;
    });
    return { journal, pairs, answers: pairs.map(() => [[], []] as const) };
  },
  commands: [
    command({
      name: 'add',
      input: fc.record({ to: fc.nat({ max: TILLS - 1 }), by: fc.integer({ min: 1, max: TOO_MUCH }) }),
      run: (_, { pairs }, { to, by }) => {
        for (const ref of pairs[to]!) ref.send({ type: 'add', by });
      },
    }),
    command({
      name: 'add to all',
      input: fc.integer({ min: 1, max: TOO_MUCH }),
      run: (_, { pairs }, by) => {
        for (const ref of pairs.flat()) ref.send({ type: 'add', by });
      },
    }),
    command({
      name: 'total',
      input: fc.nat({ max: TILLS - 1 }),
      run: (_, { pairs, answers }, of) => {
        for (const [which, ref] of pairs[of]!.entries()) {
          const heard = answers[of]![which]!;
          const at = heard.push('none') - 1;
          ref.ask({ type: 'total' }, { deadlineMs: 1e6 }).then(
            (total) => {
              heard[at] = `${total}`;
            },
            (error: Error) => {
              heard[at] = error.name;
            },
          );
        }
      },
    }),
    command({
      name: 'clear',
      input: fc.nat({ max: TILLS - 1 }),
      run: (_, { pairs }, to) => {
        for (const ref of pairs[to]!) ref.send({ type: 'clear' });
      },
    }),
  ],
  faults: { stalls: 2, partitions: 1 },
  finally: (world, { journal, pairs, answers }) => {
    const entries = readJournal(world, journal);
    const sentBy = (what: string, who: string): string =>
      entries
        .filter((entry) => entry.what === what && entry.who === who)
        .map(({ n }) => n)
        .join(', ');
    for (const [at, [one, many]] of pairs.entries()) {
      const [alone, together] = [one, many].map((ref) => world.stateOf<State>(ref)?.total);
      if (alone !== together) return `${one.address.path} holds ${alone}, ${many.address.path} ${together}`;
      const [sent, sentTogether] = [sentBy('till', `${at}`), sentBy('till-of-many', `${at}`)];
      if (sent !== sentTogether)
        return `${one.address.path} sent ${sent}; ${many.address.path} ${sentTogether}`;
      const [answered, answeredTogether] = answers[at]!.map((each) => each.join(', '));
      if (answered !== answeredTogether)
        return `${one.address.path} answered ${answered}; ${many.address.path} ${answeredTogether}`;
    }
    return true;
  },
};
