// At stake: each end of a child means what the tables in `strategy.ts` say, neither more nor less. One test a cell
// (restart type × end × strategy), for a child on its supervisor's shard and on another, between siblings on two
// more: who ends and begins a life, in which order, and what mail and watchers see of it.
import { describe, expect, it } from 'vitest';
import {
  allForOneParent,
  crash,
  expectBooksToBalance,
  life,
  note,
  notes,
  type PuppetRef,
  puppet,
  type RunningTest,
  restForOneParent,
  run,
  soon,
  startPuppets,
} from '../testing/puppet.test-fixtures.js';
import type { Exit, RestartType, Strategy } from './strategy.js';

const supervisors = {
  'one-for-one': puppet,
  'rest-for-one': restForOneParent,
  'all-for-one': allForOneParent,
} as const;

/** How child b comes to an end, and a note comes to it after that. */
const ends: Record<Exit, (b: PuppetRef, test: RunningTest) => void> = {
  crash: (b) => {
    b.send(crash());
    b.send(note('after'));
  },
  'own-stop': (b) =>
    b.send(
      run((context) => {
        context.stop();
        context.self.send(note('after'));
      }),
    ),
  'ordered-stop': (b, { system }) => {
    void system.stopActor(b);
    b.send(note('after'));
  },
  'shard-lost': (b, { killShard }) => {
    b.send(note('after'));
    killShard(1);
  },
};

interface Cell {
  readonly restart: RestartType;
  readonly exit: Exit;
  /** By strategy: `-x` for the end of a life of child x in good order, `+x` for the beginning of another. */
  readonly events: Record<Strategy, string>;
  /** Whether b has another life. */
  readonly again: boolean;
}

const gone = (events: string) => ({
  events: { 'one-for-one': events, 'rest-for-one': events, 'all-for-one': events },
  again: false,
});
const again = (oneForOne: string, restForOne: string, allForOne: string) => ({
  events: { 'one-for-one': oneForOne, 'rest-for-one': restForOne, 'all-for-one': allForOne },
  again: true,
});

const table: Cell[] = [
  { restart: 'permanent', exit: 'crash', ...again('+b', '-c +b +c', '-c -a +a +b +c') },
  { restart: 'permanent', exit: 'own-stop', ...again('-b +b', '-b -c +b +c', '-b -c -a +a +b +c') },
  { restart: 'permanent', exit: 'ordered-stop', ...gone('-b') },
  { restart: 'permanent', exit: 'shard-lost', ...again('+b', '-c +b +c', '-c -a +a +b +c') },
  { restart: 'transient', exit: 'crash', ...again('+b', '-c +b +c', '-c -a +a +b +c') },
  { restart: 'transient', exit: 'own-stop', ...gone('-b') },
  { restart: 'transient', exit: 'ordered-stop', ...gone('-b') },
  { restart: 'transient', exit: 'shard-lost', ...again('+b', '-c +b +c', '-c -a +a +b +c') },
  { restart: 'temporary', exit: 'crash', ...gone('-b') },
  { restart: 'temporary', exit: 'own-stop', ...gone('-b') },
  { restart: 'temporary', exit: 'ordered-stop', ...gone('-b') },
  { restart: 'temporary', exit: 'shard-lost', ...gone('') },
];

const cells = table.flatMap((cell) =>
  (Object.keys(supervisors) as Strategy[]).flatMap((strategy) =>
    [0, 1]
      .filter((shard) => cell.exit !== 'shard-lost' || shard === 1)
      .map((shard) => ({ ...cell, strategy, shard, expected: cell.events[strategy] })),
  ),
);

describe('a supervisor', () => {
  it.each(cells)(
    '$strategy: a $restart child on shard $shard, $exit: $expected',
    async ({ restart, exit, strategy, shard, expected, again }) => {
      const test = await startPuppets({ sideShards: 2 });
      const { system } = test;
      const events: string[] = [];
      const args = (name: string) =>
        life({
          initial: () => void events.push(`+${name}`),
          stopped: () => void events.push(`-${name}`),
        });
      const parent = system.spawn(supervisors[strategy], undefined, { shard: 0, name: 'parent' });
      parent.send(
        run((context) => {
          context.spawn(puppet, args('a'), { name: 'a', shard: 2 });
          const b = context.spawn(puppet, args('b'), { name: 'b', shard, restart });
          const c = context.spawn(puppet, args('c'), { name: 'c', shard: 0 });
          for (const child of [b, c]) context.watch(child);
          refs.push(b);
        }),
      );
      const refs: PuppetRef[] = [];
      await system.quiet();
      events.length = 0;

      const b = system.ref(refs[0]!.address) as unknown as PuppetRef;
      b.send(note('before'));
      await system.quiet();
      ends[exit](b, test);
      await expectBooksToBalance(test);

      expect(events.join(' ')).toBe(expected);
      const end =
        exit === 'shard-lost' ? ['terminated /parent/b shard-lost'] : ['terminated /parent/b stopped'];
      expect(await parent.ask(notes, soon)).toEqual(again && exit !== 'shard-lost' ? [] : end);
      const isKept = exit !== 'shard-lost'; // a thread takes its mailboxes along
      if (again) expect(await b.ask(notes, soon)).toEqual(isKept ? ['after'] : []);
      else await expect(b.ask(notes, soon)).rejects.toMatchObject({ code: 'RUNTIME_ASK_REJECTED' });
    },
  );
});
