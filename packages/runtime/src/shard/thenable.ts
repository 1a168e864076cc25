import { UndeclaredAsyncError } from '../errors.js';
import type { Shard } from './shard.js';

/** Whether whoever awaits it has to wait: a promise, or what can stand for one. */
export function isThenable<T>(value: T): value is T & PromiseLike<Awaited<T>> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
}

/** Only handlers that are declared async may return a promise. @throws UndeclaredAsyncError */
export function refuseThenable(
  shard: Shard,
  slot: number,
  result: unknown,
  message: { readonly type: string },
): void {
  if (!isThenable(result)) return;
  result.then(undefined, () => undefined); // its rejection is not another failure
  throw new UndeclaredAsyncError(shard.addressOf(slot).path, message.type);
}
