import { FrameHeaderError, FrameVersionError } from './errors.js';

/**
 * A frame: the unit that travels between two peers. A fixed header, then a payload that this layer never
 * reads.
 *
 * ```text
 *  byte 0        1        2               4                               8
 *       +--------+--------+---------------+-------------------------------+
 *       |version | kind   | flags (u16)   | payload bytes (u32)           |
 *     8 +--------+--------+---------------+-------------------------------+
 *       | target       (u64, at most 2^53 - 1)                            |
 *    16 +------------------------------------------------------------------+
 *       | sender       (u64, at most 2^53 - 1; 0 is nobody)               |
 *    24 +------------------------------------------------------------------+
 *       | correlation  (u64, at most 2^53 - 1; 0 is none)                 |
 *    32 +------------------------------------------------------------------+
 *       | payload ...                                                     |
 * ```
 *
 * All numbers are little-endian. What `kind`, `target`, `sender` and `correlation` mean is the sender's and
 * the receiver's affair.
 */
export interface FrameHeader {
  /** What the payload is, 0 to 255; the meaning belongs to the layer above. */
  kind: number;
  /** Bit set, 15 bits. See {@link FRAME_FLAG_COUNTED}; the other bits belong to the layer above. */
  flags: number;
  /** Whom the frame is for: a safe integer, at least 0. */
  target: number;
  /** Who sent it: a safe integer; 0 is nobody. */
  sender: number;
  /** Ties an answer to its question: a safe integer; 0 is none. */
  correlation: number;
}

/** The version this code writes and reads. A frame of another version is refused. */
export const FRAME_VERSION: number = 1;

/** Size of the header, bytes. */
export const FRAME_HEADER_BYTES: number = 32;

/**
 * The frame carries one unit of its owner's ledger (for the actor runtime: one envelope). Carriers tally
 * such frames apart, in memory that outlives the writing thread.
 */
export const FRAME_FLAG_COUNTED: number = 1;

/**
 * Set by a carrier in what it delivers, never by a sender: this frame was published, and an earlier thread of the
 * receiver had taken its head and died. Its payload is empty: there is nothing to read, and one frame to book.
 */
export const FRAME_FLAG_TORN: number = 0x8000;

/** The flags that a sender may set. */
const FLAGS_MAX = FRAME_FLAG_TORN - 1;

const FLAGS_OFFSET = 2;
const PAYLOAD_BYTES_OFFSET = 4;
const TARGET_OFFSET = 8;
const SENDER_OFFSET = 16;
const CORRELATION_OFFSET = 24;

const TWO_TO_32 = 2 ** 32;
const LITTLE_ENDIAN = true;

/**
 * Writes a header of {@link FRAME_HEADER_BYTES} bytes at `offset`.
 *
 * @param payloadBytes bytes of payload that follow the header, at most 2^32 - 1
 * @throws {@link FrameHeaderError} `TRANSPORT_FRAME_HEADER` when a field is not a whole number in its range;
 *   nothing has been written then.
 */
export function writeFrameHeader(
  view: DataView,
  offset: number,
  header: FrameHeader,
  payloadBytes: number,
): void {
  assertFrameHeader(header);
  if (payloadBytes >>> 0 !== payloadBytes)
    throw new FrameHeaderError('payloadBytes', payloadBytes, TWO_TO_32 - 1);
  view.setUint8(offset, FRAME_VERSION);
  view.setUint8(offset + 1, header.kind);
  view.setUint16(offset + FLAGS_OFFSET, header.flags, LITTLE_ENDIAN);
  view.setUint32(offset + PAYLOAD_BYTES_OFFSET, payloadBytes, LITTLE_ENDIAN);
  writeId(view, offset + TARGET_OFFSET, header.target);
  writeId(view, offset + SENDER_OFFSET, header.sender);
  writeId(view, offset + CORRELATION_OFFSET, header.correlation);
}

/**
 * Reads the header at `offset` into a fresh object. The payload's size is {@link readPayloadBytes}.
 *
 * @throws {@link FrameVersionError} `TRANSPORT_FRAME_VERSION` for another version, {@link FrameHeaderError}
 *   `TRANSPORT_FRAME_HEADER` for an id above 2^53 - 1.
 */
export function readFrameHeader(view: DataView, offset: number): FrameHeader {
  const version = view.getUint8(offset);
  if (version !== FRAME_VERSION) throw new FrameVersionError(version, FRAME_VERSION);
  return {
    kind: view.getUint8(offset + 1),
    flags: view.getUint16(offset + FLAGS_OFFSET, LITTLE_ENDIAN),
    target: readId(view, offset + TARGET_OFFSET, 'target'),
    sender: readId(view, offset + SENDER_OFFSET, 'sender'),
    correlation: readId(view, offset + CORRELATION_OFFSET, 'correlation'),
  };
}

/** The payload bytes that the header at `offset` declares: 0 to 2^32 - 1, not yet checked against anything. */
export function readPayloadBytes(view: DataView, offset: number): number {
  return view.getUint32(offset + PAYLOAD_BYTES_OFFSET, LITTLE_ENDIAN);
}

/** Throws {@link FrameHeaderError} unless every field fits its place. */
export function assertFrameHeader(header: FrameHeader): void {
  if ((header.kind & 0xff) !== header.kind) throw new FrameHeaderError('kind', header.kind, 0xff);
  if ((header.flags & FLAGS_MAX) !== header.flags)
    throw new FrameHeaderError('flags', header.flags, FLAGS_MAX);
  assertId('target', header.target);
  assertId('sender', header.sender);
  assertId('correlation', header.correlation);
}

function assertId(field: string, id: number): void {
  if (!(Number.isSafeInteger(id) && id >= 0)) throw new FrameHeaderError(field, id, Number.MAX_SAFE_INTEGER);
}

function writeId(view: DataView, offset: number, id: number): void {
  view.setUint32(offset, id >>> 0, LITTLE_ENDIAN);
  view.setUint32(offset + 4, Math.floor(id / TWO_TO_32), LITTLE_ENDIAN);
}

function readId(view: DataView, offset: number, field: string): number {
  const id = view.getUint32(offset + 4, LITTLE_ENDIAN) * TWO_TO_32 + view.getUint32(offset, LITTLE_ENDIAN);
  if (id > Number.MAX_SAFE_INTEGER) throw new FrameHeaderError(field, id, Number.MAX_SAFE_INTEGER);
  return id;
}
