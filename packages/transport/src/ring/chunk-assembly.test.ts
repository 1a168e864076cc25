import { describe, expect, test } from 'vitest';
import { ChunkAssembly } from './chunk-assembly.js';

// At stake: the tail of one frame glued to the head of another is a message that nobody sent. So whatever does not
// continue exactly what is held is refused, and forgets it. What rings make of that is tried in `chunk.test.ts`.

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('an assembly', () => {
  test('hands over what came in order, and forgets it', () => {
    const assembly = new ChunkAssembly();
    expect([assembly.isOpen, assembly.add(0, 5, bytes(1, 2)), assembly.isOpen]).toEqual([false, true, true]);
    expect([assembly.add(2, 5, bytes(3, 4)), assembly.add(4, 5, bytes(5))]).toEqual([true, true]);
    expect(assembly.take()).toEqual(bytes(1, 2, 3, 4, 5));
    expect(assembly.isOpen).toBe(false);
  });

  test('begins anew at every head', () => {
    const assembly = new ChunkAssembly();
    assembly.add(0, 4, bytes(9, 9));
    expect([assembly.add(0, 3, bytes(1, 2)), assembly.add(2, 3, bytes(3))]).toEqual([true, true]);
    expect(assembly.take()).toEqual(bytes(1, 2, 3));
  });

  test.each([
    { about: 'without a head', head: false, offset: 2, payloadBytes: 5 },
    { about: 'of another place', head: true, offset: 3, payloadBytes: 5 },
    { about: 'of a payload of another size', head: true, offset: 2, payloadBytes: 6 },
  ])('refuses a chunk $about, and all that follow it', ({ head, offset, payloadBytes }) => {
    const assembly = new ChunkAssembly();
    if (head) assembly.add(0, 5, bytes(1, 2));
    expect(assembly.add(offset, payloadBytes, bytes(3))).toBe(false);
    expect([assembly.isOpen, assembly.add(offset + 1, payloadBytes, bytes(4))]).toEqual([false, false]);
  });
});
