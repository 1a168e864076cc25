// At stake: softmax turns log probabilities into beliefs with this exponential; a wrong one at the ends of its range
// makes NaN or denormals out of ordinary messages. Tried against the float64 exponential with floats of every
// magnitude, by a stride through their bit patterns, and with all that lie around the seams.
import { describe, expect, test } from 'vitest';
import { floatsAround, floatsBetween, mapByKernel, worst } from './block-kernels.test-fixtures.js';

const DENORMAL_MIN = 2 ** -149;
const FLOAT_MAX = (2 - 2 ** -23) * 2 ** 127;
const exp = (x: Float32Array) => mapByKernel('expBlock', x);
const relativeError = (x: number, y: number) => Math.abs(y / Math.exp(x) - 1);

describe('expBlock is within 2^-23 of the exponential, relatively', () => {
  test.each([
    { where: 'for arguments of every magnitude up to 88', x: floatsBetween(DENORMAL_MIN, 88, 7001) },
    { where: 'for arguments of every magnitude down to -87', x: floatsBetween(-DENORMAL_MIN, -87, 7001) },
    { where: 'for every 997th float between 2^-8 and 88', x: floatsBetween(2 ** -8, 88, 997) },
    { where: 'for every 997th float between -2^-8 and -87', x: floatsBetween(-(2 ** -8), -87, 997) },
    { where: 'where the integer part of x / ln 2 changes', x: seams() },
    { where: 'at the upper end', x: floatsBetween(87.9, 88, 1) },
    { where: 'at the lower end', x: floatsBetween(-86.9, -87, 1) },
  ])('$where', ({ x }) => {
    expect(worst(x, exp(x), relativeError).error).toBeLessThan(2 ** -23);
  });
});

test('expBlock of 0 of either sign is exactly 1', () => {
  expect([...exp(Float32Array.of(0, -0))]).toEqual([1, 1]);
});

test('expBlock gives exactly 0 below -87', () => {
  const below = floatsBetween(-87, -FLOAT_MAX, 7001).subarray(1);
  expect(exp(below).every((y) => Object.is(y, 0))).toBe(true);
  const next = floatsBetween(-87, -87.001, 1).subarray(1);
  expect(exp(next).every((y) => Object.is(y, 0))).toBe(true);
  expect(exp(Float32Array.of(Number.NEGATIVE_INFINITY))[0]).toBe(0);
});

test('expBlock never gives a denormal', () => {
  const x = floatsBetween(-86, -88, 1);
  expect(exp(x).every((y) => y === 0 || y >= 2 ** -126)).toBe(true);
});

test('expBlock gives e^88 above 88, also for infinity', () => {
  const most = exp(Float32Array.of(88))[0]!;
  const above = [...floatsBetween(88, FLOAT_MAX, 70_001), Number.POSITIVE_INFINITY];
  expect(exp(Float32Array.from(above)).every((y) => y === most)).toBe(true);
});

test('expBlock keeps NaN, whatever its bits', () => {
  const words = Uint32Array.of(
    0x7fc00000,
    0xffc00000,
    0x7fc00001,
    0x7fffffff,
    0xffffffff,
    0x7f800001,
    0xff800001,
  );
  expect(exp(new Float32Array(words.buffer)).every(Number.isNaN)).toBe(true);
});

test('expBlock rises, or stays, wherever its argument rises past a seam', () => {
  for (const seam of [0.5, 20.5, 100.5].map((n) => n * Math.LN2)) {
    // Neighbours may change places by a rounding error, so the steps are of 64 floats.
    const y = exp(floatsBetween(seam * 0.999, seam * 1.001, 64));
    for (let i = 1; i < y.length; i++) expect(y[i]).toBeGreaterThanOrEqual(y[i - 1]!);
  }
});

/** Around each half-integer multiple of ln 2, of both signs. */
function seams(): Float32Array {
  const positive = Array.from({ length: 125 }, (_, n) => [...floatsAround((n + 0.5) * Math.LN2, 50)]).flat();
  return Float32Array.from([...positive, ...positive.map((x) => -x)]);
}
