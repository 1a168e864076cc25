import { digamma } from '../math/digamma.js';
import { columnSums } from '../math/normalize.js';
import { expectation, type JointSupport } from '../math/tensor-contraction.js';
import { type LastAxis, mixColumns, NO_LAST_AXIS } from '../model/sparse-columns.js';
import { isSparse, type ModelTensor, mapEntries } from '../model/sparse-tensor.js';

/**
 * How the information that one more count brings is worked out.
 *
 * - `approximate`: `1/a - 1/sum`, as SPM and pymdp's classic code; twice the leading term for large counts, and it
 *   grows without bound as a count falls to 0.
 * - `exact`: `ln sum - ln a + 1/a - 1/sum + digamma(a) - digamma(sum)`, the Kullback-Leibler divergence between the
 *   Dirichlet after the count and before it.
 */
export type NoveltyForm = 'approximate' | 'exact';

/**
 * What observing each entry once would teach about its column, nats; entries of count 0 teach nothing.
 *
 * Depends on the counts only: work it out when they change, not at every step.
 *
 * @param counts Dirichlet counts of A or B, columns along axis 0; sparse ones without a background
 * @returns W, in the shape and the form of the counts
 * @throws ModelError `INFERENCE_NOT_LEARNABLE` for counts with a background
 */
export function noveltyWeights<T extends ModelTensor>(counts: T, form: NoveltyForm = 'approximate'): T {
  const sums = columnSums(counts);
  const weight = form === 'exact' ? exactNovelty : approximateNovelty;
  return mapEntries(counts, (count, column) => (count > 0 ? weight(count, sums[column]!) : 0));
}

/** `1/a - 1/sum`. */
export function approximateNovelty(count: number, sum: number): number {
  return 1 / count - 1 / sum;
}

/** `ln sum - ln a + 1/a - 1/sum + digamma(a) - digamma(sum)`, nats. */
export function exactNovelty(count: number, sum: number): number {
  return Math.log(sum) - Math.log(count) + 1 / count - 1 / sum + digamma(count) - digamma(sum);
}

/**
 * What a predicted outcome (or next state) is expected to teach about the parameters: `x . (W q)`, nats.
 *
 * For A: x = qo, `sum_o qo[o] sum_s W[o, s] q[s]`. For B: x = q' and W is taken at the action. Outcome and state are
 * treated as independent, as in the papers.
 *
 * @param predicted x, `[n]`, probability
 * @param weights   W, `[n, S...]` or `[n, S..., U]`
 * @param joint     q, the belief over the joint states of the axes `S...`
 * @param action    u, and the number of actions U; omitted for A
 * @see Schwartenbeck et al. (2019), Computational mechanisms of curiosity and goal-directed exploration
 */
export function parameterInformationGain(
  predicted: Float64Array,
  weights: ModelTensor,
  joint: JointSupport,
  action: LastAxis = NO_LAST_AXIS,
): number {
  if (isSparse(weights)) {
    const perRow = mixColumns(weights, predicted.length, joint, action);
    return predicted.reduce((sum, p, row) => sum + p * perRow[row]!, 0);
  }
  const offsets = joint.offsets.map((offset) => offset * action.count + action.index);
  const size = weights.data.length / predicted.length;
  return predicted.reduce((sum, p, row) => {
    // Skipping impossible rows is exact and spares the sum over states.
    return p === 0 ? sum : sum + p * expectation(weights.data, { ...joint, offsets }, row * size);
  }, 0);
}
