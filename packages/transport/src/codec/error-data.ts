import { MalformedMessageError } from '../errors.js';

/**
 * An error as plain data: what crosses a thread or a machine in its place, because structured clone and
 * msgpack both lose an error's class, code and fields.
 */
export interface ErrorData {
  /** The class it had: `MailboxFullError`. */
  readonly name: string;
  readonly message: string;
  /** The stable code to match on, if it had one. */
  readonly code?: string;
  /** What to do about it, if it said so. */
  readonly remedy?: string;
  /** The stack as text, cut to a few thousand characters. */
  readonly stack?: string;
  /** Its other own enumerable properties, as far as they are small plain data. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Its `cause` first, then the `errors` of an AggregateError. */
  readonly causes: readonly ErrorData[];
}

/** How deep causes may nest in data that this package writes or accepts. */
export const ERROR_CAUSE_DEPTH_MAX = 8;

/**
 * Checks that a decoded value is {@link ErrorData}.
 *
 * @throws {@link MalformedMessageError} `TRANSPORT_MALFORMED`, naming the property that is wrong
 */
export function assertErrorData(data: unknown, depth = 0): asserts data is ErrorData {
  if (depth > ERROR_CAUSE_DEPTH_MAX) throw malformed('causes nest too deep');
  if (!isRecord(data)) throw malformed('not an object');
  if (typeof data.name !== 'string') throw malformed('name is not text');
  if (typeof data.message !== 'string') throw malformed('message is not text');
  for (const key of ['code', 'remedy', 'stack'] as const) {
    if (data[key] !== undefined && typeof data[key] !== 'string') throw malformed(`${key} is not text`);
  }
  if (!isRecord(data.fields)) throw malformed('fields is not an object');
  if (!Array.isArray(data.causes)) throw malformed('causes is not an array');
  for (const cause of data.causes) assertErrorData(cause, depth + 1);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function malformed(reason: string): MalformedMessageError {
  return new MalformedMessageError(`error data: ${reason}`, -1);
}
