import { ROW, row } from './lanes';
import { Form, LinearMap, word } from './structs';

/**
 * A sum that falls below this share of its background has lost too many digits to cancellation; that row is summed
 * entry by entry. A state that only unlikely ones lead to would otherwise come out as impossible, or one that none
 * leads to as possible.
 */
const CANCELLED: f32 = 0.015625;

/**
 * `out = M x`, the one operation that prediction and expectation are made of: B under an action takes a belief to
 * the next, A takes it to the outcomes to expect.
 *
 * M is stored in the form that its zeros and repetitions allow (`Form`); all give the same sums in the same order,
 * columns ascending, so that four lanes at once and one lane alone agree in every bit:
 *
 *     DENSE         out[r] = sum_c v[r, c] x[c]
 *     SPARSE        out[r] = sum_k v[k] x[column k]                      the entries k of row r
 *     BACKGROUND    out[r] = b[r] X + sum_k (v[k] - b[r]) x[column k]    X = sum_c x[c]
 *     ONE_HOT       out[r] = sum_k x[column k]                           every entry is 1
 *     GATHER        out[r] = x[column r]                                 and each row has one
 *     IDENTITY      out[r] = x[r]
 *     NOISY_GATHER  out[r] = b[r] X + (v[r] - b[r]) x[column r]          a background, and each row has one entry
 *
 * Entries below their background may cancel it; see `CANCELLED`.
 *
 * @param out block[rows]; must not overlap x
 * @param x   block[columns]
 */
export function apply(map: LinearMap, out: usize, x: usize): void {
  switch (map.form) {
    case Form.DENSE: return applyDense(map, out, x);
    case Form.SPARSE: return applySparse(map, out, x);
    case Form.BACKGROUND: return applyBackground(map, out, x);
    case Form.ONE_HOT: return applyOneHot(map, out, x);
    case Form.NOISY_GATHER: return applyNoisyGather(map, out, x);
    case Form.GATHER: return applyGather(map, out, x);
    default: memory.copy(out, x, <usize>map.rows * ROW);
  }
}

/** Four rows at a time, so that each vector of x is loaded once for all of them. */
function applyDense(map: LinearMap, out: usize, x: usize): void {
  const rows = map.rows;
  const stride = <usize>map.columns << 2;
  const end = x + <usize>map.columns * ROW;
  let values = map.values;
  let r: i32 = 0;
  for (; r + 4 <= rows; r += 4) {
    let a = f32x4.splat(0);
    let b = f32x4.splat(0);
    let c = f32x4.splat(0);
    let d = f32x4.splat(0);
    let v = values;
    for (let at = x; at < end; at += ROW) {
      const q = v128.load(at);
      a = f32x4.add(a, f32x4.mul(v128.load_splat<f32>(v), q));
      b = f32x4.add(b, f32x4.mul(v128.load_splat<f32>(v + stride), q));
      c = f32x4.add(c, f32x4.mul(v128.load_splat<f32>(v + 2 * stride), q));
      d = f32x4.add(d, f32x4.mul(v128.load_splat<f32>(v + 3 * stride), q));
      v += 4;
    }
    const to = row(out, r);
    v128.store(to, a);
    v128.store(to, b, ROW);
    v128.store(to, c, 2 * ROW);
    v128.store(to, d, 3 * ROW);
    values += 4 * stride;
  }
  for (; r < rows; r++) {
    let a = f32x4.splat(0);
    for (let at = x; at < end; at += ROW) {
      a = f32x4.add(a, f32x4.mul(v128.load_splat<f32>(values), v128.load(at)));
      values += 4;
    }
    v128.store(row(out, r), a);
  }
}

function applySparse(map: LinearMap, out: usize, x: usize): void {
  const rows = map.rows;
  const starts = map.starts;
  const indices = map.indices;
  const values = map.values;
  let k = word(starts, 0);
  for (let r: i32 = 0; r < rows; r++) {
    let sum = f32x4.splat(0);
    for (const end = word(starts, r + 1); k < end; k++) {
      const at = <usize>k << 2;
      sum = f32x4.add(sum, f32x4.mul(v128.load_splat<f32>(values + at), v128.load(x + <usize>load<i32>(indices + at))));
    }
    v128.store(row(out, r), sum);
  }
}

function applyBackground(map: LinearMap, out: usize, x: usize): void {
  const rows = map.rows;
  const starts = map.starts;
  const indices = map.indices;
  const deltas = map.deltas;
  const background = map.background;
  const total = sumOf(x, map.columns);
  let k = word(starts, 0);
  for (let r: i32 = 0; r < rows; r++) {
    const base = f32x4.mul(v128.load_splat<f32>(background + (<usize>r << 2)), total);
    let sum = base;
    for (const end = word(starts, r + 1); k < end; k++) {
      const at = <usize>k << 2;
      sum = f32x4.add(sum, f32x4.mul(v128.load_splat<f32>(deltas + at), v128.load(x + <usize>load<i32>(indices + at))));
    }
    v128.store(row(out, r), restored(map, r, x, sum, base));
  }
}

function applyOneHot(map: LinearMap, out: usize, x: usize): void {
  const rows = map.rows;
  const starts = map.starts;
  const indices = map.indices;
  let k = word(starts, 0);
  for (let r: i32 = 0; r < rows; r++) {
    let sum = f32x4.splat(0);
    for (const end = word(starts, r + 1); k < end; k++) {
      sum = f32x4.add(sum, v128.load(x + <usize>word(indices, k)));
    }
    v128.store(row(out, r), sum);
  }
}

