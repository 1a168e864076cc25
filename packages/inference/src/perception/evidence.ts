import { InputError } from '../errors.js';
import { safeLog, safeLogs } from '../math/safe-log.js';
import { contract } from '../math/tensor-contraction.js';
import type { GenerativeModel } from '../model/generative-model.js';
import type { PreparedModel } from '../model/prepare-model.js';
import type { RowIndex } from '../model/sparse-columns.js';
import { isSparse, type SparseTensor } from '../model/sparse-tensor.js';
import { describe } from '../model/tensor.js';
import { BELIEF_TOLERANCE } from './beliefs.js';

/** What one modality showed: an outcome index, a distribution over outcomes (soft), or null (nothing). */
export type Observation = number | ArrayLike<number> | null;

/** What one observed modality says about the joint states of the factors it depends on. */
export interface Evidence {
  /** The factors, in the order of the axes. */
  readonly factors: readonly number[];
  /** Their state counts. */
  readonly shape: readonly number[];
  /** P(observation given states), probability, `[S...]` flattened row-major. */
  readonly likelihood: Float64Array;
  /** Its logarithm, nats, by `safeLog`. */
  readonly logLikelihood: Float64Array;
}

/**
 * Reads observations through the likelihood: one `Evidence` for each modality that was observed.
 *
 * A definite outcome selects a row of A, of a dense A without copying it. A distribution w weighs the rows,
 * `L = sum_o w[o] A[o]`, before the logarithm is taken; a modality given as null leaves no evidence.
 *
 * @param observations one for each modality
 * @throws InputError `INFERENCE_OBSERVATION_INVALID`
 */
export function readEvidence(prepared: PreparedModel, observations: readonly Observation[]): Evidence[] {
  const { model, logLikelihood, outcomeEntries } = prepared;
  checkObservations(model, observations);
  return observations.flatMap((observation, m) => {
    if (observation === null) return [];
    const factors = model.shape.likelihoodFactors[m]!;
    const shape = factors.map((factor) => model.shape.stateCounts[factor]!);
    const A = model.A[m]!;
    const outcome = definiteOutcome(observation);
    if (outcome === null) {
      const weights = Float64Array.from(observation as ArrayLike<number>);
      const likelihood = isSparse(A)
        ? weighRows(A, outcomeEntries[m]!, weights)
        : contract(A, [weights]).data;
      return [{ factors, shape, likelihood, logLikelihood: safeLogs(likelihood) }];
    }
    if (isSparse(A)) {
      const entries = outcomeEntries[m]!;
      const behind = A.background?.[outcome] ?? 0;
      const likelihood = readRow(A.values, behind, entries, outcome, A.starts.length - 1);
      const logs = readRow(logLikelihood[m]!, safeLog(behind), entries, outcome, A.starts.length - 1);
      return [{ factors, shape, likelihood, logLikelihood: logs }];
    }
    const size = A.data.length / model.shape.outcomeCounts[m]!;
    const row = [outcome * size, (outcome + 1) * size] as const;
    return [
      {
        factors,
        shape,
        likelihood: A.data.subarray(...row),
        logLikelihood: logLikelihood[m]!.subarray(...row),
      },
    ];
  });
}

/** One row of a sparse tensor spread out: what stands behind it everywhere, its entries over that. */
function readRow(
  values: Float64Array,
  behind: number,
  { starts, columns, entries }: RowIndex,
  row: number,
  columnCount: number,
): Float64Array {
  const spread = new Float64Array(columnCount).fill(behind);
  for (let k = starts[row]!; k < starts[row + 1]!; k++) spread[columns[k]!] = values[entries[k]!]!;
  return spread;
}

/** `sum_o w[o] A[o]`, `[S...]`; rows are added whole, so that what no row allows is exactly 0. */
function weighRows(A: SparseTensor, entries: RowIndex, weights: Float64Array): Float64Array {
  const columnCount = A.starts.length - 1;
  const sum = new Float64Array(columnCount);
  weights.forEach((weight, row) => {
    if (weight === 0) return;
    const spread = readRow(A.values, A.background?.[row] ?? 0, entries, row, columnCount);
    for (let column = 0; column < columnCount; column++) sum[column]! += weight * spread[column]!;
  });
  return sum;
}

/** The outcome index, also of a distribution that is certain; null for one that is not. */
function definiteOutcome(observation: number | ArrayLike<number>): number | null {
  if (typeof observation === 'number') return observation;
  const certain = Array.prototype.indexOf.call(observation, 1);
  const others = Array.prototype.some.call(observation, (w: number, o: number) => o !== certain && w !== 0);
  return certain >= 0 && !others ? certain : null;
}

/**
 * Checks that every modality has an outcome in range, a distribution over its outcomes, or null.
 *
 * @throws InputError `INFERENCE_OBSERVATION_INVALID`
 */
export function checkObservations(model: GenerativeModel, observations: readonly Observation[]): void {
  const { outcomeCounts } = model.shape;
  if (observations.length !== outcomeCounts.length) {
    const expected = `${outcomeCounts.length} observations, one for each modality`;
    throw new InputError(
      'INFERENCE_OBSERVATION_INVALID',
      'observations',
      expected,
      String(observations.length),
    );
  }
  observations.forEach((observation, m) => {
    const outcomeCount = outcomeCounts[m]!;
    const fail = (expected: string, got: string): never => {
      const argument = `observations[${m}] (${model.modalityNames[m]})`;
      throw new InputError('INFERENCE_OBSERVATION_INVALID', argument, expected, got);
    };
    if (observation === null) return;
    if (typeof observation === 'number') {
      const inRange = Number.isInteger(observation) && observation >= 0 && observation < outcomeCount;
      if (!inRange) fail(`an outcome index in [0, ${outcomeCount})`, `${observation}`);
      return;
    }
    if (typeof observation !== 'object') fail('an index, a distribution or null', describe(observation));
    if (observation.length !== outcomeCount) fail(`${outcomeCount} weights`, `${observation.length}`);
    let sum = 0;
    for (let outcome = 0; outcome < outcomeCount; outcome++) {
      const weight = observation[outcome]!;
      if (!(weight >= 0 && Number.isFinite(weight))) fail('weights of at least 0', describe(weight));
      sum += weight;
    }
    if (Math.abs(sum - 1) > BELIEF_TOLERANCE) fail('weights that sum to 1', `a sum of ${sum}`);
  });
}
