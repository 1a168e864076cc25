import { TransportOptionError } from '../errors.js';
import { FRAME_FLAG_COUNTED, FRAME_HEADER_BYTES, type FrameHeader } from '../frame.js';
import type { Bell, LinkReader, LinkTallies, LinkWriter, Sleeper } from '../link.js';
import { LinkTransport } from '../link-transport.js';
import { OUTBOX_BYTES_MAX_DEFAULT, Outbox } from '../outbox.js';
import type { FrameHandler, Transport } from '../transport.js';

/** The bounds of a memory mesh. */
export interface MemoryMeshOptions {
  /**
   * Bytes in flight from one end to another before frames are queued, headers included. Default 1 MiB. A frame that
   * finds nothing in flight is carried whatever its size.
   */
  readonly linkBytes?: number;
  /** The same of what waits for room towards each peer. Default 64 MiB. */
  readonly outboxBytesMax?: number;
  /** The largest payload of a frame, bytes. Default: a quarter of `linkBytes` less 32, as in a ring. */
  readonly payloadBytesMax?: number;
}

/**
 * So many ends in one thread, each the peer of all others, with the promises of {@link Transport}: frames are
 * copied, and what does not fit is queued or refused. For tests and simulation: nothing here depends on time
 * or chance.
 *
 * Frames are carried whole, also those that a ring of the same size would carry in chunks.
 *
 * @throws {@link TransportOptionError} `TRANSPORT_OPTION`
 * @example const [a, b] = createMemoryMesh(2);
 */
export function createMemoryMesh(endCount: number, options: MemoryMeshOptions = {}): Transport[] {
  const { linkBytes = 1024 * 1024, outboxBytesMax = OUTBOX_BYTES_MAX_DEFAULT } = options;
  if (!(Number.isInteger(endCount) && endCount >= 1)) {
    throw new TransportOptionError('endCount', 'a whole number, at least 1', endCount);
  }
  if (!(linkBytes >= FRAME_HEADER_BYTES * 4)) {
    throw new TransportOptionError('linkBytes', `at least ${FRAME_HEADER_BYTES * 4}`, linkBytes);
  }
  const { payloadBytesMax = Math.floor(linkBytes / 4) - FRAME_HEADER_BYTES } = options;
  const ends = Array.from({ length: endCount }, (_, end) => end);
  const sleepers = ends.map(() => new MemorySleeper());
  const links = ends.map((from) => ends.map(() => new MemoryLink(from, linkBytes)));
  return ends.map((self) => {
    const ports = ends
      .filter((peer) => peer !== self)
      .map((peer) => ({
        peer,
        writer: links[self]![peer]!.writer,
        reader: links[peer]![self]!.reader,
        outbox: new Outbox(outboxBytesMax),
        bell: sleepers[peer]!,
        held: 0,
      }));
    return new LinkTransport({ self, payloadBytesMax, ports, sleeper: sleepers[self]! });
  });
}

/** One direction: a queue of copies, and its two ends. */
class MemoryLink {
  readonly writer: MemoryLinkWriter;
  readonly reader: MemoryLinkReader;

  constructor(from: number, linkBytes: number) {
    const state: LinkState = { queue: new Outbox(linkBytes), roomWanted: false };
    this.writer = new MemoryLinkWriter(state);
    this.reader = new MemoryLinkReader(state, from);
  }
}

interface LinkState {
  readonly queue: Outbox;
  roomWanted: boolean;
}

class MemoryLinkWriter implements LinkWriter {
  readonly wholeBytesMax: number = Number.POSITIVE_INFINITY;
  private readonly state: LinkState;
  private frames = 0;
  private counted = 0;

  constructor(state: LinkState) {
    this.state = state;
  }

  tryWrite(header: FrameHeader, payload: Uint8Array): boolean {
    if (!this.state.queue.push(header, payload, false)) return false;
    this.frames += 1;
    this.counted += header.flags & FRAME_FLAG_COUNTED;
    return true;
  }

  /** Nothing is large here. */
  writeLarge(header: FrameHeader, payload: Uint8Array): number {
    return this.tryWrite(header, payload) ? payload.length : 0;
  }

  hasRoomFor(payloadBytes: number): boolean {
    return this.state.queue.hasRoomFor(payloadBytes);
  }

  wantRoom(wanted: boolean): void {
    this.state.roomWanted = wanted;
  }

  tallies(): LinkTallies {
    return { frames: this.frames, counted: this.counted };
  }
}

class MemoryLinkReader implements LinkReader {
  private readonly state: LinkState;
  private readonly peer: number;
  private frames = 0;
  private counted = 0;
  private reading = false;

  constructor(state: LinkState, peer: number) {
    this.state = state;
    this.peer = peer;
  }

  readable(): boolean {
    return this.state.queue.frames > 0;
  }

  read(deliver: FrameHandler, framesMax: number): number {
    if (this.reading) return 0;
    this.reading = true;
    let taken = 0;
    try {
      for (; taken < framesMax; taken++) {
        const frame = this.state.queue.peek();
        if (frame === undefined) break;
        this.state.queue.shift();
        this.frames += 1;
        this.counted += frame.header.flags & FRAME_FLAG_COUNTED;
        deliver(this.peer, frame.header, frame.payload);
      }
      return taken;
    } finally {
      this.reading = false;
    }
  }

  roomWanted(): boolean {
    return this.state.roomWanted;
  }

  tallies(): LinkTallies {
    return { frames: this.frames, counted: this.counted };
  }
}

class MemorySleeper implements Sleeper, Bell {
  private rise: (() => void) | undefined;
  private closed = false;

  /** On one thread nothing can become ready between the caller's own look and this. */
  sleep(): Promise<void> {
    return new Promise((resolve) => {
      this.rise = resolve;
    });
  }

  wake(): void {
    this.rise?.();
    this.rise = undefined;
  }

  ringIfAsleep(): void {
    this.wake();
  }

  isClosed(): boolean {
    return this.closed;
  }

  close(): void {
    this.closed = true;
  }
}
