// At stake: what a swarm says is what its agents say: each that is there once, nobody else, in index order, whatever the tree and whoever
// failed. Tried for each operation beside a list of numbers that is told the same.
import { createTestSystem } from '@skein/runtime/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combinerOf } from '../coordination/combiners.js';
import { Citizen, citizen } from './operations.test-fixtures.js';
import { type Swarm, spawnSwarm } from './swarm.js';

const modules = [new URL('./operations.test-fixtures.ts', import.meta.url)];
const silent = { modules, log: () => undefined };

type Town = Swarm<number, readonly number[]>;

async function withTown(
  {
    sideShards = 0,
    strict = true,
    ...shape
  }: { count: number; fanOut?: number; capacity?: number; sideShards?: number; strict?: boolean },
  run: (town: Town, test: Awaited<ReturnType<typeof createTestSystem>>) => Promise<void>,
): Promise<void> {
  const test = await createTestSystem({ ...silent, sideShards, strict, seed: 3 });
  await run(await spawnSwarm(test.system, citizen, shape), test);
  await test.system.quiet();
  const { sent, handled, deadLetters, queued } = test.system.metrics();
  expect(sent).toBe(handled + deadLetters + queued);
  await test.system.stop();
}

/** Makes some agents fail the next time that they are asked for anything. */
const upset = (town: Town, failing: ReadonlySet<number>) =>
  town.scatter(
    'mood',
    Array.from({ length: town.capacity }, (_, index) => (failing.has(index) ? 'failing' : 'calm')),
  );

const shapes = fc.record({
  count: fc.integer({ min: 1, max: 30 }),
  spare: fc.integer({ min: 0, max: 12 }),
  fanOut: fc.integer({ min: 2, max: 6 }),
  sideShards: fc.integer({ min: 0, max: 2 }),
  strict: fc.boolean(), // then each row is a message
  levels: fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 42, maxLength: 42 }),
  failing: fc.uniqueArray(fc.integer({ min: 0, max: 41 }), { maxLength: 6 }),
});

/** One operation, and what a list of the agents that are there says of it. */
const operations: Record<
  string,
  {
    readonly ask: (town: Town) => Promise<{ readonly missing: readonly number[] }>;
    readonly model: (there: readonly Citizen[], town: Town) => object;
  }
> = {
  gather: {
    ask: (town) => town.gather('signs'),
    model: (there, { capacity }) => {
      const column = new Float64Array(2 * capacity).fill(Number.NaN);
      for (const { index, level } of there) column.set([level, -level], 2 * index);
      return { column, width: 2 };
    },
  },
  sum: {
    ask: (town) => town.reduce('signs', 'sum'),
    model: (there) => {
      const sum = there.reduce((total, { level }) => total + level, 0);
      return { value: Float64Array.of(sum, 0 - sum) };
    },
  },
  mean: {
    ask: (town) => town.reduce('level', 'mean'),
    model: (there) => ({
      value: Float64Array.of(there.reduce((total, { level }) => total + level, 0) / there.length),
    }),
  },
  max: {
    ask: (town) => town.reduce('level', 'max'),
    model: (there) => ({ value: Float64Array.of(Math.max(...there.map(({ level }) => level))) }),
  },
  argmax: {
    ask: (town) => town.reduce('level', 'argmax'),
    model: (there) => {
      const [best] = there.toSorted((a, b) => b.level - a.level);
      return { value: best && { index: best.index, value: best.level } };
    },
  },
  top: {
    ask: (town) => town.reduce('level', { top: 3 }),
    model: (there) => {
      const best = there.toSorted((a, b) => b.level - a.level).slice(0, 3);
      return {
        value: {
          indices: Int32Array.from(best, ({ index }) => index),
          values: Float64Array.from(best, ({ level }) => level),
        },
      };
    },
  },
  own: {
    ask: (town) => town.reduce('level', { own: 'text' }),
    model: (there) => {
      const [first, ...rest] = there.map(({ level }) => level);
      return { value: rest.length === 0 ? first : [first, ...rest].join() };
    },
  },
  vote: {
    ask: (town) => town.vote('level', { rule: 'majority', about: {} }),
    model: (there, { count }) => {
      const votes = Int32Array.from([0, 1, 2, 3], (c) => there.filter(({ level }) => level % 5 === c).length);
      const winner = votes.findIndex((n) => n > count / 2);
      return { votes, choice: winner === -1 ? undefined : winner };
    },
  },
  fuse: {
    ask: (town) => town.fuse('belief', { rule: 'product', precision: 'trust' }),
    model: (there) => {
      const fuse = combinerOf({ name: 'fuse', states: 3, rule: 'product' }, {});
      const sum = there
        .map(({ index, belief }) => fuse.of([...belief, 1 + (index % 4)], index))
        .reduce((a, b) => fuse.join(a, b), fuse.empty());
      return fuse.read(sum) as object;
    },
  },
  barrier: { ask: (town) => town.barrier(), model: () => ({}) },
};

