// At stake: what cannot be done is refused by name, before anything has changed, also where no compiler looked.
import { describe, expect, test } from 'vitest';
import { compileModel } from '../compile/compile-model.js';
import { attachCompiledModel } from '../compile/compiled-model.js';
import { InferenceError, InputError } from '../errors.js';
import { attachInferenceMemory, createInferenceMemory } from '../memory/inference-memory.js';
import { gridWorld } from '../models/grid-world.js';
import { createPopulation } from './create-population.js';
import { DeadlineStepper } from './deadline.js';
import type { Population } from './population.js';
import { BACKENDS, statesOf } from './population.test-fixtures.js';

/** Anything: what somebody without types might pass. */
// biome-ignore lint/suspicious/noExplicitAny: that is what is tried here
type Wrong = any;

const code = (value: string) => expect.objectContaining({ code: value });
const invalid = code('INFERENCE_OPTION_INVALID');
const model = gridWorld({ width: 2, height: 2 });

/** The error that a call throws: typed, with a remedy, and naming what was passed. */
function errorOf(call: () => unknown): InputError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).remedy).not.toBe('');
    return error as InputError;
  }
  throw new Error('nothing was thrown');
}

describe('createPopulation refuses', () => {
  const compiled = compileModel(model);
  test.each<{ options: Wrong; argument: string; got: string }>([
    { options: undefined, argument: 'options', got: 'undefined' },
    { options: null, argument: 'options', got: 'null' },
    { options: 5, argument: 'options', got: '5' },
    { options: {}, argument: 'capacity', got: 'undefined' },
    { options: { capacity: null }, argument: 'capacity', got: 'null' },
    { options: { capacity: '5' }, argument: 'capacity', got: '"5"' },
    { options: { capacity: [5] }, argument: 'capacity', got: 'a list of 1' },
    { options: { capacity: Number.NaN }, argument: 'capacity', got: 'NaN' },
    { options: { capacity: Symbol('5') }, argument: 'capacity', got: 'a value of type symbol' },
    { options: { capacity: 1, keepPolicies: 'no' }, argument: 'keepPolicies', got: '"no"' },
    { options: { capacity: 1, keepCourses: null }, argument: 'keepCourses', got: 'null' },
    { options: { capacity: 1, compression: null }, argument: 'compression', got: 'null' },
    { options: { capacity: 1, compression: 3 }, argument: 'compression', got: '3' },
    { options: { capacity: 1, compression: { topK: null } }, argument: 'compression.topK', got: 'null' },
    {
      options: { capacity: 1, compression: { threshold: '0.1' } },
      argument: 'compression.threshold',
      got: '"0.1"',
    },
  ])('$argument: $got', ({ options, argument, got }) => {
    expect(errorOf(() => createPopulation(compiled, options))).toMatchObject({
      code: 'INFERENCE_OPTION_INVALID',
      argument,
      got,
    });
  });

  test.each<{ source: Wrong }>([{ source: {} }, { source: null }, { source: model }])(
    'what is no compiled model',
    ({ source }) => {
      expect(errorOf(() => createPopulation(source, { capacity: 1 })).argument).toBe('compiled');
    },
  );
});

describe('memory refuses', () => {
  test.each<{ bytesMax: Wrong }>(
    [Number.NaN, -1, 0, 'x', '65536', null, {}].map((bytesMax) => ({ bytesMax })),
  )('bytesMax $bytesMax', ({ bytesMax }) => {
    expect(errorOf(() => createInferenceMemory({ bytesMax })).argument).toBe('bytesMax');
  });

  test('what is none', () => {
    const none: Wrong = {};
    expect(errorOf(() => createInferenceMemory(null as Wrong)).argument).toBe('options');
    expect(errorOf(() => attachInferenceMemory(none)).argument).toBe('shared');
    expect(errorOf(() => attachCompiledModel(none)).argument).toBe('shared');
    expect(errorOf(() => attachCompiledModel(null as Wrong)).argument).toBe('shared');
    expect(errorOf(() => attachCompiledModel(compileModel(model).share(), none)).argument).toBe('memory');
    expect(errorOf(() => compileModel(model, { memory: none })).argument).toBe('memory');
  });
});

