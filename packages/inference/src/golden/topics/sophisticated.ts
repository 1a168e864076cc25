import { argmax } from '../../math/argmax.js';
import { prepareModel } from '../../model/prepare-model.js';
import { FREE_ENERGY_TOLERANCE, ITERATIONS_MAX } from '../../perception/infer-states.js';
import type { Action } from '../../perception/predict-states.js';
import { DEFAULT_GAMMA } from '../../planning/policy-posterior.js';
import {
  PRUNE_PENALTY,
  PRUNE_THRESHOLD,
  sophisticatedInference,
} from '../../planning/sophisticated-inference.js';
import { NotSupportedError } from '../golden-case.js';
import { goldenModel } from './golden-model.js';
import type { Topic } from './topic.js';

/** Sophisticated inference; a golden `G` is the negative of ours, and a prior of 0 counts as 1e-16. */
export const sophisticated: Topic = {
  ignored: new Set(),
  answer: (inputs) => {
    const plan = sophisticatedInference(prepareModel(goldenModel(inputs)), inputs.vectors('qs'), {
      ...(inputs.has('policies') ? { actions: inputs.policies('policies').map(onlyAction) } : {}),
      horizon: inputs.number('horizon'),
      gamma: inputs.number('gamma', DEFAULT_GAMMA),
      actionThreshold: inputs.number('policy_prune_threshold', PRUNE_THRESHOLD),
      outcomeThreshold: inputs.number('state_prune_threshold', PRUNE_THRESHOLD),
      prunePenalty: inputs.number('prune_penalty', PRUNE_PENALTY),
      iterationsMax: inputs.number('fpi_num_iter', ITERATIONS_MAX),
      freeEnergyTolerance: inputs.number('fpi_dF_tol', FREE_ENERGY_TOLERANCE),
      priorZeros: 'epsilon',
    });
    return {
      G: () => plan.expectedFreeEnergy.map((nats) => -nats),
      q_pi: () => plan.policyPosterior,
      best_policy: () => argmax(plan.policyPosterior),
    };
  },
};

function onlyAction(policy: Action[]): Action {
  if (policy.length !== 1) throw new NotSupportedError(`policies of ${policy.length} steps`);
  return policy[0]!;
}
