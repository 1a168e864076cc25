// At stake: that all are measured alike. Tried on subjects that write down whose turn it is.
import { expect, test } from 'vitest';
import { measureLaps, ratesOf, type Subject, shuffled } from './laps.js';

function subject(agents: number, ms: number, turns: number[]): Subject {
  return {
    agents,
    round: () => {
      if (turns.at(-1) !== agents) turns.push(agents);
      return ms;
    },
  };
}

test('each has its turn in each lap, in no fixed order, for as long as the others', async () => {
  const turns: number[] = [];
  const subjects = [subject(1, 1, turns), subject(2, 3, turns), subject(3, 50, turns)];
  const laps = await measureLaps(subjects, { laps: 20, sliceMs: 30, seed: 1 });
  for (const [i, of] of subjects.entries()) {
    expect(laps.get(of)).toHaveLength(20);
    expect(laps.get(of)!.map(({ length }) => length)).toEqual(new Array(20).fill([30, 10, 3][i]));
    expect(ratesOf(of, laps.get(of)!)[0]).toBeCloseTo((1000 * of.agents) / [1, 3, 50][i]!);
  }
  const firsts = new Set(Array.from({ length: 20 }, (_, lap) => shuffled([1, 2, 3], lap)[0]));
  expect(firsts.size).toBe(3);
  expect(turns.length).toBeGreaterThan(40); // who comes last in one lap may come first in the next
});

test('those of equally many agents have their turns one after the other', async () => {
  const turns: number[] = [];
  const subjects = [1, 2, 1, 3, 2, 1].map((agents) => subject(agents, 50, turns));
  await measureLaps(subjects, { laps: 0, sliceMs: 1, seed: 1 });
  for (let seed = 0; seed < 20; seed++) {
    const last = turns.push(0);
    await measureLaps(subjects, { laps: 1, sliceMs: 1, seed });
    expect(turns.slice(last).slice(-3).toSorted()).toEqual([1, 2, 3]);
  }
});

test('a shuffle loses nobody', () => {
  expect(shuffled([1, 2, 3, 4, 5], 7).toSorted()).toEqual([1, 2, 3, 4, 5]);
  expect(shuffled([1, 2, 3, 4, 5], 7)).toEqual(shuffled([1, 2, 3, 4, 5], 7));
});
