import { type ActorRef, defineActor, oneForOne } from '@skein/runtime';
import { advanceClock, command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import { JOURNAL_MODULE, type JournalRef, openJournal, readJournal } from './journal.js';

const MAX_RESTARTS = 2;
const WITHIN_MS = 50;

type Fragile = { fail: {} };

/** Says when each of its lives begins. */
export const fragile = defineActor<Fragile>()({
  name: 'fragile',
  initial: ({ journal }: { journal: JournalRef }, context) => {
    if (context.incarnation > 1)
      journal.send({ type: 'wrote', who: context.parent.path, what: 'restart', n: context.now() });
    return {};
  },
  receive: {
    fail: () => {
      throw new Error('as told');
    },
  },
});

/** Restarts its children twice in 50 ms at most. */
export const strict = defineActor<{}>()({
  name: 'strict',
  supervision: oneForOne({ maxRestarts: MAX_RESTARTS, withinMs: WITHIN_MS }),
  initial: ({ journal }: { journal: JournalRef }, context) => {
    journal.send({ type: 'wrote', who: context.self.address.path, what: 'life', n: context.now() });
    for (const name of ['a', 'b', 'c']) context.spawn(fragile, { journal }, { name });
    return {};
  },
  receive: {},
});

/** No life of a supervisor restarts its children more often than its intensity allows, in any window. */
export const intensity: Invariant<{ readonly journal: JournalRef }> = {
  name: 'supervision: restart intensity is never exceeded',
  modules: [JOURNAL_MODULE, import.meta.url],
  start: (world) => {
    const journal = openJournal(world);
    for (const name of ['north', 'south']) world.system.spawn(strict, { journal }, { name });
    return { journal };
  },
  commands: [
    command({
      name: 'fail',
      input: fc.nat({ max: 5 }),
      run: (world, _, pick) => {
        const child = world.actors(fragile)[pick]?.ref as ActorRef<Fragile> | undefined;
        child?.send({ type: 'fail' });
      },
    }),
    advanceClock(WITHIN_MS),
  ],
  faults: { crashes: 6, crashable: ['fragile'], delays: true },
  invariant: (world, { journal }) => {
    const restartsMs = new Map<string, number[]>();
    for (const { who, what, n: atMs } of readJournal(world, journal)) {
      const times = what === 'life' ? [] : [...(restartsMs.get(who) ?? []), atMs];
      restartsMs.set(who, times);
      const first = times.at(-1 - MAX_RESTARTS);
      if (first !== undefined && atMs - first < WITHIN_MS)
        return `${who} made ${MAX_RESTARTS + 1} restarts within ${atMs - first} ms`;
    }
    return true;
  },
};
