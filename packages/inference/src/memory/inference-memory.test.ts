// At stake: tables and populations of all threads live in one memory; two owners of one address would be wrong
// numbers without an error.
import { describe, expect, test } from 'vitest';
import { Image } from './image.js';
import { attachInferenceMemory, createInferenceMemory } from './inference-memory.js';

const PAGE_BYTES = 65_536;
const code = (value: string) => expect.objectContaining({ code: value });

describe('allocate', () => {
  test('hands out zeroed regions at cache lines, none twice, none at address 0', () => {
    const memory = createInferenceMemory();
    const addresses = [1, 63, 64, 65, 0, 1000].map((bytes) => memory.allocate(bytes));
    expect(addresses.every((address) => address > 0 && address % 64 === 0)).toBe(true);
    expect([...addresses].sort((a, b) => a - b)).toEqual(addresses);
    expect(addresses.slice(1).map((address, i) => address - addresses[i]!)).toEqual([64, 64, 64, 128, 64]);
    expect(memory.bytesUsed).toBe(addresses.at(-1)! + 1024);
    expect(memory.floats(addresses[5]!, 250).every((value) => value === 0)).toBe(true);
  });

  test('grows the memory, and views from before go on showing it', () => {
    const memory = createInferenceMemory();
    const first = memory.floats(memory.allocate(16), 4);
    first.fill(7);
    const large = memory.allocate(3 * PAGE_BYTES);
    memory.bytes(large, 3 * PAGE_BYTES).fill(1);
    expect(Array.from(first)).toEqual([7, 7, 7, 7]);
    first[0] = 8;
    expect(memory.floats(first.byteOffset, 1)[0]).toBe(8);
  });

  test('uses what was freed again, zeroed', () => {
    const memory = createInferenceMemory();
    const region = memory.allocate(100);
    memory.bytes(region, 100).fill(9);
    memory.allocate(64);
    memory.free(region, 100);
    expect(memory.allocate(128)).toBe(region);
    expect(memory.bytes(region, 128).every((byte) => byte === 0)).toBe(true);
  });

  test('refuses what does not fit, and goes on after', () => {
    const memory = createInferenceMemory({ bytesMax: 2 * PAGE_BYTES });
    expect(() => memory.allocate(2 * PAGE_BYTES)).toThrow(code('INFERENCE_MEMORY_EXHAUSTED'));
    const region = memory.allocate(2 * PAGE_BYTES - 64);
    expect(() => memory.allocate(1)).toThrow(code('INFERENCE_MEMORY_EXHAUSTED'));
    memory.free(region, 2 * PAGE_BYTES - 64);
    expect(memory.allocate(1)).toBe(region);
  });

  test('has at least a page, and at most what 32 bits reach', () => {
    expect(createInferenceMemory({ bytesMax: 1 }).allocate(64)).toBe(64);
    expect(createInferenceMemory({ bytesMax: Number.MAX_SAFE_INTEGER }).allocate(64)).toBe(64);
  });
});

describe('a second instance attached to the same memory', () => {
  test('sees what the first wrote, and neither allocates what the other has', () => {
    const memory = createInferenceMemory();
    const other = attachInferenceMemory(memory.share());
    const mine = memory.integers(memory.allocate(64), 16);
    mine.set([1, 2, 3]);
    expect(Array.from(other.integers(mine.byteOffset, 3))).toEqual([1, 2, 3]);
    const regions = [memory, other, memory, other].map((each) => each.allocate(64));
    expect(new Set([mine.byteOffset, ...regions]).size).toBe(5);
    expect(other.bytesUsed).toBe(memory.bytesUsed);
  });

  test('reaches what was allocated after the memory had grown', () => {
    const memory = createInferenceMemory();
    const other = attachInferenceMemory(memory.share());
    const far = memory.allocate(5 * PAGE_BYTES) + 4 * PAGE_BYTES;
    memory.floats(far, 1)[0] = 5;
    expect(other.floats(far, 1)[0]).toBe(5);
    expect(other.allocate(64)).toBeGreaterThan(far);
  });
});