/** A result with 0 in place of -0: which of them a sum of nothing is, is nobody's business. */
function unsigned<Result extends object>(result: Result): Result {
  return Object.fromEntries(
    Object.entries(result).map(([key, value]) => [
      key,
      value instanceof Float64Array ? value.map((number) => number + 0) : value,
    ]),
  ) as Result;
}

describe.each(Object.entries(operations))('%s', (name, { ask, model }) => {
  it('says what a list of the agents says, without those that fail', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async ({ count, spare, fanOut, sideShards, strict, levels, failing }) => {
        await withTown({ count, capacity: count + spare, fanOut, sideShards, strict }, async (town) => {
          const votes = name === 'vote' ? levels.map(Math.abs) : levels;
          await town.scatter('level', Float64Array.from(votes.slice(0, town.capacity)));
          const members = new Set(town.members);
          const asks = name !== 'barrier'; // where nothing is asked nobody fails
          const upsetNow = new Set(failing.filter((index) => asks && members.has(index)));
          await upset(town, upsetNow);
          const there = [...members]
            .filter((index) => !upsetNow.has(index))
            .map((index) => Object.assign(new Citizen(index), { level: votes[index]! }));
          const result = await ask(town);
          expect(result.missing).toEqual([...upsetNow].sort((a, b) => a - b));
          expect(unsigned(result)).toMatchObject(unsigned(model(there, town)));
          expect((await town.barrier()).missing).toEqual([]); // and all are back
        });
      }),
      { numRuns: 8 },
    );
  });
});

describe('a step in columns', () => {
  it('does what a step does, and of several modalities shows each', async () => {
    await withTown({ count: 10, capacity: 12, fanOut: 3, sideShards: 1 }, async (town) => {
      const levels = Int32Array.from({ length: 12 }, (_, index) => 7 * index);
      const { actions, missing, tick } = await town.stepColumns([levels]);
      const present = (index: number): boolean => town.members.includes(index);
      expect({ missing, tick }).toEqual({ missing: [], tick: 1 });
      expect(actions).toEqual([
        levels.map((level, index) => (present(index) ? level : -1)),
        levels.map((level, index) => (present(index) ? -level : -1)),
      ]);
      const objects = await town.step([...levels]);
      expect(objects.actions).toEqual(
        [...levels].map((level, index) => (present(index) ? [level, -level] : undefined)),
      );
    });
  });

  it('refuses actions that are no whole numbers, by agent', async () => {
    await withTown({ count: 5, fanOut: 2 }, async (town) => {
      await town.stepColumns([new Int32Array(5)]);
      const two = town.stepColumns([new Int32Array(5), new Int32Array(5)]); // a level that is a row
      await expect(two).rejects.toMatchObject({ code: 'AGENTS_NOT_NUMERIC' });
      await expect(town.stepColumns([])).rejects.toMatchObject({ code: 'AGENTS_OBSERVATION_COUNT' });
    });
  });
});

