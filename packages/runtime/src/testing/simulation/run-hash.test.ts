// At stake: two runs that differ and look the same, or two that are the same and look different on another machine. Tried with any two
// values: the hash tells apart what a person would, and nothing that may differ elsewhere.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RunHash } from './run-hash.js';

function hashOf(...values: unknown[]): string {
  const hash = new RunHash();
  for (const value of values) hash.addValue(value);
  return hash.digest;
}

/** As a message may be, but for fractions, of which only the presence counts. */
const whole = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string(),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), tie('value'), { maxKeys: 3, noNullPrototype: true }),
    fc.uint8Array({ maxLength: 5 }),
  ),
})).value;

describe('the hash of a run', () => {
  it('is the same for the same, and another for anything else', () => {
    fc.assert(
      fc.property(whole, whole, (one, other) => {
        expect(hashOf(structuredClone(one))).toBe(hashOf(one));
        const isSame = JSON.stringify([one, typeof one]) === JSON.stringify([other, typeof other]);
        if (!isSame && hashOf(one) === hashOf(other)) expect(other).toEqual(one); // -0 is 0, as in JSON
      }),
      { numRuns: 2000 },
    );
  });

  it('depends on the order, and on where one value ends', () => {
    expect(hashOf('a', 'b')).not.toBe(hashOf('b', 'a'));
    expect(hashOf('ab', 'c')).not.toBe(hashOf('a', 'bc'));
    expect(hashOf([1], [2])).not.toBe(hashOf([1, 2]));
    expect(hashOf({ a: 1, b: 2 })).not.toBe(hashOf({ a: 2, b: 1 }));
    expect(hashOf(0)).not.toBe(hashOf(2 ** 32));
    expect(hashOf(5 * 2 ** 33)).not.toBe(hashOf(7 * 2 ** 33));
  });

  it.each([
    ['fractions', 0.1 + 0.2, 0.3],
    ['NaN', Number.NaN, 1 / 3],
    ['infinity', Number.POSITIVE_INFINITY, 0.5],
    ['texts of errors', new Error('at C:\\x'), new Error('at /x')],
    ['elements of float arrays', Float32Array.of(Math.exp(1)), Float32Array.of(Math.exp(1.1))],
    ['elements of double arrays', Float64Array.of(1, 2), Float64Array.of(2, 1)],
  ])('leaves out %s', (_, one, other) => {
    expect(hashOf({ value: one })).toBe(hashOf({ value: other }));
  });

  it.each([
    ['that there is a fraction', 0.5, 1],
    ['the kind of an error', new TypeError('x'), new RangeError('x')],
    [
      'the code of an error',
      Object.assign(new Error('x'), { code: 'A' }),
      Object.assign(new Error('x'), { code: 'B' }),
    ],
    ['how long a float array is', new Float32Array(1), new Float32Array(2)],
    ['bytes', Uint8Array.of(1), Uint8Array.of(2)],
    ['maps', new Map([[1, 2]]), new Map([[2, 1]])],
    ['sets', new Set([1]), new Set([2])],
    ['big integers', 1n, 2n],
    ['true and false', true, false],
    ['what is absent', undefined, 0],
    ['dates', new Date(1), new Date(2)],
  ])('counts %s', (_, one, other) => {
    expect(hashOf({ value: one })).not.toBe(hashOf({ value: other }));
  });

  it('comes to an end where a value has none', () => {
    const loop: unknown[] = [];
    loop.push(loop);
    expect(hashOf(loop)).toHaveLength(16);
  });
});
