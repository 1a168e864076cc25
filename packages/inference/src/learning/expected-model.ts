import { normalizeColumns } from '../math/normalize.js';
import type { GenerativeModel } from '../model/generative-model.js';
import type { ModelTensor } from '../model/sparse-tensor.js';
import type { Tensor } from '../model/tensor.js';
import { type Counts, checkCounts } from './counts.js';
import { checkHabitCounts } from './learn-habit.js';

/** Counts of what was learned; what is absent or null stays as the model has it. */
export interface LearnedCounts {
  readonly pA?: Counts<ModelTensor>;
  readonly pB?: Counts<ModelTensor>;
  readonly pD?: Counts;
  /** Counts of the habit, `[policy]`. */
  readonly pE?: Tensor;
}

/**
 * The model that Dirichlet counts lead one to expect: each column of A, B, D, E is its counts divided by their sum.
 * What is sparse stays sparse.
 *
 * @returns a new model; prepare it again before using it
 * @throws ModelError for counts that do not fit the model or have a column without any count
 *
 * @example
 * const pA = learnLikelihood(model, counts, { observations, posterior });
 * const prepared = prepareModel(expectedModel(model, { pA }));
 */
export function expectedModel(model: GenerativeModel, { pA, pB, pD, pE }: LearnedCounts): GenerativeModel {
  if (pA !== undefined) checkCounts(pA, model.A, 'pA');
  if (pB !== undefined) checkCounts(pB, model.B, 'pB');
  const owners = model.D.map((prior) => ({ shape: [prior.length], data: prior }));
  if (pD !== undefined) checkCounts(pD, owners, 'pD');
  if (pE !== undefined) checkHabitCounts(model, pE);
  return {
    ...model,
    A: model.A.map((A, m) => (pA?.[m] ? normalizeColumns(pA[m], `pA[${m}]`) : A)),
    B: model.B.map((B, f) => (pB?.[f] ? normalizeColumns(pB[f], `pB[${f}]`) : B)),
    D: model.D.map((D, f) => (pD?.[f] ? normalizeColumns(pD[f], `pD[${f}]`).data : D)),
    E: pE === undefined ? model.E : normalizeColumns(pE, 'pE').data,
  };
}
