/** At stake: what the searchers believe of their detector must be what it does. Tried on its table and its limits. */
import { expect, test } from 'vitest';
import { alarmProbability, binaryEntropy, DEFAULT_DETECTOR, tabulateDetector } from './detector.js';
import { openGraph } from './search.test-fixtures.js';

test.each([
  [0, 0.3],
  [1, 0.2],
  [2, 0.15],
  [3, 0.1],
  [40, 0.1],
])('a target %d hops away sounds an alarm with probability %d', (hops, expected) => {
  expect(alarmProbability(DEFAULT_DETECTOR, hops)).toBeCloseTo(expected, 15);
});

test('the table holds the probabilities, their logarithms and entropies, by hops', () => {
  const table = tabulateDetector(DEFAULT_DETECTOR, openGraph(5));
  const { alarm, logAlarm, logSilence, ambiguity } = table;
  expect(Array.from(alarm)).toEqual([0, 1, 2, 3].map((hops) => alarmProbability(DEFAULT_DETECTOR, hops)));
  for (let hops = 0; hops < 4; hops++) {
    expect(Math.exp(logAlarm[hops]!) + Math.exp(logSilence[hops]!)).toBeCloseTo(1, 15);
    expect(ambiguity[hops]).toBe(binaryEntropy(alarm[hops]!));
  }
  // From the middle of an open square one hears the thirteen sectors within two steps.
  const middle = 12;
  const near = [...table.nearSectors.subarray(table.nearOffsets[middle], table.nearOffsets[middle + 1])];
  const hops = [...table.nearHops.subarray(table.nearOffsets[middle], table.nearOffsets[middle + 1])];
  expect(near).toEqual([2, 6, 7, 8, 10, 11, 12, 13, 14, 16, 17, 18, 22]);
  expect(hops).toEqual([2, 2, 1, 2, 2, 1, 0, 1, 2, 2, 1, 2, 2]);
});

test.each([
  ['a silent false alarm', { falseAlarm: 0 }],
  ['a certain alarm', { alarmHere: 1 }],
  ['an alarm rarer than a false one', { alarmHere: 0.05 }],
  ['a decay that grows', { decayPerHop: 1.1 }],
  ['half a hop of range', { rangeHops: 0.5 }],
  ['no number', { falseAlarm: Number.NaN }],
])('refuses %s', (_, change) => {
  expect(() => tabulateDetector({ ...DEFAULT_DETECTOR, ...change }, openGraph(2))).toThrow(RangeError);
});

test.each([
  [0, 0],
  [1, 0],
  [0.5, Math.LN2],
])('the entropy of an event of probability %d is %d nats', (p, nats) => {
  expect(binaryEntropy(p)).toBeCloseTo(nats, 15);
});
