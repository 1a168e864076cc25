/**
 * At stake: the comparison of the three arms. Tried on a small world: each arm finds what there is where it is, the same seed
 * gives the same finds, and pooling helps. How much it helps on real maps is the experiment's to say.
 */
import { describe, expect, test } from 'vitest';
import { openGraph } from './search.test-fixtures.js';
import { createSearchWorld } from './search-world.js';
import { DEFAULT_SEARCH_PARAMETERS, simulateSearch } from './simulate-search.js';

const graph = openGraph(6);
const worldOf = (seed: number) => createSearchWorld(graph, { agentCount: 20, targetCount: 3, seed });

describe.each(['fused', 'unfused', 'random'] as const)('the %s arm', (arm) => {
  const outcome = simulateSearch(worldOf(1), arm, 3000);

  test('finds every target, each where it is', () => {
    expect(outcome.complete).toBe(true);
    expect(outcome.finds.map(({ target }) => target).toSorted()).toEqual([0, 1, 2]);
    for (const { target, sector } of outcome.finds) expect(sector).toBe(worldOf(1).targetSectors[target]);
    expect(outcome.ticks).toBe(outcome.finds.at(-1)!.tick);
  });

  test('gives the same for the same seed', () => {
    expect(simulateSearch(worldOf(1), arm, 3000)).toEqual(outcome);
  });

  test('ends at the tick it is told to, with what it has', () => {
    const ticksMax = outcome.ticks - 1;
    const cut = simulateSearch(worldOf(1), arm, ticksMax);
    expect(cut).toMatchObject({
      complete: false,
      ticks: ticksMax,
      finds: outcome.finds.filter((f) => f.tick <= ticksMax),
    });
  });
});

test('those who pool find sooner, and random walkers last', () => {
  const median = (arm: 'fused' | 'unfused' | 'random') =>
    [1, 2, 3, 4, 5, 6, 7]
      .map((seed) => simulateSearch(worldOf(seed), arm, 5000).ticks)
      .toSorted((a, b) => a - b)[3]!;
  const fused = median('fused');
  const unfused = median('unfused');
  expect(fused * 2).toBeLessThan(unfused);
  expect(unfused * 2).toBeLessThan(median('random'));
});

test('a rarer fusion costs time, and still finds', () => {
  const total = (fuseEveryTicks: number) =>
    [1, 2, 3, 4, 5].reduce(
      (sum, seed) =>
        sum +
        simulateSearch(worldOf(seed), 'fused', 5000, { ...DEFAULT_SEARCH_PARAMETERS, fuseEveryTicks }).ticks,
      0,
    );
  expect(total(1)).toBeLessThan(total(25));
});
