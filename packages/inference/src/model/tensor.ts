import { ModelError } from '../errors.js';

/**
 * A dense array of float64, row-major: the last axis varies fastest.
 *
 * Plain data, so it survives a structured clone. Element `[i, j, k]` of shape `[I, J, K]` stands at
 * `(i * J + j) * K + k`.
 */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Numbers nested to any depth, outermost axis first; a typed array may stand for an innermost row. */
export type NestedNumbers = number | Float64Array | Float32Array | readonly NestedNumbers[];

/** Whatever a tensor can be made from. A `Tensor` is used as it is, without a copy. */
export type TensorInput = Tensor | Exclude<NestedNumbers, number>;

/** More axes than this is taken for a mistake, an array that contains itself above all. */
export const TENSOR_RANK_MAX = 16;

/** More elements than this are not made dense: they are a gibibyte. */
export const ELEMENT_COUNT_MAX: number = 2 ** 27;

/**
 * Makes a tensor of nested arrays, reading its shape off them.
 *
 * @param input nested arrays, every axis of at least one element
 * @param name  how errors call it, e.g. `A[1]`
 * @throws ModelError `INFERENCE_SHAPE_MISMATCH` for ragged, empty or too deep nesting,
 *   `INFERENCE_NOT_FINITE` for an element that is not a finite number, `INFERENCE_TENSOR_TOO_LARGE` for more than
 *   `ELEMENT_COUNT_MAX` elements
 *
 * @example
 * tensor([[1, 2, 3], [4, 5, 6]]).shape // [2, 3]
 */
export function tensor(input: TensorInput, name = 'tensor'): Tensor {
  if (isTensor(input)) {
    checkTensor(input, name);
    return input;
  }
  const shape = readShape(input, name);
  const dense = zeros(shape, name);
  fill(dense.data, 0, input, shape, [], name);
  return dense;
}

/**
 * A dense tensor of zeros.
 *
 * @throws ModelError `INFERENCE_TENSOR_TOO_LARGE` for more than `ELEMENT_COUNT_MAX` elements, before any is allocated
 */
export function zeros(shape: readonly number[], name = 'tensor'): Tensor {
  const count = elementCount(shape);
  if (count > ELEMENT_COUNT_MAX) {
    const got = `${count} of shape [${shape.join(', ')}]`;
    const details = { tensor: name, expected: `at most ${ELEMENT_COUNT_MAX} elements`, got };
    throw new ModelError('INFERENCE_TENSOR_TOO_LARGE', details);
  }
  return { shape, data: new Float64Array(count) };
}

/**
 * Checks that a tensor's shape is one and fits its data; its numbers are not looked at.
 *
 * @throws ModelError `INFERENCE_SHAPE_MISMATCH`
 */
export function checkTensor(value: unknown, name: string): asserts value is Tensor {
  const mismatch = (expected: string, got: string): ModelError =>
    new ModelError('INFERENCE_SHAPE_MISMATCH', { tensor: name, expected, got });
  if (!isTensor(value)) throw mismatch('a tensor { shape, data: Float64Array }', describe(value));
  const { shape, data } = value;
  checkAxes(shape, name);
  if (elementCount(shape) !== data.length) {
    throw mismatch(`${elementCount(shape)} elements for shape [${shape.join(', ')}]`, `${data.length}`);
  }
}

/**
 * Checks that a shape is one: a list of at least one length, at most `TENSOR_RANK_MAX`, each at least 1.
 *
 * @throws ModelError `INFERENCE_SHAPE_MISMATCH`
 */
export function checkAxes(shape: unknown, name: string): asserts shape is readonly number[] {
  const mismatch = (expected: string, got: string): ModelError =>
    new ModelError('INFERENCE_SHAPE_MISMATCH', { tensor: name, expected, got });
  if (!Array.isArray(shape)) throw mismatch('a shape, a list of lengths', describe(shape));
  if (shape.length > TENSOR_RANK_MAX) throw mismatch(`at most ${TENSOR_RANK_MAX} axes`, `${shape.length}`);
  // Array.from, because `every` would pass over the holes of a sparse array.
  const lengths: unknown[] = Array.from(shape);
  if (
    lengths.length === 0 ||
    !lengths.every((length) => Number.isInteger(length) && (length as number) >= 1)
  ) {
    throw mismatch('axes of at least 1 element', `shape [${lengths.map(describe).join(', ')}]`);
  }
}

