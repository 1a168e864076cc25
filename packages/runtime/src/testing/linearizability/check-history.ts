import { InvalidHistoryError } from '../errors.js';
import { endOf, isCompleted, type Operation } from './operation.js';

/** Refuses what cannot have been. @throws InvalidHistoryError */
export function checkHistory(history: readonly Operation<unknown, unknown>[]): void {
  history.forEach(checkStamps);
  const last = new Map<string | number, Operation<unknown, unknown>>();
  for (const index of inOrder(history)) {
    const operation = history[index]!;
    const previous = last.get(operation.process);
    if (previous !== undefined && endOf(previous) > operation.calledAt)
      throw new InvalidHistoryError(
        index,
        operation.process,
        `was called at ${operation.calledAt}, while another of that process was open ${spanOf(previous)}`,
        'Give each of several clients a name of its own, and `abandonedAt` to an operation that its process gave up.',
      );
    last.set(operation.process, operation);
  }
}

/**
 * The places of all operations in `history`, in order of their calls. Those of equal stamps stay in the order
 * of the list, but one that took no time comes before one that its process called at its end.
 */
export function inOrder(history: readonly Operation<unknown, unknown>[]): number[] {
  return Array.from(history, (_, index) => index).sort((one, other) => {
    const [a, b] = [history[one]!, history[other]!];
    if (a.calledAt !== b.calledAt) return a.calledAt - b.calledAt;
    const [endOfA, endOfB] = [endOf(a), endOf(b)];
    return endOfA === endOfB ? one - other : endOfA - endOfB;
  });
}

function checkStamps(operation: Operation<unknown, unknown>, index: number): void {
  const { process, calledAt, returnedAt, abandonedAt } = operation as StampedOperation;
  const fail = (why: string, remedy: string): never => {
    throw new InvalidHistoryError(index, process, why, remedy);
  };
  if (typeof process !== 'string' && !Number.isFinite(process))
    fail('is of a process without a name', 'Name each process by a string or a number.');
  for (const [name, stamp] of Object.entries({ calledAt, returnedAt, abandonedAt })) {
    if (stamp === undefined && name !== 'calledAt') continue;
    if (!Number.isFinite(stamp))
      fail(
        `has ${stamp} as \`${name}\``,
        'Stamp with finite numbers; leave `returnedAt` out if it never returned.',
      );
    if (stamp! < calledAt!)
      fail(`was called at ${calledAt} but has ${stamp} as \`${name}\``, 'Take all stamps from one clock.');
  }
  if (isCompleted(operation) && abandonedAt !== undefined)
    fail('has both `returnedAt` and `abandonedAt`', 'Give `abandonedAt` only to what never returned.');
}

/** As it comes from callers whose types promised more than they keep. */
interface StampedOperation {
  readonly process: unknown;
  readonly calledAt?: number;
  readonly returnedAt?: number;
  readonly abandonedAt?: number;
}

function spanOf(operation: Operation<unknown, unknown>): string {
  const end = endOf(operation);
  return end === Number.POSITIVE_INFINITY
    ? `since ${operation.calledAt}`
    : `from ${operation.calledAt} to ${end}`;
}
