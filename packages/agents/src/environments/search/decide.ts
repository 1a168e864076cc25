import {
  expectedFreeEnergy,
  type PreparedModel,
  policyPosterior,
  prepareModel,
  selectAction,
} from '@skein/inference';
import { neighborsOf, type SectorGraph } from '../sector-graph.js';
import type { SearcherModels } from './searcher-model.js';
import { inferencePolicies, type WalkPolicies } from './walk-policies.js';

/** Everything a searcher decides with; equal for all searchers of a world, and only read. */
export interface SearcherMind {
  readonly graph: SectorGraph;
  readonly sensing: PreparedModel;
  readonly wanting: PreparedModel;
  readonly policies: WalkPolicies;
  /** Precision of policies, gamma, dimensionless. */
  readonly gamma: number;
}

/** Prepares both models of a searcher, once for all searchers of a world. */
export function searcherMind(
  graph: SectorGraph,
  models: SearcherModels,
  policies: WalkPolicies,
  gamma: number,
): SearcherMind {
  const sensing = prepareModel(models.sensing);
  return { graph, sensing, wanting: prepareModel(models.wanting), policies, gamma };
}

/** What a searcher decides, and why. */
export interface Decision {
  /** The sector to be in at the next tick: the own one or a neighbour. */
  readonly next: number;
  /** G of each policy of the own sector, nats, lower is better. */
  readonly expectedFreeEnergy: Float64Array;
  /** Posterior over those policies, probability. */
  readonly policyPosterior: Float64Array;
}

/**
 * Decides what a searcher does next, by active inference:
 *
 *     G(policy) = - sum over steps and targets of [ I(target; detection) + E ln P(find) ]
 *
 * the epistemic value of what it would sense on the way and the pragmatic value of what it hopes to find there; then
 * it draws a policy from `softmax(-gamma G)` and takes its first step. Drawing, rather than taking the best, is also what
 * parts searchers that share one belief and one place.
 *
 * Every number here is the inference package's. It is the ruler for `SearcherPlanner`, which decides the same in a
 * thousandth of the time.
 *
 * @param beliefs f64[targets, S + 1], probability
 * @param uniform in [0, 1)
 */
export function decide(
  mind: SearcherMind,
  ownSector: number,
  beliefs: Float64Array,
  uniform: number,
): Decision {
  const { graph, sensing, wanting, policies, gamma } = mind;
  const stateCount = graph.sectorCount + 1;
  const targetCount = beliefs.length / stateCount;
  const own = new Float64Array(graph.sectorCount);
  own[ownSector] = 1;
  const posterior = [own];
  for (let target = 0; target < targetCount; target++) {
    posterior.push(beliefs.slice(target * stateCount, (target + 1) * stateCount));
  }
  const candidates = inferencePolicies(graph, policies, ownSector, targetCount);
  const sensed = expectedFreeEnergy(sensing, candidates, posterior, { useUtility: false });
  const wanted = expectedFreeEnergy(wanting, candidates, posterior, { useStateInformationGain: false });
  const G = sensed.expectedFreeEnergy.map((value, policy) => value + wanted.expectedFreeEnergy[policy]!);
  const chosen = policyPosterior(G, { gamma });
  const [action] = selectAction({
    policyPosterior: chosen,
    policies: candidates,
    actionCounts: sensing.model.shape.actionCounts,
    sampling: 'full',
    selection: 'stochastic',
    alpha: 1,
    uniform,
  });
  const next = action === 0 ? ownSector : neighborsOf(graph, ownSector)[action! - 1]!;
  return { next, expectedFreeEnergy: G, policyPosterior: chosen };
}
