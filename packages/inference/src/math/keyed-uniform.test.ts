import { keyedUniform } from '@skein/random';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyedUniformF32 } from './keyed-uniform.js';

// At stake: this is the number that a lane of a kernel draws, so every bit of it counts.
test('keyedUniformF32 is the first 24 bits of keyedUniform', () => {
  const word = fc.integer({ min: 0, max: 0xffff_ffff });
  fc.assert(
    fc.property(fc.maxSafeInteger(), word, word, word, (seed, stream, index, step) => {
      const uniform = keyedUniformF32(seed, stream, index, step);
      expect(uniform).toBe(Math.floor(keyedUniform(seed, stream, index, step) * 2 ** 24) / 2 ** 24);
      expect(Math.fround(uniform)).toBe(uniform);
    }),
  );
});

test('keyedUniformF32 agrees with the known answer of Philox for a key and counter of zeros', () => {
  expect(keyedUniformF32(0, 0, 0, 0)).toBe(0x6627e8 / 2 ** 24); // Random123, kat_vectors: 6627e8d5 …
});
