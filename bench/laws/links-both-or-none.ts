import { type ActorRef, defineActor, oneForOne } from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import { JOURNAL_MODULE, type JournalRef, openJournal, readJournal } from './journal.js';
import { upTo } from './lists.js';

type Climber = { tie: { to: ActorRef<Climber> }; fall: {} };

/** What a supervisor takes no more chances with. */
export class Fall extends Error {
  readonly code = 'FALL';
}

/** Is roped to another, or two. A slip is forgiven, a fall is not. */
export const climber = defineActor<Climber>()({
  name: 'climber',
  initial: ({ journal, at }: { journal: JournalRef; at: number }) => ({ journal, at }),
  receive: {
    tie: (_, { to }, context) => context.link(to),
    fall: ({ journal, at }) => {
      journal.send({ type: 'wrote', who: 'climber', what: 'fell', n: at });
      throw new Fall();
    },
  },
});

interface Subject {
  readonly journal: JournalRef;
  /** Roped together by twos: 0 and 1, 2 and 3 …; those of odd numbers are on the side shard. */
  readonly climbers: readonly ActorRef<Climber>[];
  /** Who was told to stop, in good order. */
  readonly sentHome: Set<number>;
  /** Who crashed, which a restart mends; who is stopped before that has failed for good. */
  readonly slipped: Set<number>;
}

const CLIMBERS = 4;

/** Of two that are linked both go when one fails for good; a restart takes nobody along, and neither does a stop in good order. */
export const bothOrNone: Invariant<Subject> = {
  name: 'links: who fails for good takes along whom it is linked to, and nobody else does',
  modules: [import.meta.url, JOURNAL_MODULE],
  sideShards: 1,
  system: {
    supervision: oneForOne({
      maxRestarts: Number.POSITIVE_INFINITY,
      decide: (error) =>
        ['FALL', 'RUNTIME_LINKED_ACTOR'].includes((error as { readonly code?: string }).code ?? '')
          ? 'stop'
          : 'restart',
    }),
  },
  start: (world) => {
    const journal = openJournal(world);
    const climbers = upTo(CLIMBERS).map((at) =>
      world.system.spawn(climber, { journal, at }, { shard: at % 2 }),
    );
    for (let at = 0; at < CLIMBERS; at += 2) climbers[at]!.send({ type: 'tie', to: climbers[at + 1]! });
    return { journal, climbers, sentHome: new Set(), slipped: new Set() };
  },
  commands: [
    command({
      name: 'fall',
      input: fc.nat({ max: CLIMBERS - 1 }),
      run: (_, { climbers }, who) => climbers[who]!.send({ type: 'fall' }),
    }),
    command({
      name: 'slip',
      input: fc.nat({ max: CLIMBERS - 1 }),
      run: ({ crash }, { climbers, slipped }, who) => {
        if (crash(climbers[who]!)) slipped.add(who);
      },
    }),
    command({
      name: 'stop',
      input: fc.record({ who: fc.nat({ max: CLIMBERS - 1 }), now: fc.boolean() }),
      run: async ({ system }, { climbers, sentHome }, { who, now }) => {
        sentHome.add(who);
        await system.stopActor(climbers[who]!, { now });
      },
    }),
  ],
  faults: { shardLosses: 1, partitions: 1, stalls: 1, delays: true },
  finally: (world, { journal, climbers, sentHome, slipped }) => {
    const fallen = readJournal(world, journal).map(({ n }) => n);
    const wasLost = world.system.metrics().shards[1]!.epoch > 1;
    for (const [at, ref] of climbers.entries()) {
      const other = at ^ 1;
      const lives = world.stateOf(ref) !== undefined;
      const { path } = ref.address;
      if (lives && sentHome.has(at) && !wasLost) return `${path} was stopped, and lives`;
      // Who is lost with a thread forgets whom it was linked to, and lives again; the other fails for it.
      const takenAlong = wasLost ? at % 2 === 0 : fallen.includes(other);
      if (lives && (takenAlong || (!wasLost && fallen.includes(at))) && !sentHome.has(other))
        return `${path} lives without whom it was linked to`;
      const stoppedFailed = sentHome.has(other) && slipped.has(other);
      const mayBeGone =
        stoppedFailed || wasLost || sentHome.has(at) || fallen.includes(at) || fallen.includes(other);
      if (!lives && !mayBeGone) return `${path} is gone, and nobody has failed for good`;
    }
    return true;
  },
};
