import { AsyncLocalStorage } from 'node:async_hooks';
import { StaleContextError } from '../errors.js';
import type { AsyncCall } from './async-call.js';
import type { Shard } from './shard.js';

/** One life of one actor. */
export interface LifeOf {
  readonly shard: Shard;
  readonly slot: number;
  readonly generation: number;
  readonly incarnation: number;
}

/** On whose behalf the code of an async call runs. Node carries it through every await. */
export interface Scope extends LifeOf {
  readonly call: AsyncCall;
}

/** A channel of Node, not a state of ours: what is read from it was put there by the running call. */
export const scopes: AsyncLocalStorage<Scope | undefined> = new AsyncLocalStorage<Scope | undefined>();

/**
 * Whose turn it is on this thread: a thread runs one at a time, whatever systems it has. Outside of turns the shard is undefined.
 */
export const turnNow: { shard: Shard | undefined; slot: number; callsHaveRun: boolean } = {
  shard: undefined,
  slot: 0,
  // Carrying scopes through awaits makes every promise of a process dearer, so it begins with the first call.
  callsHaveRun: false,
};

/** Runs what belongs to no actor although an actor's turn may have caused it. */
export function outsideActors<T>(run: () => T): T {
  const { shard, slot } = turnNow;
  turnNow.shard = undefined;
  try {
    return turnNow.callsHaveRun ? scopes.run(undefined, run) : run();
  } finally {
    turnNow.shard = shard;
    turnNow.slot = slot;
  }
}

/**
 * The actor on whose behalf the running code acts, 0 for none.
 *
 * @throws StaleContextError from an async call that has ended or been cut off
 */
export function actingSlot(shard: Shard, operation: string): number {
  if (turnNow.shard === shard) return turnNow.slot;
  if (!turnNow.callsHaveRun) return 0;
  const scope = scopes.getStore();
  if (scope === undefined || scope.shard !== shard) return 0;
  if (scope.call.isOpen) return scope.slot;
  throw new StaleContextError(
    scope.call.path,
    operation,
    'its actor has stopped or restarted since',
    'Watch `context.signal` and give up when it aborts.',
  );
}

/** Whether that life still goes on. */
export function isLiving({ shard, slot, generation, incarnation }: LifeOf): boolean {
  return shard.table.isAlive(slot, generation) && shard.incarnationOf(slot) === incarnation;
}

/** Runs a function of an actor's definition in its name. */
export function inTurnOf<T>(shard: Shard, slot: number, run: () => T): T {
  const { shard: outerShard, slot: outerSlot } = turnNow;
  turnNow.shard = shard;
  turnNow.slot = slot;
  try {
    return run();
  } finally {
    turnNow.shard = outerShard;
    turnNow.slot = outerSlot;
  }
}
