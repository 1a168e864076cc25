import { philox4x32 } from '@skein/random';

/**
 * The uniform number that a SIMD kernel draws for a key: `(word >>> 8) * 2^-24`, with `word` the first of
 * `philox4x32(step, 0, index, stream, seed mod 2^32, seed / 2^32)`. The twin of `uniform4` in
 * `wasm/assembly/philox.ts`, for the float64 reference to draw the very same number.
 *
 * It is the first 24 of the 53 bits of `keyedUniform(seed, stream, index, step)`, as long as `step` has 32 bits.
 *
 * @param seed any number; its integer part is used, up to 2^53
 * @param stream what the numbers are for, 32 bits
 * @param index who draws, 32 bits
 * @param step the how-manieth draw, 32 bits; of a larger one the lowest 32 are used
 * @returns in [0, 1), a multiple of 2^-24: a float32
 */
export function keyedUniformF32(seed: number, stream: number, index: number, step: number): number {
  const seedHigh = Math.floor(seed / 0x1_0000_0000) >>> 0;
  const [word] = philox4x32(step >>> 0, 0, index >>> 0, stream >>> 0, seed >>> 0, seedHigh);
  return (word >>> 8) / 0x100_0000;
}
