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
  /** Bit set, 16 bits. See {@link FRAME_FLAG_COUNTED}; the other bits belong to the layer above. */
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
