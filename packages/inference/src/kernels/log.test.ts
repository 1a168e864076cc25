// At stake: every entropy and free energy is a sum of these logarithms, so an error at some odd argument, such as
// at the seam between two powers of two, shows up in all of them. Tried against the float64 logarithm with
// floats of every magnitude, by a stride through their bit patterns, and with all that lie around the seams.
import { describe, expect, test } from 'vitest';
import { floatsAround, floatsBetween, mapByKernel, worst } from './block-kernels.test-fixtures.js';

const NORMAL_MIN = 2 ** -126;
const FLOAT_MAX = (2 - 2 ** -23) * 2 ** 127;
const LN2 = Math.LN2;
const log = (x: Float32Array) => mapByKernel('logBlock', x);
const relativeError = (x: number, y: number) =>
  x === 1 ? Math.abs(y) : Math.abs(y - Math.log(x)) / Math.abs(Math.log(x));

describe('logBlock is within 2^-21 of the logarithm, relatively', () => {
  const POWERS = Array.from({ length: 252 }, (_, i) => 2 ** (i - 125));
  test.each([
    { where: 'for floats of every magnitude', x: floatsBetween(NORMAL_MIN, FLOAT_MAX, 7001) },
    { where: 'for every 101st float in [1/2, 2]', x: floatsBetween(0.5, 2, 101) },
    { where: 'for all floats next to 1', x: floatsAround(1, 100_000) },
    { where: 'around powers of two', x: join(POWERS.map((power) => floatsAround(power, 200))) },
    {
      where: 'around the square root of a half, where the exponent changes',
      x: floatsAround(Math.SQRT1_2, 20_000),
    },
    {
      where: 'around odd powers of it',
      x: join(POWERS.map((power) => floatsAround(power * Math.SQRT1_2, 200))),
    },
    { where: 'at the least normal numbers', x: floatsBetween(NORMAL_MIN, NORMAL_MIN * 1.01, 1) },
    { where: 'at the largest numbers', x: floatsBetween(FLOAT_MAX * 0.99, FLOAT_MAX, 1) },
  ])('$where', ({ x }) => {
    expect(worst(x, log(x), relativeError).error).toBeLessThan(2 ** -21);
  });
});

test('logBlock is within 2^-23 of the logarithm for [1/2, 2], absolutely', () => {
  const x = floatsBetween(0.5, 2, 53);
  expect(worst(x, log(x), (a, b) => Math.abs(b - Math.log(a))).error).toBeLessThan(2 ** -23);
});

test('logBlock of 1 is exactly 0', () => {
  expect([...log(Float32Array.of(1))]).toEqual([0]);
});

test('logBlock rises, or stays, wherever its argument rises past a seam', () => {
  for (const seam of [NORMAL_MIN, 0.25, Math.SQRT1_2, 1, 4096]) {
    // Neighbours may change places by a rounding error, so the steps are of 64 floats.
    const y = log(floatsBetween(seam * 0.99, seam * 1.01, 64));
    for (let i = 1; i < y.length; i++) expect(y[i]).toBeGreaterThanOrEqual(y[i - 1]!);
  }
});

describe('outside the normal numbers logBlock', () => {
  test('gives 0 and denormals what lies between -127 ln 2 and -126 ln 2, rising', () => {
    const x = Float32Array.of(0, 2 ** -149, 2 ** -140, 2 ** -130, 2 ** -127, 2 ** -126 - 2 ** -149);
    const y = log(x);
    expect(worst(x, y, (a, b) => Math.abs(b - Math.log((a + 2 ** -126) / 2))).error).toBeLessThan(1e-5);
    expect([...y]).toEqual([...y].sort((a, b) => a - b));
    expect(y[0]).toBe(Math.fround(-127 * LN2));
  });

  test('gives infinity 128 ln 2', () => {
    expect(log(Float32Array.of(Number.POSITIVE_INFINITY))[0]).toBe(Math.fround(128 * LN2));
  });

  test('gives negative numbers, -0 and NaN a finite number', () => {
    const y = log(
      join([
        Float32Array.of(-0, Number.NaN, Number.NEGATIVE_INFINITY),
        floatsBetween(-0, -FLOAT_MAX, 70_001),
      ]),
    );
    expect(y.every(Number.isFinite)).toBe(true);
  });
});

describe('xlogxBlock', () => {
  const xlogx = (x: Float32Array) => mapByKernel('xlogxBlock', x);
  const truth = (x: number) => (x === 0 ? 0 : x * Math.log(x));

  test('is within 2^-23 of x ln x for every magnitude of [0, 1], absolutely', () => {
    const x = join([floatsBetween(0, 1, 3001), floatsBetween(2 ** -6, 1, 101)]);
    expect(worst(x, xlogx(x), (a, b) => Math.abs(b - truth(a))).error).toBeLessThan(2 ** -23);
  });

  test('is 0 for 0 of either sign and for 1', () => {
    expect(xlogx(Float32Array.of(0, -0, 1)).every((y) => y === 0)).toBe(true);
  });

  test('is within 2^-126 of x ln x for denormals', () => {
    const x = floatsBetween(0, NORMAL_MIN, 997);
    expect(worst(x, xlogx(x), (a, b) => Math.abs(b - truth(a))).error).toBeLessThan(2 ** -126);
  });

  test('keeps NaN and infinity', () => {
    expect([...xlogx(Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY))]).toEqual([
      Number.NaN,
      Number.POSITIVE_INFINITY,
    ]);
  });
});

function join(parts: readonly Float32Array[]): Float32Array {
  return Float32Array.from(parts.flatMap((part) => [...part]));
}
