import { RingCorruptError, TransportOptionError } from '../errors.js';
import { FRAME_HEADER_BYTES } from '../frame.js';

/**
 * One ring: a `SharedArrayBuffer` that carries frames from one thread to one other.
 *
 * ```text
 *  byte 0    +---------------------------------------------------------------------------------------+
 *            | magic i32 | data bytes i32 |                 written once, before the ring is shared  |
 *  byte 64   +-- the writer's line ------------------------------------------------------------------+
 *            | tail i32 | wanted i32 | slot 0: frames f64, counted f64 | slot 1: frames f64, counted f64 |
 *  byte 128  +-- the reader's line ------------------------------------------------------------------+
 *            | head i32 | claim i32  | slot 0: frames f64, counted f64 | slot 1: frames f64, counted f64 |
 *  byte 192  +-- data --------------------------------------------------------------------------------+
 *            | record | record | ...                                                                  |
 *            +----------------------------------------------------------------------------------------+
 *
 *  The data, seen as a circle cut open, when the writer has gone round once:
 *
 *    0                 head        claim                      tail            data bytes
 *    +-----------------+-----------+--------------------------+---------------+
 *    | record | record | delivered |  record  |    record     |  free         |
 *    +-----------------+-----------+--------------------------+---------------+
 *      …free, if read              ^ the next frame to read    ^ the next frame goes here
 *
 *  A record: a frame header (32 bytes), the payload, and up to 7 bytes so that the next one starts at a
 *  multiple of 8. A record never crosses the end. Where it would, the writer leaves a skip mark and starts
 *  again at 0:
 *
 *    +-------------------------------------------------------------+----------------------+
 *    | the record that did not fit |                        record | 0xffffffff |  unused |
 *    +-------------------------------------------------------------+----------------------+
 * ```
 *
 * **Positions** count bytes since the ring was made, modulo 2^32, and are multiples of 8; data bytes are a
 * power of two, so a position's place is its low bits. The two lines belong to one thread each and are 64
 * bytes, a cache line: a writer that advances `tail` does not take `head` from the reader's cache.
 *
 * **Tallies** must be exact even if a thread is killed between any two of its steps. So each line has two
 * slots of tallies, and the lowest bit of `tail` and of `claim` (free, since positions are multiples of 8)
 * says which slot is true. The next tallies are written to the other slot, and one atomic store publishes
 * position and tallies together: there is no moment at which a frame is published and not tallied. They are
 * float64, exact up to 2^53.
 *
 * **Claim and head.** The reader claims a frame before it delivers it, and frees its bytes (`head`) after. A
 * reader that is killed while it delivers has therefore taken that frame: its successor goes on at `claim`.
 */
export const RING_HEADER_BYTES: number = 192;

export const RING_MAGIC: number = 0x534b_0002; // "SK", layout 2

/** Indices of 32-bit words. */
export const WORD_MAGIC: number = 0;
export const WORD_DATA_BYTES: number = 1;
export const WORD_TAIL: number = 16;
export const WORD_WANTED: number = 17;
export const WORD_HEAD: number = 32;
export const WORD_CLAIM: number = 33;

/** Indices, in float64, of slot 0 of the tallies; slot 1 follows after {@link TALLY_SLOT_LENGTH}. */
export const TALLIES_WRITTEN: number = 9;
export const TALLIES_READ: number = 17;
export const TALLY_SLOT_LENGTH: number = 2;

/** Where a record would begin: go on at the start of the data. No frame begins so: its version would be 255. */
export const SKIP_MARK: number = 0xffff_ffff;

export const RECORD_ALIGNMENT: number = 8;
export const SLOT_BIT: number = 1;

/** Data bytes unless `ringBytes` says otherwise. */
export const RING_BYTES_DEFAULT: number = 1024 * 1024;
export const RING_BYTES_MIN: number = 256;
export const RING_BYTES_MAX: number = 2 ** 30;

/** Bytes that a frame takes in a ring. */
export function recordBytes(payloadBytes: number): number {
  return (FRAME_HEADER_BYTES + payloadBytes + RECORD_ALIGNMENT - 1) & -RECORD_ALIGNMENT;
}

/**
 * The largest payload for one record: it takes a quarter of the data. A record and the bytes skipped
 * before it then always fit in an empty ring, and a large frame does not have to wait for it to run empty.
 * What is larger goes as several: see `chunk.ts`.
 */
export function ringPayloadBytesMax(dataBytes: number): number {
  return dataBytes / 4 - FRAME_HEADER_BYTES;
}

/**
 * @param dataBytes a power of two from {@link RING_BYTES_MIN} to {@link RING_BYTES_MAX}
 * @throws {@link TransportOptionError} `TRANSPORT_OPTION`
 */
export function createRing(dataBytes: number): SharedArrayBuffer {
  if (!isDataBytes(dataBytes)) {
    throw new TransportOptionError(
      'ringBytes',
      `a power of two from ${RING_BYTES_MIN} to ${RING_BYTES_MAX}`,
      dataBytes,
    );
  }
  const memory = new SharedArrayBuffer(RING_HEADER_BYTES + dataBytes);
  const words = new Int32Array(memory);
  words[WORD_MAGIC] = RING_MAGIC;
  words[WORD_DATA_BYTES] = dataBytes;
  return memory;
}

/** The views through which one side uses a ring. */
export interface RingViews {
  readonly words: Int32Array;
  readonly tallies: Float64Array;
  /** The data alone. */
  readonly view: DataView;
  readonly bytes: Uint8Array;
  readonly dataBytes: number;
}

/** @throws {@link RingCorruptError} `TRANSPORT_RING_CORRUPT` when this is not a ring of this layout */
export function openRing(memory: SharedArrayBuffer): RingViews {
  const dataBytes = memory.byteLength - RING_HEADER_BYTES;
  if (!isDataBytes(dataBytes)) throw new RingCorruptError(`${memory.byteLength} bytes are no ring`, 0);
  const words = new Int32Array(memory, 0, RING_HEADER_BYTES / 4);
  if (words[WORD_MAGIC] !== RING_MAGIC || words[WORD_DATA_BYTES] !== dataBytes) {
    throw new RingCorruptError('not a ring, or one of another layout', 0);
  }
  return {
    words,
    tallies: new Float64Array(memory, 0, RING_HEADER_BYTES / 8),
    view: new DataView(memory, RING_HEADER_BYTES),
    bytes: new Uint8Array(memory, RING_HEADER_BYTES),
    dataBytes,
  };
}

function isDataBytes(value: number): boolean {
  return (
    Number.isInteger(value) &&
    value >= RING_BYTES_MIN &&
    value <= RING_BYTES_MAX &&
    (value & (value - 1)) === 0
  );
}
