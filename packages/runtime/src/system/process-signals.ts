const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Stops something gracefully when the process is told to end, then lets the signal take its usual course. A
 * second signal is not caught: it ends the process at once. Returns how to stop listening.
 */
export function onProcessEnd(stop: (signal: string) => Promise<void>): () => void {
  const letGo = (): void => {
    for (const signal of SIGNALS) process.off(signal, listener);
  };
  const listener = (signal: NodeJS.Signals): void => {
    letGo();
    const resend = (): void => {
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    };
    stop(signal).then(resend, resend);
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return letGo;
}
