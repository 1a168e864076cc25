/** At stake: the claim that fusion helps rests on these three. Tried on values worked out by hand and from tables. */
import { keyedUniform } from '@skein/runtime';
import { expect, test } from 'vitest';
import { bootstrapInterval, median, signedRankProbability } from './statistics.js';

test.each([
  [[7], 7],
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

test.each([
  // All n positive: one of 2^n choices of signs.
  [[1, 2, 3], 1 / 8],
  [[5, 4, 3, 2, 1, 6], 1 / 64],
  // Ranks 2 + 3 of 1, 2, 3: of the eight sums 0 1 2 3 3 4 5 6, two are at least 5.
  [[-1, 2, 3], 2 / 8],
  // Differences of 0 say nothing: ranks 2 + 3 of 1, 2, 3 again.
  [[0, 2, -1, 3], 2 / 8],
  // Ties share rank 2, so three of them make 6: so do 8 of the 16 sums, with 4 and any one of them, and so on.
  [[1, 1, 1, -4], 8 / 16],
  [[], 1],
])('signs as in %j come of chance with probability %d', (differences, expected) => {
  expect(signedRankProbability(differences)).toBeCloseTo(expected, 14);
});

test("agrees with Wilcoxon's table: for ten pairs, a rank sum of 45 is exceeded once in forty", () => {
  // Critical value 8 of the smaller sum, two-sided 5 %: P(T <= 8) = 0.0244, P(T <= 10) = 0.0420.
  expect(signedRankProbability([-3, -5, 1, 2, 4, 6, 7, 8, 9, 10])).toBeCloseTo(0.0244, 4);
  expect(signedRankProbability([-1, -4, -5, 2, 3, 6, 7, 8, 9, 10])).toBeCloseTo(0.042, 3);
});

test('a bootstrap interval holds the statistic, is narrower with more pairs, and is the same again', () => {
  const uniform = (draw: number) => keyedUniform(1, 1, 0, draw);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const few = bootstrapInterval([1, 2, 3, 4], mean, uniform);
  const many = bootstrapInterval(
    Array.from({ length: 100 }, (_, i) => 1 + (i % 4)),
    mean,
    uniform,
  );
  for (const { low, high } of [few, many]) {
    expect(low).toBeLessThan(2.5);
    expect(high).toBeGreaterThan(2.5);
  }
  expect(many.high - many.low).toBeLessThan(few.high - few.low);
  // The mean of 100 draws of spread 1.118 lies within 1.96 x 0.1118 of 2.5.
  expect(many.high - many.low).toBeCloseTo(2 * 1.96 * 0.1118, 1);
  expect(bootstrapInterval([1, 2, 3, 4], mean, uniform)).toEqual(few);
});
