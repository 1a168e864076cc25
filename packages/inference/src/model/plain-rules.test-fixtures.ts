import type { GenerativeModel } from './generative-model.js';
import { isSparse, type SparseTensor } from './sparse-tensor.js';
import type { Tensor } from './tensor.js';
import { NORMALIZATION_TOLERANCE } from './validate-model.js';

/**
 * The rules of a generative model, read one after the other from its definition: the first that is broken, or null.
 * Slow and plain; every entry of a tensor is looked up by its index.
 */
export function brokenRule(model: GenerativeModel): string | null {
  const { shape, A, B, C, D, E } = model;
  const list = (value: unknown, length?: number): value is unknown[] =>
    Array.isArray(value) &&
    (length === undefined || value.length === length) &&
    Array.from(value.keys()).every((i) => i in value);
  const countsOk = (value: unknown): boolean =>
    list(value) && value.length > 0 && value.every((n) => Number.isInteger(n) && (n as number) > 0);
  if (!countsOk(shape.outcomeCounts)) return 'outcomeCounts';
  if (!countsOk(shape.stateCounts)) return 'stateCounts';
  if (!countsOk(shape.actionCounts)) return 'actionCounts';
  const [modalities, factors] = [shape.outcomeCounts.length, shape.stateCounts.length];
  if (shape.actionCounts.length !== factors) return 'actionCounts';

  for (const [lists, length] of [
    [shape.likelihoodFactors, modalities],
    [shape.transitionFactors, factors],
  ] as const) {
    if (!list(lists, length)) return 'dependencies';
    for (const each of lists) {
      if (!list(each) || new Set(each).size !== each.length) return 'dependencies';
      if (!each.every((f) => typeof f === 'number' && f >= 0 && f < factors && f % 1 === 0))
        return 'dependencies';
    }
  }
  const states = (each: readonly number[]): number[] => each.map((f) => shape.stateCounts[f]!);
  if (!list(A, modalities) || !list(B, factors) || !list(C, modalities) || !list(D, factors)) return 'lists';
  for (let m = 0; m < modalities; m++) {
    const axes = [shape.outcomeCounts[m]!, ...states(shape.likelihoodFactors[m]!)];
    const fault = brokenTensor(A[m]!, axes);
    if (fault !== null) return `A[${m}] ${fault}`;
  }
  for (let f = 0; f < factors; f++) {
    const axes = [shape.stateCounts[f]!, ...states(shape.transitionFactors[f]!), shape.actionCounts[f]!];
    const fault = brokenTensor(B[f]!, axes);
    if (fault !== null) return `B[${f}] ${fault}`;
  }
  for (let m = 0; m < modalities; m++) {
    const { shape: axes, data } = C[m]!;
    if (!list(axes) || !(axes.length === 1 || axes.length === 2) || axes[0] !== shape.outcomeCounts[m])
      return 'C';
    if (Object.prototype.toString.call(data) !== '[object Float64Array]') return 'C';
    if (data.length !== axes[0]! * (axes.length === 2 ? axes[1]! : 1)) return 'C';
    for (const nats of data) if (!Number.isFinite(nats)) return 'C';
  }
  for (let f = 0; f < factors; f++) if (!isDistribution(D[f], shape.stateCounts[f]!)) return `D[${f}]`;
  if (E !== null && !isDistribution(E, E.length)) return 'E';

  const words = (value: unknown, length: number): boolean =>
    list(value, length) && value.every((word) => typeof word === 'string');
  if (!words(model.factorNames, factors) || !words(model.modalityNames, modalities)) return 'names';
  for (const [names, counts] of [
    [model.actionNames, shape.actionCounts],
    [model.outcomeNames, shape.outcomeCounts],
  ] as const) {
    if (names === null) continue;
    if (!list(names, counts.length) || !names.every((each, i) => words(each, counts[i]!))) return 'names';
  }
  return null;
}

function isDistribution(value: unknown, length: number): boolean {
  if (Object.prototype.toString.call(value) !== '[object Float64Array]') return false;
  const data = value as Float64Array;
  let sum = 0;
  for (const p of data) {
    if (!(p >= 0 && p <= 2)) return false;
    sum += p;
  }
  return data.length === length && length > 0 && Math.abs(sum - 1) < 2 * NORMALIZATION_TOLERANCE;
}

function brokenTensor(tensor: Tensor | SparseTensor, axes: readonly number[]): string | null {
  if (!Array.isArray(tensor.shape) || tensor.shape.join() !== axes.join()) return 'shape';
  const rowCount = axes[0]!;
  const columnCount = axes.slice(1).reduce((n, length) => n * length, 1);
  const entry = readerOf(tensor, rowCount, columnCount);
  if (entry === null) return 'parts';
  for (let column = 0; column < columnCount; column++) {
    const values = Float64Array.from({ length: rowCount }, (_, row) => entry(row, column));
    if (!isDistribution(values, rowCount)) return `column ${column}: ${Array.from(values).join(' ')}`;
  }
  return null;
}

/** How to look an entry up, or null when the parts do not fit together. */
function readerOf(
  tensor: Tensor | SparseTensor,
  rowCount: number,
  columnCount: number,
): ((row: number, column: number) => number) | null {
  const kind = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);
  if (!isSparse(tensor)) {
    if (kind(tensor.data) !== 'Float64Array' || tensor.data.length !== rowCount * columnCount) return null;
    return (row, column) => tensor.data[row * columnCount + column]!;
  }
  const { background, starts, rows, values } = tensor;
  if (kind(starts) !== 'Int32Array' || kind(rows) !== 'Int32Array' || kind(values) !== 'Float64Array')
    return null;
  if (background !== null && (kind(background) !== 'Float64Array' || background.length !== rowCount))
    return null;
  if (starts.length !== columnCount + 1 || rows.length !== values.length) return null;
  const entries = new Map<string, number>();
  let last = -1;
  for (let column = 0; column < columnCount; column++) {
    let previous = -1;
    for (let k = starts[column]!; k < starts[column + 1]!; k++) {
      if (k !== last + 1 || !(rows[k]! > previous) || rows[k]! >= rowCount) return null;
      entries.set(`${rows[k]},${column}`, values[k]!);
      previous = rows[k]!;
      last = k;
    }
  }
  if (last + 1 !== rows.length) return null;
  return (row, column) => entries.get(`${row},${column}`) ?? background?.[row] ?? 0;
}
