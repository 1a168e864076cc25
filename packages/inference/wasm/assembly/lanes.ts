/**
 * Four agents at once. A *block* of n values is `f32[n][4]`: value i of lane l stands at byte `16 i + 4 l`, so one
 * vector holds the same value of four agents, and no operation ever mixes two of them. That is why a batch gives
 * bit for bit what its agents give one by one.
 */

/** Lanes of a block, count. */
export const LANES: i32 = 4;
/** Bytes from one value of a block to the next. */
export const ROW: usize = 16;

/** Where value `index` of a block stands. */
// @ts-ignore: AssemblyScript decorates functions, TypeScript does not.
@inline
export function row(block: usize, index: i32): usize {
  return block + (<usize>index << 4);
}

/** Copies `count` values of every lane. */
export function copyBlock(out: usize, from: usize, count: i32): void {
  for (let i: i32 = 0; i < count; i++) v128.store(row(out, i), v128.load(row(from, i)));
}

/** Copies `count` values of one lane; both addresses point at the lane's first value. */
export function copyLane(out: usize, from: usize, count: i32): void {
  for (let i: i32 = 0; i < count; i++) store<f32>(row(out, i), load<f32>(row(from, i)));
}
