// At stake: a population that does not fit must leave room for a smaller one.
import { expect, test } from 'vitest';
import { compileModel } from '../compile/compile-model.js';
import type { CompileOptions } from '../compile/compile-options.js';
import { gridWorld } from '../models/grid-world.js';
import { createPopulation } from '../population/create-population.js';
import type { PopulationOptions } from '../population/population.js';
import { Allocations } from './allocations.js';
import { Image } from './image.js';
import { createInferenceMemory } from './inference-memory.js';

const PAGE_BYTES = 65_536;
const exhausted = expect.objectContaining({ code: 'INFERENCE_MEMORY_EXHAUSTED' });

test('what cannot be made leaves nothing behind', () => {
  const memory = createInferenceMemory({ bytesMax: 2 * PAGE_BYTES });
  const before = memory.bytesUsed;
  const make = (...sizes: number[]) =>
    Allocations.make(memory, (allocations) => sizes.map((bytes) => allocations.allocate(bytes)));
  expect(() => make(64, PAGE_BYTES, PAGE_BYTES)).toThrow(exhausted);
  expect(memory.bytesUsed).toBe(before);
  expect(make(64, 2 * PAGE_BYTES - 192)).toEqual([before, before + 64]);
});

test('what is given back together is zeroed before it is used again', () => {
  const memory = createInferenceMemory();
  const allocations = new Allocations(memory);
  allocations.floats(100).fill(3);
  const integers = allocations.integers(7).fill(4);
  allocations.free();
  expect(memory.floats(memory.allocate(400), 100).every((value) => value === 0)).toBe(true);
  expect(memory.integers(memory.allocate(28), 7).byteOffset).toBe(integers.byteOffset);
  expect(integers.every((value) => value === 0)).toBe(true);
});

test('an image that cannot be finished leaves nothing behind', () => {
  const memory = createInferenceMemory();
  const before = memory.bytesUsed;
  const image = new Image();
  image.add(Float32Array.of(1, 2, 3));
  const load = () =>
    memory.images.load(image, () => {
      throw new RangeError('not finished');
    });
  expect(load).toThrow(RangeError);
  expect(load).toThrow(RangeError);
  expect(memory.bytesUsed).toBe(before);
});

const grid = gridWorld({ width: 5, height: 5 });
const learning = {
  pA: grid.A.map(() => ({ shape: [25, 25], data: new Float64Array(625).fill(1) })),
};

test.each<{ name: string; options?: Omit<PopulationOptions, 'capacity'>; compile?: CompileOptions }>([
  { name: 'plain' },
  { name: 'compressed', options: { compression: { topK: 3 } } },
  { name: 'one that keeps everything', options: { keepPolicies: true, keepCourses: true } },
  { name: 'one that learns', compile: { learning } },
])('a population that does not fit makes room for a smaller one: $name', ({ options, compile }) => {
  const memory = createInferenceMemory({ bytesMax: 16 * PAGE_BYTES });
  const compiled = compileModel(grid, { ...compile, memory, backend: 'simd' });
  const before = memory.bytesUsed;
  // The largest that fits, by halving; each that does not fit is a failure half-way, somewhere else each time.
  let fits = 1;
  for (let tooMany = 65_536; tooMany - fits > 1; ) {
    const capacity = (fits + tooMany) >> 1;
    try {
      createPopulation(compiled, { ...options, capacity })[Symbol.dispose]();
      fits = capacity;
    } catch (error) {
      expect(error).toEqual(exhausted);
      tooMany = capacity;
    }
    expect(memory.bytesUsed).toBe(before);
  }
  expect(fits).toBeGreaterThan(1000);
  const population = createPopulation(compiled, { ...options, capacity: fits });
  expect(memory.bytesUsed).toBeGreaterThan(15 * PAGE_BYTES);
  population[Symbol.dispose]();
  expect(memory.bytesUsed).toBe(before);
});
