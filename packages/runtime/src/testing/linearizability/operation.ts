/** An operation that returned: it took effect once, at some moment from its call to its return. */
export interface CompletedOperation<Input, Output> {
  /** Who called it. A process has one operation open at a time. */
  readonly process: string | number;
  readonly input: Input;
  readonly output: Output;
  /** Order stamp of the call; see {@link Operation}. */
  readonly calledAt: number;
  /** Order stamp of the return, at least `calledAt`. */
  readonly returnedAt: number;
}

/**
 * An operation that never returned, as of a client that crashed or of a question that timed out: it took
 * effect once, at any moment after its call, or never.
 */
export interface PendingOperation<Input> {
  /** Who called it. */
  readonly process: string | number;
  readonly input: Input;
  readonly output?: undefined;
  /** Order stamp of the call; see {@link Operation}. */
  readonly calledAt: number;
  readonly returnedAt?: undefined;
  /** From when on its process no longer waited for it, and may have called another. Left out: it waits still. */
  readonly abandonedAt?: number | undefined;
}

/**
 * One operation of a history: who called what, what came of it, and when.
 *
 * Stamps are finite numbers of one clock, whichever: virtual milliseconds, or a counter of steps. An operation
 * comes before another if it returned at a stamp *less* than that of the other's call. Equal stamps tell
 * nothing, so the two count as overlapping, unless both are of one process, whose operations follow one another:
 * those that share their stamps too come in the order in which the history lists them. A clock that stands
 * still for long therefore hides faults (it never invents any); a counter hides none.
 */
export type Operation<Input, Output> = CompletedOperation<Input, Output> | PendingOperation<Input>;

/** Whether it returned. */
export function isCompleted<Input, Output>(
  operation: Operation<Input, Output>,
): operation is CompletedOperation<Input, Output> {
  return operation.returnedAt !== undefined;
}

/** The stamp until which its process waited for it; `Infinity` if it waits still. */
export function endOf(operation: Operation<unknown, unknown>): number {
  return (isCompleted(operation) ? operation.returnedAt : operation.abandonedAt) ?? Number.POSITIVE_INFINITY;
}
