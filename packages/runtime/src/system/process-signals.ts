const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

type Stop = (signal: string) => Promise<void>;

/**
 * Stops something gracefully when the process is told to end, then lets the signal take its usual course. A
 * second signal is not caught: it ends the process at once. Returns how to stop listening.
 *
 * The listener belongs to the process, as the signal does: all that want to stop share one, so that the
 * signal goes on only when the last of them has.
 */
export function onProcessEnd(stop: Stop): () => void {
  const listener = process.listeners('SIGTERM').find(isOurs) ?? listen();
  listener[OURS].add(stop);
  return () => {
    listener[OURS].delete(stop);
    if (listener[OURS].size === 0) letGo(listener);
  };
}

const OURS: unique symbol = Symbol.for('skein.process-end') as never;

type Listener = ((signal: NodeJS.Signals) => void) & { readonly [OURS]: Set<Stop> };

function isOurs(listener: object): listener is Listener {
  return OURS in listener;
}

function listen(): Listener {
  const stops = new Set<Stop>();
  const onSignal = (signal: NodeJS.Signals): void => {
    letGo(listener);
    void Promise.allSettled([...stops].map((stop) => stop(signal))).then(() => {
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    });
  };
  const listener: Listener = Object.assign(onSignal, { [OURS]: stops });
  for (const signal of SIGNALS) process.on(signal, listener);
  return listener;
}

function letGo(listener: Listener): void {
  for (const signal of SIGNALS) process.off(signal, listener);
}
