// At stake: what people read of a compiled model, and what they are told when they ask for something there is not.
import { describe, expect, test } from 'vitest';
import { createInferenceMemory } from '../memory/inference-memory.js';
import { gridWorld } from '../models/grid-world.js';
import { tMaze } from '../models/t-maze.js';
import { createPopulation } from '../population/create-population.js';
import { compileModel } from './compile-model.js';
import type { CompileOptions } from './compile-options.js';
import { attachCompiledModel } from './compiled-model.js';

const code = (value: string) => expect.objectContaining({ code: value });
const grid = () => gridWorld({ width: 5, height: 5, noise: 0.1 });

describe('explain', () => {
  test('is a table of every matrix, and of what policies share', () => {
    expect(String(compileModel(grid(), { horizon: 3 }).explain()).split('\n')).toEqual([
      'backend simd',
      '',
      'tensor         form          shape    listed  bytes  cost  dense cost',
      'A[0]           noisy-gather  25 x 25   4.0 %    496   144         641',
      'B[0] action 0  one-hot       25 x 25   4.0 %    272   100         641',
      'B[0] action 1  one-hot       25 x 25   4.0 %    272   100         641',
      'B[0] action 2  one-hot       25 x 25   4.0 %    272   100         641',
      'B[0] action 3  one-hot       25 x 25   4.0 %    272   100         641',
      'B[0] action 4  identity      25 x 25   4.0 %     48    25         641',
      '',
      'tables 6,304 bytes; A and B dense 15,000 bytes',
      '125 policies: 155 steps evaluated of 375',
    ]);
  });

  test.each([
    { name: 'asked for', options: { backend: 'reference' }, reason: 'asked for' },
    {
      name: 'random choices of hardly any precision',
      options: { selection: 'stochastic', alpha: 0.1 },
      reason: 'stochastic choice with an alpha below 0.25: 0.1',
    },
    { name: 'a search', options: { search: { horizon: 2 } }, reason: 'a search ahead by outcomes' },
  ] as const)('says why the reference runs: $name', ({ options, reason }) => {
    const compiled = compileModel(tMaze(), options);
    expect(compiled.backend).toBe('reference');
    expect(compiled.explain()).toMatchObject({ backend: 'reference', reasons: [reason], bytes: 0, maps: [] });
    expect(String(compiled.explain()).split('\n')).toEqual([
      'backend reference',
      `  ${reason}`,
      '4 policies: 4 steps evaluated of 4',
    ]);
    if (reason === 'asked for') return;
    expect(() => compileModel(tMaze(), { ...options, backend: 'simd' })).toThrow(reason);
  });

  test('counts what policies share: every beginning once, and none without the tree', () => {
    const nodes = (options: CompileOptions) => compileModel(grid(), options).explain().nodeCount;
    expect(nodes({ horizon: 1 })).toBe(5);
    expect(nodes({ horizon: 3 })).toBe(5 + 25 + 125);
    expect(nodes({ horizon: 3, prefixTree: false })).toBe(375);
    const [a, b] = [[0], [1]];
    expect(nodes({ policies: [[a!, b!], [b!], [a!], [a!, a!], [a!, b!]] })).toBe(4);
  });

  test('takes a form that was asked for wherever a matrix can have it', () => {
    const forms = (form: CompileOptions['form']) =>
      compileModel(grid(), form === undefined ? {} : { form })
        .explain()
        .maps.map((map) => map.form);
    expect(new Set(forms('dense'))).toEqual(new Set(['dense']));
    expect(forms('gather')).toEqual(['noisy-gather', ...new Array(4).fill('one-hot'), 'gather']);
    expect(forms('background')[0]).toBe('background');
  });
});

