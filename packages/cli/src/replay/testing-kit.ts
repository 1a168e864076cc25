import { FastCheckMissingError } from '../errors.js';

/** What finds, runs and tells failures. */
export type TestingKit = typeof import('@skein/runtime/testing');

/**
 * Loads `@skein/runtime/testing`, which needs fast-check, as other commands do not.
 *
 * @throws FastCheckMissingError
 */
export async function loadTestingKit(): Promise<TestingKit> {
  try {
    return await import('@skein/runtime/testing');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_MODULE_NOT_FOUND' && message.includes("'fast-check'"))
      throw new FastCheckMissingError({ cause: error });
    throw error;
  }
}
