import { type ActorContext, type ActorRef, defineActor, oneForOne } from '@skein/runtime';
import { advanceClock, command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import { JOURNAL_MODULE, type JournalRef, openJournal, readJournal } from './journal.js';

type Drinker = {
  open: { items: number; window: number };
  drop: { life: number; n: number };
  empty: { life: number };
  fail: {};
};

/** What is known of a source, by who pulls and who is fed. */
interface Well {
  readonly items: number;
  readonly window: number;
  pulled: number;
  drunk: number;
  /** The last message has come. */
  isEmpty: boolean;
}

interface State {
  readonly journal: JournalRef;
  well: Well | undefined;
  /** What came in the wrong order. */
  wrong: string | undefined;
}

/** Drinks from one well a life, drop by drop. */
export const drinker = defineActor<Drinker>()({
  name: 'drinker',
  initial: ({ journal }: { journal: JournalRef }): State => ({ journal, well: undefined, wrong: undefined }),
  receive: {
    open: (state, { items, window }, context: ActorContext<Drinker>) => {
      if (state.well !== undefined) return;
      const well: Well = { items, window, pulled: 0, drunk: 0, isEmpty: false };
      state.well = well;
      const { incarnation: life } = context;
      context.pipeFrom(drops(well, state.journal), (n) => ({ type: 'drop', life, n }), {
        window,
        done: { type: 'empty', life },
      });
    },
    drop: (state, { life, n }, { incarnation }) => {
      if (life !== incarnation) return; // what waited for the life before
      const { drunk } = state.well!;
      if (n !== drunk) state.wrong ??= `drop ${n} came when ${drunk} was next`;
      state.well!.drunk++;
    },
    empty: (state, { life }, { incarnation }) => {
      if (life !== incarnation) return;
      const { drunk, items } = state.well!;
      if (drunk !== items) state.wrong ??= `the end came after ${drunk} of ${items} drops`;
      state.well!.isEmpty = true;
    },
    fail: () => {
      throw new Error('as told');
    },
  },
});

/** A journal hears when it begins and when it is cleaned up. */
async function* drops(well: Well, journal: JournalRef): AsyncGenerator<number> {
  journal.send({ type: 'wrote', who: 'well', what: 'opened', n: 0 });
  try {
    while (well.pulled < well.items) yield well.pulled++;
  } finally {
    journal.send({ type: 'wrote', who: 'well', what: 'closed', n: 0 });
  }
}

interface Subject {
  readonly journal: JournalRef;
  readonly drinkers: readonly ActorRef<Drinker>[];
}

/** Each item comes once and in order, no more are pulled than may wait, all come to who lives on, and no source is left open. */
export const inOrder: Invariant<Subject> = {
  name: 'sources: each item once and in order, and none left open',
  modules: [import.meta.url, JOURNAL_MODULE],
  sideShards: 1,
  system: { supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }) },
  start: (world) => {
    const journal = openJournal(world);
    return {
      journal,
      drinkers: [0, 1].map((shard) => world.system.spawn(drinker, { journal }, { shard })),
    };
  },
  commands: [
    command({
      name: 'open',
      input: fc.record({
        who: fc.nat({ max: 1 }),
        items: fc.nat({ max: 8 }),
        window: fc.integer({ min: 1, max: 4 }),
      }),
      run: (_, { drinkers }, { who, ...well }) => drinkers[who]!.send({ type: 'open', ...well }),
    }),
    command({
      name: 'fail',
      input: fc.nat({ max: 1 }),
      run: (_, { drinkers }, who) => drinkers[who]!.send({ type: 'fail' }),
    }),
    command({
      name: 'stop',
      input: fc.record({ who: fc.nat({ max: 1 }), now: fc.boolean() }),
      run: ({ system }, { drinkers }, { who, now }) => system.stopActor(drinkers[who]!, { now }),
    }),
    advanceClock(50),
  ],
  faults: { crashes: 2, crashable: ['drinker'], stalls: 1, partitions: 1, delays: true },
  invariant: (world) => {
    for (const { path, state } of world.actors<State>(drinker)) {
      if (state.wrong !== undefined) return `${path}: ${state.wrong}`;
      const { pulled = 0, drunk = 0, window = 0 } = state.well ?? {};
      if (pulled - drunk > window + 1) return `${pulled - drunk} wait for ${path}, of ${window} that may`;
    }
    return true;
  },
  finally: (world, { journal }) => {
    for (const { path, state } of world.actors<State>(drinker))
      if (state.well?.isEmpty === false)
        return `${path} had ${state.well.drunk} of ${state.well.items} drops`;
    const told = readJournal(world, journal).map(({ what }) => what);
    const open =
      told.filter((what) => what === 'opened').length - told.filter((what) => what === 'closed').length;
    return open === 0 || `${open} sources were left open`;
  },
};
