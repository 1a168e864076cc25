import { scopes } from './scope.js';

/**
 * Puts rejections that nobody handles down to the actor whose code made the promise, so that its supervisor
 * decides instead of the thread ending. Rejections of other code keep Node's default: if nobody else
 * listens, they end the thread.
 *
 * The listener belongs to the thread, as the event does; it is there while any system of the thread needs
 * it. Returns how to let go.
 */
export function superviseFloatingRejections(): () => void {
  const listener = (reason: unknown): void => {
    const scope = scopes.getStore();
    if (scope !== undefined) scope.shard.floatingRejection(scope, reason);
    else if (process.listenerCount('unhandledRejection') === 1) throw reason;
  };
  const installed = process.listeners('unhandledRejection').find((other) => OURS in other);
  if (installed !== undefined) {
    (installed as Listener)[OURS]++;
    return () => release(installed as Listener);
  }
  const ours = Object.assign(listener, { [OURS]: 1 });
  process.on('unhandledRejection', ours);
  return () => release(ours);
}

const OURS: unique symbol = Symbol.for('skein.floating-rejections') as never;

type Listener = ((reason: unknown) => void) & { [OURS]: number };

function release(listener: Listener): void {
  if (--listener[OURS] === 0) process.off('unhandledRejection', listener);
}
