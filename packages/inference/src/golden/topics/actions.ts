import { argmax } from '../../math/argmax.js';
import { actionMarginals } from '../../planning/action-marginals.js';
import { enumeratePolicies } from '../../planning/enumerate-policies.js';
import { DEFAULT_ALPHA, selectAction, sharpen } from '../../planning/select-action.js';
import type { Topic } from './topic.js';

/** Policy enumeration, action marginals and the choice of an action. */
export const actions: Topic = {
  ignored: new Set(['min_margin']),
  answer: (inputs) => {
    const actionCounts = inputs.integers('num_controls');
    const posterior = () => inputs.vector('q_pi');
    const policies = () =>
      inputs.has('policies')
        ? inputs.policies('policies')
        : enumeratePolicies(actionCounts, inputs.number('policy_len'));
    const marginals = () => actionMarginals(posterior(), policies(), actionCounts);
    const select = (sampling: 'marginal' | 'full') =>
      selectAction({ policyPosterior: posterior(), policies: policies(), actionCounts, sampling });
    const alpha = () => inputs.number('alpha', DEFAULT_ALPHA);
    return {
      policies,
      action_marginals: marginals,
      action_marginal_mode: () => select('marginal'),
      action_full_mode: () => select('full'),
      best_policy: () => argmax(posterior()),
      stochastic_action_probs: () => marginals().map((marginal) => sharpen(marginal, alpha())),
      stochastic_policy_probs: () => sharpen(posterior(), alpha()),
    };
  },
};
