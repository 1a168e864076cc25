import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { prepareModel } from '../model/prepare-model.js';
import { tensor } from '../model/tensor.js';
import { inferStates } from '../perception/infer-states.js';
import { predictStates } from '../perception/predict-states.js';
import { enumeratePolicies } from '../planning/enumerate-policies.js';
import { expectedFreeEnergy } from '../planning/expected-free-energy.js';
import { policyPosterior } from '../planning/policy-posterior.js';
import { selectAction } from '../planning/select-action.js';
import { T_MAZE_CONTEXTS, T_MAZE_LOCATIONS, T_MAZE_REWARDS, tMaze } from './t-maze.js';

// At stake: the classic of the field. An agent must look at the cue first and then go where it says.
const { centre, right, left, cue } = T_MAZE_LOCATIONS;

describe('tMaze', () => {
  test.each([
    { context: T_MAZE_CONTEXTS.rightRewarded, arm: right },
    { context: T_MAZE_CONTEXTS.leftRewarded, arm: left },
  ])('in context $context the agent visits the cue, then arm $arm, and stays', ({ context, arm }) => {
    const maze = tMaze({ context });
    const prepared = prepareModel(maze);
    const { actionCounts } = maze.shape;
    const policies = enumeratePolicies(actionCounts, 1);
    const visited: number[] = [centre];
    let prior: readonly Float64Array[] = maze.D;
    for (let t = 0; t < 4; t++) {
      const location = visited.at(-1)!;
      const reward = location === arm ? T_MAZE_REWARDS.reward : T_MAZE_REWARDS.none;
      const { posterior } = inferStates(prepared, { observations: [location, reward, context], prior });
      const { expectedFreeEnergy: G } = expectedFreeEnergy(prepared, policies, posterior);
      const action = selectAction({ policyPosterior: policyPosterior(G), policies, actionCounts });
      prior = predictStates(prepared, posterior, action);
      visited.push(maze.environment.nextState[0]![location]![action[0]!]!);
      // The cue is a coin toss except at its place, and so must not be believed at the centre.
      if (t === 0) expect(Array.from(posterior[1]!)).toEqual([0.5, 0.5]);
    }
    expect(visited).toEqual([centre, cue, arm, arm, arm]);
  });

  test('a cue that lies half the time is not worth a visit', () => {
    const prepared = prepareModel(tMaze({ cueReliability: 0.5 }));
    const policies = enumeratePolicies(prepared.model.shape.actionCounts, 1);
    const { stateInformationGain } = expectedFreeEnergy(prepared, policies, prepared.model.D);
    expect(stateInformationGain[cue]).toBeCloseTo(0, 14);
  });

  test.each([
    { options: { rewardProbability: 1.1 }, argument: 'rewardProbability' },
    { options: { cueReliability: -0.1 }, argument: 'cueReliability' },
    { options: { rightRewardedProbability: Number.NaN }, argument: 'rightRewardedProbability' },
  ])('refuses $options', ({ options, argument }) => {
    expect(() => tMaze(options)).toThrow(
      expect.objectContaining({ code: 'INFERENCE_OPTION_INVALID', argument }),
    );
  });
});

const bench = new URL('../../../../../shared/golden/bench-models/i-tmaze.json', import.meta.url);
test.skipIf(!existsSync(bench))('is the published bench model', () => {
  const expected = JSON.parse(readFileSync(bench, 'utf8'));
  const maze = tMaze();
  expect(maze.A).toEqual(expected.A.map((A: number[]) => tensor(A)));
  expect(maze.B).toEqual(expected.B.map((B: number[]) => tensor(B)));
  expect(maze.C).toEqual(expected.C.map((C: number[]) => tensor(C)));
  expect(maze.D).toEqual(expected.D.map((D: number[]) => Float64Array.from(D)));
  expect(maze.environment.nextState).toEqual(expected.environment.next_state);
});
