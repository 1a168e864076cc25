import { type ActorRef, createMemoryStore, defineActor, oneForOne, type StateStore } from '@skein/runtime';
import { advanceClock, command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import { JOURNAL_MODULE, type JournalRef, openJournal, readJournal } from './journal.js';
import { areEqual, upTo } from './lists.js';

const AFTER_MS = 20;

type Sleeper = { add: { n: number }; fail: {} };

/** Answers with promises, as a file or a database would. */
function slowStore(): StateStore {
  const { save, load, delete: forget } = createMemoryStore();
  return {
    save: async (key, data) => save(key, data),
    load: async (key) => load(key),
    delete: async (key) => forget(key),
  };
}

const sleeperOf = (name: string, store: () => StateStore) =>
  defineActor<Sleeper>()({
    name,
    initial: ({ journal }: { journal: JournalRef }) => ({ journal, added: [] as number[] }),
    receive: {
      add: ({ journal, added }, { n }, context) => {
        added.push(n);
        journal.send({ type: 'wrote', who: context.self.address.path, what: 'add', n });
      },
      fail: () => {
        throw new Error('as told');
      },
    },
    snapshot: ({ added }) => added,
    restore: (data, { journal }) => ({ journal, added: data as number[] }),
    snapshotEvery: 1,
    passivation: { afterMs: AFTER_MS, store },
  });

export const lightSleeper = sleeperOf('light-sleeper', createMemoryStore);
export const deepSleeper = sleeperOf('deep-sleeper', slowStore);

interface Subject {
  readonly journal: JournalRef;
  readonly sleepers: readonly ActorRef<Sleeper>[];
  readonly sent: number[];
}

/** An actor that is away while idle has its state when it comes back, and no message is lost or met by two lives. */
export const survival: Invariant<Subject> = {
  name: 'passivation: state and mail survive',
  modules: [JOURNAL_MODULE, import.meta.url],
  sideShards: 1,
  system: { supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }) },
  start: (world) => {
    const journal = openJournal(world);
    const sleepers = [lightSleeper, deepSleeper].flatMap((definition) =>
      [0, 1].map((shard) =>
        world.system.spawn(definition, { journal }, { shard, name: `${definition.name}-${shard}` }),
      ),
    );
    return { journal, sleepers, sent: sleepers.map(() => 0) };
  },
  commands: [
    command({
      name: 'add',
      input: fc.nat({ max: 3 }),
      run: (_, { sleepers, sent }, at) => sleepers[at]!.send({ type: 'add', n: sent[at]!++ }),
    }),
    command({
      name: 'fail',
      input: fc.nat({ max: 3 }),
      run: (_, { sleepers }, at) => sleepers[at]!.send({ type: 'fail' }),
    }),
    advanceClock(3 * AFTER_MS),
  ],
  faults: { crashes: 1, crashable: [lightSleeper.name, deepSleeper.name], delays: true, stalls: 1 },
  finally: (world, { journal, sleepers, sent }) => {
    const entries = readJournal(world, journal);
    for (const [at, { address }] of sleepers.entries()) {
      const met = entries.filter(({ who }) => who === address.path).map(({ n }) => n);
      if (!areEqual(met, upTo(sent[at]!))) return `${address.path} met ${met} of ${sent[at]}`;
      const state = world.stateOf<{ readonly added: readonly number[] }>(sleepers[at]!);
      if (state !== undefined && !areEqual(state.added, upTo(sent[at]!)))
        return `${address.path} remembers ${state.added} of ${sent[at]}`;
    }
    return true;
  },
};
