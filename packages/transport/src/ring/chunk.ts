import { FRAME_HEADER_BYTES } from '../frame.js';
import { recordBytes, ringPayloadBytesMax } from './ring-layout.js';

/**
 * A chunk: a frame whose payload is too large for one record goes as several, each with a part of it.
 *
 * ```text
 *   a record as in `ring-layout.ts`, and before its frame header eight bytes:
 *
 *       +-----------------------+-----------------------+
 *       | CHUNK_MARK (u32)      | offset (u32)          |
 *     8 +-----------------------+-----------------------+
 *       | frame header; its payload bytes are those of  |
 *       | the whole payload                             |
 *    40 +-----------------------------------------------+
 *       | payload from `offset`: the largest chunk that |
 *       | the ring takes, or what is left ...           |
 * ```
 *
 * So `offset` alone says which chunk this is: 0 is the head, and the last one ends where the payload ends.
 *
 * **What is a frame, and when.** The frame is published with its last chunk and taken with its last chunk: only
 * then the tallies move. The chunks before are positions that move and nothing else. Therefore, whoever dies
 * where:
 *
 * - *The writer between two chunks.* The frame was never published; it is lost with the thread that had it in its
 *   outbox. A successor knows nothing of it and begins with a head or a whole frame, at which the reader forgets
 *   what it holds. A head can so never get the tail of another frame: a tail follows its own head or nothing.
 * - *A writer that gives up the rest* (`dropOutbox`): the same.
 * - *The reader between two chunks.* Its successor finds a tail without a head. If the last chunk comes, the frame
 *   has been published and must be taken by somebody: it is delivered once, torn (`FRAME_FLAG_TORN`), without
 *   payload, so that whoever counts it can book it. If it never comes, the frame is the writer's, as above.
 */

/** Where a record would begin: a chunk. No frame begins so: its version would be 254. */
export const CHUNK_MARK: number = 0xffff_fffe;

/** Bytes before the frame header of a chunk. */
export const CHUNK_PREFIX_BYTES: number = 8;

/** Bytes between the start of a chunk's record and its part of the payload. */
export const CHUNK_OVERHEAD_BYTES: number = CHUNK_PREFIX_BYTES + FRAME_HEADER_BYTES;

/** The largest part that goes in one chunk, bytes: its record takes a quarter of the data, like that of the largest whole frame. */
export function chunkBytesMax(dataBytes: number): number {
  return ringPayloadBytesMax(dataBytes) - CHUNK_PREFIX_BYTES;
}

/** Bytes that a chunk with so many bytes of payload takes in a ring. */
export function chunkRecordBytes(chunkBytes: number): number {
  return CHUNK_PREFIX_BYTES + recordBytes(chunkBytes);
}
