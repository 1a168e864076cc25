/** How large a message may be once it is encoded. The same on all shards, or one would refuse what another sends. */
export interface MessageLimits {
  /** Without its columns, bytes. */
  readonly messageBytesMax: number;
  /** Its columns together, bytes: the typed arrays, views and buffers anywhere in it. */
  readonly columnBytesMax: number;
}

/**
 * 64 KiB of what may decode to seventy times that; 16 MiB of columns, which decode to what they are. That is eight
 * columns of four bytes for each of half a million agents, in one message. Of such messages four find room in an outbox
 * and sixteen in the mailboxes of a shard; and a shard holds at most one for each of its peers while it comes in.
 */
export const MESSAGE_LIMITS_DEFAULT: MessageLimits = {
  messageBytesMax: 64 * 1024,
  columnBytesMax: 16 * 1024 * 1024,
};

/** The largest encoded message, bytes: what a frame must carry. */
export function payloadBytesMax({ messageBytesMax, columnBytesMax }: MessageLimits): number {
  return messageBytesMax + columnBytesMax;
}
