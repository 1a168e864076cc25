import { exp4 } from './exp';
import { log4 } from './log';
import { row } from './lanes';

/** `out[i] = ln x[i]` for blocks of `count` values. */
export function logBlock(out: usize, x: usize, count: i32): void {
  for (let i: i32 = 0; i < count; i++) v128.store(row(out, i), log4(v128.load(row(x, i))));
}

/** `out[i] = exp x[i]` for blocks of `count` values. */
export function expBlock(out: usize, x: usize, count: i32): void {
  for (let i: i32 = 0; i < count; i++) v128.store(row(out, i), exp4(v128.load(row(x, i))));
}
