import type { FrameHeader } from './frame.js';

/**
 * What became of a frame handed to {@link Transport.send}.
 *
 * - `written`: published to the carrier; the peer can read it now.
 * - `queued`: the carrier is full; the frame waits in the outbox of that peer, in order.
 * - `refused`: the outbox is at its bound, or the peer is closed; the frame is not kept anywhere.
 */
export type SendOutcome = 'written' | 'queued' | 'refused';

/**
 * Receives frames. `header` is the receiver's to keep. `payload` is only valid during the call: copy what must
 * stay. It may be a view of shared memory, which some platform functions refuse.
 */
export type FrameHandler = (peer: number, header: FrameHeader, payload: Uint8Array) => void;

/** Frames that a peer may be left asleep for, count. */
export const WAKES_HELD_MAX = 64;

/** Tallies of one direction-pair with a peer. Monotonic, except the two `outbox` gauges. */
export interface PeerTallies {
  /** Frames published towards the peer, all and the counted ones (`FRAME_FLAG_COUNTED`). */
  framesWritten: number;
  countedWritten: number;
  /** Frames taken from the peer, all and the counted ones. */
  framesRead: number;
  countedRead: number;
  /** Frames waiting here because the carrier is full, the counted ones among them, and their bytes. */
  outboxFrames: number;
  outboxCounted: number;
  outboxBytes: number;
}

/**
 * Carries frames between numbered peers that all know each other.
 *
 * Promises: frames from one peer to another arrive at most once, in the order of `send`, whatever the
 * outcome was (`written` or `queued`), and whole; except that a frame whose head an earlier thread of the receiver
 * took may arrive torn (`FRAME_FLAG_TORN`). Nothing here blocks. A carrier knows nothing of what a frame means.
 */
export interface Transport {
  /** This end's number. */
  readonly self: number;
  /** The numbers of all other ends. */
  readonly peers: readonly number[];
  /** The largest payload that a frame may have, bytes. A larger one throws `FrameTooLargeError`. */
  readonly payloadBytesMax: number;
  /**
   * Hands over one frame. The payload is copied (or already written) before this returns.
   *
   * @param urgent never refuse: the outbox may pass its bound. For the few frames that keep a system
   *   together; the default is false.
   */
  send(peer: number, header: FrameHeader, payload: Uint8Array, urgent?: boolean): SendOutcome;
  /**
   * Takes frames that have arrived, round-robin over peers, at most `framesMax`, and gives each to
   * `deliver`. Returns how many it gave. If `deliver` throws, the frame counts as taken.
   */
  receive(framesMax: number, deliver: FrameHandler): number;
  /** The same from one peer only, as long as there is anything: used when that peer is known dead. */
  receiveFrom(peer: number, deliver: FrameHandler): number;
  /**
   * More frames are about to be sent: from now to the next {@link flush}, which must come, a peer is woken by the first and by every
   * 64th of them, and the rest are told of then. Each waking is a call into the kernel of the machine.
   */
  hold(): void;
  /** Moves outbox frames to the carrier as far as there is room, and ends {@link hold}. True when every outbox is empty. */
  flush(): boolean;
  /** True when a frame can be read now, or an outbox frame could be moved now. */
  ready(): boolean;
  /**
   * Resolves when `ready()` may have become true, or at once if it is; or when {@link wake} is called. At once
   * means without a turn of the event loop: do what `ready()` is about (receive, flush) before the next wait.
   * A spurious early return is allowed, a missed wake-up is not. Callers that wait at the same time share one
   * wait.
   */
  wait(): Promise<void>;
  /** Ends a pending `wait` of this end. */
  wake(): void;
  /** Forgets what waits in the outbox of a peer (it died) and returns how many counted frames that was. */
  dropOutbox(peer: number): number;
  /** What has passed between this end and a peer. */
  tallies(peer: number): PeerTallies;
  /**
   * Ends waiting for good; later sends from here and to here are refused. What has arrived can still be
   * received, what waits in outboxes can still be flushed.
   */
  close(): void;
}
