import type fc from 'fast-check';
import type { SparseTensor } from './sparse-tensor.js';
import { NORMALIZATION_TOLERANCE } from './validate-model.js';

/** What fast-check may make of `anything`. */
export const ANYTHING: fc.ObjectConstraints = {
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  withUnicodeString: true,
};

const itself: unknown[] = [0.5];
itself.push(itself);
const downwards: unknown[] = [];
downwards[0] = downwards;
const wide: unknown[] = [];
for (let i = 0; i < 100; i++) wide.push(wide);
const holes = new Array<number>(2);
const partlyHoles = Object.assign(new Array<number>(3), { 0: 0, 2: 1 });
const proxied = <T extends object>(target: T): T => new Proxy(target, {});
const forged = Object.create(Float64Array.prototype);
const detached = new Float64Array(2);
structuredClone(detached, { transfer: [detached.buffer] });

/** What does not belong in a model, or only by luck. */
export const JUNK: readonly unknown[] = [
  undefined,
  null,
  true,
  '',
  'x',
  Symbol('s'),
  10n,
  () => 0,
  new Date(0),
  new Map([[0, 1]]),
  Object.create(null),
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -0,
  0,
  -1,
  -1e-300,
  5e-324,
  0.5,
  1,
  1 + 2 * NORMALIZATION_TOLERANCE,
  2,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  1e308,
  [],
  [[]],
  [0],
  [-0],
  [1],
  [0, 0],
  [0, 1],
  [1, 0],
  ['0'],
  [0n],
  [1e308, 1e308],
  [[0], [0]],
  [[1], [0, 0]],
  [0.5, 0.5],
  itself,
  downwards,
  wide,
  holes,
  partlyHoles,
  [holes, holes],
  new Array(4_000_000_000),
  proxied([0.5, 0.5]),
  proxied([0]),
  proxied(Float64Array.of(0.5, 0.5)),
  proxied({}),
  forged,
  detached,
  new Float64Array(0),
  Float64Array.of(1),
  Float64Array.of(0.5, 0.5),
  Float64Array.of(Number.NaN, 1),
  Float64Array.of(1 - 1e-17, -1e-17),
  Float32Array.of(0.5, 0.5),
  new Int32Array(2),
  Int32Array.of(-1, 5),
  Int32Array.of(0, 1),
  Uint8Array.of(0, 1),
  BigInt64Array.of(0n, 1n),
  new DataView(new ArrayBuffer(16)),
  new ArrayBuffer(16),
  {},
  { length: 2 },
  { shape: [1], data: Float64Array.of(1) },
  { shape: [2], data: [0.5, 0.5] },
  { shape: [2], data: Float32Array.of(0.5, 0.5) },
  { shape: [1e200, 1e200], data: new Float64Array(1) },
  { shape: [2 ** 32, 2 ** 32], data: new Float64Array(0) },
  { shape: [2 ** 26 + 1, 1], data: new Float64Array(1) },
  { shape: holes, data: new Float64Array(1) },
  { shape: Object.assign(new Array<number>(2), { 1: 1 }), data: new Float64Array(1) },
  { shape: new Array(4_000_000_000), data: new Float64Array(1) },
  { shape: proxied([1]), data: proxied(Float64Array.of(1)) },
  { starts: 0 },
  sparseOf([1, 1, 1], null, [0, 1], [0], [1]),
  sparseOf([2, 2, 1], [0.5, 0.5], [0, 0, 0], [], []),
  sparseOf([2, 2, 1], [1e300, 1], [0, 1, 2], [0, 0], [0, 0]),
  sparseOf([2 ** 31, 1], null, [0, 1], [0], [1]),
  sparseOf([1, 2 ** 31], null, [0, 1], [0], [1]),
  sparseOf([1e200, 1e200], null, [0], [], []),
  { ...sparseOf([1, 1], null, [0, 1], [0], [1]), background: undefined },
  { ...sparseOf([1, 1], null, [0, 1], [0], [1]), rows: proxied(Int32Array.of(0)) },
];

/** A sparse tensor of its parts, whether they fit together or not. */
export function sparseOf(
  shape: readonly number[],
  background: readonly number[] | null,
  starts: readonly number[],
  rows: readonly number[],
  values: readonly number[],
): SparseTensor {
  return {
    shape,
    background: background === null ? null : Float64Array.from(background),
    starts: Int32Array.from(starts),
    rows: Int32Array.from(rows),
    values: Float64Array.from(values),
  };
}
