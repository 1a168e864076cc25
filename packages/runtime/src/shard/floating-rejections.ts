import { promiseHooks } from 'node:v8';
import { STOPPING } from '../actor/lifecycle.js';
import type { LifeOf } from './scope.js';
import * as scope from './scope.js';

// See `local-post.ts`.
const { isLiving, scopes, turnNow } = scope;

/**
 * Puts rejections that nobody handles down to the actor whose code made the promise, so that its supervisor
 * decides instead of the thread ending. Rejections of other code keep Node's default: if nobody else
 * listens, they end the thread.
 *
 * Promises of async calls are known by their scope. Those that a synchronous turn makes are noted as they are made, which costs
 * every other promise of the thread a glance; carrying a scope through all awaits instead would double the price of an `ask`.
 *
 * The listener belongs to the thread, as the event does; it is there while any system of the thread needs
 * it. Returns how to let go.
 */
export function superviseFloatingRejections(): () => void {
  const installed = process.listeners('unhandledRejection').find((other) => OURS in other);
  if (installed !== undefined) {
    (installed as Listener)[OURS]++;
    return () => release(installed as Listener);
  }
  const makers = new WeakMap<object, LifeOf>();
  const stopNoting = promiseHooks.onInit((promise) => {
    const { shard, slot } = turnNow;
    if (shard === undefined || slot === 0) return;
    const incarnation = shard.incarnationOf(slot);
    makers.set(promise, { shard, slot, generation: shard.generationOf(slot), incarnation });
  }) as () => void;
  const listener = (reason: unknown, promise: Promise<unknown>): void => {
    const life = scopes.getStore() ?? makers.get(promise);
    if (life !== undefined) failOrWarn(life, reason);
    else if (process.listenerCount('unhandledRejection') === 1) throw reason;
  };
  const ours = Object.assign(listener, { [OURS]: 1, stopNoting });
  process.on('unhandledRejection', ours);
  return () => release(ours);
}

/** The actor has failed, if it is still in that life. */
function failOrWarn(life: LifeOf, error: unknown): void {
  const { shard, slot, generation } = life;
  if (isLiving(life) && shard.life.lifecycle(slot) < STOPPING) {
    shard.life.fail(slot, error);
    shard.wake();
  } else {
    const { path } = shard.addressOf(slot, generation);
    shard.log.warn('a rejection of a life that is over', { path, error });
  }
}

const OURS: unique symbol = Symbol.for('skein.floating-rejections') as never;

type Listener = ((reason: unknown, promise: Promise<unknown>) => void) & {
  [OURS]: number;
  readonly stopNoting: () => void;
};

function release(listener: Listener): void {
  if (--listener[OURS] > 0) return;
  process.off('unhandledRejection', listener);
  listener.stopNoting();
}
