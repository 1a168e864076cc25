import { InvalidOptionError } from '../../errors.js';
import { HistoryFullError, InvalidHistoryError } from '../errors.js';
import type { Operation } from './operation.js';

/** Operations that a recorder holds unless told otherwise, count. */
const OPERATIONS_MAX = 100_000;

/** How a history is recorded. */
export interface HistoryRecorderOptions {
  /**
   * Stamps calls and returns, never running backward. Default: a counter, which loses nothing of the order in
   * which this thread saw them. A clock that stands still loses some; see {@link Operation}.
   */
  readonly now?: () => number;
  /** Operations it may hold, count; default 100 000. */
  readonly operationsMax?: number;
  /**
   * Whether what {@link HistoryRecorder.record} failed with proves that the operation had no effect, and will
   * have none. Default: never. A question that timed out may have had one, and so may one whose handler crashed.
   */
  readonly provesNoEffect?: (error: unknown) => boolean;
}

/** An operation that was called; tell once what came of it. @throws InvalidHistoryError the second time */
export interface OpenOperation<Output> {
  /** It returned. An output such as "refused, too poor" is one too, if the model knows it. */
  ok(output: Output): void;
  /** It certainly had no effect and never will: it is struck from the history. */
  fail(): void;
  /** Nobody knows: it may have had its effect, or may yet have it. Its process no longer waits. */
  unknown(): void;
}

/** Notes what clients called and what they got, for {@link checkLinearizability}. */
export interface HistoryRecorder<Input, Output> {
  /**
   * Notes a call.
   *
   * @throws InvalidHistoryError if an operation of that process is open
   * @throws HistoryFullError at `operationsMax`
   */
  invoke(process: string | number, input: Input): OpenOperation<Output>;
  /**
   * Notes a call, does it, and notes what came of it: an output, or an error after which nobody knows (or which
   * proves, if `provesNoEffect` says so, that there was no effect). Resolves and rejects as `call` does.
   */
  record(process: string | number, input: Input, call: () => Output | Promise<Output>): Promise<Output>;
  /** All so far, in order of their calls; those still open as pending. A copy. */
  operations(): readonly Operation<Input, Output>[];
}

/**
 * Creates a recorder to use around questions to actors.
 *
 * @throws InvalidOptionError
 * @example
 * const history = createHistoryRecorder<{ write: number }, undefined>();
 * const write = history.invoke('client 1', { write: 7 });
 * try {
 *   write.ok(await ref.ask({ type: 'write', value: 7 }, { deadlineMs: 100 }));
 * } catch {
 *   write.unknown();
 * }
 */
export function createHistoryRecorder<Input, Output>(
  options: HistoryRecorderOptions = {},
): HistoryRecorder<Input, Output> {
  const { operationsMax = OPERATIONS_MAX, provesNoEffect = () => false } = options;
  if (!(operationsMax >= 1)) throw new InvalidOptionError('operationsMax', operationsMax, 'at least 1');
  const stamp = steadyStamps(options.now ?? counter());
  const operations = new Map<number, Operation<Input, Output>>();
  const open = new Map<string | number, number>();
  let calls = 0;

  const invoke = (process: string | number, input: Input): OpenOperation<Output> => {
    if (open.has(process)) throw stillOpen(calls, process);
    if (operations.size >= operationsMax) throw new HistoryFullError(operationsMax);
    const index = calls++;
    const called = { process, input, calledAt: stamp() };
    operations.set(index, called);
    open.set(process, index);
    const end = () => {
      if (open.get(process) !== index) throw endedTwice(index, process);
      open.delete(process);
    };
    return {
      ok: (output) => {
        end();
        operations.set(index, { ...called, output, returnedAt: stamp() });
      },
      fail: () => {
        end();
        operations.delete(index);
      },
      unknown: () => {
        end();
        operations.set(index, { ...called, abandonedAt: stamp() });
      },
    };
  };

  return {
    invoke,
    record: async (process, input, call) => {
      const operation = invoke(process, input);
      let output: Output;
      try {
        output = await call();
      } catch (error) {
        if (provesNoEffect(error)) operation.fail();
        else operation.unknown();
        throw error;
      }
      operation.ok(output);
      return output;
    },
    operations: () => [...operations.values()],
  };
}

function counter(): () => number {
  let steps = 0;
  return () => steps++;
}

/** Refuses a clock that is none before its stamps are in a history. */
function steadyStamps(now: () => number): () => number {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    const stamp = now();
    if (!(Number.isFinite(stamp) && stamp >= last))
      throw new InvalidOptionError('now', stamp, `a function of finite numbers that never run backward`);
    last = stamp;
    return stamp;
  };
}

function stillOpen(index: number, process: string | number): InvalidHistoryError {
  return new InvalidHistoryError(
    index,
    process,
    'was called while another of that process was open',
    'Give each of several clients a name of its own, or end the open one with `unknown`.',
  );
}

function endedTwice(index: number, process: string | number): InvalidHistoryError {
  return new InvalidHistoryError(
    index,
    process,
    'was ended a second time',
    'Call one of `ok`, `fail` and `unknown`, once.',
  );
}
