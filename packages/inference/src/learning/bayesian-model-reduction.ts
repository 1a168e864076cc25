import { InputError, ModelError } from '../errors.js';
import { argmax } from '../math/argmax.js';
import { logBeta } from '../math/log-gamma.js';
import { softmax } from '../math/softmax.js';
import type { ModelTensor } from '../model/sparse-tensor.js';
import { entriesOf, indexOfPlace, placesByColumn, withEntries } from './count-entries.js';
import { checkCounts } from './counts.js';

/** What another prior would have led to. */
export interface ModelReduction<T extends ModelTensor> {
  /** The posterior counts that the other prior would have led to, in the form of the counts. */
  readonly counts: T;
  /**
   * F with the other prior minus F with the one that was used, nats: **negative speaks for the other prior**. It is
   * minus the change of log evidence, and Infinity for a prior that excludes what was seen.
   */
  readonly freeEnergyChange: number;
}

/**
 * Bayesian model reduction: what would have been learned under another prior, without learning it again.
 *
 * With the counts p before, q after, and r the other prior, each column (axis 0) being a Dirichlet of its own:
 *
 *     s = r + (q - p)
 *     dF = sum over columns of [ lnBeta(q) + lnBeta(r) - lnBeta(p) - lnBeta(s) ]
 *
 * A count of 0 in r leaves that entry out of the model: free where nothing was learned about it (q = p), impossible
 * (dF = Infinity) where something was. An entry that is 0 in all three is no part of anything.
 *
 * Rounding: dF is a difference of four logarithms, off by some 1e-13 of the largest of them (see `logBeta`).
 *
 * @param posterior q, `[n, ...]`, Dirichlet counts
 * @param prior     p, of the same shape and form; above 0 wherever q is
 * @param reduced   r, of the same shape and form
 * @throws ModelError for counts that do not fit each other; `INFERENCE_NEGATIVE` where s would not be above 0 although
 *   r is: fewer counts than before have no such explanation
 * @throws InputError `INFERENCE_OPTION_INVALID` for a prior of 0 where the posterior is above 0
 * @see Friston, Parr and Zeidman (2018), Bayesian model reduction
 */
export function reduceModel<T extends ModelTensor>(posterior: T, prior: T, reduced: T): ModelReduction<T> {
  checkCounts([posterior], [prior], 'posterior');
  checkCounts([prior], [posterior], 'prior');
  checkCounts([reduced], [prior], 'reduced');
  const [q, p, r] = [entriesOf(posterior), entriesOf(prior), entriesOf(reduced)];
  const s = q.map((count, place) => r[place]! + (count - p[place]!));
  checkEntries(posterior, q, p, r, s);
  let freeEnergyChange = 0;
  for (const places of placesByColumn(posterior)) {
    const full = logBetaOf(q, places) - logBetaOf(p, places);
    const other = places.some((place) => r[place] === 0 && s[place]! > 0)
      ? Number.NEGATIVE_INFINITY
      : logBetaOf(s, places) - logBetaOf(r, places);
    freeEnergyChange += full - other;
  }
  return {
    counts: withEntries(
      posterior,
      s.map((count, place) => (r[place] === 0 ? 0 : count)),
    ),
    freeEnergyChange,
  };
}

/** Which other priors to consider, and how plausible they are. */
export interface ReduceCountsInput<T extends ModelTensor> {
  /** The other priors, in the shape and form of the counts. */
  readonly candidates: readonly T[];
  /** Prior over models: the one in use (above 0), then the candidates, probability. Default: uniform. */
  readonly modelPrior?: ArrayLike<number>;
}

/** Which prior explains best what was learned. */
export interface CountReduction<T extends ModelTensor> {
  /** Whether a candidate is more probable than the prior in use; of equals the one in use stays. */
  readonly accepted: boolean;
  /** Index of the candidate accepted, or null. */
  readonly candidate: number | null;
  /** The posterior counts under the accepted prior; those passed in when none was accepted. */
  readonly counts: T;
  /** The accepted prior, towards which `forgetCounts` should decay from now on; the one passed in when none was. */
  readonly prior: T;
  /** F with the accepted prior minus F before, nats, negative speaks for it; 0 when none was accepted. */
  readonly freeEnergyChange: number;
  /** `softmax( ln modelPrior - dF )`: the model in use, then the candidates, probability. */
  readonly modelPosterior: Float64Array;
}

