// At stake: a mind is the inference package's steps in their order, and bad news leaves its belief alone. Tried
// beside those steps written out, and with an observation that its model excludes.
import {
  defineModel,
  enumeratePolicies,
  expectedFreeEnergy,
  ImpossibleObservationError,
  inferStates,
  policyPosterior,
  predictStates,
  prepareModel,
  selectAction,
} from '@skein/inference';
import { expect, it } from 'vitest';
import { ring } from '../swarm/swarm.test-fixtures.js';
import type { MindTurn } from './mind.js';
import { ModelMind, planModel } from './model-mind.js';

const options = {
  horizon: 2,
  gamma: 16,
  sampling: 'marginal',
  selection: 'deterministic',
  alpha: undefined,
  shared: [],
} as const;
const turn: MindTurn = { tick: 1, uniform: 0.5, evidence: undefined };

it('predicts, perceives, plans and acts as the steps written out do', () => {
  const mind = new ModelMind(planModel(ring, options));
  const prepared = prepareModel(ring);
  const policies = enumeratePolicies(ring.shape.actionCounts, 2);
  let prior: readonly Float64Array[] = ring.D;
  for (const outcome of [0, 1, 3, 3, 2]) {
    const { posterior, variationalFreeEnergy } = inferStates(prepared, { observations: [outcome], prior });
    const G = expectedFreeEnergy(prepared, policies, posterior);
    const chosen = policyPosterior(G.expectedFreeEnergy, { gamma: 16 });
    const action = selectAction({ policyPosterior: chosen, policies, actionCounts: ring.shape.actionCounts });
    mind.perceive([outcome], turn);
    expect(mind.act(turn)).toEqual({
      posterior,
      variationalFreeEnergy,
      policies,
      expectedFreeEnergy: G,
      policyPosterior: chosen,
      action,
    });
    prior = predictStates(prepared, posterior, action);
  }
});

it('keeps its belief when an observation is impossible', () => {
  const certain = defineModel({
    A: [
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
    D: [[1, 0]],
  });
  const mind = new ModelMind(planModel(certain, { ...options, horizon: 1 }));
  mind.perceive([0], turn);
  const before = mind.act(turn).posterior;
  expect(() => mind.perceive([1], turn)).toThrow(ImpossibleObservationError);
  expect(mind.act(turn).posterior).toEqual(before);
});
