import { row } from './lanes';
import { columnOf, firstEntry } from './linear-map';
import { laneAt } from './quads';
import { Batch, LinearMap, word } from './structs';

/**
 * Tensors that each agent has learned for itself. Their entries stand in the same places for all agents and have
 * values of each agent's own, in its block; four blocks are read beside one another.
 */

/**
 * Notes where the blocks of four entries' agents stand.
 *
 * @param columns `Population.ownLikelihoods` or `ownTransitions`
 * @param blocks  out, u32[4], addresses
 * @returns whether the tensor is learned at all
 */
export function findBlocks(columns: usize, tensor: i32, batch: Batch, entry: i32, end: i32, blocks: usize): bool {
  const column = <usize>word(columns, tensor);
  if (!column) return false;
  for (let k: i32 = 0; k < 4; k++) {
    store<i32>(blocks + (<usize>k << 2), word(column, laneAt(batch, entry + k, end)));
  }
  return true;
}

/**
 * `out = M x`; M is sparse, without a background.
 *
 * @param blocks u32[4], the agents' blocks
 * @param at     where in a block the values of M begin, bytes
 */
export function applyOwn(map: LinearMap, out: usize, x: usize, blocks: usize, at: usize): void {
  const a = <usize>word(blocks, 0) + at;
  const b = <usize>word(blocks, 1) + at;
  const c = <usize>word(blocks, 2) + at;
  const d = <usize>word(blocks, 3) + at;
  let k: i32 = 0;
  for (let r: i32 = 0; r < map.rows; r++) {
    let sum = f32x4.splat(0);
    for (const end = firstEntry(map, r + 1); k < end; k++) {
      const values = gather(<usize>k << 2, a, b, c, d);
      sum = f32x4.add(sum, f32x4.mul(values, v128.load(x + columnOf(map.indices, k))));
    }
    v128.store(row(out, r), sum);
  }
}

/** `applyOwn` for one lane, whose values begin at an address. */
export function applyOwnLane(map: LinearMap, out: usize, x: usize, values: usize): void {
  let k: i32 = 0;
  for (let r: i32 = 0; r < map.rows; r++) {
    let sum: f32 = 0;
    for (const end = firstEntry(map, r + 1); k < end; k++) {
      sum += load<f32>(values + (<usize>k << 2)) * load<f32>(x + columnOf(map.indices, k));
    }
    store<f32>(row(out, r), sum);
  }
}

/** `y . (M x)`, y being a block over the rows of M. */
export function bilinearOwn(map: LinearMap, y: usize, x: usize, blocks: usize, at: usize): v128 {
  const a = <usize>word(blocks, 0) + at;
  const b = <usize>word(blocks, 1) + at;
  const c = <usize>word(blocks, 2) + at;
  const d = <usize>word(blocks, 3) + at;
  let total = f32x4.splat(0);
  let k: i32 = 0;
  for (let r: i32 = 0; r < map.rows; r++) {
    let sum = f32x4.splat(0);
    for (const end = firstEntry(map, r + 1); k < end; k++) {
      const values = gather(<usize>k << 2, a, b, c, d);
      sum = f32x4.add(sum, f32x4.mul(values, v128.load(x + columnOf(map.indices, k))));
    }
    total = f32x4.add(total, f32x4.mul(v128.load(row(y, r)), sum));
  }
  return total;
}

/** `sum_i v[i] x[i]`, v being `count` values in the blocks. */
export function dotOwn(x: usize, count: i32, blocks: usize, at: usize): v128 {
  const a = <usize>word(blocks, 0) + at;
  const b = <usize>word(blocks, 1) + at;
  const c = <usize>word(blocks, 2) + at;
  const d = <usize>word(blocks, 3) + at;
  let sum = f32x4.splat(0);
  for (let i: i32 = 0; i < count; i++) {
    sum = f32x4.add(sum, f32x4.mul(gather(<usize>i << 2, a, b, c, d), v128.load(row(x, i))));
  }
  return sum;
}

/** The value of each lane at a distance from its own address. */
// @ts-ignore: AssemblyScript decorates functions, TypeScript does not.
@inline
function gather(at: usize, a: usize, b: usize, c: usize, d: usize): v128 {
  let values = v128.load_zero<f32>(a + at);
  values = v128.load_lane<f32>(b + at, values, 1);
  values = v128.load_lane<f32>(c + at, values, 2);
  return v128.load_lane<f32>(d + at, values, 3);
}
