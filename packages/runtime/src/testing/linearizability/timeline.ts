import { inOrder } from './check-history.js';
import { endOf, isCompleted, type Operation } from './operation.js';

/** The place of a return that never comes: after all others. */
export const NEVER: number = 2 ** 31 - 1;

/**
 * A history as a search reads it: its operations in order of their calls, and its calls and returns as places
 * 1, 2, … on one line. At equal stamps calls come before returns, so that what touches overlaps.
 *
 *     place       1    2    3    4    5    6
 *     operation 0 ├─────────┤                   callAt 1, returnAt 3
 *     operation 1      ├──────────────┤         callAt 2, returnAt 5
 *     operation 2                ├──────────    callAt 4, returnAt NEVER
 */
export interface Timeline<Input, Output> {
  readonly operations: readonly Operation<Input, Output>[];
  /** Of each operation, the place of its call. */
  readonly callAt: Int32Array;
  /** Of each operation, the place of its return, or {@link NEVER}. */
  readonly returnAt: Int32Array;
  /** Of each place, the operation that is called or returns there. Place 0 is empty. */
  readonly operationAt: Int32Array;
  /** Of each operation, the one of the same process at whose last stamp it was called, or -1. */
  readonly after: Int32Array;
}

/** Lays out a history that {@link checkHistory} let pass. */
export function createTimeline<Input, Output>(
  history: readonly Operation<Input, Output>[],
): Timeline<Input, Output> {
  const operations = inOrder(history).map((index) => history[index]!);
  const count = operations.length;
  const returns = Array.from(operations.keys())
    .filter((op) => isCompleted(operations[op]!))
    .sort((one, other) => endOf(operations[one]!) - endOf(operations[other]!) || one - other);
  const callAt = new Int32Array(count);
  const returnAt = new Int32Array(count).fill(NEVER);
  const operationAt = new Int32Array(1 + count + returns.length);
  let place = 1;
  let returned = 0;
  const returnBefore = (stamp: number) => {
    while (returned < returns.length && endOf(operations[returns[returned]!]!) < stamp) {
      const op = returns[returned++]!;
      operationAt[place] = op;
      returnAt[op] = place++;
    }
  };
  for (const [op, { calledAt }] of operations.entries()) {
    returnBefore(calledAt);
    operationAt[place] = op;
    callAt[op] = place++;
  }
  returnBefore(Number.POSITIVE_INFINITY);
  return { operations, callAt, returnAt, operationAt, after: touchingPredecessors(operations) };
}

/** Where stamps leave the order of two operations of one process open, their process does not. */
function touchingPredecessors(operations: readonly Operation<unknown, unknown>[]): Int32Array {
  const after = new Int32Array(operations.length).fill(-1);
  const last = new Map<string | number, number>();
  for (const [op, operation] of operations.entries()) {
    const previous = last.get(operation.process);
    if (previous !== undefined && endOf(operations[previous]!) === operation.calledAt) after[op] = previous;
    last.set(operation.process, op);
  }
  return after;
}
