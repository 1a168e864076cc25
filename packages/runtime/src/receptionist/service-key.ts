import type { Protocol } from '../actor/protocol.js';
import { InvalidOptionError } from '../errors.js';

/** Longest name of a service, UTF-16 code units. */
export const SERVICE_NAME_MAX = 200;

/** Names a service, and what its actors understand. Plain data: it may travel in messages. */
export interface ServiceKey<P extends Protocol = Protocol> {
  readonly name: string;
  /** Only for types: what the actors under this key understand. */
  readonly types?: (protocol: P) => void;
}

/**
 * A key for actors that share a protocol. Two keys of one name are the same key.
 *
 * @throws InvalidOptionError for an empty name, or one of more than {@link SERVICE_NAME_MAX} code units
 * @example
 * export const weatherDesks = serviceKey<WeatherDesk>('weather-desks');
 */
export function serviceKey<P extends Protocol>(name: string): ServiceKey<P> {
  if (typeof name !== 'string' || name.length === 0 || name.length > SERVICE_NAME_MAX)
    throw new InvalidOptionError('name', name, `a text of 1 to ${SERVICE_NAME_MAX} code units`);
  return { name };
}
