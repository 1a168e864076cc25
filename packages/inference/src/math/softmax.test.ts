import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tensor } from '../model/tensor.js';
import { total } from '../random-model.test-fixtures.js';
import { logSoftmax, logSoftmaxColumns, softmax, softmaxColumns } from './softmax.js';

// At stake: every posterior passes through here, with logits from -37 to thousands of nats.
const logits = fc
  .array(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { minLength: 1, maxLength: 20 })
  .map((values) => Float64Array.from(values));

/** Each of n weights and the sum round once: n * 2^-53, with room for the exponential's own last bit. */
const roundingOf = (n: number): number => 4 * n * 2 ** -53;

describe('softmax', () => {
  test('sums to 1 without overflow', () => {
    fc.assert(
      fc.property(logits, (x) => {
        expect(Math.abs(total(softmax(x)) - 1)).toBeLessThanOrEqual(roundingOf(x.length));
      }),
    );
  });

  test('does not change when all logits shift', () => {
    fc.assert(
      fc.property(logits, fc.integer({ min: -1000, max: 1000 }), (x, shift) => {
        const moved = softmax(x.map((value) => value + shift));
        // A logit of 1e4 shifted by 1e3 rounds by up to 2^-40, and so does its weight.
        softmax(x).forEach((p, i) => {
          expect(Math.abs(p - moved[i]!)).toBeLessThanOrEqual(2 ** -38);
        });
      }),
    );
  });

  test.each([
    { x: [1000, 0, -1000], p: [1, 0, 0] },
    { x: [Number.NEGATIVE_INFINITY, 3], p: [0, 1] },
    { x: [-1e300, -1e300], p: [0.5, 0.5] },
  ])('softmax $x is $p', ({ x, p }) => {
    expect(Array.from(softmax(Float64Array.from(x)))).toEqual(p);
  });

  test('keeps its argument', () => {
    const x = Float64Array.of(1, 2);
    softmax(x);
    expect(Array.from(x)).toEqual([1, 2]);
  });
});

describe('logSoftmax', () => {
  test('is the logarithm of softmax where that has not underflowed', () => {
    fc.assert(
      fc.property(logits, (x) => {
        const p = softmax(x);
        logSoftmax(x).forEach((value, i) => {
          if (p[i]! > 1e-300) expect(value).toBeCloseTo(Math.log(p[i]!), 9);
        });
      }),
    );
  });

  test('keeps an outcome 5 000 nats below the best', () => {
    expect(Array.from(logSoftmax(Float64Array.of(0, -5000)))).toEqual([0, -5000]);
  });
});

test('the column forms work down axis 0, column by column', () => {
  const x = tensor([
    [
      [0, 1],
      [2, 3],
    ],
    [
      [4, 5],
      [6, 3],
    ],
  ]);
  const p = softmaxColumns(x);
  expect(p.shape).toEqual([2, 2, 2]);
  expect(p.data[3]).toBe(0.5);
  expect(p.data[0]! + p.data[4]!).toBeCloseTo(1, 15);
  expect(logSoftmaxColumns(x).data[7]).toBeCloseTo(-Math.LN2, 15);
});
