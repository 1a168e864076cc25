/** Sets a timer that calls `fire`, and gives what cancels it. */
export type StartTimer = (fire: () => void) => () => void;

/**
 * Resolves when the timer fires. Rejects with the reason of the first of `signals` that aborts, at once if one has;
 * what `start` throws is a rejection too. However it ends, it leaves neither a timer nor a listener behind.
 */
export function abortableDelay(start: StartTimer, signals: readonly AbortSignal[]): Promise<void> {
  const aborted = signals.find((signal) => signal.aborted);
  if (aborted !== undefined) return Promise.reject(aborted.reason);
  return new Promise((resolve, reject) => {
    const letGo = (): void => {
      for (const signal of signals) signal.removeEventListener('abort', withdraw);
    };
    const cancel = start(() => {
      letGo();
      resolve();
    });
    const withdraw = ({ target }: Event): void => {
      letGo();
      cancel();
      reject((target as AbortSignal).reason);
    };
    for (const signal of signals) signal.addEventListener('abort', withdraw, { once: true });
  });
}