/**
 * Chooses among priors by the evidence that what was learned is for each, and prunes the counts accordingly.
 *
 * A candidate with a 0 where the prior in use has a count says "this does not happen", one with a smaller count "this
 * hardly happens": simpler models that an agent may adopt between episodes. The most probable one is accepted,
 *
 *     P(model | data) = softmax( ln P(model) - dF ).
 *
 * @param posterior what was learned, Dirichlet counts
 * @param prior     what was there before
 * @throws InputError `INFERENCE_OPTION_INVALID`; ModelError as `reduceModel`
 * @see Friston et al. (2017), Active inference, curiosity and insight
 *
 * @example
 * // Learned: the second outcome never came. Is it possible at all?
 * const prior = tensor([1, 1]);
 * const learned = tensor([9, 1]);
 * const { accepted, counts } = reduceCounts(learned, prior, { candidates: [tensor([1, 0])] });
 * // accepted, with the counts [9, 0]
 */
export function reduceCounts<T extends ModelTensor>(
  posterior: T,
  prior: T,
  { candidates, modelPrior }: ReduceCountsInput<T>,
): CountReduction<T> {
  const modelCount = 1 + candidates.length;
  checkModelPrior(modelPrior, modelCount);
  const reductions = candidates.map((candidate) => reduceModel(posterior, prior, candidate));
  const modelPosterior = softmax(
    Float64Array.from({ length: modelCount }, (_, model) => {
      const logPrior = Math.log(modelPrior?.[model] ?? 1 / modelCount);
      return model === 0 ? logPrior : logPrior - reductions[model - 1]!.freeEnergyChange;
    }),
  );
  const best = argmax(modelPosterior) - 1;
  const accepted = reductions[best];
  return {
    accepted: accepted !== undefined,
    candidate: accepted === undefined ? null : best,
    counts: accepted?.counts ?? posterior,
    prior: candidates[best] ?? prior,
    freeEnergyChange: accepted?.freeEnergyChange ?? 0,
    modelPosterior,
  };
}

/** lnBeta of the counts of one column; what has no count is no part of the Dirichlet. */
function logBetaOf(counts: Float64Array, places: readonly number[]): number {
  return logBeta(places.map((place) => counts[place]!).filter((count) => count > 0));
}

function checkEntries(
  posterior: ModelTensor,
  q: Float64Array,
  p: Float64Array,
  r: Float64Array,
  s: Float64Array,
): void {
  s.forEach((count, place) => {
    if (q[place]! > 0 && p[place] === 0) {
      const argument = `prior at [${indexOfPlace(posterior, place).join(', ')}]`;
      const expected = 'a count above 0 where the posterior has one';
      throw new InputError('INFERENCE_OPTION_INVALID', argument, expected, '0');
    }
    if (r[place] === 0 ? count >= 0 : count > 0) return;
    const expected = 'posterior + reduced - prior to be above 0';
    const index = indexOfPlace(posterior, place);
    throw new ModelError('INFERENCE_NEGATIVE', {
      tensor: 'reduced posterior',
      index,
      expected,
      got: `${count}`,
    });
  });
}

function checkModelPrior(modelPrior: ArrayLike<number> | undefined, modelCount: number): void {
  if (modelPrior === undefined) return;
  const fail = (argument: string, expected: string, got: unknown): never => {
    throw new InputError('INFERENCE_OPTION_INVALID', argument, expected, String(got));
  };
  if (modelPrior.length !== modelCount) {
    fail('modelPrior', `${modelCount} probabilities, the model in use first`, modelPrior.length);
  }
  // Were every candidate excluded by the data as well, nothing would be left to believe in.
  if (!(modelPrior[0]! > 0)) fail('modelPrior[0]', 'a probability above 0', modelPrior[0]);
  let sum = 0;
  for (let model = 0; model < modelCount; model++) {
    const probability = modelPrior[model]!;
    if (!(probability >= 0)) fail(`modelPrior[${model}]`, 'a probability', probability);
    sum += probability;
  }
  if (!(Math.abs(sum - 1) <= 1e-6)) fail('modelPrior', 'probabilities that sum to 1', `a sum of ${sum}`);
}
