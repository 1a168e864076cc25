import { exp4 } from './exp';
import { log4, xlogx4 } from './log';
import { row } from './lanes';
import { uniform4 } from './philox';

/** `out[i] = ln x[i]` for blocks of `count` values. */
export function logBlock(out: usize, x: usize, count: i32): void {
  for (let i: i32 = 0; i < count; i++) v128.store(row(out, i), log4(v128.load(row(x, i))));
}

/** `out[i] = x[i] ln x[i]` for blocks of `count` values. */
export function xlogxBlock(out: usize, x: usize, count: i32): void {
  for (let i: i32 = 0; i < count; i++) v128.store(row(out, i), xlogx4(v128.load(row(x, i))));
}

/** `out[i] = exp x[i]` for blocks of `count` values. */
export function expBlock(out: usize, x: usize, count: i32): void {
  for (let i: i32 = 0; i < count; i++) v128.store(row(out, i), exp4(v128.load(row(x, i))));
}

/** `out[i]`, uniform in [0, 1), for blocks of `count` values of u32 that say who draws and the how-manieth time. */
export function uniformBlock(
  out: usize, index: usize, step: usize, count: i32, stream: u32, seedLow: u32, seedHigh: u32,
): void {
  for (let i: i32 = 0; i < count; i++) {
    const uniform = uniform4(v128.load(row(index, i)), v128.load(row(step, i)), stream, seedLow, seedHigh);
    v128.store(row(out, i), uniform);
  }
}

export { loadLane, storeLane } from './belief-store';
export { inferStates } from './infer';
export { deriveLikelihood, deriveTransition, learn } from './learn';
export { planActions } from './plan';
