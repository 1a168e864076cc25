// At stake: a lane has to draw what the float64 reference draws for the same agent, else the two choose different
// actions and can no longer be compared. Tried with random keys, four lanes with keys of their own.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyedUniformF32 } from '../math/keyed-uniform.js';
import { kernelsWith } from './block-kernels.test-fixtures.js';

const word = fc.integer({ min: 0, max: 0xffff_ffff });
const lanes = fc.array(fc.record({ index: word, step: word }), { minLength: 4, maxLength: 12 });

describe('uniformBlock', () => {
  test('draws in each lane what keyedUniformF32 draws for its key', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), word, lanes, (seed, stream, keys) => {
        expect(draw(seed, stream, keys)).toEqual(
          keys.map(({ index, step }) => keyedUniformF32(seed, stream, index, step)),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('takes the words of the key apart at their ends', () => {
    const ends = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];
    const keys = ends.flatMap((index) => ends.map((step) => ({ index, step })));
    for (const seed of [0, 0xffff_ffff, 2 ** 32, Number.MAX_SAFE_INTEGER])
      expect(draw(seed, 0xffff_ffff, keys)).toEqual(
        keys.map(({ index, step }) => keyedUniformF32(seed, 0xffff_ffff, index, step)),
      );
  });
});

/** One call of the kernel; the last vector is filled up with keys of 0. */
function draw(seed: number, stream: number, keys: readonly { index: number; step: number }[]): number[] {
  const count = Math.ceil(keys.length / 4);
  const { kernels, memory } = kernelsWith(48 * count);
  new Uint32Array(memory.buffer).set(keys.map(({ index }) => index));
  new Uint32Array(memory.buffer, 16 * count).set(keys.map(({ step }) => step));
  kernels.uniformBlock(32 * count, 0, 16 * count, count, stream, seed >>> 0, Math.floor(seed / 2 ** 32));
  return [...new Float32Array(memory.buffer, 32 * count, keys.length)];
}
