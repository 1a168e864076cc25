const ENVELOPE_BYTES = 128;

/**
 * A cheap estimate of what a waiting message weighs, bytes, to charge it against the shard's budget: the
 * envelope, the top-level strings and typed arrays, and a flat price for any other field. It need not be
 * exact, only roughly proportional for the messages that could exhaust memory.
 */
export function estimateMessageBytes(message: object): number {
  let bytes = ENVELOPE_BYTES;
  for (const key in message) {
    const value = (message as Record<string, unknown>)[key];
    if (typeof value === 'string') bytes += value.length * 2;
    else if (typeof value === 'object' && value !== null)
      bytes += ArrayBuffer.isView(value) ? value.byteLength : Array.isArray(value) ? value.length * 16 : 64;
    else bytes += 8;
  }
  return bytes;
}
