import { entropy } from '../math/entropy.js';
import { expectation, type JointSupport, jointSupport } from '../math/tensor-contraction.js';
import type { PreparedModel } from '../model/prepare-model.js';
import { readEntry } from '../model/sparse-tensor.js';
import { elementCount, stridesOf } from '../model/tensor.js';
import { type Beliefs, checkBeliefs } from '../perception/beliefs.js';

/**
 * What one modality is expected to reveal about the states: the mutual information of states and outcome,
 *
 *     I(s; o) = H(qo) - E_q[ H(A column) ],
 *
 * nats, never negative but for rounding. Also called epistemic value, salience, Bayesian surprise.
 *
 * @param outcomes      qo, `[O]`, probability
 * @param columnEntropy H(A column), `[S...]` flattened, nats
 * @param joint         the belief over the joint states of the axes `S...`
 * @see Friston et al. (2015), Active inference and epistemic value
 */
export function stateInformationGain(
  outcomes: Float64Array,
  columnEntropy: Float64Array,
  joint: JointSupport,
): number {
  return entropy(outcomes) - expectation(columnEntropy, joint);
}

/**
 * What all modalities together are expected to reveal: `H(qo_1, qo_2, ...) - E_q[ sum_m H(A_m column) ]`, nats.
 *
 * At most the sum over modalities of `stateInformationGain`, which counts twice what two modalities both tell. It
 * visits every joint outcome in every joint state that the belief allows, so it is for small models.
 *
 * @param posterior for each factor `[S]`, probability
 * @throws InputError `INFERENCE_BELIEF_INVALID`
 */
export function jointStateInformationGain(prepared: PreparedModel, posterior: Beliefs): number {
  const { model, columnEntropy } = prepared;
  const { stateCounts, outcomeCounts, likelihoodFactors } = model.shape;
  checkBeliefs(model.shape, posterior, 'posterior');
  const states = jointSupport(stateCounts, posterior);
  const stateStrides = stridesOf(stateCounts);
  const outcomes = new Float64Array(elementCount(outcomeCounts));
  let ambiguity = 0;
  for (let k = 0; k < states.offsets.length; k++) {
    let conditional: readonly number[] = [1];
    for (const [m, factors] of likelihoodFactors.entries()) {
      const strides = stridesOf(factors.map((factor) => stateCounts[factor]!));
      const column = factors.reduce((offset, factor, axis) => {
        const state = Math.floor(states.offsets[k]! / stateStrides[factor]!) % stateCounts[factor]!;
        return offset + state * strides[axis]!;
      }, 0);
      ambiguity += states.weights[k]! * columnEntropy[m]![column]!;
      const A = model.A[m]!;
      const likelihoods = Array.from({ length: outcomeCounts[m]! }, (_, o) => readEntry(A, o, column));
      conditional = conditional.flatMap((p) => likelihoods.map((likelihood) => p * likelihood));
    }
    for (let o = 0; o < outcomes.length; o++) outcomes[o]! += states.weights[k]! * conditional[o]!;
  }
  return entropy(outcomes) - ambiguity;
}
