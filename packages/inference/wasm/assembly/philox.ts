/**
 * A uniform number for each lane, a function of a seed and a key alone: 24 bits, a multiple of 2^-24 in [0, 1).
 *
 * It is `(word >>> 8) · 2^-24` with `word` the first of `philox4x32(step, 0, index, stream, seedLow, seedHigh)` of
 * `@skein/random`, bit for bit; JavaScript computes the same number with `keyedUniformF32` in
 * `src/math/keyed-uniform.ts`, so that the float64 reference can draw what a lane draws.
 *
 * @param index who draws, u32 of each lane
 * @param step  the how-manieth draw, u32 of each lane; after 2^32 of them they repeat
 * @param stream what the numbers are for
 * @param seedLow the lower 32 bits of the seed
 * @param seedHigh the upper 32 bits of the seed
 */
// @ts-ignore: AssemblyScript decorates functions, TypeScript does not.
@inline
export function uniform4(index: v128, step: v128, stream: u32, seedLow: u32, seedHigh: u32): v128 {
  const word = philoxWord4(step, i32x4.splat(0), index, i32x4.splat(stream), seedLow, seedHigh);
  // 24 bits are below 2^31, so the signed conversion is exact; the unsigned one takes several instructions.
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(word, 8)), f32x4.splat(1.0 / 16777216.0));
}

/**
 * The first word of Philox4x32-10 of each lane, for a counter of four words under a key of two.
 *
 * @see Salmon, Moraes, Dror, Shaw (2011), Parallel random numbers: as easy as 1, 2, 3
 */
function philoxWord4(c0: v128, c1: v128, c2: v128, c3: v128, k0: u32, k1: u32): v128 {
  for (let round: i32 = 0; round < 10; round++) {
    const first0 = i64x2.extmul_low_i32x4_u(c0, i32x4.splat(0xd2511f53));
    const second0 = i64x2.extmul_high_i32x4_u(c0, i32x4.splat(0xd2511f53));
    const first1 = i64x2.extmul_low_i32x4_u(c2, i32x4.splat(0xcd9e8d57));
    const second1 = i64x2.extmul_high_i32x4_u(c2, i32x4.splat(0xcd9e8d57));
    c0 = v128.xor(v128.xor(upperWords(first1, second1), c1), i32x4.splat(k0));
    c2 = v128.xor(v128.xor(upperWords(first0, second0), c3), i32x4.splat(k1));
    c1 = lowerWords(first1, second1);
    c3 = lowerWords(first0, second0);
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  return c0;
}

/** The lower halves of four products of 64 bits, in the order of their lanes. */
// @ts-ignore: AssemblyScript decorates functions, TypeScript does not.
@inline
function lowerWords(first: v128, second: v128): v128 {
  return v128.shuffle<i32>(first, second, 0, 2, 4, 6);
}

/** The upper halves of four products of 64 bits, in the order of their lanes. */
// @ts-ignore: AssemblyScript decorates functions, TypeScript does not.
@inline
function upperWords(first: v128, second: v128): v128 {
  return v128.shuffle<i32>(first, second, 1, 3, 5, 7);
}
