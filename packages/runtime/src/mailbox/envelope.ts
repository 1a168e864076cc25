import type { ChildFailedNotice, TerminatedNotice } from '../actor/definition.js';

/** A message on its way: what the sender wrote, and what the runtime must know about it. Counted. */
export interface Envelope {
  readonly kind: 'tell' | 'ask';
  readonly message: { readonly type: string };
  /** Id of the sending actor; NOBODY for the world outside. */
  readonly sender: number;
  /** The shard the message came from: where a reply goes, and where the sender lives. */
  readonly senderShard: number;
  /** Names the question among those of the asking shard; 0 for a tell. */
  readonly correlation: number;
  /** What it weighs against the shard's byte budget. */
  readonly bytes: number;
}

/** News that keeps its place in the mail, but is not an envelope and is not counted. */
export type Notice =
  | { readonly kind: 'terminated'; readonly notice: TerminatedNotice }
  | { readonly kind: 'child-failed'; readonly notice: ChildFailedNotice }
  /** The mark of a draining stop: everything before it is handled first. */
  | { readonly kind: 'stop-mark' };

/** Anything that waits in a mailbox. */
export type Mail = Envelope | Notice;

/** Stands in for a message that is none. */
export const UNKNOWN_MESSAGE: { readonly type: string } = { type: 'unknown' };

/** Whether a value can be a message at all: an object with a `type`. */
export function isMessage(value: unknown): value is { readonly type: string } {
  return (
    typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
  );
}

export function isEnvelope(mail: Mail): mail is Envelope {
  return mail.kind === 'tell' || mail.kind === 'ask';
}
