import { InvalidOptionError } from '../../errors.js';
import { isThenable } from '../../shard/thenable.js';

/**
 * Why a law says no: `''` for a bare `false`; undefined if it does not.
 *
 * @param part of the law that says it
 * @throws InvalidOptionError if it promises to say it later: nothing stands still until then
 */
export function refusalOf(
  part: string,
  verdict: () => unknown,
  onThrown?: (error: unknown) => void,
): string | undefined {
  let said: unknown;
  try {
    said = verdict();
  } catch (error) {
    onThrown?.(error);
    return textOf(error);
  }
  if (isThenable(said)) {
    said.then(undefined, () => undefined); // what is refused is that there is one
    throw new InvalidOptionError(part, said, 'a function that says at once what is broken');
  }
  if (said === false) return '';
  return typeof said === 'string' ? said : undefined;
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
