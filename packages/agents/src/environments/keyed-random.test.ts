/**
 * At stake: the worlds here draw all their chance from the runtime's keyed numbers, so those must be the same on every
 * machine and in any order of calls. Tried against a second
 * Philox in big integers, itself held to the published answers, and with counts that would betray badly mixed keys.
 */
import { fc, test as property } from '@fast-check/vitest';
import { keyedUniform, streamOf } from '@skein/runtime';
import { expect, test } from 'vitest';

/** Philox4x32-10 as its paper writes it, with 64-bit products. */
function philox(counter: readonly number[], key: readonly number[]): number[] {
  const word = (value: bigint) => value & 0xffffffffn;
  let [x0, x1, x2, x3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const p0 = 0xd2511f53n * x0;
    const p1 = 0xcd9e8d57n * x2;
    [x0, x1, x2, x3] = [(p1 >> 32n) ^ x1 ^ k0, word(p1), (p0 >> 32n) ^ x3 ^ k1, word(p0)];
    k0 = word(k0 + 0x9e3779b9n);
    k1 = word(k1 + 0xbb67ae85n);
  }
  return [x0, x1, x2, x3].map(Number);
}

test.each([
  // Random123, kat_vectors, philox4x32 10.
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [Array(4).fill(0xffffffff), Array(2).fill(0xffffffff), [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
])('the second Philox gives the published answer for counter %j', (counter, key, expected) => {
  expect(philox(counter, key)).toEqual(expected);
});

const word = fc.integer({ min: 0, max: 0xffffffff });

property.prop([fc.maxSafeNat(), word, word, fc.maxSafeNat()])(
  'equals the second Philox for any keys',
  (seed, stream, index, step) => {
    const halves = (value: number) => [value % 2 ** 32, Math.floor(value / 2 ** 32)] as const;
    const [x0, x1] = philox([...halves(step), index, stream], halves(seed));
    const expected = (Math.floor(x0! / 32) * 2 ** 26 + Math.floor(x1! / 64)) / 2 ** 53;
    expect(keyedUniform(seed, stream, index, step)).toBe(expected);
  },
);

test('a stream has a number by its name', () => {
  // FNV-1a of the bytes 61 00 62 00, worked out by hand with the published offset and prime.
  expect(streamOf('')).toBe(0x811c9dc5);
  const bytes = [0x61, 0, 0x62, 0];
  const expected = bytes.reduce(
    (hash, byte) => ((hash ^ BigInt(byte)) * 0x01000193n) & 0xffffffffn,
    0x811c9dc5n,
  );
  expect(streamOf('ab')).toBe(Number(expected));
});

test.each(['stream', 'index', 'step'])('is uniform along the %s key', (name) => {
  const drawCount = 20_000;
  const position = ['stream', 'index', 'step'].indexOf(name);
  const binCounts = new Array<number>(20).fill(0);
  let lagProduct = 0;
  let previous = 0.5;
  for (let i = 0; i < drawCount; i++) {
    const keys: [number, number, number] = [1, 1, 1];
    keys[position] = i;
    const value = keyedUniform(7, ...keys);
    binCounts[Math.floor(value * 20)]!++;
    lagProduct += (value - 0.5) * (previous - 0.5);
    previous = value;
  }
  const expected = drawCount / 20;
  const chiSquare = binCounts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  expect(chiSquare).toBeLessThan(43.8); // 19 degrees of freedom: exceeded once in a thousand
  expect(Math.abs((12 * lagProduct) / drawCount)).toBeLessThan(4 / Math.sqrt(drawCount));
});
