import { columnEntropies } from '../math/entropy.js';
import { safeLogs } from '../math/safe-log.js';
import { logSoftmaxColumns } from '../math/softmax.js';
import type { GenerativeModel } from './generative-model.js';
import { compressColumns, indexRows, type RowIndex, type SparseColumns } from './sparse-columns.js';
import { isSparse } from './sparse-tensor.js';
import type { Tensor } from './tensor.js';

/**
 * A generative model with everything that follows from it and from no observation, worked out once.
 *
 * Plain data like the model; it takes about twice the model's memory. What is sparse stays so. Prepare a model once and share the
 * result among all agents that use it. After learning, prepare the new model.
 */
export interface PreparedModel {
  readonly model: GenerativeModel;
  /** `ln A[m]`, nats, in the layout of `A[m].data`; of a sparse `A[m]`, in that of `A[m].values`. */
  readonly logLikelihood: readonly Float64Array[];
  /** Where a sparse `A[m]` has the entries of each outcome; null when it is dense, for there a row is a slice. */
  readonly outcomeEntries: readonly (RowIndex | null)[];
  /** Entropy of each column of `A[m]`, nats, `[S...]` flattened. */
  readonly columnEntropy: readonly Float64Array[];
  /** `ln softmax(C[m])`, nats, `[O]` or `[O, steps]`. */
  readonly logPreference: readonly Tensor[];
  /** `B[f]` without its zeros: a column for each (states, action). A sparse `B[f]` stands for itself. */
  readonly transitions: readonly SparseColumns[];
}

/**
 * Works out what every step of an agent needs of its model.
 *
 * @param model a valid model, as `defineModel` returns it
 *
 * @example
 * const prepared = prepareModel(gridWorld({ width: 5, height: 5 }));
 * inferStates(prepared, { observations: [3] });
 */
export function prepareModel(model: GenerativeModel): PreparedModel {
  // Modalities and factors that share one tensor (five targets that look alike, say) share what follows from it.
  return {
    model,
    logLikelihood: mapShared(model.A, (A) => safeLogs(isSparse(A) ? A.values : A.data)),
    outcomeEntries: mapShared(model.A, (A) => (isSparse(A) ? indexRows(A, A.shape[0]!) : null)),
    columnEntropy: mapShared(model.A, columnEntropies),
    logPreference: mapShared(model.C, logSoftmaxColumns),
    transitions: mapShared(model.B, (B) => (isSparse(B) ? B : compressColumns(B))),
  };
}

function mapShared<T, R>(tensors: readonly T[], derive: (source: T) => R): R[] {
  const derived = new Map<T, R>();
  return tensors.map((source) => {
    const known = derived.get(source);
    if (known !== undefined) return known;
    const result = derive(source);
    derived.set(source, result);
    return result;
  });
}
