import { prepareModel } from '../../model/prepare-model.js';
import type { Tensor } from '../../model/tensor.js';
import { expectedFreeEnergy } from '../../planning/expected-free-energy.js';
import { type GoalDistances, goalDistances } from '../../planning/goal-distances.js';
import { INDUCTIVE_EPSILON } from '../../planning/inductive-inference.js';
import { DEFAULT_GAMMA, policyPosterior } from '../../planning/policy-posterior.js';
import type { Answer } from '../compare.js';
import { goldenModel } from './golden-model.js';
import { type SoleAgent, soleAgent } from './sole-agent.js';
import type { Topic } from './topic.js';

/**
 * Inductive inference: a golden `I[f][k][s]` says whether the goal is at most k moves away, for k below `depth`; a
 * golden `G` is the negative of ours.
 */
export const inductive: Topic = {
  ignored: new Set(),
  answer: (inputs) => {
    const prepared = prepareModel(goldenModel(inputs));
    const depth = inputs.number('depth');
    const distances = goalDistances(prepared, inputs.tensors('H').map(goalOf), {
      threshold: inputs.number('threshold'),
      movesMax: depth - 1,
    });
    const efe = expectedFreeEnergy(prepared, inputs.policies('policies'), inputs.vectors('qs'), {
      goalDistances: distances,
      inductiveEpsilon: inputs.number('epsilon', INDUCTIVE_EPSILON),
    });
    return {
      I: () => reachable(distances, prepared.model.shape.stateCounts, depth),
      inductive: () => efe.inductiveUtility,
      G_utility_state_inductive: () => efe.expectedFreeEnergy.map((nats) => -nats),
      q_pi: () =>
        policyPosterior(efe.expectedFreeEnergy, {
          gamma: inputs.number('gamma', DEFAULT_GAMMA),
          E: prepared.model.E,
        }),
    };
  },
  answerInLanes: (inputs) => {
    const planned = (counts: boolean): SoleAgent | null => {
      const options = {
        policies: inputs.policies('policies'),
        goals: inputs.tensors('H').map(goalOf),
        goalOptions: { threshold: inputs.number('threshold'), movesMax: inputs.number('depth') - 1 },
        inductiveEpsilon: inputs.number('epsilon', INDUCTIVE_EPSILON),
        gamma: inputs.number('gamma', DEFAULT_GAMMA),
        useUtility: counts,
        useStateInformationGain: counts,
      };
      const sole = soleAgent(goldenModel(inputs), options, inputs.vectors('qs'));
      sole?.population.planActions({ agents: [sole.agent] });
      return sole;
    };
    const all = planned(true);
    const goalsOnly = planned(false);
    if (all === null || goalsOnly === null) return null;
    return {
      inductive: () => goalsOnly.expectedFreeEnergy().map((nats) => -nats),
      G_utility_state_inductive: () => all.expectedFreeEnergy().map((nats) => -nats),
      q_pi: all.policyPosterior,
    };
  },
};

/** The states that will do; a goal without any is none. */
function goalOf({ data }: Tensor): number[] | null {
  const states = Array.from(data.keys()).filter((state) => data[state]! > 0);
  return states.length === 0 ? null : states;
}

function reachable(distances: GoalDistances, stateCounts: readonly number[], depth: number): Answer {
  return distances.map((distance, f) =>
    Array.from({ length: depth }, (_, k) =>
      Array.from({ length: stateCounts[f]! }, (_, state) => {
        const moves = distance?.[state] ?? -1;
        return Number(moves >= 0 && moves <= k);
      }),
    ),
  );
}
