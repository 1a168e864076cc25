import { streamOf } from '@skein/random';
import { InvalidOptionError } from '../errors.js';
import { HashRing, VIRTUAL_NODES_MAX } from './hash-ring.js';
import type { RoutingStrategy } from './strategy.js';

/** What decides where a message goes. */
export interface ConsistentHashOptions {
  /** Where in the message the key stands: `city`, or `address.city`. */
  readonly key: string;
  /**
   * Points a routee on the ring, count, 1 to 1 024; default 128. The more, the more even: with 128, no routee
   * of up to 64 has more than 1.4 times its fair share of the ring.
   */
  readonly virtualNodes?: number;
}

/**
 * Messages with the same key go to the same routee, in any system and on any number of threads. When a routee
 * leaves only its own keys move; a replacement takes over the keys of the one it replaces.
 *
 * A key is a string, a number, a bigint or a boolean; 7 and '7' are the same. All messages without one go to one routee.
 *
 * @throws InvalidOptionError
 * @example
 * consistentHash({ key: 'city' })
 */
export function consistentHash({ key, virtualNodes = 128 }: ConsistentHashOptions): RoutingStrategy {
  if (typeof key !== 'string' || key.split('.').includes(''))
    throw new InvalidOptionError('key', key, 'a path, as in "city" or "address.city"');
  if (!(Number.isInteger(virtualNodes) && virtualNodes >= 1 && virtualNodes <= VIRTUAL_NODES_MAX))
    throw new InvalidOptionError('virtualNodes', virtualNodes, `a count from 1 to ${VIRTUAL_NODES_MAX}`);
  const path = key.split('.');
  return {
    to: 'one',
    start: () => {
      let slots: readonly number[] = [];
      let ring: HashRing;
      return (message, pool) => {
        if (pool.slots !== slots) {
          slots = pool.slots;
          ring = new HashRing(slots, virtualNodes);
        }
        return slots.indexOf(ring.slotAt(streamOf(keyAt(message, path))));
      };
    },
  };
}

/** The key that stands in a message under `path`; an empty string when there is none. */
export function keyAt(message: unknown, path: readonly string[]): string {
  let value = message;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return '';
    value = (value as Record<string, unknown>)[name];
  }
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      return '';
  }
}
