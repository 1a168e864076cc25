// At stake: agents of a swarm know in which coalition they are, and it is one; members believe what all of them have seen, each thing once; who is lost
// is let go as declared, and nothing is left of a coalition that ends. Tried on swarms of many shapes, with members that fail, beside what each agent says.
import { keyedUniform, streamOf } from '@skein/runtime';
import { createTestSystem } from '@skein/runtime/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Swarm, spawnSwarm } from '../swarm/swarm.js';
import type { CoalitionOptions } from './coalition-results.js';
import { gameOf } from './coalition-task.js';
import { Coalitions, formCoalitions } from './coalitions.js';
import { ally, laneAlly, shelter } from './coalitions.test-fixtures.js';
import { fuseFromGround } from './common-ground.js';
import { formHierarchically } from './form-hierarchically.js';

const modules = [new URL('./coalitions.test-fixtures.ts', import.meta.url)];
const silent = { modules, log: () => undefined };
const hunt = { name: 'hunt', requires: { sight: 1, legs: 1 }, value: 3 };
const hunts = { ...hunt, atMost: Number.POSITIVE_INFINITY };
/** Takes all four of a small band. */
const feast = { name: 'feast', requires: { sight: 2, legs: 2 }, value: 3 };

type Band = Swarm<readonly number[], readonly number[]>;
interface Shape {
  readonly count: number;
  readonly fanOut?: number;
  readonly capacity?: number;
  readonly sideShards?: number;
  readonly strict?: boolean;
}

async function withBand(
  { sideShards = 0, strict = true, ...shape }: Shape,
  run: (band: Band) => Promise<void>,
): Promise<void> {
  const { system } = await createTestSystem({ ...silent, sideShards, strict, seed: 3 });
  await run(await spawnSwarm(system, ally, shape));
  await system.quiet();
  const { sent, handled, deadLetters, queued } = system.metrics();
  expect(sent).toBe(handled + deadLetters + queued);
  await system.stop();
}

/** The band for who hears that others were there than were. */
function heardAs(band: Band, heard: (present: Int32Array) => Int32Array): Swarm<never, unknown> {
  const pretended: Pick<Band, 'capacity' | 'checkDeclared' | 'reportWidth' | 'rounds' | 'seats'> = {
    capacity: band.capacity,
    seats: band.seats,
    checkDeclared: (what, name) => band.checkDeclared(what, name),
    reportWidth: (report) => band.reportWidth(report),
    rounds: (operation, run) =>
      band.rounds(operation, (round) =>
        run(async (...asked) => {
          const { partial, present } = await round(...asked);
          return { partial, present: heard(present) };
        }),
      ),
  };
  return pretended as never;
}

/** Makes some agents fail the next time that they are asked for anything. */
const upset = (band: Band, failing: readonly number[]) =>
  band.scatter(
    'mood',
    Array.from({ length: band.capacity }, (_, index) => (failing.includes(index) ? 'failing' : 'calm')),
  );

/** What each agent says about where it is. */
const said = async (band: Band) => Array.from((await band.gather('coalition')).column);

const believe = (band: Band, beliefs: readonly (readonly number[])[]) => band.step(beliefs);

function expectBeliefs(column: Float64Array, beliefs: readonly (readonly number[])[]): void {
  for (const [at, p] of beliefs.flat().entries()) expect(column[at]).toBeCloseTo(p, 12);
}

const normalized = (weights: readonly number[]) => {
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
};