describe.each(BACKENDS)('a %s population refuses', (backend) => {
  const make = (): { population: Population; agents: number[] } => {
    const population = createPopulation(compileModel(model, { backend }), { capacity: 5 });
    return { population, agents: Array.from(population.addMany(3)) };
  };

  test.each<{ name: string; batch: (agents: number[]) => Wrong; wrong: string }>([
    { name: 'nothing', batch: () => undefined, wrong: 'INFERENCE_OPTION_INVALID' },
    { name: 'null', batch: () => null, wrong: 'INFERENCE_OPTION_INVALID' },
    { name: 'no agents', batch: () => ({ outcomes: [[0]] }), wrong: 'INFERENCE_OPTION_INVALID' },
    {
      name: 'null agents',
      batch: () => ({ agents: null, outcomes: [[0]] }),
      wrong: 'INFERENCE_OPTION_INVALID',
    },
    {
      name: 'agents in a string',
      batch: () => ({ agents: '0', outcomes: [[0]] }),
      wrong: 'INFERENCE_OPTION_INVALID',
    },
    {
      name: 'agents of no length',
      batch: () => ({ agents: {}, outcomes: [[0]] }),
      wrong: 'INFERENCE_OPTION_INVALID',
    },
    {
      name: 'a handle and a fraction',
      batch: ([agent]) => ({ agents: [agent! + 0.5], outcomes: [[0]] }),
      wrong: 'INFERENCE_AGENT_UNKNOWN',
    },
    {
      name: 'a handle in a string',
      batch: ([agent]) => ({ agents: [`${agent}`], outcomes: [[0]] }),
      wrong: 'INFERENCE_AGENT_UNKNOWN',
    },
    {
      name: 'a large integer for a handle',
      batch: ([agent]) => ({ agents: [BigInt(agent!)], outcomes: [[0]] }),
      wrong: 'INFERENCE_AGENT_UNKNOWN',
    },
    {
      name: 'a count in a string',
      batch: (agents) => ({ agents, count: '1', outcomes: [[0]] }),
      wrong: 'INFERENCE_OPTION_INVALID',
    },
    {
      name: 'null outcomes',
      batch: (agents) => ({ agents, outcomes: null }),
      wrong: 'INFERENCE_OBSERVATION_INVALID',
    },
    {
      name: 'a null column',
      batch: (agents) => ({ agents, outcomes: [null] }),
      wrong: 'INFERENCE_OBSERVATION_INVALID',
    },
    {
      name: 'a number for a column',
      batch: (agents) => ({ agents, outcomes: [0] }),
      wrong: 'INFERENCE_OBSERVATION_INVALID',
    },
    {
      name: 'a symbol for an outcome',
      batch: (agents) => ({ agents, outcomes: [[Symbol('0'), 0, 0]] }),
      wrong: 'INFERENCE_OBSERVATION_INVALID',
    },
    {
      name: 'large integers for weights',
      batch: (agents) => ({ agents, outcomes: [[-2, 0, 0]], weights: [[1n, 0n, 0n, 0n]] }),
      wrong: 'INFERENCE_OBSERVATION_INVALID',
    },
    {
      name: 'null for actions',
      batch: (agents) => ({ agents, outcomes: [[0, 0, 0]], lastActions: null }),
      wrong: 'INFERENCE_OBSERVATION_INVALID',
    },
    {
      name: 'a null column of actions',
      batch: (agents) => ({ agents, outcomes: [[0, 0, 0]], lastActions: [null] }),
      wrong: 'INFERENCE_OBSERVATION_INVALID',
    },
  ])('a batch with $name', ({ batch, wrong }) => {
    const { population, agents } = make();
    const before = statesOf(population, agents);
    expect(() => population.step(batch(agents))).toThrow(code(wrong));
    expect(statesOf(population, agents)).toEqual(before);
  });

  test.each<{ beliefs: Wrong; name: string }>([
    { name: 'null', beliefs: null },
    { name: 'a number', beliefs: 5 },
    { name: 'a string', beliefs: 'x' },
    { name: 'what only has a length', beliefs: { length: 1 } },
    { name: 'a list with a hole', beliefs: new Array(1) },
    { name: 'null for a factor', beliefs: [null] },
    { name: 'a list of numbers', beliefs: [[0.25, 0.25, 0.25, 0.25]] },
  ])('$name for beliefs', ({ beliefs }) => {
    const { population, agents } = make();
    expect(errorOf(() => population.add({ beliefs })).code).toBe('INFERENCE_BELIEF_INVALID');
    expect(errorOf(() => population.writeBeliefs(agents[0]!, beliefs)).code).toBe('INFERENCE_BELIEF_INVALID');
    expect(population.size).toBe(3);
  });

  test('other arguments by name', () => {
    const { population, agents } = make();
    expect(errorOf(() => population.add(null as Wrong)).argument).toBe('options');
    expect(errorOf(() => population.add({ key: Symbol('1') as Wrong })).argument).toBe('key');
    for (const count of [Number.NaN, '2', null, undefined, 1n] as Wrong[]) {
      expect(errorOf(() => population.addMany(count)).argument).toBe('count');
    }
    for (const action of [5, 'x', undefined, { length: 1 }, new Array(1), [Symbol('0')]] as Wrong[]) {
      const error = errorOf(() => population.setLastAction(agents[0]!, action));
      expect(error.code).toBe('INFERENCE_POLICY_INVALID');
    }
    for (const agent of [null, undefined, 'x', 1n, Symbol('0'), {}, agents[0]! + 0.5] as Wrong[]) {
      expect(population.has(agent)).toBe(false);
      expect(() => population.readBeliefs(agent)).toThrow(code('INFERENCE_AGENT_UNKNOWN'));
    }
    expect(population.size).toBe(3);
  });

  test('all work when it, or its model, was disposed of, and has no agents then', () => {
    const { population, agents } = make();
    const { compiled } = population;
    const disposed = code('INFERENCE_DISPOSED');
    const batch = { agents, outcomes: [[0, 0, 0]] };
    const before = statesOf(population, agents);
    compiled[Symbol.dispose]();
    for (const call of [
      () => population.step(batch),
      () => population.inferStates(batch),
      () => population.planActions(batch),
      () => population.add(),
      () => population.readBeliefs(agents[0]!),
      () => new DeadlineStepper(population, { rule: { horizonMin: 1 } }).step(batch, 1),
      () => createPopulation(compiled, { capacity: 1 }),
      () => compiled.share(),
      () => compiled[Symbol.dispose](),
    ]) {
      expect(call).toThrow(disposed);
    }
    expect(before).toHaveLength(3);
    population[Symbol.dispose]();
    expect(agents.map((agent) => population.has(agent))).toEqual([false, false, false]);
    expect(() => population[Symbol.dispose]()).toThrow(disposed);
  });

  test('to teach what a batch that was refused had overwritten', () => {
    const learning = { pA: [{ shape: [4, 4], data: new Float64Array(16).fill(1) }] };
    const population = createPopulation(compileModel(model, { backend, learning }), { capacity: 3 });
    const agents = Array.from(population.addMany(3));
    population.inferStates({ agents: agents.slice(0, 2), outcomes: [[0, 1]] });
    expect(() => population.inferStates({ agents: [agents[2]!, 7], outcomes: [[0, 0]] })).toThrow(
      InferenceError,
    );
    population.learn();
    for (const agent of agents) expect(population.readCounts(agent).pA).toEqual(learning.pA);
  });
});

