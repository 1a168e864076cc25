import type { LearningOptions } from '../../compile/compile-options.js';
import type { Counts } from '../../learning/counts.js';
import { expectedModel } from '../../learning/expected-model.js';
import { softmax } from '../../math/softmax.js';
import { defineModel, type GenerativeModel } from '../../model/generative-model.js';
import { prepareModel } from '../../model/prepare-model.js';
import { type ModelTensor, toDense } from '../../model/sparse-tensor.js';
import { type Tensor, tensor } from '../../model/tensor.js';
import type { Beliefs } from '../../perception/beliefs.js';
import { readEvidence } from '../../perception/evidence.js';
import { logLikelihoodMessage } from '../../perception/log-likelihood-message.js';
import { type Action, predictStates } from '../../perception/predict-states.js';
import { NOT_OBSERVED } from '../../population/population.js';
import type { Fields } from '../fields.js';
import { observe, type SoleAgent, soleAgent } from './sole-agent.js';
import { subset } from './subset.js';

/** How far the belief that an agent arrived at may be from the one it is taught with, probability. */
const SAME_BELIEF = 2e-6;
/** Sweeps after which several factors have settled. */
const SWEEPS = 200;

/** What an agent lives through, so as to believe in the end what a case says. */
interface Episode {
  readonly before: Beliefs;
  readonly action: Action | null;
  readonly outcomes: readonly number[] | null;
  readonly posterior: Beliefs;
}

/**
 * The counts of A, B or D after each of some steps, by one agent in lanes.
 *
 * A population learns from what it inferred itself, and a case prescribes the posterior. So the model gets a modality
 * for each factor that shows its state, and the agent sees there, as a soft outcome, just what takes it from its own
 * prediction to that posterior. It learns nothing about these modalities.
 *
 * @returns null where that is not possible: the case believes in states that its model rules out, has counts with
 *   other zeros than its tensors, or the factors settle elsewhere
 */
export function learnInLanes(
  model: GenerativeModel,
  kind: 'A' | 'B' | 'D',
  inputs: Fields,
  steps: readonly Fields[],
): Counts[] | null {
  const key = `p${kind}` as const;
  const priors = inputs.tensors(key);
  const only = subset(inputs, kind === 'A' ? 'modalities' : 'factors');
  const learned = priors.map((prior, i) => (only?.includes(i) === false ? null : prior));
  if (kind !== 'D' && !learned.every((prior, i) => prior === null || sameZeros(prior, model[kind][i]!))) {
    return null;
  }
  const telling = withStatesShown(model);
  const counts = telling[kind].map((_, i) => learned[i] ?? null);
  const rate = inputs.number('lr', 1);
  const sole = learner(telling, { [key]: counts, rates: { A: rate, B: rate, D: rate } });
  if (sole === null) return null;
  const after: Counts[] = [];
  for (const step of steps) {
    if (!liveThrough(sole, telling, episodeOf(kind, step))) return null;
    sole.population.learn();
    const now = sole.population.readCounts(sole.agent)[key]!;
    after.push(priors.map((prior, i) => (now[i] == null ? prior : toDense(now[i]))));
  }
  return after;
}

/** B is learned from a move, A from an outcome, D from neither. */
function episodeOf(kind: 'A' | 'B' | 'D', step: Fields): Episode {
  const posterior = step.vectors('qs');
  const isMove = kind === 'B' && step.has('qs_prev');
  return {
    posterior,
    before: isMove ? step.vectors('qs_prev') : posterior,
    action: isMove ? step.integers('action') : null,
    outcomes: kind === 'A' && step.has('obs') ? step.integers('obs') : null,
  };
}

function learner(model: GenerativeModel, learning: LearningOptions): SoleAgent | null {
  // Nobody plans here; without a policy to name, all would be enumerated.
  const policies = [[model.B.map(() => 0)]];
  return soleAgent(model, { policies, learning, iterationsMax: SWEEPS, freeEnergyTolerance: 0 });
}

/** Has the agent infer states. @returns whether it believes what the episode says in the end */
function liveThrough(sole: SoleAgent, model: GenerativeModel, episode: Episode): boolean {
  const { before, action, outcomes, posterior } = episode;
  const { population, agent } = sole;
  const expected = prepareModel(expectedModel(model, population.readCounts(agent)));
  const predicted = action === null ? before : predictStates(expected, before, action);
  const shown = posterior.map(() => null);
  const own = outcomes ?? new Array<number>(model.A.length - shown.length).fill(NOT_OBSERVED);
  const evidence = outcomes === null ? [] : readEvidence(expected, [...outcomes, ...shown]);
  const weights = posterior.map((q, f) => {
    const said = logLikelihoodMessage(posterior, evidence, f, q.length);
    return softmax(q.map((p, s) => Math.log(p) - (p > 0 ? Math.log(predicted[f]![s]!) + said[s]! : 0)));
  });
  if (weights.some((weight) => weight.some(Number.isNaN))) return false;
  population.writeBeliefs(agent, before);
  population.setLastAction(agent, action);
  if (!observe(sole, [...own, ...weights])) return false;
  const reached = population.readBeliefs(agent);
  return posterior.every((q, f) => q.every((p, s) => Math.abs(p - reached[f]![s]!) <= SAME_BELIEF));
}

/** The model with a modality for each factor that shows its state. */
function withStatesShown({ A, B, D, shape }: GenerativeModel): GenerativeModel {
  const showing = shape.stateCounts.map((count) =>
    tensor(
      Array.from({ length: count }, (_, o) => Array.from({ length: count }, (_, s) => (o === s ? 1 : 0))),
    ),
  );
  return defineModel(
    {
      A: [...A, ...showing],
      B,
      D,
      likelihoodFactors: [...shape.likelihoodFactors, ...showing.map((_, f) => [f])],
      transitionFactors: shape.transitionFactors,
    },
    { normalizationTolerance: 1e-4 },
  );
}

/** Whether counts are 0 where the tensor they belong to is, and nowhere else. */
function sameZeros(counts: Tensor, owner: ModelTensor): boolean {
  const { data } = toDense(owner);
  return counts.data.every((count, i) => count > 0 === data[i]! > 0);
}
