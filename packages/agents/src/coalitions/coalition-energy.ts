import {
  enumeratePolicies,
  expectedFreeEnergy,
  type Policy,
  type PreparedModel,
  prepareModel,
} from '@skein/inference';
import { fuseFromGround } from './common-ground.js';
import type { Candidate, CoalitionGame, GamePlan, GameTask } from './game.js';

/** What a set of agents is to a task. Members are given in ascending order of index, so that sums round alike. */
export interface CoalitionEnergy {
  /** What they lack of what the task requires: Σ over capabilities of max(0, required - Σ strengths); 0 if they cover it. */
  deficit(task: number, members: readonly Candidate[]): number;
  /**
   * Expected free energy of the coalition S for the task t, nats, lower is better:
   *
   *     G_t(S) = - value_t + cost · |S| + min over π in Π_t(S) of G(π; Q_S)
   *
   * Π_t(S) are the policies of the task's model for all of whose actions S has the capabilities, each in some member; Q_S(s) ∝ D(s) Π Q_i(s) / D(s)
   * is what the members believe together about the model's first factor, the others begin with D, and G(π; Q) is `expectedFreeEnergy`. A task without a model has no last term. Infinite if there is no
   * such policy, or if the beliefs exclude every state. It does not say whether the task is covered.
   */
  energy(task: number, members: readonly Candidate[]): number;
}

/** Prepares a game: models are made ready once. */
export function coalitionEnergy({ tasks, capabilities, memberCost }: CoalitionGame): CoalitionEnergy {
  const width = capabilities.length;
  const planners = tasks.map(({ plan }) => plan && new Planner(plan, width));
  return {
    deficit: (task, members) => deficitOf(tasks[task]!, members),
    energy: (task, members) => {
      const planned = planners[task]?.energy(members) ?? 0;
      return memberCost * members.length - tasks[task]!.value + planned;
    },
  };
}

function deficitOf({ requires }: GameTask, members: readonly Candidate[]): number {
  let lacking = 0;
  for (let c = 0; c < requires.length; c++) {
    let strength = 0;
    for (const { numbers } of members) strength += numbers[c]!;
    lacking += Math.max(0, requires[c]! - strength);
  }
  return lacking;
}

/** The last term of a task's G. */
class Planner {
  readonly #prepared: PreparedModel;
  readonly #policies: readonly { readonly policy: Policy; readonly needs: readonly number[] }[];
  readonly #width: number;

  constructor({ model, horizon, needs }: GamePlan, width: number) {
    this.#prepared = prepareModel(model);
    this.#policies = enumeratePolicies(model.shape.actionCounts, horizon).map((policy) => ({
      policy,
      needs: policy.flatMap((action) => Array.from(action).flatMap((u, factor) => needs[factor]?.[u] ?? [])),
    }));
    this.#width = width;
  }

  energy(members: readonly Candidate[]): number {
    const can = (capability: number): boolean => members.some(({ numbers }) => numbers[capability]! > 0);
    const policies = this.#policies.filter(({ needs }) => needs.every(can)).map(({ policy }) => policy);
    if (policies.length === 0) return Number.POSITIVE_INFINITY;
    const [prior, ...others] = this.#prepared.model.D;
    const beliefs = members.map(({ numbers }) => numbers.subarray(this.#width));
    const { posterior } = fuseFromGround(beliefs, prior!, 'product');
    if (Number.isNaN(posterior[0])) return Number.POSITIVE_INFINITY;
    const { expectedFreeEnergy: G } = expectedFreeEnergy(this.#prepared, policies, [posterior, ...others]);
    return G.reduce((least, nats) => Math.min(least, nats));
  }
}
