// At stake: what agents are promised, whoever computes. Every rule is tried on each backend.
import { describe, expect, test } from 'vitest';
import { compileModel } from '../compile/compile-model.js';
import type { Backend, CompileOptions } from '../compile/compile-options.js';
import { ImpossibleObservationError, InputError } from '../errors.js';
import type { GenerativeModel } from '../model/generative-model.js';
import { prepareModel } from '../model/prepare-model.js';
import { gridWorld } from '../models/grid-world.js';
import { tMaze } from '../models/t-maze.js';
import { inferStates } from '../perception/infer-states.js';
import { predictStates } from '../perception/predict-states.js';
import { createPopulation } from './create-population.js';
import {
  AGENT_STATUS,
  CAPACITY_MAX,
  NO_ACTION,
  NOT_OBSERVED,
  type PopulationBatch,
  SOFT_OUTCOME,
} from './population.js';
import {
  BACKENDS,
  findInMemory,
  randomOutcomes,
  resultOf,
  stateOf,
  statesOf,
  twoFactors,
} from './population.test-fixtures.js';

const code = (value: string) => expect.objectContaining({ code: value });
/** Single precision against double: a few units in the last place of numbers up to 1. */
const SINGLE = 5;

describe.each(BACKENDS)('a %s population', (backend) => {
  const populationOf = (
    model: GenerativeModel,
    capacity: number,
    options: Omit<CompileOptions, 'backend'> & { keepPolicies?: boolean } = {},
  ) => {
    const { keepPolicies = false, ...compile } = options;
    return createPopulation(compileModel(model, { ...compile, backend }), { capacity, keepPolicies });
  };
  const observe = (outcome: number, count: number): Int32Array[] => [new Int32Array(count).fill(outcome)];

  test('runs where it was asked to', () => {
    expect(populationOf(twoFactors(), 1).compiled.backend).toBe(backend);
  });

  describe('its agents', () => {
    test('begin with D, having done nothing', () => {
      const maze = tMaze();
      const population = populationOf(maze, 3);
      const agent = population.add();
      expect(population.readBeliefs(agent)).toEqual(maze.D);
      expect(population.lastAction(agent)).toBeNull();
      expect([population.size, population.capacity, population.has(agent)]).toEqual([1, 3, true]);
    });

    test('begin with a belief of their own when they are given one', () => {
      const population = populationOf(gridWorld({ width: 2, height: 1 }), 2);
      const agent = population.add({ beliefs: [Float64Array.of(0.25, 0.75)] });
      expect(population.readBeliefs(agent)).toEqual([Float64Array.of(0.25, 0.75)]);
    });

    test.each([
      { beliefs: [Float64Array.of(1)], wrong: 'INFERENCE_BELIEF_INVALID' },
      { beliefs: [Float64Array.of(0.5, 0.6)], wrong: 'INFERENCE_BELIEF_INVALID' },
      { beliefs: [Float64Array.of(Number.NaN, 1)], wrong: 'INFERENCE_BELIEF_INVALID' },
      { key: -1, wrong: 'INFERENCE_OPTION_INVALID' },
      { key: 0.5, wrong: 'INFERENCE_OPTION_INVALID' },
      { key: 2 ** 32, wrong: 'INFERENCE_OPTION_INVALID' },
    ])('are not added with $beliefs$key', ({ wrong, ...options }) => {
      const population = populationOf(gridWorld({ width: 2, height: 1 }), 1);
      expect(() => population.add(options)).toThrow(code(wrong));
      expect(population.size).toBe(0);
    });

    test('can be read and written; what is read is a copy', () => {
      const population = populationOf(twoFactors(), 5);
      const [first, second] = population.addMany(2) as unknown as [number, number];
      population.writeBeliefs(second, [Float64Array.of(0.5, 0.25, 0.25), Float64Array.of(0, 1)]);
      population.readBeliefs(second)[0]!.fill(9);
      population.setLastAction(second, [2, 1]);
      expect(stateOf(population, second)).toEqual({
        beliefs: [
          [0.5, 0.25, 0.25],
          [0, 1],
        ],
        lastAction: [2, 1],
      });
      expect(population.lastAction(first)).toBeNull();
      population.setLastAction(second, null);
      expect(population.lastAction(second)).toBeNull();
    });

    test('do not share a belief with whoever wrote it', () => {
      const population = populationOf(gridWorld({ width: 2, height: 1 }), 1);
      const belief = Float64Array.of(0.25, 0.75);
      const agent = population.add({ beliefs: [belief] });
      belief.fill(9);
      expect(population.readBeliefs(agent)).toEqual([Float64Array.of(0.25, 0.75)]);
    });

    test.each([{ action: [3, 0] }, { action: [0, -1] }, { action: [0] }, { action: [0.5, 0] }])(
      'cannot have done $action',
      ({ action }) => {
        const population = populationOf(twoFactors(), 1);
        const agent = population.add();
        expect(() => population.setLastAction(agent, action)).toThrow(code('INFERENCE_POLICY_INVALID'));
        expect(population.lastAction(agent)).toBeNull();
      },
    );

    test('begin anew when they are reset, and then do what they did', () => {
      const model = twoFactors();
      const population = populationOf(model, 6, { selection: 'stochastic', alpha: 1, gamma: 1 });
      const agents = population.addMany(6);
      const run = () =>
        Array.from({ length: 8 }, (_, t) => {
          population.step({ agents, outcomes: randomOutcomes(model, 6, t) });
          return statesOf(population, agents);
        });
      const before = run();
      for (const agent of agents) population.reset(agent);
      expect(statesOf(population, agents)).toEqual(
        statesOf(populationOf(model, 6), population.addMany(0)).concat(
          Array.from(agents, () => ({
            beliefs: model.D.map((d) => Array.from(d, backend === 'simd' ? Math.fround : Number)),
            lastAction: null,
          })),
        ),
      );
      expect(run()).toEqual(before);
    });

    test('make draws of their own when they are reset under a key, and refuse one that is none', () => {
      const model = twoFactors();
      const population = populationOf(model, 2, { selection: 'stochastic', alpha: 1, gamma: 0 });
      const [first, second] = [population.add({ key: 7 }), population.add({ key: 8 })];
      const run = () =>
        Array.from({ length: 12 }, (_, t) => {
          population.step({ agents: [first, second], outcomes: randomOutcomes(model, 1, t).map(twice) });
          return [population.lastAction(first), population.lastAction(second)];
        });
      const before = run();
      population.reset(first);
      population.reset(second, 7);
      const after = run();
      expect(after.map(([action]) => action)).toEqual(before.map(([action]) => action));
      expect(after.map(([, action]) => action)).toEqual(after.map(([action]) => action));
      for (const key of [-1, 0.5, 2 ** 32])
        expect(() => population.reset(second, key)).toThrow(code('INFERENCE_OPTION_INVALID'));
    });

    test('are gone once removed, and their handle names nobody again', () => {
      const population = populationOf(twoFactors(), 2);
      const agents = population.addMany(2);
      population.remove(agents[0]!);
      expect(population.has(agents[0]!)).toBe(false);
      expect(population.size).toBe(1);
      const successor = population.add();
      expect(successor % 2 ** 32).toBe(agents[0]! % 2 ** 32);
      expect(successor).not.toBe(agents[0]);
      for (const use of [
        () => population.remove(agents[0]!),
        () => population.reset(agents[0]!),
        () => population.readBeliefs(agents[0]!),
        () => population.lastAction(agents[0]!),
        () => population.setLastAction(agents[0]!, null),
        () => population.writeBeliefs(agents[0]!, population.readBeliefs(successor)),
        () => population.step({ agents: [agents[0]!], outcomes: [[0], [0]] }),
        () => population.planActions({ agents: [agents[0]!] }),
      ]) {
        expect(use).toThrow(code('INFERENCE_AGENT_UNKNOWN'));
      }
    });

    test('leave nothing behind in a lane that is taken again', () => {
      const model = twoFactors();
      const population = populationOf(model, 1);
      const agent = population.add({ beliefs: [Float64Array.of(0, 0, 1), Float64Array.of(0, 1)] });
      population.step({ agents: [agent], outcomes: [[2], [1]] });
      population.remove(agent);
      const successor = population.add();
      expect(population.lastAction(successor)).toBeNull();
      const fresh = populationOf(model, 1);
      expect(stateOf(population, successor)).toEqual(stateOf(fresh, fresh.add()));
    });

    test.each([-1, 0, 0.5, 2 ** 32 + 0.5, 2 ** 32 + 1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
      'never had the handle %d',
      (handle) => {
        const population = populationOf(twoFactors(), 2);
        population.add();
        expect(population.has(handle)).toBe(false);
        expect(() => population.readBeliefs(handle)).toThrow(code('INFERENCE_AGENT_UNKNOWN'));
      },
    );
  });

  describe('its capacity', () => {
    test.each([0, -1, 1.5, Number.NaN, CAPACITY_MAX + 1])('cannot be %d', (capacity) => {
      expect(() => populationOf(twoFactors(), capacity)).toThrow(code('INFERENCE_OPTION_INVALID'));
    });

    test('is what fits', () => {
      const population = populationOf(twoFactors(), 2);
      population.addMany(2);
      expect(() => population.add()).toThrow(code('INFERENCE_POPULATION_FULL'));
      expect(population.size).toBe(2);
    });

    test('takes many agents or none', () => {
      const population = populationOf(twoFactors(), 5);
      population.addMany(3);
      expect(() => population.addMany(3)).toThrow(code('INFERENCE_POPULATION_FULL'));
      expect(population.size).toBe(3);
      expect(population.addMany(0)).toHaveLength(0);
      expect(new Set(population.addMany(2)).size).toBe(2);
      expect(population.size).toBe(5);
    });

    test.each([-1, 0.5, Number.NaN])('takes no %d agents', (count) => {
      const population = populationOf(twoFactors(), 2);
      expect(() => population.addMany(count)).toThrow(code('INFERENCE_OPTION_INVALID'));
    });
  });

  describe('a step', () => {
    test('infers, plans and chooses: the agent in the grid goes to the goal', () => {
      const world = gridWorld({ width: 3, height: 3, noise: 0, start: { x: 0, y: 0 } });
      const population = populationOf(world, 1, { horizon: 2 });
      const agent = population.add();
      let cell = 0;
      for (let t = 0; t < 6; t++) {
        expect(population.step({ agents: [agent], outcomes: [[cell]] })).toEqual({
          count: 1,
          failures: [],
          referred: 0,
        });
        expect(population.readBeliefs(agent)[0]![cell]).toBeCloseTo(1, SINGLE);
        expect(population.lastAction(agent)).toEqual([population.results.actions[0]![0]]);
        cell = world.environment.nextState[0]![cell]![population.results.actions[0]![0]!]!;
      }
      expect(cell).toBe(8);
    });

    test('predicts from the last action before it looks', () => {
      const model = twoFactors();
      const prepared = prepareModel(model);
      const population = populationOf(model, 1);
      const agent = population.add();
      population.setLastAction(agent, [2, 1]);
      population.inferStates({ agents: [agent], outcomes: [[1], [0]] });
      const prior = predictStates(prepared, model.D, [2, 1]);
      const { posterior, variationalFreeEnergy } = inferStates(prepared, { observations: [1, 0], prior });
      population.readBeliefs(agent).forEach((belief, f) => {
        belief.forEach((p, s) => {
          expect(p).toBeCloseTo(posterior[f]![s]!, SINGLE);
        });
      });
      expect(population.results.freeEnergy[0]).toBeCloseTo(variationalFreeEnergy, SINGLE);
    });

    test('takes the word of the batch for what was done last', () => {
      const model = twoFactors();
      const population = populationOf(model, 4);
      const agents = population.addMany(4);
      population.setLastAction(agents[0]!, [1, 1]);
      population.setLastAction(agents[3]!, [1, 1]);
      const lastActions = [
        [2, 0, NO_ACTION, NO_ACTION, 77],
        [1, 1, NO_ACTION, NO_ACTION, 77],
      ];
      population.inferStates({ agents, outcomes: randomOutcomes(model, 4, 3), lastActions });
      expect(Array.from(agents, (agent) => population.lastAction(agent))).toEqual([
        [2, 1],
        [0, 1],
        null,
        null,
      ]);
    });

    test('is an inference and a plan', () => {
      const model = twoFactors();
      const together = populationOf(model, 5);
      const apart = populationOf(model, 5);
      const agents = together.addMany(5);
      apart.addMany(5);
      for (let t = 0; t < 4; t++) {
        const outcomes = randomOutcomes(model, 5, t);
        together.step({ agents, outcomes });
        apart.inferStates({ agents, outcomes });
        apart.planActions({ agents });
        expect(statesOf(apart, agents)).toEqual(statesOf(together, agents));
      }
    });

    test('plans alone without touching beliefs', () => {
      const population = populationOf(twoFactors(), 3);
      const agents = population.addMany(3);
      const before = statesOf(population, agents);
      expect(population.planActions({ agents, count: 2 })).toEqual({ count: 2, failures: [], referred: 0 });
      const after = statesOf(population, agents);
      expect(after.map(({ beliefs }) => beliefs)).toEqual(before.map(({ beliefs }) => beliefs));
      expect(after.map(({ lastAction }) => lastAction === null)).toEqual([false, false, true]);
    });

    test('touches only the agents of the batch, and of its columns only what is in use', () => {
      const model = twoFactors();
      const population = populationOf(model, 6);
      const agents = population.addMany(6);
      const before = statesOf(population, agents);
      const batch: PopulationBatch = {
        agents: [agents[4]!, agents[1]!, agents[0]!, -5],
        count: 2,
        outcomes: [
          [1, 2, 99],
          [0, 1, 99],
        ],
      };
      const results = population.results;
      results.status.fill(-7);
      expect(population.step(batch).count).toBe(2);
      expect(population.results).toBe(results);
      const changed = statesOf(population, agents).map(
        (state, i) => JSON.stringify(state) !== JSON.stringify(before[i]),
      );
      expect(changed).toEqual([false, true, false, false, true, false]);
      expect(Array.from(results.status)).toEqual([0, 0, -7, -7, -7, -7]);
    });

    test('of nobody is a step', () => {
      const population = populationOf(twoFactors(), 2);
      population.addMany(2);
      expect(population.step({ agents: [], outcomes: [[], []] })).toEqual({
        count: 0,
        failures: [],
        referred: 0,
      });
    });

    test('learns nothing from what was not observed', () => {
      const maze = tMaze();
      const population = populationOf(maze, 2);
      const agents = population.addMany(2);
      population.writeBeliefs(agents[0]!, [
        Float64Array.of(0.5, 0.25, 0.125, 0.125),
        Float64Array.of(0.75, 0.25),
      ]);
      const before = population.readBeliefs(agents[0]!);
      const blind = [NOT_OBSERVED, NOT_OBSERVED];
      population.inferStates({ agents, outcomes: [blind, blind, blind] });
      population.readBeliefs(agents[0]!).forEach((belief, f) => {
        belief.forEach((p, s) => {
          expect(p).toBeCloseTo(before[f]![s]!, SINGLE);
        });
      });
      expect(population.results.freeEnergy[0]).toBeCloseTo(0, SINGLE);
    });

    test('weighs a soft observation, and takes a certain one at its word', () => {
      const model = twoFactors();
      const prepared = prepareModel(model);
      const population = populationOf(model, 4);
      const agents = population.addMany(4);
      const seen = [
        [Float64Array.of(0.2, 0.5, 0.3), 1],
        [Float64Array.of(0, 1, 0), 1],
        [1, 1],
        [null, Float64Array.of(0.5, 0.5)],
      ] as const;
      population.inferStates({
        agents,
        outcomes: [
          [SOFT_OUTCOME, SOFT_OUTCOME, 1, NOT_OBSERVED],
          [1, 1, 1, SOFT_OUTCOME],
        ],
        weights: [
          [0.2, 0.5, 0.3, 0, 1, 0],
          [Number.NaN, -1, 7, 0, 0, 0, 0.5, 0.5],
        ],
      });
      seen.forEach((observations, i) => {
        const { posterior } = inferStates(prepared, { observations });
        population.readBeliefs(agents[i]!).forEach((belief, f) => {
          belief.forEach((p, s) => {
            expect(p).toBeCloseTo(posterior[f]![s]!, SINGLE);
          });
        });
      });
      expect(population.readBeliefs(agents[1]!)[1]![0]).toBeCloseTo(
        population.readBeliefs(agents[2]!)[1]![0]!,
        SINGLE,
      );
    });

    test('chooses by whole policies when it is told to', () => {
      const model = twoFactors();
      const policies = [[[2, 1]], [[0, 1]], [[0, 0]]];
      const E = [0.4, 0.3, 0.3];
      // Gamma 0: only the habit counts. The best policy begins with 2, the best marginal is 0.
      const choice = (sampling: 'full' | 'marginal') => {
        const population = populationOf({ ...model, E: Float64Array.from(E) }, 1, {
          policies,
          sampling,
          gamma: 0,
        });
        population.planActions({ agents: [population.add()] });
        return population.results.actions.map((column) => column[0]);
      };
      expect(choice('full')).toEqual([2, 1]);
      expect(choice('marginal')).toEqual([0, 1]);
    });

    test('keeps G and the posterior of every policy when it is told to', () => {
      const model = twoFactors();
      const without = populationOf(model, 2);
      expect([without.results.expectedFreeEnergy, without.results.policyPosterior]).toEqual([null, null]);
      const population = populationOf(model, 2, { keepPolicies: true, horizon: 2 });
      const agents = population.addMany(2);
      population.step({ agents, outcomes: randomOutcomes(model, 2, 1) });
      for (const entry of [0, 1]) {
        const { expectedFreeEnergy, policyPosterior } = resultOf(population, entry);
        expect(policyPosterior).toHaveLength(36);
        expect(policyPosterior!.reduce((sum, q) => sum + q, 0)).toBeCloseTo(1, SINGLE);
        const best = expectedFreeEnergy!.indexOf(Math.min(...expectedFreeEnergy!));
        expect(policyPosterior![best]).toBe(Math.max(...policyPosterior!));
      }
    });
  });

  describe('a batch that is wrong is refused before anyone has changed:', () => {
    const batch = (agents: ArrayLike<number>): PopulationBatch => ({
      agents,
      outcomes: [
        [0, 1, 2],
        [0, 1, 1],
      ],
    });
    type Change = (batch: PopulationBatch) => PopulationBatch;
    const refused: readonly { readonly name: string; readonly code: string; readonly change: Change }[] = [
      {
        name: 'an agent twice',
        code: 'INFERENCE_OPTION_INVALID',
        change: (b) => ({ ...b, agents: [b.agents[0]!, b.agents[1]!, b.agents[0]!] }),
      },
      {
        name: 'an unknown agent',
        code: 'INFERENCE_AGENT_UNKNOWN',
        change: (b) => ({ ...b, agents: [b.agents[0]!, 12, b.agents[2]!] }),
      },
      { name: 'a count of 4', code: 'INFERENCE_OPTION_INVALID', change: (b) => ({ ...b, count: 4 }) },
      { name: 'a count of -1', code: 'INFERENCE_OPTION_INVALID', change: (b) => ({ ...b, count: -1 }) },
      { name: 'a count of 1.5', code: 'INFERENCE_OPTION_INVALID', change: (b) => ({ ...b, count: 1.5 }) },
      ...[3, -3, 0.5, Number.NaN].map((outcome) => ({
        name: `outcome ${outcome}`,
        code: 'INFERENCE_OBSERVATION_INVALID',
        change: (b: PopulationBatch) => ({ ...b, outcomes: [[0, 1, outcome], b.outcomes[1]!] }),
      })),
      {
        name: 'a column too few',
        code: 'INFERENCE_OBSERVATION_INVALID',
        change: (b) => ({ ...b, outcomes: [b.outcomes[0]!] }),
      },
      {
        name: 'a column too short',
        code: 'INFERENCE_OBSERVATION_INVALID',
        change: (b) => ({ ...b, outcomes: [b.outcomes[0]!, [0, 1]] }),
      },
      {
        name: 'no columns',
        code: 'INFERENCE_OBSERVATION_INVALID',
        change: (b) => ({ ...b, outcomes: null as unknown as number[][] }),
      },
      ...[
        { name: 'no weights', weights: undefined },
        { name: 'no weights of the modality', weights: [null, null] },
        { name: 'too few weights', weights: [[1, 0, 0, 0, 1, 0, 0], null] },
        { name: 'weights below 0', weights: [[0, 0, 0, 0, 0, 0, 1.5, -0.5, 0], null] },
        { name: 'weights that are no numbers', weights: [[0, 0, 0, 0, 0, 0, Number.NaN, 1, 0], null] },
        { name: 'weights that do not sum to 1', weights: [[0, 0, 0, 0, 0, 0, 0.5, 0.4, 0], null] },
      ].map(({ name, weights }) => ({
        name,
        code: 'INFERENCE_OBSERVATION_INVALID',
        change: ({ agents, outcomes }: PopulationBatch) => ({
          agents,
          outcomes: [[0, 1, SOFT_OUTCOME], outcomes[1]!],
          ...(weights === undefined ? {} : { weights }),
        }),
      })),
      ...[
        {
          name: 'an action out of range',
          lastActions: [
            [0, 1, 3],
            [0, 0, 0],
          ],
        },
        {
          name: 'half an action',
          lastActions: [
            [0, 1, 2],
            [0, 0, NO_ACTION],
          ],
        },
        { name: 'actions of one factor', lastActions: [[0, 1, 2]] },
        {
          name: 'too few actions',
          lastActions: [
            [0, 1, 2],
            [0, 1],
          ],
        },
      ].map(({ name, lastActions }) => ({
        name,
        code:
          name === 'an action out of range' || name === 'half an action'
            ? 'INFERENCE_POLICY_INVALID'
            : 'INFERENCE_OBSERVATION_INVALID',
        change: (b: PopulationBatch) => ({ ...b, lastActions }),
      })),
    ];

    test.each(refused)('$name', ({ code: wrong, change }) => {
      const model = twoFactors();
      const population = populationOf(model, 3);
      const agents = population.addMany(3);
      population.step(batch(agents));
      const before = statesOf(population, agents);
      expect(() => population.step(change(batch(agents)))).toThrow(code(wrong));
      expect(() => population.inferStates(change(batch(agents)))).toThrow(code(wrong));
      expect(statesOf(population, agents)).toEqual(before);
      // A refused batch must not count as one that the agents were in.
      expect(population.step(batch(agents)).count).toBe(3);
    });
  });

  describe('an agent whose inference fails', () => {
    const world = gridWorld({ width: 3, height: 1, noise: 0, start: { x: 0, y: 0 } });

    test('keeps its belief, gets no action, and is reported with what it saw', () => {
      const population = populationOf(world, 6);
      const agents = population.addMany(6);
      const outcomes = [Int32Array.of(0, 0, 2, 0, 1, 0)];
      const { failures, count } = population.step({ agents, outcomes });
      expect(count).toBe(6);
      expect(failures.map(({ entry, agent }) => ({ entry, agent }))).toEqual([
        { entry: 2, agent: agents[2] },
        { entry: 4, agent: agents[4] },
      ]);
      const { error } = failures[0]!;
      expect(error).toBeInstanceOf(ImpossibleObservationError);
      expect(error).toMatchObject({
        code: 'INFERENCE_IMPOSSIBLE_OBSERVATION',
        observations: [2],
        modalityNames: ['cell seen'],
        prior: [[1, 0, 0]],
      });
      const { ok, impossibleObservation } = AGENT_STATUS;
      expect(Array.from(population.results.status)).toEqual([
        ok,
        ok,
        impossibleObservation,
        ok,
        impossibleObservation,
        ok,
      ]);
      expect(Array.from(population.results.actions[0]!, (action) => action === NO_ACTION)).toEqual([
        false,
        false,
        true,
        false,
        true,
        false,
      ]);
      expect(population.readBeliefs(agents[2]!)).toEqual([Float64Array.of(1, 0, 0)]);
      expect(population.lastAction(agents[2]!)).toBeNull();
    });

    test('does not disturb the others', () => {
      const together = populationOf(world, 4);
      const alone = populationOf(world, 4);
      const agents = together.addMany(4);
      alone.addMany(4);
      together.step({ agents, outcomes: [[0, 2, 0, 0]] });
      const well = [agents[0]!, agents[2]!, agents[3]!];
      alone.step({ agents: well, outcomes: observe(0, 3) });
      expect(statesOf(together, well)).toEqual(statesOf(alone, well));
    });

    test('goes on with the next observation, from what it believed before', () => {
      const population = populationOf(world, 1);
      const agent = population.add();
      expect(population.step({ agents: [agent], outcomes: [[2]] }).failures).toHaveLength(1);
      expect(population.step({ agents: [agent], outcomes: [[0]] }).failures).toEqual([]);
      expect(population.lastAction(agent)).not.toBeNull();
    });

    test('draws nothing: the next choice is the one it would have made', () => {
      const random = { selection: 'stochastic', alpha: 1, gamma: 0 } as const;
      const population = populationOf(world, 20, random);
      const undisturbed = populationOf(world, 20, random);
      const agents = population.addMany(20);
      undisturbed.addMany(20);
      population.step({ agents, outcomes: observe(2, 20) });
      population.step({ agents, outcomes: observe(0, 20) });
      undisturbed.step({ agents, outcomes: observe(0, 20) });
      expect(statesOf(population, agents)).toEqual(statesOf(undisturbed, agents));
    });

    test('impossible is what no state of any factor could have produced', () => {
      const maze = tMaze();
      const population = populationOf(maze, 2);
      const agents = population.addMany(2);
      // Both see a reward; at the centre there is none.
      const { failures } = population.step({
        agents,
        outcomes: [
          [0, 1],
          [1, 1],
          [0, 0],
        ],
      });
      expect(failures.map(({ entry }) => entry)).toEqual([0, 1]);
    });
  });

  test('is done with once it is disposed of', () => {
    const population = populationOf(twoFactors(), 2);
    const agent = population.add();
    const beliefs = population.readBeliefs(agent);
    population[Symbol.dispose]();
    for (const use of [
      () => population[Symbol.dispose](),
      () => population.add(),
      () => population.addMany(1),
      () => population.remove(agent),
      () => population.reset(agent),
      () => population.readBeliefs(agent),
      () => population.writeBeliefs(agent, beliefs),
      () => population.lastAction(agent),
      () => population.setLastAction(agent, null),
      () => population.step({ agents: [agent], outcomes: [[0], [0]] }),
      () => population.inferStates({ agents: [agent], outcomes: [[0], [0]] }),
      () => population.planActions({ agents: [agent] }),
    ]) {
      expect(use).toThrow(code('INFERENCE_DISPOSED'));
    }
  });
});

describe('a belief in the arena that is no distribution', () => {
  const damage = (
    model: GenerativeModel,
    belief: readonly Float64Array[],
    broken: number,
    lastAction: boolean,
  ) => {
    const compiled = compileModel(model, { backend: 'simd' satisfies Backend });
    const population = createPopulation(compiled, { capacity: 4 });
    const agents = population.addMany(4);
    const marked = belief.map((p) => p.map(Math.fround));
    population.writeBeliefs(agents[1]!, marked);
    if (lastAction)
      for (const agent of agents)
        population.setLastAction(
          agent,
          model.B.map(() => 0),
        );
    const at = findInMemory(compiled, Array.from(marked[0]!), 4);
    const floats = compiled.memory.floats(4 * at, 4 * marked[0]!.length);
    if (broken === 0) for (let s = 0; s < marked[0]!.length; s++) floats[4 * s] = 0;
    else floats[0] = broken;
    return { population, agents };
  };
  const models = [
    {
      name: 'one factor',
      model: gridWorld({ width: 3, height: 1, noise: 0.1 }),
      belief: [Float64Array.of(0.171, 0.602, 0.227)],
    },
    {
      name: 'two factors',
      model: twoFactors(),
      belief: [Float64Array.of(0.171, 0.602, 0.227), Float64Array.of(0.5, 0.5)],
    },
  ];
  const broken = [Number.NaN, Number.POSITIVE_INFINITY, 0];
  const cases = models.flatMap((each) =>
    broken.flatMap((value) => [true, false].map((acted) => ({ ...each, value, acted }))),
  );

  test.each(cases)(
    '$name, $value, acted $acted: the agent is told of it and nobody else',
    ({ model, belief, value, acted }) => {
      const { population, agents } = damage(model, belief, value, acted);
      const { failures } = population.step({ agents, outcomes: model.A.map(() => [1, 1, 1, 1]) });
      expect(failures.map(({ entry }) => entry)).toEqual([1]);
      expect(failures[0]!.error).toBeInstanceOf(InputError);
      expect(failures[0]!.error.code).toBe('INFERENCE_BELIEF_INVALID');
      expect(Array.from(population.results.status)).toEqual([0, AGENT_STATUS.invalidBelief, 0, 0]);
      expect(population.results.actions[0]![1]).toBe(NO_ACTION);
      const first = population.readBeliefs(agents[1]!)[0]![0]!;
      expect(value === 0 ? first : [first, value].every(Number.isNaN) || first === value).toBe(
        value === 0 ? 0 : true,
      );
    },
  );
});

/** The same outcome for two agents. */
const twice = (outcomes: ArrayLike<number>): number[] => [outcomes[0]!, outcomes[0]!];
