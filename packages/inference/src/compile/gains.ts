import type { Tensor } from '../model/tensor.js';
import type { Matrix } from './matrix.js';

/** Which terms of the expected free energy count. */
export interface Terms {
  readonly utility: boolean;
  readonly stateInformation: boolean;
}

/**
 * What is linear in the belief when one modality is evaluated, for each joint state, nats:
 *
 *     gain[s] = sum_o A[o, s] ln C[o]  +  sum_o A[o, s] ln A[o, s]
 *               expected preference       minus the ambiguity
 *
 * so that utility plus information gain is `H(A q) + gain . q`.
 *
 * @param logPreference ln softmax(C), `[O]` or `[O, steps]`, nats
 * @returns f32[steps, joint states]
 */
export function expectedGains(likelihood: Matrix, logPreference: Tensor, terms: Terms): Float32Array {
  const stepCount = logPreference.shape[1] ?? 1;
  const { columnCount } = likelihood;
  const gains = new Float32Array(stepCount * columnCount);
  for (let step = 0; step < stepCount; step++) {
    const worth = (outcome: number, probability: number): number => {
      if (probability === 0) return 0;
      const utility = terms.utility ? probability * logPreference.data[outcome * stepCount + step]! : 0;
      return utility + (terms.stateInformation ? probability * Math.log(probability) : 0);
    };
    gains.set(sumColumns(likelihood, worth), step * columnCount);
  }
  return gains;
}

/** For each column the sum over rows of a function of the entry. */
function sumColumns(matrix: Matrix, worth: (row: number, value: number) => number): Float64Array {
  const { rowCount, columnCount, starts, columns, values, background } = matrix;
  const sums = new Float64Array(columnCount);
  for (let r = 0; r < rowCount; r++) {
    const common = background === null ? 0 : worth(r, background[r]!);
    if (common !== 0) for (let column = 0; column < columnCount; column++) sums[column]! += common;
    for (let k = starts[r]!; k < starts[r + 1]!; k++) sums[columns[k]!]! += worth(r, values[k]!) - common;
  }
  return sums;
}
