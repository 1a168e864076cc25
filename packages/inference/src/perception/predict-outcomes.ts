import { expectation, type JointSupport, jointSupport } from '../math/tensor-contraction.js';
import type { GenerativeModel } from '../model/generative-model.js';
import type { PreparedModel } from '../model/prepare-model.js';
import { mixColumns } from '../model/sparse-columns.js';
import { isSparse, type ModelTensor } from '../model/sparse-tensor.js';
import { type Beliefs, checkBeliefs } from './beliefs.js';

/**
 * Outcomes that a belief about the states leads one to expect: `qo_m = A_m q`.
 *
 * @param posterior for each factor `[S]`, probability
 * @returns for each modality `[O]`, probability; new arrays
 * @throws InputError `INFERENCE_BELIEF_INVALID`
 */
export function predictOutcomes(prepared: PreparedModel, posterior: Beliefs): Float64Array[] {
  checkBeliefs(prepared.model.shape, posterior, 'posterior');
  return prepared.model.A.map((likelihood, m) =>
    outcomeDistribution(likelihood, modalitySupport(prepared.model, m, posterior)),
  );
}

/** The joint states of the factors that one modality depends on. */
export function modalitySupport(
  { shape }: GenerativeModel,
  modality: number,
  posterior: Beliefs,
): JointSupport {
  const factors = shape.likelihoodFactors[modality]!;
  return jointSupport(
    factors.map((factor) => shape.stateCounts[factor]!),
    factors.map((factor) => posterior[factor]!),
  );
}

/** Predicted outcomes of one modality, `qo[o] = sum_s A[o, s] q(s)`, `[O]`, probability. */
export function outcomeDistribution(likelihood: ModelTensor, joint: JointSupport): Float64Array {
  if (isSparse(likelihood)) return mixColumns(likelihood, likelihood.shape[0]!, joint);
  const outcomes = new Float64Array(likelihood.shape[0]!);
  const size = likelihood.data.length / outcomes.length;
  return outcomes.map((_, outcome) => expectation(likelihood.data, joint, outcome * size));
}
