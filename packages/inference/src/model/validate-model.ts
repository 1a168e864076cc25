import { InputError, ModelError, type ModelErrorCode } from '../errors.js';
import { columnSums } from '../math/normalize.js';
import type { GenerativeModel } from './generative-model.js';
import { likelihoodShape, type ModelShape, transitionShape } from './model-shape.js';
import {
  checkModelTensor,
  entryIndex,
  isSparse,
  type ModelTensor,
  type SparseTensor,
} from './sparse-tensor.js';
import { checkTensor, describe, indexAt, isFloat64Array } from './tensor.js';

/**
 * How far from 1 a column may sum, probability. Float32 entries err by at most 2^-24 of themselves, so a column
 * of any length stays within 6e-8; decimals rounded to ten digits, within 5e-8 at a thousand entries.
 */
export const NORMALIZATION_TOLERANCE = 1e-6;

/** How strictly a model is checked. */
export interface ValidateModelOptions {
  /** How far from 1 a column may sum, probability. Default `NORMALIZATION_TOLERANCE`. */
  readonly normalizationTolerance?: number;
}

/**
 * Checks every rule a generative model must obey: shapes, dependencies, finiteness, sign and normalisation.
 *
 * `defineModel` calls it. Call it again on a model that came from somewhere else, over a wire for example;
 * the argument is not trusted to be a model at all.
 *
 * A sparse tensor costs as much as it has rows, columns and entries. Any value at all may be passed: what is not a
 * model ends in a ModelError, never in another exception, and not in a walk over the holes of a sparse array.
 *
 * @throws ModelError with the tensor, the index, what was expected and what was found; the first fault wins
 * @throws InputError `INFERENCE_OPTION_INVALID` for a tolerance that is not a finite number of at least 0
 */
export function validateModel(model: GenerativeModel, options: ValidateModelOptions = {}): void {
  const { normalizationTolerance: tolerance = NORMALIZATION_TOLERANCE } = options;
  if (!(tolerance >= 0 && Number.isFinite(tolerance))) {
    const expected = 'a finite probability of at least 0';
    throw new InputError('INFERENCE_OPTION_INVALID', 'normalizationTolerance', expected, String(tolerance));
  }
  checkRecord(model, 'model');
  const { shape } = model;
  checkRecord(shape, 'shape');
  checkCounts(shape.outcomeCounts, 'outcomeCounts');
  checkCounts(shape.stateCounts, 'stateCounts');
  checkCounts(shape.actionCounts, 'actionCounts');
  checkLength(shape.actionCounts, shape.stateCounts.length, 'actionCounts', 'factor');
  checkDependencies(shape.likelihoodFactors, shape.outcomeCounts, shape, 'likelihoodFactors', 'modality');
  checkDependencies(shape.transitionFactors, shape.stateCounts, shape, 'transitionFactors', 'factor');

  checkLength(model.A, shape.outcomeCounts.length, 'A', 'modality');
  forAll(model.A, (likelihood, m) => {
    checkShape(likelihood, likelihoodShape(shape, m), `A[${m}]`);
    checkColumns(likelihood, `A[${m}]`, tolerance);
  });

  checkLength(model.B, shape.stateCounts.length, 'B', 'factor');
  forAll(model.B, (transition, f) => {
    checkShape(transition, transitionShape(shape, f), `B[${f}]`);
    checkColumns(transition, `B[${f}]`, tolerance);
  });

  checkLength(model.C, shape.outcomeCounts.length, 'C', 'modality');
  forAll(model.C, (preference, m) => {
    checkPreference(preference, shape.outcomeCounts[m]!, `C[${m}]`);
  });

  checkLength(model.D, shape.stateCounts.length, 'D', 'factor');
  forAll(model.D, (prior, f) => {
    checkDistribution(prior, shape.stateCounts[f]!, `D[${f}]`, tolerance);
  });

  if (model.E !== null) checkDistribution(model.E, null, 'E', tolerance);

  checkNames(model.factorNames, shape.stateCounts.length, 'factorNames', 'factor');
  checkNames(model.modalityNames, shape.outcomeCounts.length, 'modalityNames', 'modality');
  checkNameLists(model.actionNames, shape.actionCounts, 'actionNames', 'factor');
  checkNameLists(model.outcomeNames, shape.outcomeCounts, 'outcomeNames', 'modality');
}

function fail(
  code: ModelErrorCode,
  tensor: string,
  expected: string,
  got: string,
  index?: readonly number[],
): never {
  throw new ModelError(
    code,
    index === undefined ? { tensor, expected, got } : { tensor, expected, got, index },
  );
}

/**
 * `forEach` would pass over the holes of a sparse array, and take minutes over a billion of them; and it throws for a typed array
 * whose buffer has gone, which reads as an empty one.
 */
function forAll<T>(list: ArrayLike<T>, visit: (value: T, index: number) => void): void {
  for (let i = 0; i < list.length; i++) visit(list[i]!, i);
}

function checkRecord(value: unknown, name: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    fail('INFERENCE_SHAPE_MISMATCH', name, 'an object', describe(value));
  }
}

function checkLength(list: unknown, length: number, name: string, each: string): void {
  const got = Array.isArray(list) ? list.length : describe(list);
  if (got !== length) fail('INFERENCE_SHAPE_MISMATCH', name, `${length}, one for each ${each}`, String(got));
}

