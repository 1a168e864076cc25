/** Whether whoever awaits it has to wait: a promise, or what can stand for one. */
export function isThenable<T>(value: T): value is T & PromiseLike<Awaited<T>> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
}