describe('join and leave', () => {
  it('keep leaves level, lowest place first, up to the capacity', async () => {
    await withTown({ count: 4, capacity: 8, fanOut: 3, sideShards: 1 }, async (town) => {
      expect([...town.members]).toEqual([0, 1, 2, 5]); // of leaves 0 to 1, 2 to 4 and 5 to 7
      const joined = [await town.join(), await town.join(), await town.join(), await town.join()];
      expect([...town.members]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      expect(joined).toEqual([3, 6, 4, 7]);
      await expect(town.join()).rejects.toMatchObject({ code: 'AGENTS_SWARM_FULL' });
      await town.leave(5);
      await expect(town.leave(5)).rejects.toMatchObject({ code: 'AGENTS_NO_SUCH_AGENT' });
      expect(await town.join()).toBe(5);
    });
  });

  it('give a place to a new life, and take the old one out of every count', async () => {
    await withTown({ count: 3, fanOut: 2 }, async (town, { system }) => {
      await town.broadcast('level', 9);
      const before = await town.ref(1);
      await town.leave(1);
      expect((await town.reduce('level', 'sum')).value).toEqual(Float64Array.of(18));
      await system.whenTerminated(before);
      await expect(town.ref(1)).rejects.toMatchObject({ code: 'AGENTS_NO_SUCH_AGENT' });
      await town.join();
      expect((await town.gather('level')).column).toEqual(Float64Array.of(9, 1, 9));
      expect((await town.ref(1)).address.id).not.toBe(before.address.id);
    });
  });

  it('begin a new life where a cohort has not heard that the last one left', async () => {
    const { system } = await createTestSystem(silent);
    const node = { from: 0, to: 2, shard: 0, children: [] };
    const root = system.spawn(citizen.cohort, { node, agentCount: 2, seed: 1 });
    const settle = async (round: number, tenures: Int32Array) => {
      const operation = {
        tell: 'take',
        tick: 0,
        take: { kind: 'arrive' },
        combiner: { name: 'count' },
      } as const;
      const descent = { round, operation, waitMs: 90, slackMs: 10, tenures };
      const { partial } = await root.ask({ type: 'descend', ...descent }, { deadlineMs: 100 });
      const refs = [0, 1].map((index) => root.ask({ type: 'find', index }, { deadlineMs: 100 }));
      return [partial, ...(await Promise.all(refs)).map((ref) => ref?.address.id)];
    };
    const [, first, second] = await settle(1, Int32Array.of(1, 1));
    const [there, other, same] = await settle(2, Int32Array.of(2, 1));
    expect([there, same]).toEqual([2, second]);
    expect(other).not.toBe(first);
    expect(await settle(3, Int32Array.of(0, 1))).toEqual([1, undefined, second]);
    await system.stop();
  });

  it('are remembered when a shard is lost', async () => {
    await withTown(
      { count: 8, capacity: 9, fanOut: 3, sideShards: 2 },
      async (town, { system, killShard }) => {
        const joined = await town.join();
        await town.leave(0);
        killShard(2);
        let missing: readonly number[] = [-1];
        for (let tries = 0; tries < 20 && missing.length > 0; tries++) {
          await system.quiet();
          ({ missing } = await town.barrier());
        }
        expect(missing).toEqual([]);
        const { column } = await town.gather('level');
        expect([...column.keys()].filter((index) => !Number.isNaN(column[index]!))).toEqual([
          ...town.members,
        ]);
        expect([...town.members]).toContain(joined);
      },
    );
  });

  it('find cohorts that nobody was in before', async () => {
    await withTown({ count: 1, capacity: 27, fanOut: 3 }, async (town, { system }) => {
      const few = system.metrics().actors;
      for (let joins = 1; joins < 27; joins++) await town.join();
      expect(system.metrics().actors).toBeGreaterThan(few + 26 + 8);
      expect((await town.reduce('level', 'sum')).value).toEqual(Float64Array.of((27 * 26) / 2));
    });
  });
});

describe('a vote', () => {
  it('counts the silent against a majority, and not for a quorum', async () => {
    await withTown({ count: 5, fanOut: 2 }, async (town) => {
      const vote = (rule: Parameters<Town['vote']>[1]['rule'], about = {}) =>
        town.vote('level', { rule, about });
      await town.scatter('level', [1, 1, 1, 2, 4]);
      expect(await vote('majority')).toMatchObject({ choice: 1, abstained: 1, missing: [] });
      await town.scatter('level', [1, 1, 4, 2, 4]);
      expect(await vote('majority')).toMatchObject({ choice: undefined, abstained: 2 });
      expect(await vote({ quorum: 3 })).toMatchObject({ choice: 1 });
      expect(await vote({ quorum: 4 })).toMatchObject({ choice: undefined });
      expect(await vote({ quorum: 0 }, { silent: true })).toMatchObject({ choice: undefined, abstained: 5 });
      await upset(town, new Set([0]));
      expect(await vote({ quorum: 2 })).toMatchObject({ choice: undefined, missing: [0] }); // a tie
    });
  });

  it('weighs', async () => {
    await withTown({ count: 5, fanOut: 2 }, async (town) => {
      await town.scatter('level', [0, 0, 0, 0, 3]);
      const { choice, weights } = await town.vote('weighty', { rule: 'weighted' });
      expect({ choice, weights }).toEqual({ choice: 0, weights: Float64Array.of(6, 0, 0, 4) });
    });
  });
});

describe('an election', () => {
  it('is won once a term by the best, of equals the first, and all hear of it', async () => {
    await withTown({ count: 7, fanOut: 2 }, async (town) => {
      await town.scatter('level', [1, 5, 2, 5, 0, 0, 0]);
      expect(await town.elect({ term: 1, by: 'level' })).toEqual({ term: 1, leader: 1, missing: [] });
      await expect(town.elect({ term: 1 })).rejects.toMatchObject({ code: 'AGENTS_PAST_TERM' });
      await upset(town, new Set([1]));
      expect(await town.elect({ term: 2, by: 'level' })).toEqual({ term: 2, leader: 3, missing: [] });
      const { leader } = await town.elect({ term: 3 });
      expect(leader).toBeDefined();
      expect(town.term).toBe(3);
    });
  });
});

describe('an election whose winner fails when it hears of it', () => {
  it('has no leader', async () => {
    await withTown({ count: 3, fanOut: 2 }, async (town) => {
      await upset(town, new Set([0, 1, 2])); // nobody is asked anything until then: it is by lot
      expect(await town.elect({ term: 7 })).toEqual({ term: 7, leader: undefined, missing: [0, 1, 2] });
      expect((await town.elect({ term: 8 })).leader).toBeDefined();
    });
  });
});

describe('a fusion', () => {
  it.each(['product', 'pool'] as const)('by %s in deltas is the same as whole', async (rule) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat({ max: 8 }), { minLength: 9, maxLength: 9 }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 4 }),
        fc.option(fc.nat({ max: 8 })),
        async (rounds, keyFrameEvery, failing) => {
          await withTown({ count: 9, fanOut: 2, sideShards: 1 }, async (town) => {
            for (const levels of rounds) {
              await town.scatter('level', levels);
              if (failing !== null) await upset(town, new Set([failing]));
              const sparse = await town.fuse('belief', { rule, precision: 'trust', keyFrameEvery });
              if (failing !== null) await town.scatter('level', levels);
              if (failing !== null) await upset(town, new Set([failing]));
              expect(sparse).toEqual(await town.fuse('belief', { rule, precision: 'trust' }));
            }
          });
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe('a fusion without precisions', () => {
  it('trusts all alike', async () => {
    await withTown({ count: 2 }, async (town) => {
      await town.scatter('level', [0, 1]); // beliefs 1:2:1 and 1:3:2
      const { posterior, precision } = await town.fuse('belief', { rule: 'product' });
      expect(precision).toBe(2);
      for (const [state, odds] of [1, 6, 2].entries()) expect(posterior[state]).toBeCloseTo(odds / 9, 14);
    });
  });
});

describe('gossip', () => {
  it('brings all near the mean, and is the same on any number of shards', async () => {
    const told: Float64Array[] = [];
    for (const sideShards of [0, 1, 2])
      await withTown({ count: 30, fanOut: 4, sideShards }, async (town) => {
        const { estimates, missing } = await town.gossip('level', { rounds: 30, fanOut: 2 });
        expect(missing).toEqual([]);
        for (const estimate of estimates) expect(Math.abs(estimate - 14.5)).toBeLessThan(0.01);
        told.push(estimates);
      });
    expect(told[1]).toEqual(told[0]);
    expect(told[2]).toEqual(told[0]);
  });

  it('ends without those that fail, and of one alone', async () => {
    await withTown({ count: 6, fanOut: 2 }, async (town, { advance }) => {
      await upset(town, new Set([2]));
      const talk = town.gossip('level', { rounds: 2, fanOut: 2, deadlineMs: 100 });
      await advance(500);
      const { estimates, missing } = await talk;
      expect(missing).toEqual([2]);
      expect(estimates.filter(Number.isNaN)).toHaveLength(1);
    });
    await withTown({ count: 1 }, async (town) => {
      expect((await town.gossip('level', { rounds: 3, fanOut: 2 })).estimates).toEqual(Float64Array.of(0));
    });
  });
});

describe('a sample', () => {
  it('is of as many different agents, and each time of others', async () => {
    await withTown({ count: 40, fanOut: 4 }, async (town) => {
      const samples = [await town.sample('level', 5), await town.sample('level', 5)];
      for (const { indices, values } of samples) {
        expect(new Set(indices).size).toBe(5);
        expect([...values]).toEqual([...indices]);
      }
      expect(samples[0]!.indices).not.toEqual(samples[1]!.indices);
    });
  });
});

describe('an agent that says nothing', () => {
  it('is missing when the time is up, and nobody waits for it longer', async () => {
    await withTown({ count: 9, fanOut: 3 }, async (town, { system, clock, advance }) => {
      const stuck = await town.ref(4);
      system.suspend(stuck);
      const began = clock.now();
      const counting = town.reduce('level', 'sum', { deadlineMs: 100 });
      await advance(100);
      expect(await counting).toEqual({ value: Float64Array.of(32), missing: [4] });
      expect(clock.now() - began).toBeLessThanOrEqual(100);
      const strict = town.barrier({ deadlineMs: 100, partial: 'reject' });
      const refused = expect(strict).rejects.toMatchObject({ code: 'AGENTS_PARTIAL_RESULT', missing: [4] });
      await advance(100);
      await refused;
      system.resume(stuck);
      await system.quiet();
      expect((await town.reduce('level', 'sum')).value).toEqual(Float64Array.of(36));
    });
  });
});

describe('what does not fit', () => {
  it('is refused by name', async () => {
    await withTown({ count: 2 }, async (town) => {
      const undeclared = { code: 'AGENTS_UNDECLARED' };
      await expect(town.gather('height')).rejects.toMatchObject(undeclared);
      await expect(town.broadcast('height', 1)).rejects.toMatchObject(undeclared);
      await expect(town.vote('height', { rule: 'majority' })).rejects.toMatchObject(undeclared);
      await expect(town.reduce('level', { own: 'height' })).rejects.toMatchObject(undeclared);
      await expect(town.scatter('level', [1])).rejects.toMatchObject({ code: 'AGENTS_OBSERVATION_COUNT' });
      await expect(town.sample('level', 0)).rejects.toMatchObject({ code: 'AGENTS_SWARM_OPTION' });
      const first = town.barrier();
      await expect(town.barrier()).rejects.toMatchObject({ code: 'AGENTS_STEP_IN_FLIGHT' });
      await first;
    });
  });

  it('fails the agent that says it, and no other', async () => {
    await withTown({ count: 3 }, async (town, { system }) => {
      const errors: unknown[] = [];
      system.deadLetters.subscribe(({ cause }) => errors.push((cause as { code?: string }).code));
      expect(await town.gather('wrong')).toMatchObject({ missing: [0, 1, 2] });
      expect(errors).toEqual(new Array(3).fill('AGENTS_INVALID_CONTRIBUTION'));
    });
  });
});