/** The number of elements a tensor of this shape has. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((count, length) => count * length, 1);
}

/** Indices, outermost axis first, of the element that stands at `offset`. */
export function indexAt(shape: readonly number[], offset: number): number[] {
  const index = new Array<number>(shape.length).fill(0);
  let rest = offset;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return index;
}

/** The distance in `data` between neighbours along each axis. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/** The tensor as nested arrays, for printing and for JSON; a tensor of no axes gives its number. */
export function toNested(source: Tensor): NestedNumbers {
  const nest = (axis: number, offset: number, count: number): NestedNumbers => {
    if (axis === source.shape.length) return source.data[offset]!;
    const step = count / source.shape[axis]!;
    return Array.from({ length: source.shape[axis]! }, (_, i) => nest(axis + 1, offset + i * step, step));
  };
  return nest(0, 0, source.data.length);
}

export function isTensor(value: unknown): value is Tensor {
  if (typeof value !== 'object' || value === null || !('shape' in value) || !('data' in value)) return false;
  return Array.isArray(value.shape) && isFloat64Array(value.data);
}

/** `instanceof` alone would let a proxy pass, which throws when it is read. */
export function isFloat64Array(value: unknown): value is Float64Array {
  return ArrayBuffer.isView(value) && value instanceof Float64Array;
}

function isRow(value: unknown): value is ArrayLike<unknown> {
  if (Array.isArray(value) || isFloat64Array(value)) return true;
  return ArrayBuffer.isView(value) && value instanceof Float32Array;
}

/** The shape along the first element of every axis; `fill` then holds all others to it. */
function readShape(input: unknown, name: string): number[] {
  const shape: number[] = [];
  let row = input;
  while (isRow(row)) {
    if (shape.length === TENSOR_RANK_MAX) {
      const expected = `at most ${TENSOR_RANK_MAX} axes`;
      throw new ModelError('INFERENCE_SHAPE_MISMATCH', { tensor: name, expected, got: 'deeper nesting' });
    }
    shape.push(row.length);
    if (row.length === 0) {
      const index = shape.slice(0, -1).fill(0);
      const details = { tensor: name, index, expected: 'at least 1 element', got: 'none' };
      throw new ModelError('INFERENCE_SHAPE_MISMATCH', details);
    }
    row = row[0];
  }
  if (shape.length === 0) {
    const details = { tensor: name, expected: 'nested arrays of numbers', got: describe(input) };
    throw new ModelError('INFERENCE_SHAPE_MISMATCH', details);
  }
  return shape;
}

function fill(
  data: Float64Array,
  offset: number,
  row: unknown,
  shape: readonly number[],
  index: readonly number[],
  name: string,
): number {
  const axis = index.length;
  if (axis === shape.length) {
    if (typeof row !== 'number' || !Number.isFinite(row)) {
      const code = isRow(row) ? 'INFERENCE_SHAPE_MISMATCH' : 'INFERENCE_NOT_FINITE';
      throw new ModelError(code, { tensor: name, index, expected: 'a finite number', got: describe(row) });
    }
    data[offset] = row;
    return offset + 1;
  }
  if (!isRow(row) || row.length !== shape[axis]) {
    const expected = `${shape[axis]} elements`;
    const got = isRow(row) ? `${row.length} elements` : describe(row);
    throw new ModelError('INFERENCE_SHAPE_MISMATCH', { tensor: name, index, expected, got });
  }
  let next = offset;
  for (let i = 0; i < row.length; i++) next = fill(data, next, row[i], shape, [...index, i], name);
  return next;
}

/** A short word for any value, for the `got` of an error. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (isRow(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  return `a value of type ${typeof value}`;
}
