import { InvariantBrokenError } from '../errors.js';
import { checkInvariant } from './check-invariant.js';
import type { CheckOptions } from './check-options.js';
import type { Invariant } from './invariant.js';

/** Time that a search may take unless it is told when to stop, ms: long enough to make a failure smaller too. */
const SEARCH_MS = 120_000;
/** Time to make a failure smaller after a search that stops by itself, ms. */
const SHRINKING_MS = 60_000;

/** What registers a test: that of vitest, or of another runner that takes the same. `timeout` in ms. */
export type RegisterTest = (name: string, run: () => Promise<void>, timeout: number) => unknown;

/**
 * Makes tests of laws: each is called as its law, and has the time that a search takes.
 *
 * @param test `test` of vitest, or `test.only`, `test.skip` …
 * @example
 * import { holds } from '@skein/runtime/testing';
 * import { test } from 'vitest';
 *
 * holds(test)(oneLeaderATerm, { runs: 500 });
 */
export function holds(
  test: RegisterTest,
): <Subject>(law: Invariant<Subject>, options?: CheckOptions) => void {
  return function checked(law, options = {}) {
    const here: { stack?: string } = {};
    Error.captureStackTrace(here, checked);
    const timeout = options.timeMs === undefined ? SEARCH_MS : options.timeMs + SHRINKING_MS;
    const run = async (): Promise<void> => {
      try {
        await checkInvariant(law, options);
      } catch (error) {
        throw error instanceof InvariantBrokenError ? pointedTo(here, error) : error;
      }
    };
    test(law.name, run, timeout);
  };
}

/** Runners show the code at the top of a stack: that should be where the law was named. */
function pointedTo({ stack = '' }: { readonly stack?: string }, error: Error): Error {
  const frames = stack.indexOf('\n    at ');
  error.stack = `${error.name}: ${error.message}${frames === -1 ? '' : stack.slice(frames)}`;
  return error;
}
