const PHILOX_MULTIPLIER_A = 0xd2511f53;
const PHILOX_MULTIPLIER_B = 0xcd9e8d57;
const WEYL_A = 0x9e3779b9;
const WEYL_B = 0xbb67ae85;
const ROUND_COUNT = 10;

/** The upper 32 bits of the 64-bit product of two unsigned 32-bit integers, from 16-bit halves. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  // Each term stays below 2^53, so the sums are exact; `>>>` would lose the bits above 32.
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) >>> 0;
}

/**
 * A random number that is a pure function of its keys: Philox4x32-10, counter (stream, a, b, c) under
 * the key `seed`. Equal keys give the equal number on every machine and thread, in any order of calls, so a world
 * that draws by (stream, agent, tick, target) does not care who computes what, where, or how often.
 *
 * @param seed    a safe integer, at least 0; its low and high 32 bits are the key
 * @param stream  what the number is for; two purposes never share one. Taken modulo 2³², like a, b and c
 * @returns a multiple of 2⁻⁵³ in [0, 1)
 * @see Salmon et al. (2011), Parallel random numbers: as easy as 1, 2, 3
 */
export function keyedUniform(seed: number, stream: number, a = 0, b = 0, c = 0): number {
  let keyA = seed >>> 0;
  let keyB = Math.floor(seed / 0x100000000) >>> 0;
  let x0 = stream >>> 0;
  let x1 = a >>> 0;
  let x2 = b >>> 0;
  let x3 = c >>> 0;
  for (let round = 0; round < ROUND_COUNT; round++) {
    const highA = multiplyHigh(PHILOX_MULTIPLIER_A, x0);
    const lowA = Math.imul(PHILOX_MULTIPLIER_A, x0);
    const highB = multiplyHigh(PHILOX_MULTIPLIER_B, x2);
    const lowB = Math.imul(PHILOX_MULTIPLIER_B, x2);
    x0 = (highB ^ x1 ^ keyA) >>> 0;
    x1 = lowB >>> 0;
    x2 = (highA ^ x3 ^ keyB) >>> 0;
    x3 = lowA >>> 0;
    keyA = (keyA + WEYL_A) >>> 0;
    keyB = (keyB + WEYL_B) >>> 0;
  }
  return ((x0 >>> 5) * 0x4000000 + (x1 >>> 6)) / 0x20000000000000;
}
