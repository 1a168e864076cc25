import { TOUCHES_ALL } from '../scheduler.js';

/** Whether two steps of different processes must not be swapped: they touched something in common, or one of them everything. */
export function touchSame(one: Int32Array, other: Int32Array): boolean {
  if (one.includes(TOUCHES_ALL) || other.includes(TOUCHES_ALL)) return true;
  return one.some((number) => other.includes(number));
}
