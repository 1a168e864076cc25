import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { argmax } from '../math/argmax.js';
import { softmax } from '../math/softmax.js';
import { defineModel, type GenerativeModel } from '../model/generative-model.js';
import { type PreparedModel, prepareModel } from '../model/prepare-model.js';
import { T_MAZE_LOCATIONS, tMaze } from '../models/t-maze.js';
import type { Beliefs } from '../perception/beliefs.js';
import { readEvidence } from '../perception/evidence.js';
import { inferStates } from '../perception/infer-states.js';
import { isPossible } from '../perception/is-possible.js';
import { predictOutcomes } from '../perception/predict-outcomes.js';
import { predictStates } from '../perception/predict-states.js';
import { arbitraryModel, jointStates, likelihoodOf } from '../random-model.test-fixtures.js';
import { enumeratePolicies } from './enumerate-policies.js';
import { expectedFreeEnergy } from './expected-free-energy.js';
import { goalDistances } from './goal-distances.js';
import { sophisticatedInference } from './sophisticated-inference.js';

// At stake: an agent that looks ahead must weigh what it will have seen by then, and must say what it did not look at.
const everything = { actionThreshold: 0, outcomeThreshold: 0 };
/** Sums of some hundred terms of a few nats, added in another order. */
const ROUNDING = 1e-9;

const actionsOf = ({ shape }: GenerativeModel): number[][] =>
  enumeratePolicies(shape.actionCounts, 1).map(([action]) => [...action!]);

/** The search as its equation has it: every action, every joint outcome, nothing left out. */
function bruteForce(
  prepared: PreparedModel,
  beliefs: Beliefs,
  horizon: number,
  gamma: number,
  infer: (outcome: readonly number[], predicted: Beliefs) => Beliefs | null,
): Float64Array {
  const actions = actionsOf(prepared.model);
  const policies = actions.map((action) => [action]);
  const { expectedFreeEnergy: oneStep } = expectedFreeEnergy(prepared, policies, beliefs);
  if (horizon === 1) return oneStep;
  return oneStep.map((G, i) => {
    const predicted = predictStates(prepared, beliefs, actions[i]!);
    const outcomes = predictOutcomes(prepared, predicted);
    return jointStates(prepared.model.shape.outcomeCounts).reduce((sum, outcome) => {
      const probability = outcome.reduce((p, o, m) => p * outcomes[m]![o]!, 1);
      const next = probability === 0 ? null : infer(outcome, predicted);
      if (next === null) return sum;
      const future = bruteForce(prepared, next, horizon - 1, gamma, infer);
      const q = softmax(future.map((nats) => -gamma * nats));
      return sum + probability * future.reduce((mean, nats, u) => mean + q[u]! * nats, 0);
    }, G);
  });
}

function expectClose(got: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(got.length).toBe(expected.length);
  for (let i = 0; i < got.length; i++) expect(Math.abs(got[i]! - expected[i]!)).toBeLessThan(ROUNDING);
}

