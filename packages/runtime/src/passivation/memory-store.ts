import { InvalidOptionError, StateStoreFullError } from '../errors.js';
import type { StateStore } from './state-store.js';

/** The bounds of a store in memory. */
export interface MemoryStoreOptions {
  /** Actors, count, at least 1; default 1 000 000. */
  readonly entriesMax?: number;
  /** Data and keys, bytes, at least 1; default 256 MiB. */
  readonly bytesMax?: number;
}

/** A store that forgets when its thread ends: worth it where state takes less room as bytes than as objects. */
export interface MemoryStore extends StateStore {
  /** Actors whose state is here, count. */
  readonly size: number;
  /** Their data and keys, bytes. */
  readonly bytes: number;
  save(key: string, data: Uint8Array): void;
  load(key: string): Uint8Array | undefined;
  delete(key: string): void;
}

/**
 * A store in memory. At a bound `save` throws StateStoreFullError, and the actor simply stays active.
 *
 * @throws InvalidOptionError
 * @example
 * const store = () => createMemoryStore({ bytesMax: 64 * 1024 * 1024 });
 * defineActor<Cart>()({ ..., passivation: { afterMs: 60_000, store } });
 */
export function createMemoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const { entriesMax = 1_000_000, bytesMax = 256 * 1024 * 1024 } = options;
  if (!(entriesMax >= 1)) throw new InvalidOptionError('entriesMax', entriesMax, 'at least 1');
  if (!(bytesMax >= 1)) throw new InvalidOptionError('bytesMax', bytesMax, 'at least 1 byte');
  const entries = new Map<string, Uint8Array>();
  let bytes = 0;
  const sizeOf = (key: string): number => {
    const data = entries.get(key);
    return data === undefined ? 0 : entryBytes(key, data);
  };
  return {
    get size() {
      return entries.size;
    },
    get bytes() {
      return bytes;
    },
    save(key, data) {
      const after = bytes - sizeOf(key) + entryBytes(key, data);
      if (!entries.has(key) && entries.size >= entriesMax)
        throw new StateStoreFullError('entriesMax', entriesMax);
      if (after > bytesMax) throw new StateStoreFullError('bytesMax', bytesMax);
      bytes = after;
      entries.set(key, data);
    },
    load: (key) => entries.get(key),
    delete(key) {
      bytes -= sizeOf(key);
      entries.delete(key);
    },
  };
}

/** A key counts two bytes a character, the most that it can take. */
function entryBytes(key: string, data: Uint8Array): number {
  return key.length * 2 + data.length;
}