describe('the tables', () => {
  test('of a model compiled twice into one memory are there once', () => {
    const memory = createInferenceMemory();
    const first = compileModel(grid(), { memory, horizon: 2 });
    const used = memory.bytesUsed;
    const again = compileModel(grid(), { memory, horizon: 2 });
    expect(memory.bytesUsed).toBe(used);
    expect(again.tables!.addresses).toEqual(first.tables!.addresses);
    first[Symbol.dispose]();
    const population = createPopulation(again, { capacity: 1 });
    const agent = population.add();
    population.step({ agents: [agent], outcomes: [[3]] });
    expect(population.readBeliefs(agent)[0]![3]).toBeCloseTo(0.9, 5);
    again[Symbol.dispose]();
    // Now they are gone: the same room serves the next.
    const next = compileModel(grid(), { memory, horizon: 2 });
    expect(next.tables!.addresses).toEqual(first.tables!.addresses);
  });

  test('of another model, or the same asked for something else, are others', () => {
    const memory = createInferenceMemory();
    const compiled = [
      compileModel(grid(), { memory }),
      compileModel(grid(), { memory, gamma: 1 }),
      compileModel(gridWorld({ width: 5, height: 5, noise: 0.2 }), { memory }),
    ];
    expect(new Set(compiled.map(({ tables }) => tables!.addresses.model)).size).toBe(3);
  });

  test('can be attached to from what was shared, and say the same of themselves', () => {
    const compiled = compileModel(tMaze(), { horizon: 2 });
    const attached = attachCompiledModel(
      structuredClone({ ...compiled.share(), memory: null }) as never,
      compiled.memory,
    );
    expect(attached.tables).toEqual(compiled.tables);
    expect(String(attached.explain())).toBe(String(compiled.explain()));
    const [mine, theirs] = [compiled, attached].map((each) => {
      const population = createPopulation(each, { capacity: 1 });
      const agent = population.add();
      population.step({ agents: [agent], outcomes: [[0], [0], [0]] });
      return [population.readBeliefs(agent), population.lastAction(agent)];
    });
    expect(theirs).toEqual(mine);
    attached[Symbol.dispose]();
    expect(compiled.memory.allocate(64)).toBeGreaterThan(compiled.tables!.addresses.model);
  });

  test('are not given back twice', () => {
    const compiled = compileModel(grid());
    compiled[Symbol.dispose]();
    expect(() => compiled[Symbol.dispose]()).toThrow(code('INFERENCE_DISPOSED'));
  });

  test('have to fit', () => {
    const memory = createInferenceMemory({ bytesMax: 65_536 });
    const large = gridWorld({ width: 20, height: 20 });
    expect(() => compileModel(large, { memory, form: 'dense' })).toThrow(code('INFERENCE_MEMORY_EXHAUSTED'));
  });
});

describe('options out of range are refused:', () => {
  const option = 'INFERENCE_OPTION_INVALID';
  const policy = 'INFERENCE_POLICY_INVALID';
  const cases: readonly (readonly [object, string])[] = [
    [{ gamma: -1 }, option],
    [{ gamma: Number.NaN }, option],
    [{ gamma: Number.POSITIVE_INFINITY }, option],
    [{ alpha: -0.5 }, option],
    [{ seed: -1 }, option],
    [{ seed: 0.5 }, option],
    [{ seed: 2 ** 53 }, option],
    [{ iterationsMax: 0 }, option],
    [{ iterationsMax: 1.5 }, option],
    [{ freeEnergyTolerance: -1 }, option],
    [{ freeEnergyTolerance: Number.NaN }, option],
    [{ sampling: 'thompson' }, option],
    [{ selection: 'random' }, option],
    [{ priorZeros: 'keep' }, option],
    [{ backend: 'gpu' }, option],
    [{ horizon: 0 }, option],
    [{ horizon: 1.5 }, option],
    [{ horizon: 20 }, 'INFERENCE_POLICY_COUNT_EXCEEDED'],
    [{ policies: [] }, policy],
    [{ policies: [[]] }, policy],
    [{ policies: [[[0, 0]]] }, policy],
    [{ policies: [[[5]]] }, policy],
    [{ policies: [[[-1]]] }, policy],
    [{ policies: [[[0.5]]] }, policy],
  ];
  test.each(cases)('%j', (options, wrong) => {
    expect(() => compileModel(grid(), options)).toThrow(code(wrong));
  });

  test('a habit over another number of policies', () => {
    const model = { ...grid(), E: Float64Array.of(0.5, 0.5) };
    expect(() => compileModel(model)).toThrow(code(option));
  });

  test('policies longer than preferences that change over time', () => {
    const model = { ...grid(), C: [{ shape: [25, 2], data: new Float64Array(50) }] };
    expect(compileModel(model, { horizon: 2 }).backend).toBe('simd');
    expect(() => compileModel(model, { horizon: 3 })).toThrow(code(policy));
  });
});