describe('sophisticatedInference', () => {
  test('with a horizon of 1 is the expected free energy of one step', () => {
    fc.assert(
      fc.property(arbitraryModel({ zeros: 0.2 }), (model) => {
        const prepared = prepareModel(model);
        const plan = sophisticatedInference(prepared, model.D, { horizon: 1, gamma: 2 });
        const policies = plan.actions.map((action) => [action]);
        const { expectedFreeEnergy: G } = expectedFreeEnergy(prepared, policies, model.D);
        expect(plan.expectedFreeEnergy).toEqual(G);
        expect(plan.policyPosterior).toEqual(softmax(G.map((nats) => -2 * nats)));
        expect(plan).toMatchObject({ nodeCount: 1, prunedActionCount: 0, prunedProbabilityMax: 0 });
      }),
    );
  });

  test('of one factor, nothing left out, is the plain recursion with Bayes rule', () => {
    const horizon = fc.integer({ min: 2, max: 3 });
    const gamma = fc.constantFrom(0, 1, 16);
    fc.assert(
      fc.property(arbitraryModel({ factorsMax: 1 }), horizon, gamma, (model, h, g) => {
        fc.pre(model.shape.outcomeCounts.reduce((n, count) => n * count, 1) <= 12);
        const prepared = prepareModel(model);
        const bayes = (outcome: readonly number[], [predicted]: Beliefs): Beliefs => {
          const joint = predicted!.map((p, s) =>
            outcome.reduce((product, o, m) => product * likelihoodOf(model, m, o, [s]), p),
          );
          const evidence = joint.reduce((sum, p) => sum + p, 0);
          return [joint.map((p) => p / evidence)];
        };
        const plan = sophisticatedInference(prepared, model.D, { ...everything, horizon: h, gamma: g });
        expectClose(plan.expectedFreeEnergy, bruteForce(prepared, model.D, h, g, bayes));
      }),
      { numRuns: 30 },
    );
  });

  test('of several factors and with impossible outcomes, is the plain recursion with inferStates', () => {
    fc.assert(
      fc.property(arbitraryModel({ factorsMax: 2, zeros: 0.3 }), (model) => {
        const prepared = prepareModel(model);
        const infer = (outcome: readonly number[], predicted: Beliefs): Beliefs | null =>
          isPossible(readEvidence(prepared, outcome), predicted)
            ? inferStates(prepared, { observations: outcome, prior: predicted }).posterior
            : null;
        const plan = sophisticatedInference(prepared, model.D, { ...everything, horizon: 2 });
        expectClose(plan.expectedFreeEnergy, bruteForce(prepared, model.D, 2, 16, infer));
      }),
      { numRuns: 50 },
    );
  });

  test('in the T-maze looks for the cue, and then knows where to go', () => {
    const maze = prepareModel(tMaze());
    const best = (beliefs: Beliefs, horizon: number): number => {
      const { actions, policyPosterior } = sophisticatedInference(maze, beliefs, { horizon });
      return actions[argmax(policyPosterior)]![0]!;
    };
    expect(best(maze.model.D, 3)).toBe(T_MAZE_LOCATIONS.cue);
    const informed = [maze.model.D[0]!, Float64Array.of(0.99, 0.01)];
    expect(best(informed, 2)).toBe(T_MAZE_LOCATIONS.right);
  });

  test('expects less of a future it can answer to than the best plain policy does', () => {
    const maze = prepareModel(tMaze());
    const { actionCounts } = maze.model.shape;
    const plain = expectedFreeEnergy(maze, enumeratePolicies(actionCounts, 3), maze.model.D);
    const plan = sophisticatedInference(maze, maze.model.D, { ...everything, horizon: 3 });
    expect(Math.min(...plan.expectedFreeEnergy)).toBeLessThan(Math.min(...plain.expectedFreeEnergy) - 1);
  });

  test('outcomes left out change G by no more than is promised', () => {
    const settings = fc.record({
      horizon: fc.integer({ min: 2, max: 3 }),
      outcomeThreshold: fc.double({ min: 0, max: 1, noNaN: true }),
      gamma: fc.constantFrom(0.5, 4, 16),
    });
    fc.assert(
      fc.property(arbitraryModel({ factorsMax: 1 }), settings, (model, options) => {
        const outcomeCount = model.shape.outcomeCounts.reduce((n, count) => n * count, 1);
        fc.pre(outcomeCount <= 12);
        const prepared = prepareModel(model);
        const whole = sophisticatedInference(prepared, model.D, { ...options, ...everything });
        const part = sophisticatedInference(prepared, model.D, { ...options, actionThreshold: 0 });
        const delta = part.prunedProbabilityMax;
        expect(delta).toBeLessThanOrEqual(Math.min(1, options.outcomeThreshold * outcomeCount) + ROUNDING);
        const dislike = prepared.logPreference.reduce((sum, C) => sum - Math.min(...C.data), 0);
        const surprise = model.shape.outcomeCounts.reduce((sum, count) => sum + Math.log(count), 0);
        const g = Math.max(dislike, surprise);
        let bound = 0;
        for (let h = 2; h <= options.horizon; h++) {
          bound = delta * (h - 1) * g + (1 + 2 * Math.log(part.actions.length)) * bound;
        }
        part.expectedFreeEnergy.forEach((G, action) => {
          expect(Math.abs(G - whole.expectedFreeEnergy[action]!)).toBeLessThanOrEqual(bound + ROUNDING);
        });
      }),
      { numRuns: 50 },
    );
  });

  describe('reports', () => {
    // One state of four, seen through a modality of probability 0.7, 0.2, 0.1; two actions, one disliked.
    const model = defineModel({
      A: [
        [
          [0.7, 0],
          [0.2, 0],
          [0.1, 0],
          [0, 1],
        ],
      ],
      B: [
        [
          [
            [1, 0],
            [1, 0],
          ],
          [
            [0, 1],
            [0, 1],
          ],
        ],
      ],
      C: [[0, 0, 0, -9]],
      D: [[1, 0]],
    });
    const prepared = prepareModel(model);

    test('the probability of the outcomes it did not follow', () => {
      const follow = (outcomeThreshold: number) =>
        sophisticatedInference(prepared, model.D, { horizon: 2, actionThreshold: 0, outcomeThreshold });
      expect(follow(0).prunedProbabilityMax).toBeCloseTo(0, 14);
      expect(follow(0).nodeCount).toBe(5);
      const some = follow(0.15);
      expect(some.prunedProbability[0]).toBeCloseTo(0.1, 14);
      expect(some.prunedProbability[1]).toBeCloseTo(0, 14);
      expect(some.prunedProbabilityMax).toBeCloseTo(0.1, 14);
      expect(some.nodeCount).toBe(4);
      // Every outcome leads to the same belief, so what is missing is 0.1 of its value.
      const future = (plan: typeof some) => plan.expectedFreeEnergy[0]! - oneStep[0]!;
      const oneStep = sophisticatedInference(prepared, model.D, { horizon: 1 }).expectedFreeEnergy;
      expect(future(some)).toBeCloseTo(0.9 * future(follow(0)), 12);
    });

    test('the actions it did not follow, which keep their first step and pay the penalty', () => {
      const oneStep = sophisticatedInference(prepared, model.D, { horizon: 1 }).expectedFreeEnergy;
      const plan = sophisticatedInference(prepared, model.D, {
        horizon: 2,
        gamma: 1,
        outcomeThreshold: 0,
        prunePenalty: 100,
      });
      expect(plan.expectedFreeEnergy[1]).toBe(oneStep[1]! + 100);
      expect(plan.prunedProbability[1]).toBe(1);
      expect(plan).toMatchObject({ prunedActionCount: 1, nodeCount: 4 });
      expect(plan.prunedProbabilityMax).toBeCloseTo(0, 14);
    });

    test('what two modalities cannot show together, which the epsilon of the classics follows all the same', () => {
      const twice = defineModel({
        A: [
          [
            [1, 0],
            [0, 1],
          ],
          [
            [1, 0],
            [0, 1],
          ],
        ],
        B: [
          [
            [[1], [0]],
            [[0], [1]],
          ],
        ],
      });
      const follow = (priorZeros: 'exclude' | 'epsilon') =>
        sophisticatedInference(prepareModel(twice), twice.D, { ...everything, horizon: 2, priorZeros });
      expect(follow('exclude')).toMatchObject({ nodeCount: 3, prunedProbabilityMax: 0.5 });
      expect(follow('epsilon')).toMatchObject({ nodeCount: 5, prunedProbabilityMax: 0 });
    });
  });

  test('follows what is exactly as probable as the threshold', () => {
    const pair = defineModel({
      A: [
        [
          [1, 0],
          [0, 1],
        ],
      ],
      B: [
        [
          [
            [1, 1],
            [0, 0],
          ],
          [
            [0, 0],
            [1, 1],
          ],
        ],
      ],
    });
    const half = { horizon: 2, actionThreshold: 0.5, outcomeThreshold: 0.5 };
    const plan = sophisticatedInference(prepareModel(pair), pair.D, half);
    expect(plan).toMatchObject({ nodeCount: 5, prunedActionCount: 0, prunedProbabilityMax: 0 });
  });

  test('stops with an error when there is more to evaluate than allowed', () => {
    const maze = prepareModel(tMaze());
    const search = (nodeCountMax?: number) =>
      sophisticatedInference(maze, maze.model.D, {
        horizon: 2,
        ...(nodeCountMax === undefined ? {} : { nodeCountMax }),
      });
    const { nodeCount } = search();
    expect(search(nodeCount).nodeCount).toBe(nodeCount);
    expect(() => search(nodeCount - 1)).toThrow(
      expect.objectContaining({ code: 'INFERENCE_SEARCH_EXCEEDED', argument: 'horizon' }),
    );
  });

  test('reads preferences that change over time at the level of the action', () => {
    const model = defineModel({
      A: [
        [
          [1, 0],
          [0, 1],
        ],
      ],
      B: [
        [
          [
            [1, 0],
            [1, 0],
          ],
          [
            [0, 1],
            [0, 1],
          ],
        ],
      ],
      C: [
        [
          [0, 0, 0],
          [0, 0, -5],
        ],
      ],
      D: [[1, 0]],
    });
    const search = (horizon: number) =>
      sophisticatedInference(prepareModel(model), model.D, { ...everything, horizon });
    const last = -Math.log(1 + Math.exp(-5));
    expect(search(2).expectedFreeEnergy[1]).toBeCloseTo(2 * Math.LN2, 12);
    expect(search(3).expectedFreeEnergy[1]).toBeCloseTo(2 * Math.LN2 - last, 12);
    expect(() => search(4)).toThrow(
      expect.objectContaining({ code: 'INFERENCE_OPTION_INVALID', argument: 'horizon', got: '4' }),
    );
  });

  test('counts the way to a goal from every belief anew', () => {
    // 0 -> 1 -> 2 by action 1; action 0 stays.
    const model = defineModel({
      A: [
        [
          [1, 0, 0],
          [0, 1, 0],
          [0, 0, 1],
        ],
      ],
      B: [
        [
          [
            [1, 0],
            [0, 0],
            [0, 0],
          ],
          [
            [0, 1],
            [1, 0],
            [0, 0],
          ],
          [
            [0, 0],
            [0, 1],
            [1, 1],
          ],
        ],
      ],
      D: [[1, 0, 0]],
    });
    const prepared = prepareModel(model);
    const options = { ...everything, goalDistances: goalDistances(prepared, [[2]]) };
    const plan = sophisticatedInference(prepared, model.D, { ...options, horizon: 2 });
    const oneStep = Math.log(3);
    // On the way both times; then stays once and is on the way once, having been expected nearer only by one.
    expect(plan.expectedFreeEnergy[1]).toBeCloseTo(2 * oneStep, 12);
    expect(plan.expectedFreeEnergy[0]).toBeCloseTo(2 * oneStep - Math.log(1e-3), 12);
  });

  test('chooses among the actions it is given', () => {
    const maze = prepareModel(tMaze());
    const actions = [
      [1, 0],
      [2, 0],
    ];
    const plan = sophisticatedInference(maze, maze.model.D, { horizon: 2, actions });
    expect(plan.actions).toBe(actions);
    expect(plan.policyPosterior).toHaveLength(2);
  });

  test.each([
    { horizon: 0 },
    { horizon: 1.5 },
    { gamma: -1 },
    { gamma: Number.POSITIVE_INFINITY },
    { actionThreshold: -0.1 },
    { actionThreshold: 1.1 },
    { outcomeThreshold: Number.NaN },
    { prunePenalty: -1 },
    { nodeCountMax: 0 },
    { iterationsMax: 0 },
    { freeEnergyTolerance: -1 },
    { priorZeros: 'maybe' as never },
    { inductiveEpsilon: 2 },
  ])('refuses the option %j', (option) => {
    const maze = prepareModel(tMaze());
    const [argument] = Object.keys(option);
    expect(() => sophisticatedInference(maze, maze.model.D, { horizon: 2, ...option })).toThrow(
      expect.objectContaining({ code: 'INFERENCE_OPTION_INVALID', argument }),
    );
  });

  test.each([
    { actions: [], argument: 'actions' },
    {
      actions: [
        [0, 0],
        [9, 0],
      ],
      argument: 'actions[1][0]',
    },
  ])('refuses the actions $actions', ({ actions, argument }) => {
    const maze = prepareModel(tMaze());
    expect(() => sophisticatedInference(maze, maze.model.D, { horizon: 1, actions })).toThrow(
      expect.objectContaining({ code: 'INFERENCE_POLICY_INVALID', argument }),
    );
  });

  test('refuses a belief of another shape', () => {
    const maze = prepareModel(tMaze());
    expect(() => sophisticatedInference(maze, [], { horizon: 1 })).toThrow(
      expect.objectContaining({ code: 'INFERENCE_BELIEF_INVALID' }),
    );
  });
});