function checkCounts(counts: unknown, name: string): void {
  if (!Array.isArray(counts) || counts.length === 0) {
    fail('INFERENCE_SHAPE_MISMATCH', name, 'at least one count', describe(counts));
  }
  forAll(counts, (count: unknown, i) => {
    if (!Number.isInteger(count) || (count as number) < 1) {
      fail('INFERENCE_SHAPE_MISMATCH', name, 'a count of at least 1', describe(count), [i]);
    }
  });
}

function checkDependencies(
  lists: readonly (readonly number[])[],
  owners: readonly number[],
  shape: ModelShape,
  name: string,
  each: string,
): void {
  checkLength(lists, owners.length, name, each);
  const factorCount = shape.stateCounts.length;
  forAll(lists, (list: unknown, owner) => {
    const where = `${name}[${owner}]`;
    if (!Array.isArray(list)) {
      fail('INFERENCE_DEPENDENCY_INVALID', where, 'a list of factors', describe(list));
    }
    forAll(list, (factor: unknown, i) => {
      if (!Number.isInteger(factor) || (factor as number) < 0 || (factor as number) >= factorCount) {
        const expected = `a factor index in [0, ${factorCount})`;
        fail('INFERENCE_DEPENDENCY_INVALID', where, expected, describe(factor), [i]);
      }
      if (list.indexOf(factor) !== i) {
        fail('INFERENCE_DEPENDENCY_INVALID', where, 'each factor once', `${factor} twice`, [i]);
      }
    });
  });
}

function checkShape(value: unknown, expected: readonly number[], name: string): asserts value is ModelTensor {
  checkModelTensor(value, name);
  const fits = value.shape.length === expected.length && expected.every((n, axis) => n === value.shape[axis]);
  if (!fits) {
    fail('INFERENCE_SHAPE_MISMATCH', name, `shape [${expected.join(', ')}]`, `[${value.shape.join(', ')}]`);
  }
}

/** Every entry is a probability and every column along axis 0 sums to 1. */
function checkColumns(source: ModelTensor, name: string, tolerance: number): void {
  if (isSparse(source)) checkSparseProbabilities(source, name, tolerance);
  else {
    forAll(source.data, (entry, offset) => {
      checkProbability(entry, name, () => indexAt(source.shape, offset));
    });
  }
  forAll(columnSums(source), (sum, column) => {
    checkSum(sum, tolerance, name, () => indexAt(source.shape.slice(1), column));
  });
}

function checkSparseProbabilities(source: SparseTensor, name: string, tolerance: number): void {
  forAll(source.background ?? [], (entry: number, row) => {
    checkProbability(entry, `${name}.background`, () => [row]);
    // One too large for any column would drown what the columns sum to, even where every column hides it.
    if (entry > 1 + tolerance) {
      fail('INFERENCE_NOT_NORMALIZED', `${name}.background`, 'a probability of at most 1', `${entry}`, [row]);
    }
  });
  forAll(source.values, (entry, k) => {
    checkProbability(entry, name, () => entryIndex(source, k));
  });
}

function checkDistribution(value: unknown, length: number | null, name: string, tolerance: number): void {
  if (!isFloat64Array(value)) {
    fail('INFERENCE_SHAPE_MISMATCH', name, 'a Float64Array', describe(value));
  }
  if (length === null ? value.length === 0 : value.length !== length) {
    const expected = length === null ? 'at least 1 element' : `${length} elements`;
    fail('INFERENCE_SHAPE_MISMATCH', name, expected, `${value.length}`);
  }
  forAll(value, (entry, i) => {
    checkProbability(entry, name, () => [i]);
  });
  checkSum(
    value.reduce((sum, entry) => sum + entry, 0),
    tolerance,
    name,
    () => [],
  );
}

/** The index comes as a function: working it out for each of a million sound entries would cost more than the check. */
function checkProbability(entry: number, name: string, index: () => number[]): void {
  if (!Number.isFinite(entry)) fail('INFERENCE_NOT_FINITE', name, 'a probability', `${entry}`, index());
  if (entry < 0) fail('INFERENCE_NEGATIVE', name, 'a probability of at least 0', `${entry}`, index());
}

function checkSum(sum: number, tolerance: number, name: string, index: () => number[]): void {
  if (Math.abs(sum - 1) <= tolerance) return;
  const expected = `a sum of 1 within ${tolerance}`;
  fail('INFERENCE_NOT_NORMALIZED', name, expected, `${sum}`, index());
}

function checkPreference(value: unknown, outcomeCount: number, name: string): void {
  checkTensor(value, name);
  if (value.shape[0] !== outcomeCount || value.shape.length > 2) {
    const expected = `shape [${outcomeCount}] or [${outcomeCount}, steps]`;
    fail('INFERENCE_SHAPE_MISMATCH', name, expected, `[${value.shape.join(', ')}]`);
  }
  value.data.forEach((entry, offset) => {
    if (!Number.isFinite(entry)) {
      fail('INFERENCE_NOT_FINITE', name, 'a finite number of nats', `${entry}`, indexAt(value.shape, offset));
    }
  });
}

function checkNames(names: unknown, length: number, name: string, each: string): void {
  checkLength(names, length, name, each);
  forAll(names as unknown[], (entry, i) => {
    if (typeof entry !== 'string') fail('INFERENCE_SHAPE_MISMATCH', name, 'a string', describe(entry), [i]);
  });
}

function checkNameLists(
  lists: readonly (readonly string[])[] | null,
  counts: readonly number[],
  name: string,
  each: string,
): void {
  if (lists === null) return;
  checkLength(lists, counts.length, name, each);
  forAll(lists, (list, i) => {
    checkNames(list, counts[i]!, `${name}[${i}]`, name === 'actionNames' ? 'action' : 'outcome');
  });
}
