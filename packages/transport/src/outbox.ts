import { assertFrameHeader, FRAME_FLAG_COUNTED, FRAME_HEADER_BYTES, type FrameHeader } from './frame.js';

/** Default bound of one peer's outbox, bytes of headers and payloads. */
export const OUTBOX_BYTES_MAX_DEFAULT: number = 64 * 1024 * 1024;

interface WaitingFrame {
  readonly header: FrameHeader;
  readonly payload: Uint8Array;
  /** Bytes of the payload that are published already. Only the oldest frame has any. */
  writtenBytes: number;
}

/**
 * The frames that wait for room towards one peer, oldest first. Owns copies of what it holds.
 *
 * It is bounded in bytes, except that a frame which finds nothing waiting is taken whatever its size: a frame larger
 * than the bound could otherwise never be sent, and one of which a part is published must not be refused. So it
 * holds at most the bound or one frame, whichever is more.
 */
export class Outbox {
  /** Bytes of all waiting frames, headers included. */
  bytes = 0;
  /** How many of them are counted (`FRAME_FLAG_COUNTED`). */
  counted = 0;
  private readonly bytesMax: number;
  /** Frames before `first` have left; they are cut off once they are half of the array. */
  private waiting: WaitingFrame[] = [];
  private first = 0;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  /** How many frames wait. */
  get frames(): number {
    return this.waiting.length - this.first;
  }

  /** Whether a frame that is not urgent would be taken. */
  hasRoomFor(payloadBytes: number): boolean {
    return this.frames === 0 || this.bytes + FRAME_HEADER_BYTES + payloadBytes <= this.bytesMax;
  }

  /**
   * Queues a copy, unless that would pass the bound; `urgent` frames may pass it.
   *
   * @param writtenBytes how much of the payload is published already: 0 unless nothing waits
   * @returns false when the frame was not taken
   * @throws {@link FrameHeaderError} now rather than when its turn comes
   */
  push(header: FrameHeader, payload: Uint8Array, urgent: boolean, writtenBytes = 0): boolean {
    if (!urgent && !this.hasRoomFor(payload.length)) return false;
    assertFrameHeader(header);
    this.waiting.push({ header: { ...header }, payload: new Uint8Array(payload), writtenBytes });
    this.bytes += FRAME_HEADER_BYTES + payload.length;
    this.counted += header.flags & FRAME_FLAG_COUNTED;
    return true;
  }

  /** The oldest frame; undefined when empty. */
  peek(): WaitingFrame | undefined {
    return this.waiting[this.first];
  }

  /** Removes the oldest frame. */
  shift(): void {
    const frame = this.waiting[this.first];
    if (frame === undefined) return;
    this.bytes -= FRAME_HEADER_BYTES + frame.payload.length;
    this.counted -= frame.header.flags & FRAME_FLAG_COUNTED;
    this.first++;
    // Removing one by one from the front of a long array would cost its length each time.
    if (this.first * 2 >= this.waiting.length) {
      this.waiting = this.waiting.slice(this.first);
      this.first = 0;
    }
  }

  /** Forgets everything and returns how many counted frames that was. */
  clear(): number {
    const { counted } = this;
    this.waiting = [];
    this.first = 0;
    this.bytes = 0;
    this.counted = 0;
    return counted;
  }
}
