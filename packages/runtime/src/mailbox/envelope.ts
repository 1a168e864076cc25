/** A message outside of a mailbox: what the sender wrote, and what the runtime must know about it. Counted. */
export interface Envelope {
  /** `tell-ready` is told by a sender that waits until there is room for it. */
  readonly kind: 'tell' | 'ask' | 'tell-ready';
  readonly message: { readonly type: string };
  /** Id of the sending actor; NOBODY for the world outside. */
  readonly sender: number;
  /** The shard the message came from: where a reply goes, and where the sender lives. */
  readonly senderShard: number;
  /** Names the question among those of the asking shard; 0 for a tell. */
  readonly correlation: number;
}

/** Stands in for a message that is none. */
export const UNKNOWN_MESSAGE: { readonly type: string } = { type: 'unknown' };

/** Whether a value can be a message at all: an object with a `type`. */
export function isMessage(value: unknown): value is { readonly type: string } {
  return (
    typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
  );
}

/**
 * Whether a message is a plain object, by its constructor, that holds nothing but its type: any other of that type is its equal. What a
 * message holds is what `for` finds in it: symbols and hidden properties are not.
 */
export function isBare(message: { readonly type: string }): boolean {
  if (message.constructor !== Object) return false;
  let only: string | undefined;
  for (const key in message) {
    if (only !== undefined) return false;
    only = key;
  }
  return only === 'type';
}