describe('a stepper refuses', () => {
  const population = createPopulation(compileModel(model), { capacity: 2 });
  const agents = population.addMany(2);
  const batch = { agents, outcomes: [[0, 1]] };
  const rule = { horizonMin: 1 };

  test.each<{ options: Wrong; argument: string }>([
    { options: undefined, argument: 'options' },
    { options: null, argument: 'options' },
    { options: {}, argument: 'rule' },
    { options: { rule: null }, argument: 'rule' },
    { options: { rule: { horizonMin: '1' } }, argument: 'rule.horizonMin' },
    { options: { rule, now: 5 }, argument: 'now' },
    { options: { rule, now: null }, argument: 'now' },
  ])('$argument', ({ options, argument }) => {
    expect(errorOf(() => new DeadlineStepper(population, options)).argument).toBe(argument);
  });

  test.each<{ nowMs: Wrong }>(
    [Number.NaN, Number.POSITIVE_INFINITY, -Infinity, 'x', '5', null, undefined, 5n, 1e300].map((nowMs) => ({
      nowMs,
    })),
  )('a clock that reads $nowMs, before anything has changed', ({ nowMs }) => {
    const before = statesOf(population, agents);
    const stepper = new DeadlineStepper(population, { rule, now: () => nowMs });
    expect(errorOf(() => stepper.step(batch, 1)).argument).toBe('now');
    expect(statesOf(population, agents)).toEqual(before);
  });

  test('budgets, batches and horizons that are none', () => {
    const stepper = new DeadlineStepper(population, { rule });
    for (const budgetMs of ['5', null, undefined, Number.NaN, 1n] as Wrong[]) {
      expect(errorOf(() => stepper.step(batch, budgetMs)).argument).toBe('budgetMs');
    }
    expect(() => stepper.step(null as Wrong, 1)).toThrow(invalid);
    expect(() => stepper.replay(null as Wrong, [1])).toThrow(invalid);
    expect(() => stepper.replay({ agents: null as Wrong, outcomes: [[0]] }, [1])).toThrow(invalid);
    expect(errorOf(() => stepper.replay(batch, null as Wrong)).argument).toBe('horizons');
    expect(errorOf(() => stepper.replay(batch, [1, Symbol('1') as Wrong])).argument).toBe('horizons[1]');
  });
});
