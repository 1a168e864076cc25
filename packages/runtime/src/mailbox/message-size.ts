const ENVELOPE_BYTES = 128;

/**
 * A cheap estimate of what a waiting message weighs, bytes, to charge it against the shard's budget: the
 * envelope, the top-level strings, buffers and typed arrays, and a flat price for any other field. It need not be
 * exact, only roughly proportional for the messages that could exhaust memory.
 */
export function estimateMessageBytes(message: object): number {
  let bytes = ENVELOPE_BYTES;
  for (const key in message) {
    const value = (message as Record<string, unknown>)[key];
    if (typeof value === 'string') bytes += value.length * 2;
    else if (typeof value === 'object' && value !== null)
      bytes += Array.isArray(value) ? value.length * 16 : isBytes(value) ? value.byteLength : 64;
    else bytes += 8;
  }
  return bytes;
}

function isBytes(value: object): value is ArrayBufferView | ArrayBuffer {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
}

/** A message type whose messages weigh no more than this is not measured each time, bytes. */
const SMALL_BYTES = 512;
/** One in so many messages of a small type is measured. */
const SAMPLE_EVERY = 32;

/**
 * What messages of each type of one definition weigh. Small types are measured by sample, so that the common
 * message pays nothing; large ones each time, so that a budget in bytes stays one.
 */
export class MessageWeights {
  readonly #bytes: Int32Array;
  readonly #unmeasured: Int32Array;

  constructor(typeCount: number) {
    this.#bytes = new Int32Array(typeCount + 1);
    this.#unmeasured = new Int32Array(typeCount + 1);
  }

  /** @param type the number of the type plus 1; 0 for one the definition does not know */
  weigh(type: number, message: object): number {
    if (this.#unmeasured[type]! > 0) {
      this.#unmeasured[type]!--;
      return this.#bytes[type]!;
    }
    const bytes = Math.min(estimateMessageBytes(message), 2 ** 31 - 1);
    this.#bytes[type] = bytes;
    this.#unmeasured[type] = bytes <= SMALL_BYTES && type !== 0 ? SAMPLE_EVERY - 1 : 0;
    return bytes;
  }
}
