import { argmax } from '../../math/argmax.js';
import { defineModel, type GenerativeModel } from '../../model/generative-model.js';
import { actionMarginals } from '../../planning/action-marginals.js';
import { enumeratePolicies } from '../../planning/enumerate-policies.js';
import { DEFAULT_ALPHA, selectAction, sharpen } from '../../planning/select-action.js';
import type { Answer } from '../compare.js';
import { soleAgent } from './sole-agent.js';
import type { Topic } from './topic.js';

/**
 * Policy enumeration, action marginals and the choice of an action.
 *
 * In lanes the policy posterior comes about as the habit of an agent to whom nothing else matters (gamma 0).
 */
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
  answerInLanes: (inputs) => {
    const actionCounts = inputs.integers('num_controls');
    const policies = inputs.has('policies')
      ? inputs.policies('policies')
      : enumeratePolicies(actionCounts, inputs.number('policy_len'));
    const model = stateless(actionCounts, inputs.has('q_pi') ? inputs.vector('q_pi') : null);
    const given = inputs.has('policies') ? { policies } : { horizon: inputs.number('policy_len') };
    const choose = (sampling: 'marginal' | 'full') => {
      const sole = soleAgent(model, { ...given, gamma: 0, sampling });
      sole?.population.planActions({ agents: [sole.agent] });
      return sole;
    };
    const marginal = choose('marginal');
    const full = choose('full');
    if (marginal === null || full === null) return null;
    return {
      policies: () => marginal.population.compiled.settings.policies as Answer,
      action_marginals: () => actionMarginals(marginal.policyPosterior(), policies, actionCounts),
      action_marginal_mode: marginal.action,
      action_full_mode: full.action,
      best_policy: () => argmax(marginal.policyPosterior()),
    };
  },
};

/** A world of one state a factor, where only habit tells policies apart. */
function stateless(actionCounts: readonly number[], E: Float64Array | null): GenerativeModel {
  const B = actionCounts.map((count) => ({ shape: [1, 1, count], data: new Float64Array(count).fill(1) }));
  const A = [{ shape: [1, ...actionCounts.map(() => 1)], data: Float64Array.of(1) }];
  return defineModel({ A, B, E }, { normalizationTolerance: 1e-4 });
}
