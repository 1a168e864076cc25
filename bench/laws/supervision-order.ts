import {
  type ActorDefinition,
  type ActorRef,
  allForOne,
  defineActor,
  oneForOne,
  restForOne,
} from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import { JOURNAL_MODULE, type JournalRef, openJournal, readJournal } from './journal.js';
import { areEqual, upTo } from './lists.js';

const MEMBERS = 4;

type Member = { note: { n: number }; fail: {}; leave: {} };
type Family = { note: { at: number; n: number }; end: { at: number; how: 'fail' | 'leave' } };
type FamilyDefinition = ActorDefinition<Family, { readonly journal: JournalRef }>;

/** Writes down where its lives begin and end, and what it meets in them. `fell`: by its own doing; `down`: as it was told. */
export const member = defineActor<Member>()({
  name: 'member',
  initial: ({ index, journal }: { index: number; journal: JournalRef }) => {
    const write = (what: string, n = 0): void => journal.send({ type: 'wrote', who: `${index}`, what, n });
    write('up');
    return { write, leaves: false };
  },
  receive: {
    note: ({ write }, { n }) => write('note', n),
    fail: ({ write }) => {
      write('fell');
      throw new Error('as told');
    },
    leave: (state, _, context) => {
      state.leaves = true;
      context.stop();
    },
  },
  stopped: ({ write, leaves }) => write(leaves ? 'fell' : 'down'),
});

export const oneForOneFamily: FamilyDefinition = defineFamily(oneForOne);
export const allForOneFamily: FamilyDefinition = defineFamily(allForOne);
export const restForOneFamily: FamilyDefinition = defineFamily(restForOne);

function defineFamily(strategy: typeof oneForOne): FamilyDefinition {
  const supervision = strategy({ maxRestarts: Number.POSITIVE_INFINITY });
  return defineActor<Family>()({
    name: supervision.strategy,
    supervision,
    initial: ({ journal }: { journal: JournalRef }, context) =>
      upTo(MEMBERS).map((index) => context.spawn(member, { index, journal }, { restart: 'permanent' })),
    receive: {
      note: (members, { at, n }) => members[at]!.send({ type: 'note', n }),
      end: (members, { at, how }) => members[at]!.send({ type: how }),
    },
  });
}

interface Subject {
  readonly journal: JournalRef;
  readonly family: ActorRef<Family>;
  /** By member: notes that were sent to it, and ends it was told to make, counts. */
  readonly notes: number[];
  readonly ends: number[];
}

/** Whoever shares a verdict goes down from the last to the first, comes up from the first to the last, and has its mail still. */
export const restartOrder: readonly Invariant<Subject>[] = [
  orderOf(oneForOneFamily, (index) => [index]),
  orderOf(allForOneFamily, () => upTo(MEMBERS)),
  orderOf(restForOneFamily, (index) => upTo(MEMBERS).slice(index)),
];

/** @param taken who is restarted when a member ends */
function orderOf(
  definition: FamilyDefinition,
  taken: (index: number) => readonly number[],
): Invariant<Subject> {
  const each = fc.nat({ max: MEMBERS - 1 });
  return {
    name: `supervision: ${definition.name} keeps the order of children, and their mail`,
    modules: [JOURNAL_MODULE, import.meta.url],
    start: (world) => {
      const journal = openJournal(world);
      const family = world.system.spawn(definition, { journal });
      const [notes, ends] = [upTo(MEMBERS).map(() => 0), upTo(MEMBERS).map(() => 0)];
      return { journal, family, notes, ends };
    },
    commands: [
      command({
        name: 'note',
        input: each,
        run: (_, { family, notes }, at) => family.send({ type: 'note', at, n: notes[at]!++ }),
      }),
      command({
        name: 'end',
        input: fc.record({ at: each, how: fc.constantFrom('fail', 'leave') }),
        run: (_, { family, ends }, { at, how }) => {
          family.send({ type: 'end', at, how });
          ends[at]!++;
        },
      }),
    ],
    finally: (world, { journal, notes, ends }) => {
      const members = upTo(MEMBERS).map(() => ({ isUp: false, lives: 0, met: [] as number[] }));
      for (const { who, what, n } of readJournal(world, journal)) {
        const index = Number(who);
        const one = members[index]!;
        const after = members.findIndex(({ isUp }, other) => isUp && other > index);
        if (what === 'note') one.met.push(n);
        else one.isUp = what === 'up';
        if (what === 'up') one.lives++;
        const isOrdered = what === 'down' || (what === 'up' && one.lives > 1);
        if (isOrdered && taken(index).includes(after)) return `${index} is ${what} while ${after} lives`;
      }
      for (const [index, { isUp, lives, met }] of members.entries()) {
        const reasons = ends.filter((_, ended) => taken(ended).includes(index));
        const livesMax = reasons.reduce((sum, count) => sum + count, 1);
        if (!areEqual(met, upTo(notes[index]!))) return `${index} met the notes ${met} of ${notes[index]}`;
        if (!isUp) return `${index} is down`;
        if (lives > livesMax || lives < Math.min(livesMax, 2))
          return `${index} began ${lives} lives for ${livesMax - 1} ends`;
      }
      return true;
    },
  };
}
