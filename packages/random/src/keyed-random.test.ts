// At stake: the same key gives the same number on every machine and thread, and the numbers are random
// enough. Tried on the known answers of the generator's authors and by counting.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyedUniform, philox4x32, streamOf } from './keyed-random.js';

const words = (text: string): number[] => text.split(' ').map((word) => Number.parseInt(word, 16));

describe('philox4x32', () => {
  // Random123, tests/kat_vectors: `philox4x32 10`, counter, key, result.
  it.each([
    {
      counter: '00000000 00000000 00000000 00000000',
      key: '00000000 00000000',
      result: '6627e8d5 e169c58d bc57ac4c 9b00dbd8',
    },
    {
      counter: 'ffffffff ffffffff ffffffff ffffffff',
      key: 'ffffffff ffffffff',
      result: '408f276d 41c83b0e a20bc7c6 6d5451fd',
    },
    {
      counter: '243f6a88 85a308d3 13198a2e 03707344',
      key: 'a4093822 299f31d0',
      result: 'd16cfe09 94fdcceb 5001e420 24126ea1',
    },
  ])('of counter $counter and key $key is $result', ({ counter, key, result }) => {
    const [c0, c1, c2, c3] = words(counter) as [number, number, number, number];
    const [k0, k1] = words(key) as [number, number];
    expect([...philox4x32(c0, c1, c2, c3, k0, k1)]).toEqual(words(result));
  });
});

describe('keyedUniform', () => {
  const key = [fc.maxSafeInteger(), fc.nat(), fc.nat(), fc.maxSafeNat()] as const;

  it('is a multiple of 2^-53 in [0, 1), and a pure function of its key', () => {
    fc.assert(
      fc.property(...key, (seed, stream, index, step) => {
        const uniform = keyedUniform(seed, stream, index, step);
        expect(uniform).toBeGreaterThanOrEqual(0);
        expect(uniform).toBeLessThan(1);
        expect(Number.isInteger(uniform * 2 ** 53)).toBe(true);
        expect(keyedUniform(seed, stream, index, step)).toBe(uniform);
      }),
    );
  });

  it('differs when any part of the key does', () => {
    fc.assert(
      fc.property(...key, fc.nat({ max: 3 }), (seed, stream, index, step, part) => {
        const other = [seed, stream, index, step] as [number, number, number, number];
        other[part] = other[part]! > 0 ? other[part]! - 1 : other[part]! + 1;
        expect(keyedUniform(...other)).not.toBe(keyedUniform(seed, stream, index, step));
      }),
    );
  });

  it.each([
    { what: 'steps', draw: (i: number) => keyedUniform(7, 1, 2, i) },
    { what: 'indices', draw: (i: number) => keyedUniform(7, 1, i, 2) },
    { what: 'streams', draw: (i: number) => keyedUniform(7, i, 1, 2) },
    { what: 'seeds', draw: (i: number) => keyedUniform(i, 7, 1, 2) },
  ])('is uniform over $what', ({ draw }) => {
    const buckets = new Array<number>(64).fill(0);
    const draws = 64_000;
    let sum = 0;
    let product = 0;
    let previous = 0.5;
    for (let i = 0; i < draws; i++) {
      const uniform = draw(i);
      buckets[Math.floor(uniform * 64)]!++;
      sum += uniform;
      product += (uniform - 0.5) * (previous - 0.5);
      previous = uniform;
    }
    const chiSquare = buckets.reduce((total, count) => total + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(130); // 63 degrees of freedom: beyond 130 once in a million
    expect(Math.abs(sum / draws - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / draws)); // five sigma
    expect(Math.abs(product / draws)).toBeLessThan(5 * (1 / 12) * Math.sqrt(1 / draws)); // no serial correlation
  });
});

describe('streamOf', () => {
  it('gives names numbers of 32 bits that rarely agree', () => {
    const streams = Array.from({ length: 5000 }, (_, i) => streamOf(`/fleet/scout-${i}`));
    expect(new Set(streams).size).toBeGreaterThan(4995);
    for (const stream of streams) expect(stream).toBe(stream >>> 0);
    expect(streamOf('')).toBe(0x811c9dc5);
  });
});
