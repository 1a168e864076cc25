import { normalizeColumns } from '../../math/normalize.js';
import { defineModel, type GenerativeModel } from '../../model/generative-model.js';
import type { Tensor } from '../../model/tensor.js';
import type { Fields } from '../fields.js';

/** Golden inputs are rounded to a few decimals, so their columns sum to 1 less exactly than a model's should. */
const ROUNDED_INPUT_TOLERANCE = 1e-4;

/**
 * The generative model of a case, from whatever parts the case gives.
 *
 * A tensor that is missing is the expectation of its counts when those are given; transitions that are missing
 * altogether leave every factor as it is, and without likelihoods nothing that tells states apart is seen.
 *
 * @param stateCounts for cases without transitions: states of each factor
 */
export function goldenModel(inputs: Fields, stateCounts?: readonly number[]): GenerativeModel {
  const B = givenOrExpected(inputs, 'B', 'pB') ?? (stateCounts ?? countStates(inputs)).map(unchanging);
  const A = givenOrExpected(inputs, 'A', 'pA');
  return defineModel(
    {
      ...(A === null ? blind(B[0]!) : { A }),
      B,
      ...(inputs.has('C') ? { C: inputs.tensors('C') } : {}),
      ...(inputs.has('D') ? { D: inputs.vectors('D') } : {}),
      ...(inputs.has('E') ? { E: inputs.vector('E') } : {}),
      ...(A !== null && inputs.has('A_factor_list')
        ? { likelihoodFactors: inputs.integerLists('A_factor_list') }
        : {}),
      ...(inputs.has('B_factor_list') ? { transitionFactors: inputs.integerLists('B_factor_list') } : {}),
    },
    { normalizationTolerance: ROUNDED_INPUT_TOLERANCE },
  );
}

function givenOrExpected(inputs: Fields, tensors: string, counts: string): Tensor[] | null {
  if (inputs.has(tensors)) return inputs.tensors(tensors);
  return inputs.has(counts) ? inputs.tensors(counts).map((count) => normalizeColumns(count)) : null;
}

/** States of each factor as its belief has them, or the first belief of a sequence. */
function countStates(inputs: Fields): number[] {
  const holder = inputs.has('qs') ? inputs : inputs.objects('steps')[0]!;
  return holder.vectors('qs').map((belief) => belief.length);
}

function unchanging(stateCount: number): Tensor {
  const data = new Float64Array(stateCount * stateCount);
  for (let state = 0; state < stateCount; state++) data[state * stateCount + state] = 1;
  return { shape: [stateCount, stateCount, 1], data };
}

/** One modality of one outcome. */
function blind({ shape }: Tensor): { A: Tensor[]; likelihoodFactors: number[][] } {
  const stateCount = shape[0]!;
  return {
    A: [{ shape: [1, stateCount], data: new Float64Array(stateCount).fill(1) }],
    likelihoodFactors: [[0]],
  };
}