describe('forming', () => {
  it.each(['hierarchical', 'greedy', 'optimal'] as const)(
    '%s: agents know where they are',
    async (algorithm) => {
      await withBand({ count: 5, fanOut: 2, sideShards: 2 }, async (band) => {
        const coalitions = await formCoalitions(band, [hunts], { algorithm, memberCost: 0.5 });
        expect(coalitions.standing).toMatchObject([
          { id: 1, task: 'hunt', expectedFreeEnergy: -2, speaker: undefined, belief: undefined },
          { id: 2, task: 'hunt' },
        ]);
        const expected = [0, 0, 0, 0, 0];
        for (const { id, members } of coalitions.standing) for (const index of members) expected[index] = id;
        expect(await said(band)).toEqual(expected);
        expect(expected.filter((id) => id === 0).length).toBe(1);
        expect(expected.map((_, index) => coalitions.of(index)?.id ?? 0)).toEqual(expected);
      });
    },
  );

  it('up the tree gives what it gives all at once, whatever the shape', async () => {
    const shapes = fc.record({
      count: fc.integer({ min: 1, max: 24 }),
      fanOut: fc.integer({ min: 2, max: 6 }),
      sideShards: fc.integer({ min: 0, max: 2 }),
      strict: fc.boolean(), // then each row is a message
      atMost: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(shapes, async ({ atMost, ...shape }) => {
        await withBand(shape, async (band) => {
          const tasks = [
            { ...hunt, atMost },
            { ...feast, value: 7 },
          ];
          const coalitions = await formCoalitions(band, tasks, { memberCost: 0.25 });
          const game = gameOf(tasks, { stateCount: 0, memberCost: 0.25, freeMax: 256 });
          const candidates = Array.from(band.members, (index) => ({
            index,
            numbers: Float64Array.of((index + 1) % 2, index % 2),
          }));
          const ruler = formHierarchically(game, candidates, band.tree).coalitions;
          expect(coalitions.standing.map(({ task, members }) => ({ task, members }))).toEqual(
            ruler.map(({ task, members }) => ({
              task: tasks[task]!.name,
              members: members.map(({ index }) => index),
            })),
          );
        });
      }),
      { numRuns: 15 },
    );
  });

  it('takes only those who are in none, whoever formed the others', async () => {
    await withBand({ count: 6, fanOut: 3 }, async (band) => {
      const first = await formCoalitions(band, [hunt]);
      const second = new Coalitions(band as never);
      const { formed } = await second.form([hunts]);
      expect(formed.map(({ id }) => id)).toEqual([2, 3]);
      const members = [first, second].flatMap(({ standing }) => standing.flatMap((one) => one.members));
      expect(members.sort()).toEqual([0, 1, 2, 3, 4, 5]);
      // An operation of one leaves the other's as they are.
      expect(await first.elect({ by: 'index' })).toMatchObject({ lost: [] });
      expect(await first.share('belief')).toMatchObject({ lost: [] });
      expect(await second.elect()).toMatchObject({ term: 2, lost: [], dissolved: [] });
      await first.dissolve();
      expect(new Set(await said(band))).toEqual(new Set([0, 2, 3]));
    });
  });

  it('goes by what agents believe, where the task has a model', async () => {
    await withBand({ count: 4, fanOut: 4 }, async (band) => {
      // Whoever sees knows better than the others what is there: of three states only one is liked.
      await believe(band, [
        [0.1, 0.1, 0.8],
        [0.3, 0.3, 0.4],
        [0.8, 0.1, 0.1],
        [0.3, 0.4, 0.3],
      ]);
      const { model } = await import('./coalitions.test-fixtures.js').then(({ shelter }) => ({
        model: shelter,
      }));
      const task = { name: 'enter', requires: { sight: 1 }, value: 3, plan: { model } };
      const coalitions = await formCoalitions(band, [task], { belief: 'belief', memberCost: 0.5 });
      expect(coalitions.standing).toMatchObject([{ members: [2] }]);
    });
  });

  it('refuses what agents do not declare, and fails who declares nonsense', async () => {
    await withBand({ count: 4, fanOut: 4 }, async (band) => {
      const undeclared = { code: 'AGENTS_UNDECLARED' };
      const of = (capability: string) => [{ name: 'x', requires: { [capability]: 1 }, value: 1 }];
      await expect(formCoalitions(band, of('wings'))).rejects.toMatchObject(undeclared);
      await expect(formCoalitions(band, of('voice'), { belief: 'wit' })).rejects.toMatchObject(undeclared);
      const coalitions = await formCoalitions(band, of('broken'));
      expect(coalitions.standing).toEqual([]);
      expect(band.seats.next).toBe(1);
      await expect(coalitions.share('trust')).rejects.toMatchObject(undeclared);
    });
  });
});

describe('sharing', () => {
  const seen = [
    [0.5, 0.3, 0.2],
    [0.1, 0.6, 0.3],
    [0.4, 0.4, 0.2],
    [0.2, 0.2, 0.6],
  ];

  it('has members believe what all of them have seen, each thing once', async () => {
    await withBand({ count: 5, fanOut: 2 }, async (band) => {
      const alone = [0.9, 0.05, 0.05];
      await believe(band, [...seen, alone]);
      const coalitions = await formCoalitions(band, [feast]);
      const all = normalized([0, 1, 2].map((s) => seen.reduce((product, q) => product * q[s]!, 1)));
      for (let time = 0; time < 3; time++) {
        const { beliefs } = await coalitions.share('belief');
        expectBeliefs(beliefs.get(1)!.posterior, [all]);
        expectBeliefs((await band.gather('belief')).column, [all, all, all, all, alone]);
        expectBeliefs(coalitions.standing[0]!.belief!, [all]);
      }
      // One sees something more.
      const more = [0.7, 0.2, 0.1];
      await believe(band, [normalized(all.map((p, s) => p * more[s]!)), all, all, all, alone]);
      const { beliefs } = await coalitions.share('belief');
      expectBeliefs(beliefs.get(1)!.posterior, [normalized(all.map((p, s) => p * more[s]!))]);
    });
  });

  it('counts what all believed at first once', async () => {
    await withBand({ count: 4, fanOut: 2 }, async (band) => {
      const prior = [0.2, 0.3, 0.5];
      await believe(
        band,
        seen.map((q) => normalized(q.map((p, s) => p * prior[s]!))),
      );
      const coalitions = await formCoalitions(band, [feast]);
      const all = normalized(prior.map((p, s) => seen.reduce((product, q) => product * q[s]!, p)));
      expectBeliefs((await coalitions.share('belief', { prior })).beliefs.get(1)!.posterior, [all]);
    });
  });

  it('pools, weighted by precision', async () => {
    await withBand({ count: 4, fanOut: 2 }, async (band) => {
      await believe(band, seen);
      const coalitions = await formCoalitions(band, [feast]);
      const { beliefs } = await coalitions.share('belief', { rule: 'pool', precision: 'trust' });
      const pooled = normalized(
        [0, 1, 2].map((s) => (seen[1]![s]! * seen[2]![s]! * seen[3]![s]!) ** (1 / 3)),
      );
      expectBeliefs(beliefs.get(1)!.posterior, [pooled]);
      expect(beliefs.get(1)!.precision).toBe(3);
    });
  });

  it('leaves beliefs that exclude each other as they are', async () => {
    await withBand({ count: 4, fanOut: 2 }, async (band) => {
      const apart = [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
        [1, 0, 0],
      ];
      await believe(band, apart);
      const coalitions = await formCoalitions(band, [feast]);
      const { beliefs, lost } = await coalitions.share('belief');
      expect(beliefs.get(1)!.posterior).toEqual(new Float64Array(3).fill(Number.NaN));
      expect(lost).toEqual([]);
      expectBeliefs((await band.gather('belief')).column, apart);
    });
  });

  it('reaches agents in lanes, who go on from there', async () => {
    const { system } = await createTestSystem({ ...silent, seed: 3 });
    const band = await spawnSwarm(system, laneAlly, { count: 2 });
    const coalitions = await formCoalitions(band, [{ name: 'look', requires: { sight: 2 }, value: 1 }]);
    await coalitions.share('belief'); // before the first step: nothing is known, and they begin with it
    await band.step([0, 1]);
    await coalitions.share('belief');
    const weights = (outcomes: readonly number[]) =>
      normalized(
        [0, 1].map((s) =>
          outcomes.reduce(
            (p, o) =>
              p *
              [
                [0.8, 0.3],
                [0.2, 0.7],
              ][o]![s]!,
            1,
          ),
        ),
      );
    const { column } = await band.gather('belief');
    for (const [at, p] of [weights([0, 1]), weights([0, 1])].flat().entries())
      expect(column[at]).toBeCloseTo(p, 6);
    const { actions } = await band.step([0, 1]);
    for (const [agent, outcome] of [0, 1].entries())
      for (const [s, p] of weights([0, 1, outcome]).entries())
        expect((actions[agent] as readonly number[])[s]).toBeCloseTo(p, 6);
    await system.stop();
  });
});

describe('electing', () => {
  it('has the best member speak, and all members know', async () => {
    await withBand({ count: 5, fanOut: 2, sideShards: 1 }, async (band) => {
      const coalitions = await formCoalitions(band, [hunts]);
      const { term, speakers } = await coalitions.elect({ by: 'index' });
      expect(term).toBe(1);
      for (const { id, members, speaker } of coalitions.standing) {
        expect(speaker).toBe(Math.max(...members));
        expect(speakers.get(id)).toBe(speaker);
      }
      const { column } = await band.gather('speaker');
      expect(Array.from(column)).toEqual([0, 1, 2, 3, 4].map((index) => coalitions.of(index)?.speaker ?? -1));
      const again = await coalitions.elect();
      expect(again.term).toBe(2);
      expect([...again.speakers.keys()]).toEqual([1, 2]);
    });
  });

  it('ends no coalition that stands, and has no speaker for one that does not', async () => {
    await withBand({ count: 2, fanOut: 2 }, async (band) => {
      const coalitions = await formCoalitions(band, [hunt]);
      await upset(band, [1]);
      expect(await coalitions.elect({ by: 'index' })).toEqual({
        term: 1,
        speakers: new Map(),
        lost: [1],
        dissolved: [1],
      });
      expect(await said(band)).toEqual([0, 0]);
      expect(await coalitions.elect()).toEqual({ term: 2, speakers: new Map(), lost: [], dissolved: [] });
    });
  });
});

describe('what members say, combined on its way up', () => {
  /** What a caller who gathers it would make of it: of those who do not fail, where they still cover the task. */
  function gathered(coalitions: Coalitions, failing: readonly number[]) {
    const left = coalitions.standing.map(({ id, task, members, belief }) => {
      const there = members.filter((index) => !failing.includes(index));
      const seeing = there.filter((index) => index % 2 === 0).length;
      const need = task === 'feast' ? 2 : 1;
      const stands = seeing >= need && there.length - seeing >= need;
      return { id, there, belief, stands };
    });
    return left.filter(({ stands }) => stands);
  }

  const probability = fc.constantFrom(0, 0.1, 0.25, 0.7, 1, 1e-12);
  const shapes = fc.record({
    count: fc.integer({ min: 2, max: 24 }),
    fanOut: fc.integer({ min: 2, max: 6 }),
    sideShards: fc.integer({ min: 0, max: 2 }),
    strict: fc.boolean(), // then each row is a message
  });
  const times = fc.array(
    fc.record({
      beliefs: fc.array(fc.tuple(fc.constantFrom(0.1, 0.6), probability, probability), {
        minLength: 24,
        maxLength: 24,
      }),
      failing: fc.uniqueArray(fc.nat({ max: 23 }), { maxLength: 2 }),
      rule: fc.constantFrom('product' as const, 'pool' as const),
      weighted: fc.boolean(),
      by: fc.constantFrom(undefined, 'skill', 'index'),
    }),
    { minLength: 1, maxLength: 3 },
  );

  it('is to the last bit what gathering it gives, whoever fails', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, times, async (shape, all) => {
        await withBand(shape, async (band) => {
          const coalitions = await formCoalitions(band, [hunts, { ...feast, value: 7, atMost: 2 }]);
          for (const { beliefs, failing, rule, weighted, by } of all) {
            await upset(band, []);
            await believe(band, beliefs.slice(0, band.capacity).map(normalized));
            const { column } = await band.gather('belief');
            const skill = (await band.gather('skill')).column;
            await upset(band, failing);
            const sharing = gathered(coalitions, failing).map(({ id, there, belief }) => {
              const said = there.map((index) => [
                ...column.subarray(3 * index, 3 * index + 3),
                ...(weighted ? [skill[index]!] : []),
              ]);
              return [id, fuseFromGround(said, belief ?? [1 / 3, 1 / 3, 1 / 3], rule)] as const;
            });
            const lost = failing.filter((index) => coalitions.of(index)).sort((a, b) => a - b);
            const shared = await coalitions.share('belief', {
              rule,
              ...(weighted && { precision: 'skill' }),
            });
            expect(shared).toMatchObject({ beliefs: new Map(sharing), lost });

            const clumsy = by === 'index' ? failing.map((index) => (index + 1) % band.capacity) : [];
            await upset(band, clumsy);
            const term = band.seats.takeTerm() + 1; // that of the election to come
            const bidOf = (index: number) =>
              by === 'index'
                ? index
                : by === 'skill'
                  ? skill[index]!
                  : keyedUniform(band.seed, streamOf('agents: lot'), index, term);
            const electing = gathered(coalitions, clumsy).map(({ id, there }) => {
              const [best] = there.toSorted((a, b) => bidOf(b) - bidOf(a) || a - b);
              return [id, best!] as const;
            });
            const elected = await coalitions.elect(by === undefined ? {} : { by });
            expect(elected).toMatchObject({ term, speakers: new Map(electing) });
          }
        });
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    {
      operation: 'share',
      run: (coalitions: Coalitions) => coalitions.share('belief'),
      answer: (beliefs: readonly (readonly number[])[]) => ({
        beliefs: new Map([[2, fuseFromGround(beliefs.slice(2, 5), [1 / 3, 1 / 3, 1 / 3], 'product')]]),
      }),
    },
    {
      operation: 'elect',
      run: (coalitions: Coalitions) => coalitions.elect({ by: 'index' }),
      answer: () => ({ speakers: new Map([[2, 4]]) }),
    },
  ])('$operation: is asked again where one who has answered is lost before all are told', async (one) => {
    await withBand({ count: 6, fanOut: 3 }, async (band) => {
      await believe(band, new Array(6).fill([0.8, 0.1, 0.1]));
      /** Who is not heard of in which round. */
      let unheard: (number | undefined)[] = [];
      const coalitions = new Coalitions(
        heardAs(band, (present) => {
          const silent = unheard.shift();
          return present.filter((index) => index !== silent);
        }),
      );
      await coalitions.form([hunt]);
      const enter = { name: 'enter', requires: { sight: 1 }, value: 1, plan: { model: shelter } };
      await coalitions.form([enter], { algorithm: 'greedy', belief: 'belief' });
      expect(coalitions.standing).toMatchObject([{ members: [0, 1] }, { members: [2, 3, 4, 5] }]);
      const beliefs = [1, 2, 3, 4, 5, 6].map((weight) => normalized([weight, 2, 1]));
      await believe(band, beliefs);
      // Of the pair one has not answered; of the party, one has, and has not heard that the pair has ended.
      unheard = [1, 5];
      const result = await one.run(coalitions);
      expect(result).toMatchObject({ ...one.answer(beliefs), lost: [1, 5], dissolved: [1] });
    });
  });
});

describe('losing members', () => {
  const sure = [0.8, 0.1, 0.1];
  /** One who sees is enough; that others believe the same makes it better. */
  const enter = { name: 'enter', requires: { sight: 1 }, value: 1, plan: { model: shelter } };

  const withParty = (options: CoalitionOptions, run: (band: Band, coalitions: Coalitions) => Promise<void>) =>
    withBand({ count: 3, capacity: 4, fanOut: 2 }, async (band) => {
      await believe(band, [sure, sure, sure, sure]);
      const coalitions = await formCoalitions(band, [enter], {
        algorithm: 'greedy',
        belief: 'belief',
        ...options,
      });
      expect(coalitions.standing).toMatchObject([{ members: Array.from(band.members) }]);
      await coalitions.elect({ by: 'index' });
      await run(band, coalitions);
    });

  it('shrink: goes on without them, and without a speaker if it was one of them', async () => {
    await withParty({}, async (band, coalitions) => {
      const [first, ...others] = band.members;
      const last = others.pop()!;
      await upset(band, [last]);
      expect(await coalitions.share('belief')).toMatchObject({ lost: [last], dissolved: [] });
      expect(coalitions.standing).toMatchObject([{ members: [first, ...others], speaker: undefined }]);
      expect((await coalitions.elect({ by: 'index' })).speakers.get(1)).toBe(others.at(-1) ?? first);
      // Its next life is in none, and may be in the next.
      expect(coalitions.of(last)).toBeUndefined();
      expect((await said(band))[last]).toBe(0);
    });
  });

  it('shrink: ends when those who are left do not cover the task', async () => {
    await withParty({}, async (band, coalitions) => {
      const seeing = [...band.members].filter((index) => index % 2 === 0);
      await upset(band, seeing);
      expect(await coalitions.share('belief')).toMatchObject({ lost: seeing, dissolved: [1] });
      expect(coalitions.standing).toEqual([]);
      expect((await said(band)).filter((id) => id > 0)).toEqual([]);
    });
  });

  it('dissolve: ends with the first', async () => {
    await withParty({ onLoss: 'dissolve' }, async (band, coalitions) => {
      const [first] = band.members;
      await upset(band, [first!]);
      expect(await coalitions.share('belief')).toMatchObject({ lost: [first], dissolved: [1] });
      expect((await said(band)).filter((id) => id > 0)).toEqual([]);
      const { formed } = await coalitions.form([hunt]);
      expect(formed).toMatchObject([{ id: 2, task: 'hunt' }]);
    });
  });

  it('lets go of one who leaves, also when another has taken the place', async () => {
    await withParty({}, async (band, coalitions) => {
      const [first] = band.members;
      await band.leave(first!);
      expect(await band.join()).toBe(first);
      expect(await coalitions.share('belief')).toMatchObject({ lost: [first], dissolved: [] });
      expect((await said(band))[first!]).toBe(0);
    });
  });

  it('loses one who fails while it takes in what all believe', async () => {
    await withParty({}, async (band, coalitions) => {
      const [first] = band.members;
      await band.scatter(
        'mood',
        Array.from({ length: 4 }, (_, index) => (index === first ? 'deaf' : 'calm')),
      );
      expect(await coalitions.share('belief')).toMatchObject({ lost: [first], dissolved: [] });
      expect(coalitions.standing[0]!.members).not.toContain(first);
    });
  });
});

it('a new life of a member does not belong, whatever comes first', async () => {
  await withBand({ count: 6, fanOut: 2 }, async (band) => {
    const coalitions = await formCoalitions(band, [hunt]);
    const [first] = coalitions.standing[0]!.members;
    await upset(band, [first!]);
    await band.gather('index');
    expect(await coalitions.form([hunts])).toMatchObject({ lost: [first], dissolved: [1] });
    expect((await said(band))[first!]).toBe(0);
    expect(await coalitions.elect({ by: 'index' })).toMatchObject({ lost: [], dissolved: [] });
  });
});

describe('dissolving', () => {
  it('leaves nobody in a coalition, and ends only what stands', async () => {
    await withBand({ count: 6, fanOut: 2, sideShards: 2 }, async (band) => {
      const coalitions = await formCoalitions(band, [hunts]);
      await expect(coalitions.dissolve([2, 9])).rejects.toMatchObject({ code: 'AGENTS_COALITION_GONE' });
      expect(coalitions.standing.length).toBe(3);
      expect(await coalitions.dissolve([2])).toEqual({ lost: [], dissolved: [] });
      expect(new Set(await said(band))).toEqual(new Set([0, 1, 3]));
      await coalitions.dissolve();
      expect(await said(band)).toEqual([0, 0, 0, 0, 0, 0]);
      expect(coalitions.standing).toEqual([]);
      expect(Array.from(band.members, (index) => band.seats.of(index))).toEqual([0, 0, 0, 0, 0, 0]);
    });
  });
});

describe('an operation that is not answered', () => {
  it('forms nothing if agents may not have heard', async () => {
    await withBand({ count: 6, fanOut: 2 }, async (band) => {
      let rounds = 0;
      const deaf = heardAs(band, (present) => {
        if (++rounds === 2) throw new Error('not heard');
        return present;
      });
      const coalitions = new Coalitions(deaf);
      await expect(coalitions.form([hunts])).rejects.toThrow('not heard');
      expect(coalitions.standing).toEqual([]);
      expect(Array.from(band.members, (index) => band.seats.of(index))).toEqual([0, 0, 0, 0, 0, 0]);
      expect((await coalitions.form([hunts])).formed.map(({ id }) => id)).toEqual([4, 5, 6]);
      expect((await said(band)).sort()).toEqual([4, 4, 5, 5, 6, 6]);
    });
  });

  it('forms nothing, and leaves what stands', async () => {
    await withBand({ count: 6, fanOut: 2 }, async (band) => {
      const coalitions = await formCoalitions(band, [hunt]);
      await expect(coalitions.form([hunts], { deadlineMs: 0 })).rejects.toThrow();
      expect(coalitions.standing.length).toBe(1);
      await expect(coalitions.elect({ deadlineMs: 0 })).rejects.toThrow();
      expect((await coalitions.elect()).speakers.size).toBe(1);
      expect((await coalitions.form([hunts])).formed.length).toBe(2);
    });
  });
});
