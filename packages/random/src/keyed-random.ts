/**
 * Random numbers without a state: a draw is a pure function of a seed and a key of three numbers, so it does
 * not depend on the thread that draws, nor on how many others drew before.
 *
 * Philox4x32-10: Salmon, Moraes, Dror, Shaw (2011), Parallel random numbers: as easy as 1, 2, 3. Integer
 * arithmetic only, hence equal on every machine.
 *
 * @param seed any number; its integer part is used, up to 2^53
 * @param stream what the numbers are for, 32 bits; see {@link streamOf}
 * @param index who draws, 32 bits
 * @param step the how-manieth draw, up to 2^53
 * @returns uniform in [0, 1), a multiple of 2^-53
 */
export function keyedUniform(seed: number, stream: number, index: number, step: number): number {
  const [first, second] = philox4x32(
    step >>> 0,
    Math.floor(step / 0x1_0000_0000) >>> 0,
    index >>> 0,
    stream >>> 0,
    seed >>> 0,
    Math.floor(seed / 0x1_0000_0000) >>> 0,
  );
  return ((first >>> 5) * 0x400_0000 + (second >>> 6)) / 0x20_0000_0000_0000;
}

/** One block: a counter of four words under a key of two gives four random words, each of 32 bits. */
export function philox4x32(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
): readonly [number, number, number, number] {
  for (let round = 0; round < 10; round++) {
    const low0 = Math.imul(c0, 0xd2511f53) >>> 0;
    const high0 = multiplyHigh(c0, 0xd2511f53);
    const low1 = Math.imul(c2, 0xcd9e8d57) >>> 0;
    const high1 = multiplyHigh(c2, 0xcd9e8d57);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** A stream number for a name: FNV-1a over its UTF-16 code units, 32 bits. */
export function streamOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  return hash >>> 0;
}

/** The upper 32 bits of the 64-bit product of two 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + Math.floor((aLow * bLow) / 0x10000); // below 2^33: exact
  const cross = aLow * bHigh + (middle % 0x10000);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(cross / 0x10000)) >>> 0;
}
