import type { FrameHeader } from './frame.js';
import type { FrameHandler } from './transport.js';

/** Frames that passed one end of a link, all and the counted ones (`FRAME_FLAG_COUNTED`). Monotonic. */
export interface LinkTallies {
  readonly frames: number;
  readonly counted: number;
}

/** The writing end of a link: one direction between two peers, with room for so many bytes. */
export interface LinkWriter {
  /** The largest payload that `tryWrite` takes, bytes; `writeLarge` is for those beyond. */
  readonly wholeBytesMax: number;
  /** Publishes a frame whole, copying the payload; false when there is no room for it now. */
  tryWrite(header: FrameHeader, payload: Uint8Array): boolean;
  /**
   * Publishes as much of a large frame as there is room for, from byte `from` of its payload. To go on with it, call
   * it again with what it returned; to give the rest up, write another frame. The frame counts as written with its
   * last byte.
   *
   * @returns up to where the payload is published now; `payload.length` when the frame is
   */
  writeLarge(header: FrameHeader, payload: Uint8Array, from: number): number;
  /** Whether writing would get anywhere with a payload of this size, of which so many bytes are written. */
  hasRoomFor(payloadBytes: number, writtenBytes: number): boolean;
  /** Tells the reader whether to ring when it has made room. */
  wantRoom(wanted: boolean): void;
  tallies(): LinkTallies;
}

/** The reading end of a link. */
export interface LinkReader {
  /** Whether a frame can be read now. */
  readable(): boolean;
  /**
   * Takes at most `framesMax` frames in order and gives each to `deliver`. A frame counts as taken before
   * `deliver` sees it, so no failure delivers it twice. Called from within `deliver` it takes nothing. A frame of which
   * only a part is there is taken in as far as it goes, and not counted in the answer.
   */
  read(deliver: FrameHandler, framesMax: number): number;
  /** Whether the writer waits for room. */
  roomWanted(): boolean;
  tallies(): LinkTallies;
}

/** Wakes one other end. */
export interface Bell {
  /** Whether that end was closed. */
  isClosed(): boolean;
  /** Wakes that end if it sleeps; does nothing, cheaply, if not. */
  ringIfAsleep(): void;
}

/** The sleep of this end. */
export interface Sleeper {
  /**
   * Resolves after the bell was rung. `isReady` is asked once more when the bell already counts: what became
   * ready before that is seen by the question, what becomes ready later rings.
   */
  sleep(isReady: () => boolean): Promise<void>;
  /** Ends the sleep of this end, from its own thread. */
  wake(): void;
  /** Tells the other ends that nobody will read here. */
  close(): void;
}
