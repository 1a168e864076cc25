import { type ActorRef, defineActor, oneForOne } from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import { JOURNAL_MODULE, type JournalRef, openJournal, readJournal } from './journal.js';
import { areEqual, upTo } from './lists.js';

type Gate = { open: {}; shut: {}; pass: { n: number } };
type Args = { readonly journal: JournalRef };

/** Lets pass what comes while it is open; keeps, in order, what comes before. A new life is open. */
export const gate = defineActor<Gate>()({
  name: 'gate',
  initial: ({ journal }: Args) => ({ journal }),
  receive: {
    pass: ({ journal }, { n }) => journal.send({ type: 'wrote', who: 'gate', what: 'pass', n }),
    shut: (_, _message, context) => context.become('shut'),
    open: () => undefined,
  },
  behaviors: {
    shut: {
      pass: (_, _message, context) => context.stash(),
      open: (_, _message, context) => {
        context.become();
        context.unstashAll();
      },
      shut: () => undefined,
    },
  },
});

interface Subject {
  readonly journal: JournalRef;
  readonly gate: ActorRef<Gate>;
  sent: number;
}

/** What was put aside comes back before all that waits, in its order; also by a restart. */
export const stashOrder: Invariant<Subject> = {
  name: 'stash: what was put aside comes back in order',
  modules: [JOURNAL_MODULE, import.meta.url],
  sideShards: 1,
  system: { supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }) },
  start: (world) => {
    const journal = openJournal(world);
    return { journal, gate: world.system.spawn(gate, { journal }, { shard: 1 }), sent: 0 };
  },
  commands: [
    command({ name: 'open', run: (_, { gate }) => gate.send({ type: 'open' }) }),
    command({ name: 'shut', run: (_, { gate }) => gate.send({ type: 'shut' }) }),
    command({
      name: 'pass',
      input: fc.integer({ min: 1, max: 4 }),
      run: (_, subject, count) => {
        for (let i = 0; i < count; i++) subject.gate.send({ type: 'pass', n: subject.sent++ });
      },
    }),
  ],
  faults: { crashes: 2, crashable: ['gate'], partitions: 1 },
  invariant: (world, { journal }) => {
    const passed = readJournal(world, journal).map(({ n }) => n);
    return areEqual(passed, upTo(passed.length)) || `passed ${passed}`;
  },
  finally: (world, { journal, sent }) => {
    const passed = readJournal(world, journal).length;
    const { queued } = world.system.metrics();
    return passed + queued === sent || `${passed} passed and ${queued} wait of ${sent}`;
  },
};
