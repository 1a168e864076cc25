import { Listeners } from './listeners.js';
import type { Logger } from './log.js';
import type { SlowHandler, SlowHandlerListener, Watchdog } from './watchdog.js';

/** Logs slow handlers, and hands them to listeners. */
export class WatchdogOffice implements Watchdog {
  readonly #log: Logger;
  readonly #listeners: Listeners<{ readonly listener: SlowHandlerListener }>;

  constructor(log: Logger) {
    this.#log = log;
    this.#listeners = new Listeners((error) => log.error('a watchdog listener threw', { error }));
  }

  subscribe(listener: SlowHandlerListener): () => void {
    const end = this.#listeners.add({ listener });
    return () => void end();
  }

  publish(slow: SlowHandler): void {
    this.#log.warn(slowHandlerMessage(slow), { ...slow });
    this.#listeners.tell(({ listener }) => listener(slow));
  }
}

/** What a log says of it. */
export function slowHandlerMessage({ returned }: SlowHandler): string {
  return returned ? 'a handler was slow' : 'a handler has not returned';
}
