import { InvalidOptionError } from '../errors.js';
import { createMemoryStore } from './memory-store.js';
import type { CreateStateStore } from './state-store.js';

/** How idle actors of a definition give up their memory. */
export interface PassivationOptions {
  /**
   * Idle this long, ms, more than 0: no mail, and no children, timers, sources, open calls, stashed mail or kept questions. Looked
   * at coarsely: the state goes between once and twice this time after the last message.
   */
  readonly afterMs: number;
  /** Default: a store in memory, which all definitions without a store of their own share on each shard. */
  readonly store?: CreateStateStore;
  /** How long a store may take to answer with a promise, ms, more than 0; default 5 000. */
  readonly storeDeadlineMs?: number;
}

const STORE_DEADLINE_MS = 5000;

/** The same function for all, so that they share its store. */
const inMemory: CreateStateStore = () => createMemoryStore();

/** Fills in defaults. @throws InvalidOptionError */
export function resolvePassivation(spec: {
  readonly passivation?: PassivationOptions;
  readonly snapshot?: unknown;
  readonly restore?: unknown;
}): Required<PassivationOptions> | undefined {
  if (spec.passivation === undefined) return undefined;
  const { afterMs, store = inMemory, storeDeadlineMs = STORE_DEADLINE_MS } = spec.passivation;
  if (!(Number.isFinite(afterMs) && afterMs > 0))
    throw new InvalidOptionError('passivation.afterMs', afterMs, 'more than 0 ms');
  if (typeof store !== 'function')
    throw new InvalidOptionError('passivation.store', store, 'a function that makes the store of a shard');
  if (!(Number.isFinite(storeDeadlineMs) && storeDeadlineMs > 0))
    throw new InvalidOptionError('passivation.storeDeadlineMs', storeDeadlineMs, 'more than 0 ms');
  for (const option of ['snapshot', 'restore'] as const)
    if (typeof spec[option] !== 'function')
      throw new InvalidOptionError(option, spec[option], 'a function, for `passivation` needs it');
  return { afterMs, store, storeDeadlineMs };
}