describe('what is freed', () => {
  test('at the end is there for all threads, zeroed, in whatever order it was freed', () => {
    const memory = createInferenceMemory({ bytesMax: 2 * PAGE_BYTES });
    const other = attachInferenceMemory(memory.share());
    const before = memory.bytesUsed;
    const [first, second] = [memory.allocate(PAGE_BYTES), memory.allocate(512)];
    memory.bytes(first, PAGE_BYTES).fill(9);
    memory.free(first, PAGE_BYTES);
    expect(memory.bytesUsed).toBe(second + 512);
    memory.free(second, 512);
    expect(memory.bytesUsed).toBe(before);
    const whole = other.allocate(2 * PAGE_BYTES - before);
    expect(other.bytes(whole, PAGE_BYTES).every((byte) => byte === 0)).toBe(true);
  });

  test('elsewhere is used again by the thread that freed it only', () => {
    const memory = createInferenceMemory();
    const other = attachInferenceMemory(memory.share());
    const region = memory.allocate(64);
    const last = other.allocate(64);
    memory.free(region, 64);
    expect(other.allocate(64)).toBe(last + 64);
    expect(memory.allocate(64)).toBe(region);
  });
});

describe('images', () => {
  const imageOf = (value: number): Image => {
    const image = new Image();
    const numbers = image.add(Float32Array.of(value, 2, 3));
    image.add([numbers, { float: 0.5 }, null, 7]);
    return image;
  };

  test('of the same content are one, until the last is released', () => {
    const memory = createInferenceMemory();
    let finished = 0;
    const load = (value: number) =>
      memory.images.load(imageOf(value), () => {
        finished++;
      });
    const [first, again, other] = [load(1), load(1), load(2)];
    expect(again.address).toBe(first.address);
    expect(other.address).not.toBe(first.address);
    expect(finished).toBe(2);
    memory.images.release(first);
    expect(load(1).address).toBe(first.address);
    memory.images.release(first);
    memory.images.release(again);
    // Nobody has it any more: its place is free, and the next is a new one.
    expect(memory.allocate(first.bytes)).toBe(first.address);
    expect(load(1).address).not.toBe(first.address);
    expect(finished).toBe(3);
  });

  test.each([
    { name: 'a number', change: (image: Image) => image.add(Float32Array.of(4)) },
    { name: 'integers for floats', change: (image: Image) => image.add(Int32Array.of(4)) },
    { name: 'a word', change: (image: Image) => image.add([4]) },
    { name: 'a float word', change: (image: Image) => image.add([{ float: 4 }]) },
    { name: 'an address', change: (image: Image) => image.add([{ offset: 4 }]) },
  ])('that differ in $name are not', ({ change }) => {
    const digests = [imageOf(1), imageOf(1), imageOf(1)];
    change(digests[1]!);
    digests[2]!.add(Float32Array.of(5));
    expect(new Set(digests.map((image) => image.digest())).size).toBe(3);
  });

  test('hold their parts at their addresses', () => {
    const memory = createInferenceMemory();
    const image = imageOf(1);
    const { address, bytes } = memory.images.load(image, () => undefined);
    expect(bytes).toBe(32);
    expect(Array.from(memory.floats(address, 3))).toEqual([1, 2, 3]);
    expect(memory.integers(address + 16, 1)[0]).toBe(address);
    expect(memory.floats(address + 20, 1)[0]).toBe(0.5);
    expect(Array.from(memory.integers(address + 24, 2))).toEqual([0, 7]);
  });
});

test('a system that has no more memory to give is a typed error, and smaller regions fit after it', () => {
  // The limit allows what the memory itself, of four pages, cannot become.
  const shared = createInferenceMemory({ bytesMax: 4 * PAGE_BYTES }).share();
  const memory = attachInferenceMemory({ ...shared, bytesMax: 100 * PAGE_BYTES });
  const before = memory.bytesUsed;
  expect(() => memory.allocate(10 * PAGE_BYTES)).toThrow(code('INFERENCE_MEMORY_EXHAUSTED'));
  expect(memory.bytesUsed).toBe(before);
  expect(memory.bytes(memory.allocate(PAGE_BYTES), PAGE_BYTES).every((byte) => byte === 0)).toBe(true);
});
