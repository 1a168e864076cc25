import { describe, expect, test } from 'vitest';
import {
  actionMarginals,
  argmax,
  cellIndex,
  defineModel,
  entryAt,
  enumeratePolicies,
  expectedFreeEnergy,
  expectedModel,
  forgetCounts,
  GRID_ACTIONS,
  goalDistances,
  gridWorld,
  inferStates,
  learnHabit,
  learnLikelihood,
  marginalMessagePassing,
  policyPosterior,
  policyTree,
  predictStates,
  prepareModel,
  reduceCounts,
  selectAction,
  smoothStates,
  sophisticatedInference,
  T_MAZE_LOCATIONS,
  tensor,
  tMaze,
} from './index.js';

// At stake: the examples in docstrings and README are the first code anyone copies. They are run here.
describe('the examples', () => {
  test('a coin', () => {
    const coin = defineModel({
      A: [
        [
          [0.9, 0.5],
          [0.1, 0.5],
        ],
      ],
      B: [
        [
          [[1], [0]],
          [[0], [1]],
        ],
      ],
      D: [[0.5, 0.5]],
    });
    expect(coin.shape.stateCounts).toEqual([2]);
    expect(
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]).shape,
    ).toEqual([2, 3]);
  });

  test('an agent in a grid world finds the goal', () => {
    const world = gridWorld({ width: 3, height: 3, noise: 0.1 });
    const prepared = prepareModel(world);
    const { actionCounts } = world.shape;
    const policies = enumeratePolicies(actionCounts, 2);

    let cell = cellIndex(world, { x: 0, y: 0 });
    let prior: readonly Float64Array[] = world.D;
    for (let t = 0; t < 8; t++) {
      const { posterior } = inferStates(prepared, { observations: [cell], prior });
      const { expectedFreeEnergy: G } = expectedFreeEnergy(prepared, policies, posterior);
      const q = policyPosterior(G, { gamma: 16 });
      const action = selectAction({ policyPosterior: q, policies, actionCounts });
      prior = predictStates(prepared, posterior, action);
      cell = world.environment.nextState[0]![cell]![action[0]!]!;
      expect(actionMarginals(q, policies, actionCounts)[0]).toHaveLength(5);
    }
    expect(cell).toBe(cellIndex(world, world.goal));
    expect(world.environment.nextState[0]![0]![GRID_ACTIONS.right]).toBe(1);
  });

  test('an agent looks back, and ahead', () => {
    const shift = [
      [
        [1, 0],
        [0, 1],
      ],
      [
        [0, 1],
        [1, 0],
      ],
    ];
    const see = [
      [0.9, 0.1],
      [0.1, 0.9],
    ];
    const prepared = prepareModel(defineModel({ A: [see], B: [shift] }));
    const { posterior } = marginalMessagePassing(prepared, {
      observations: [[0], [1]],
      previousActions: [[1]],
      policy: [[0]],
    });
    expect(posterior).toHaveLength(3);
    expect(posterior[2]![0]![1]).toBeGreaterThan(0.8);

    const { filtered, smoothed, logEvidence } = smoothStates(prepared, {
      observations: [[0], [0], [1]],
      actions: [[1], [1]],
    });
    // Two outcomes contradict each other; in hindsight the first was noise.
    expect(filtered[1]![0]).toBeCloseTo(0.5, 14);
    expect(smoothed[1]![0]).toBeCloseTo(0.9, 14);
    expect(logEvidence).toBeCloseTo(Math.log(0.045), 14);
  });

  test('an agent with a goal further away than it plans', () => {
    const world = gridWorld({ width: 5, height: 5 });
    const prepared = prepareModel(world);
    const policies = enumeratePolicies(world.shape.actionCounts, 1);
    const distances = goalDistances(prepared, [[cellIndex(world, world.goal)]]);
    expect(distances[0]![0]).toBe(8);
    const { inductiveUtility } = expectedFreeEnergy(prepared, policies, world.D, {
      goalDistances: distances,
    });
    expect(inductiveUtility[GRID_ACTIONS.right]).toBeGreaterThan(inductiveUtility[GRID_ACTIONS.up]!);
  });

  test('an agent that looks ahead to what it will have seen', () => {
    const maze = prepareModel(tMaze());
    const plan = sophisticatedInference(maze, maze.model.D, { horizon: 3 });
    expect(plan.actions[argmax(plan.policyPosterior)]![0]).toBe(T_MAZE_LOCATIONS.cue);
  });

  test('policies that begin alike', () => {
    const tree = policyTree([[[0], [1]], [[0]]]);
    expect(Array.from(tree.parents)).toEqual([-1, 0]);
    expect(Array.from(tree.policyNodes)).toEqual([1, 0]);
  });

  test('counts are pruned, become a habit, and fade', () => {
    const prior = tensor([1, 1]);
    const learned = tensor([9, 1]);
    const { accepted, counts } = reduceCounts(learned, prior, { candidates: [tensor([1, 0])] });
    expect(accepted).toBe(true);
    expect(Array.from(counts.data)).toEqual([9, 0]);

    const model = gridWorld({ width: 2, height: 1 });
    const pE = learnHabit(model, prior, { policyPosterior: [0, 1] });
    expect(expectedModel(model, { pE }).E![1]).toBeCloseTo(2 / 3, 14);
    expect(forgetCounts([pE], [prior], { rate: 0.5 })[0]!.data[1]).toBe(1.5);
  });

  test('an agent learns what it sees', () => {
    const model = gridWorld({ width: 2, height: 1, noise: 0.5 });
    const prepared = prepareModel(model);
    const { posterior } = inferStates(prepared, {
      observations: [0],
      prior: [Float64Array.of(1, 0)],
    });
    const pA = learnLikelihood(
      model,
      [
        tensor([
          [1, 1],
          [1, 1],
        ]),
      ],
      { observations: [0], posterior },
    );
    const learned = prepareModel(expectedModel(model, { pA }));
    expect(entryAt(learned.model.A[0]!, [0, 0])).toBeCloseTo(2 / 3, 14);
  });
});