function applyGather(map: LinearMap, out: usize, x: usize): void {
  const rows = map.rows;
  const indices = map.indices;
  for (let r: i32 = 0; r < rows; r++) v128.store(row(out, r), v128.load(x + <usize>word(indices, r)));
}

function applyNoisyGather(map: LinearMap, out: usize, x: usize): void {
  const rows = map.rows;
  const indices = map.indices;
  const deltas = map.deltas;
  const background = map.background;
  const total = sumOf(x, map.columns);
  for (let r: i32 = 0; r < rows; r++) {
    const at = <usize>r << 2;
    const base = f32x4.mul(v128.load_splat<f32>(background + at), total);
    const own = f32x4.mul(v128.load_splat<f32>(deltas + at), v128.load(x + columnOf(indices, r)));
    v128.store(row(out, r), restored(map, r, x, f32x4.add(base, own), base));
  }
}

/** The sum of a row with a background, summed again in lanes where it cancelled. */
// @ts-ignore: AssemblyScript decorates functions, TypeScript does not.
@inline
function restored(map: LinearMap, r: i32, x: usize, sum: v128, base: v128): v128 {
  const cancelled = f32x4.lt(sum, f32x4.mul(base, f32x4.splat(CANCELLED)));
  return v128.any_true(cancelled) ? v128.bitselect(entryByEntry(map, r, x), sum, cancelled) : sum;
}

/** One row with a background, `sum_c M[r, c] x[c]`, every entry by itself. */
function entryByEntry(map: LinearMap, r: i32, x: usize): v128 {
  let sum = f32x4.splat(0);
  let k = firstEntry(map, r);
  const end = firstEntry(map, r + 1);
  for (let c: i32 = 0; c < map.columns; c++) {
    const isListed = k < end && columnOf(map.indices, k) == <usize>c << 4;
    const at = isListed ? map.values + (<usize>k << 2) : map.background + (<usize>r << 2);
    sum = f32x4.add(sum, f32x4.mul(v128.load_splat<f32>(at), v128.load(row(x, c))));
    k += <i32>isListed;
  }
  return sum;
}

/** `entryByEntry` for one lane. */
function entryByEntryLane(map: LinearMap, r: i32, x: usize): f32 {
  let sum: f32 = 0;
  let k = firstEntry(map, r);
  const end = firstEntry(map, r + 1);
  for (let c: i32 = 0; c < map.columns; c++) {
    const isListed = k < end && columnOf(map.indices, k) == <usize>c << 4;
    const at = isListed ? map.values + (<usize>k << 2) : map.background + (<usize>r << 2);
    sum += load<f32>(at) * load<f32>(row(x, c));
    k += <i32>isListed;
  }
  return sum;
}

/** The sum of a block's values, lane by lane, first to last. */
export function sumOf(x: usize, count: i32): v128 {
  let sum = f32x4.splat(0);
  for (let i: i32 = 0; i < count; i++) sum = f32x4.add(sum, v128.load(row(x, i)));
  return sum;
}

/** `apply` for one lane; `out` and `x` point at that lane's first value. */
export function applyLane(map: LinearMap, out: usize, x: usize): void {
  if (map.form == Form.DENSE) return applyDenseLane(map, out, x);
  const rows = map.rows;
  const background = map.background;
  const weights = background ? map.deltas : map.values;
  const total: f32 = background ? sumOfLane(x, map.columns) : 0;
  for (let r: i32 = 0; r < rows; r++) {
    const base: f32 = background ? load<f32>(background + (<usize>r << 2)) * total : 0;
    let sum = base;
    for (let k = firstEntry(map, r), end = firstEntry(map, r + 1); k < end; k++) {
      const q = load<f32>(x + columnOf(map.indices, k));
      sum += weights ? load<f32>(weights + (<usize>k << 2)) * q : q;
    }
    store<f32>(row(out, r), sum < base * CANCELLED ? entryByEntryLane(map, r, x) : sum);
  }
}

function applyDenseLane(map: LinearMap, out: usize, x: usize): void {
  const rows = map.rows;
  const columns = map.columns;
  let values = map.values;
  for (let r: i32 = 0; r < rows; r++) {
    let sum: f32 = 0;
    for (let c: i32 = 0; c < columns; c++) {
      sum += load<f32>(values) * load<f32>(row(x, c));
      values += 4;
    }
    store<f32>(row(out, r), sum);
  }
}

function sumOfLane(x: usize, count: i32): f32 {
  let sum: f32 = 0;
  for (let i: i32 = 0; i < count; i++) sum += load<f32>(row(x, i));
  return sum;
}

/** The first entry of a row that is not dense. */
// @ts-ignore: AssemblyScript decorates functions, TypeScript does not.
@inline
export function firstEntry(map: LinearMap, r: i32): i32 {
  return map.starts ? word(map.starts, r) : r;
}

/** The byte offset, in a block, of the column that entry k stands in. */
// @ts-ignore: AssemblyScript decorates functions, TypeScript does not.
@inline
export function columnOf(indices: usize, k: i32): usize {
  return indices ? <usize>word(indices, k) : <usize>k << 4;
}
