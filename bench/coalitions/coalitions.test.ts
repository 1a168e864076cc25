// At stake: that coalitions are of use where they should be: hunters of whom none can see all that it takes find more together. Tried by
// hunts in pairs, with and without coalitions, of the same seed: same treasure, same sights. Student's 95 % interval of the mean difference must lie above 0.
import { formCoalitions, spawnSwarm } from '@skein/agents';
import { createTestSystem } from '@skein/runtime/testing';
import { expect, test } from 'vitest';
import { HUNTERS_MODULE, hunt, hunter, MEMBER_COST } from './hunters.js';
import { pairedInterval } from './paired-interval.js';
import { runHunt } from './run-hunt.js';

const PAIRS = 12;

test('hunters in coalitions find more', async () => {
  const { system } = await createTestSystem({ modules: [HUNTERS_MODULE] });
  const differences: number[] = [];
  for (let seed = 1; seed <= PAIRS; seed++) {
    const common = { seed, hunters: 8, steps: 6 };
    const together = await runHunt(system, { ...common, inCoalitions: true });
    differences.push(together - (await runHunt(system, { ...common, inCoalitions: false })));
  }
  const { mean, low, high } = pairedInterval(differences);
  expect(low).toBeGreaterThan(0);
  expect(high).toBeLessThan(1);
  expect(mean).toBeCloseTo((low + high) / 2, 12);
  await system.stop();
});

test('each coalition has one who sees rows and one who sees columns, and no more', async () => {
  const { system } = await createTestSystem({ modules: [HUNTERS_MODULE] });
  const swarm = await spawnSwarm(system, hunter, { count: 9, fanOut: 3 });
  const { standing } = await formCoalitions(swarm, [hunt], { belief: 'belief', memberCost: MEMBER_COST });
  expect(standing.length).toBe(4);
  for (const { members } of standing) expect(members.map((index) => index % 2).sort()).toEqual([0, 1]);
  await system.stop();
});

test('the interval is Student’s', () => {
  // Of 1 … 10: mean 5.5, s² = 55/6, t(9) = 2.2622.
  const { mean, low, high } = pairedInterval([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(mean).toBe(5.5);
  expect(high - mean).toBeCloseTo(2.2622 * Math.sqrt(55 / 60), 2);
  expect(mean - low).toBeCloseTo(high - mean, 12);
});
