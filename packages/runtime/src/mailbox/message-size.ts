import { WEIGHT_BYTES, WEIGHT_MAX } from '../kernel/mail-pool.js';

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
 * What messages of each type of one definition weigh, in units of {@link WEIGHT_BYTES}. Small types are measured by sample, so that the common
 * message pays nothing; large ones each time, so that a budget in bytes stays one.
 */
export class MessageWeights {
  /** By number of the type: what the last one measured weighs, units, ... */
  readonly units: Int32Array;
  /** ... and how many more may pass without being measured. */
  readonly unmeasured: Int32Array;

  constructor(typeCount: number) {
    this.units = new Int32Array(typeCount + 1);
    this.unmeasured = new Int32Array(typeCount + 1);
  }

  /** @param type the number of the type; 0 for one the definition does not know */
  weigh(type: number, message: object): number {
    const left = this.unmeasured[type]!;
    if (left === 0) return this.measure(type, message);
    this.unmeasured[type] = left - 1;
    return this.units[type]!;
  }

  measure(type: number, message: object): number {
    const bytes = estimateMessageBytes(message);
    const units = Math.min(Math.ceil(bytes / WEIGHT_BYTES), WEIGHT_MAX);
    this.units[type] = units;
    this.unmeasured[type] = bytes <= SMALL_BYTES && type !== 0 ? SAMPLE_EVERY - 1 : 0;
    return units;
  }
}
