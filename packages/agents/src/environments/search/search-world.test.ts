/**
 * At stake: one seed is one world, for every arm, thread and order of questions, and chance in it is as the detector
 * says. Tried by counting many draws, and by asking twice in different orders.
 */
import { describe, expect, test } from 'vitest';
import { sectorSize } from '../sector-graph.js';
import { alarmProbability, DEFAULT_DETECTOR } from './detector.js';
import { graphOf, openGraph } from './search.test-fixtures.js';
import { createSearchWorld, hearsAlarm, isClaimRight, randomStep } from './search-world.js';

const line = openGraph(6);

test('the same seed is the same world, another seed another', () => {
  const options = { agentCount: 50, targetCount: 5, seed: 3 };
  expect(createSearchWorld(line, options)).toEqual(createSearchWorld(line, options));
  const other = createSearchWorld(line, { ...options, seed: 4 });
  expect(other.starts).not.toEqual(createSearchWorld(line, options).starts);
  expect(other.targetSectors).not.toEqual(createSearchWorld(line, options).targetSectors);
});

test('a world with more of everybody begins with the same ones', () => {
  const few = createSearchWorld(line, { agentCount: 10, targetCount: 2, seed: 3 });
  const many = createSearchWorld(line, { agentCount: 20, targetCount: 4, seed: 3 });
  expect(many.starts.subarray(0, 10)).toEqual(few.starts);
  expect(many.targetSectors.subarray(0, 2)).toEqual(few.targetSectors);
});

test('where the targets are is not where the searchers are', () => {
  const { starts, targetSectors } = createSearchWorld(line, { agentCount: 20, targetCount: 20, seed: 3 });
  expect(targetSectors).not.toEqual(starts);
});

test('searchers and targets stand on every sector as often as it has cells', () => {
  const graph = graphOf(['...@.', '....@', '@....', '.@...', '...@.'], 6);
  const count = 6000;
  for (const column of ['starts', 'targetSectors'] as const) {
    const counts = new Array<number>(graph.sectorCount).fill(0);
    for (let seed = 0; seed < count / 500; seed++) {
      for (const sector of createSearchWorld(graph, { agentCount: 500, targetCount: 500, seed })[column]) {
        counts[sector]!++;
      }
    }
    const chiSquare = counts.reduce((sum, seen, sector) => {
      const expected = (count * sectorSize(graph, sector)) / graph.cells.length;
      return sum + (seen - expected) ** 2 / expected;
    }, 0);
    // Exceeded once in a thousand by Wilson and Hilferty's approximation of chi-square with n - 1 degrees of freedom.
    const freedom = graph.sectorCount - 1;
    const spread = 2 / (9 * freedom);
    expect(chiSquare).toBeLessThan(freedom * (1 - spread + 3.09 * Math.sqrt(spread)) ** 3);
  }
});

describe('a detector', () => {
  const world = createSearchWorld(line, { agentCount: 200, targetCount: 1, seed: 11 });
  const target = world.targetSectors[0]!;

  test.each([0, 1, 2, 3, 5])('%d hops from a target sounds as often as it should', (hops) => {
    const sector = Array.from({ length: line.sectorCount }, (_, s) => s).find(
      (s) => line.hops[s * line.sectorCount + target] === hops,
    )!;
    let alarms = 0;
    for (let agent = 0; agent < 200; agent++) {
      for (let tick = 1; tick <= 100; tick++) alarms += Number(hearsAlarm(world, agent, tick, 0, sector));
    }
    const p = alarmProbability(DEFAULT_DETECTOR, hops);
    expect(Math.abs(alarms / 20_000 - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / 20_000));
  });

  test('gives the same answer however often and in whatever order it is asked', () => {
    const questions = Array.from({ length: 300 }, (_, i) => [i % 20, Math.floor(i / 20), i % 36] as const);
    const ask = ([agent, tick, sector]: readonly [number, number, number]) =>
      hearsAlarm(world, agent, tick, 0, sector);
    const forward = questions.map(ask);
    expect(questions.toReversed().map(ask).toReversed()).toEqual(forward);
    expect(new Set(forward)).toEqual(new Set([true, false]));
  });

  test('sounds for each target on its own account', () => {
    const many = createSearchWorld(openGraph(2), { agentCount: 1, targetCount: 64, seed: 1 });
    const heard = Array.from({ length: 64 }, (_, k) => Number(hearsAlarm(many, 0, 1, k, 0))).join('');
    const later = Array.from({ length: 64 }, (_, k) => Number(hearsAlarm(many, 0, 2, k, 0))).join('');
    expect(heard).toMatch(/01.*10|10.*01/);
    expect(later).not.toBe(heard);
  });
});

test('a claim is right in the sector of the target and nowhere else', () => {
  const world = createSearchWorld(line, { agentCount: 1, targetCount: 3, seed: 5 });
  for (let target = 0; target < 3; target++) {
    const right = Array.from({ length: 36 }, (_, sector) => isClaimRight(world, target, sector));
    expect(right.map((yes, sector) => (yes ? sector : -1)).filter((sector) => sector >= 0)).toEqual([
      world.targetSectors[target],
    ]);
  }
});

test('a random walker stays or takes each way alike', () => {
  const graph = graphOf(['...', '.@.', '...']);
  const counts = new Map<number, number>();
  for (let i = 0; i < 300; i++) {
    const next = randomStep(graph, 0, (i + 0.5) / 300);
    counts.set(next, (counts.get(next) ?? 0) + 1);
  }
  expect(counts).toEqual(
    new Map([
      [1, 100],
      [3, 100],
      [0, 100],
    ]),
  );
});

test.each([
  [0, 1],
  [1.5, 1],
  [1, 0],
  [1, 1025],
])('refuses %d agents with %d targets', (agentCount, targetCount) => {
  expect(() => createSearchWorld(line, { agentCount, targetCount, seed: 1 })).toThrow(RangeError);
});
