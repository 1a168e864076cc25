import { FrameTooLargeError, UnknownPeerError } from './errors.js';
import type { FrameHeader } from './frame.js';
import type { Bell, LinkReader, LinkWriter, Sleeper } from './link.js';
import type { Outbox } from './outbox.js';
import {
  type FrameHandler,
  type PeerTallies,
  type SendOutcome,
  type Transport,
  WAKES_HELD_MAX,
} from './transport.js';

/** Frames taken from one peer before the next peer has its turn. */
const FRAMES_PER_TURN = 64;

/** What this end holds for one peer. */
export interface Port {
  readonly peer: number;
  readonly writer: LinkWriter;
  readonly reader: LinkReader;
  readonly outbox: Outbox;
  readonly bell: Bell;
  /** Frames written since the bell was last rung, while wakes are held. */
  held: number;
}

/** What a {@link LinkTransport} is made of. */
export interface LinkTransportParts {
  readonly self: number;
  readonly payloadBytesMax: number;
  readonly ports: readonly Port[];
  readonly sleeper: Sleeper;
}

/**
 * A {@link Transport} over links, whatever carries them: the order of frames, the outboxes, whose turn it is
 * and when to ring are decided here once, for shared memory and for one process alike.
 *
 * Order is kept because a frame goes to the link only while the outbox of its peer is empty. Nobody sleeps
 * through anything because each change that could make an end ready (a frame published to it, room made for
 * it) comes before a look at whether it sleeps, and it announces its sleep before it looks for changes.
 */
export class LinkTransport implements Transport {
  readonly self: number;
  readonly peers: readonly number[];
  readonly payloadBytesMax: number;
  private readonly ports: readonly Port[];
  /** Indexed by peer number; a hole where there is none. */
  private readonly portOf: readonly (Port | undefined)[];
  private readonly sleeper: Sleeper;
  /** The largest payload that goes the short way, bytes. */
  private readonly wholeBytesMax: number;
  private sleep: Promise<void> | undefined;
  private turn = 0;
  private closed = false;
  /** Wakes are held back until the next flush. */
  private holds = false;

  constructor(parts: LinkTransportParts) {
    this.self = parts.self;
    this.peers = parts.ports.map((port) => port.peer);
    this.payloadBytesMax = parts.payloadBytesMax;
    this.ports = parts.ports;
    this.wholeBytesMax = parts.ports.reduce(
      (least, { writer }) => Math.min(least, writer.wholeBytesMax),
      parts.payloadBytesMax,
    );
    const portOf: (Port | undefined)[] = [];
    for (const port of parts.ports) portOf[port.peer] = port;
    this.portOf = portOf;
    this.sleeper = parts.sleeper;
  }

  send(peer: number, header: FrameHeader, payload: Uint8Array, urgent = false): SendOutcome {
    const port = this.port(peer);
    if (payload.length > this.wholeBytesMax) return this.sendLarge(port, header, payload, urgent);
    if (this.closed || port.bell.isClosed()) return 'refused';
    const { outbox, writer } = port;
    if ((outbox.frames === 0 || this.flushPort(port)) && writer.tryWrite(header, payload)) {
      if (!this.holds) port.bell.ringIfAsleep();
      else this.ringLater(port);
      return 'written';
    }
    if (!outbox.push(header, payload, urgent)) return 'refused';
    if (outbox.frames === 1) writer.wantRoom(true);
    return 'queued';
  }

  /** What the link does not take at once: the rest waits in the outbox, and with it whatever comes after. */
  private sendLarge(port: Port, header: FrameHeader, payload: Uint8Array, urgent: boolean): SendOutcome {
    if (payload.length > this.payloadBytesMax)
      throw new FrameTooLargeError(payload.length, this.payloadBytesMax);
    if (this.closed || port.bell.isClosed()) return 'refused';
    const { outbox, writer } = port;
    const isNext = outbox.frames === 0 || this.flushPort(port);
    const writtenBytes = isNext ? writer.writeLarge(header, payload, 0) : 0;
    if (writtenBytes > 0) port.bell.ringIfAsleep();
    if (writtenBytes === payload.length) return 'written';
    // What has been begun is taken: an outbox in which nothing waits refuses nothing.
    if (!outbox.push(header, payload, urgent, writtenBytes)) return 'refused';
    if (outbox.frames === 1) writer.wantRoom(true);
    return 'queued';
  }

  receive(framesMax: number, deliver: FrameHandler): number {
    let taken = 0;
    let emptyInARow = 0;
    while (taken < framesMax && emptyInARow < this.ports.length) {
      const port = this.ports[this.turn]!;
      this.turn = (this.turn + 1) % this.ports.length;
      const got = this.readPort(port, deliver, Math.min(FRAMES_PER_TURN, framesMax - taken));
      taken += got;
      emptyInARow = got === 0 ? emptyInARow + 1 : 0;
    }
    return taken;
  }

  receiveFrom(peer: number, deliver: FrameHandler): number {
    const port = this.port(peer);
    let taken = 0;
    for (;;) {
      const got = this.readPort(port, deliver, FRAMES_PER_TURN);
      if (got === 0) return taken;
      taken += got;
    }
  }

  hold(): void {
    this.holds = true;
  }

  /** The first frame wakes at once, so that its receiver works meanwhile. */
  private ringLater(port: Port): void {
    if (port.held === 0 || port.held === WAKES_HELD_MAX) {
      port.bell.ringIfAsleep();
      port.held = 0;
    }
    port.held++;
  }

  flush(): boolean {
    let isEmpty = true;
    if (this.holds) {
      this.holds = false;
      for (const port of this.ports) {
        if (port.held > 1) port.bell.ringIfAsleep();
        port.held = 0;
      }
    }
    for (const port of this.ports) {
      if (port.outbox.frames > 0 && !this.flushPort(port)) isEmpty = false;
    }
    return isEmpty;
  }

  ready(): boolean {
    for (const { reader, writer, outbox } of this.ports) {
      if (reader.readable()) return true;
      const next = outbox.peek();
      if (next !== undefined && writer.hasRoomFor(next.payload.length, next.writtenBytes)) return true;
    }
    return false;
  }

  wait(): Promise<void> {
    if (this.closed || this.ready()) return Promise.resolve();
    this.sleep ??= this.sleeper
      .sleep(() => this.closed || this.ready())
      .finally(() => {
        this.sleep = undefined;
      });
    return this.sleep;
  }

  wake(): void {
    if (this.sleep !== undefined) this.sleeper.wake();
  }

  dropOutbox(peer: number): number {
    const { outbox, writer } = this.port(peer);
    const counted = outbox.clear();
    writer.wantRoom(false);
    return counted;
  }

  tallies(peer: number): PeerTallies {
    const { writer, reader, outbox } = this.port(peer);
    const written = writer.tallies();
    const read = reader.tallies();
    return {
      framesWritten: written.frames,
      countedWritten: written.counted,
      framesRead: read.frames,
      countedRead: read.counted,
      outboxFrames: outbox.frames,
      outboxCounted: outbox.counted,
      outboxBytes: outbox.bytes,
    };
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.sleeper.close();
    this.wake();
  }

  private port(peer: number): Port {
    const port = this.portOf[peer];
    if (port === undefined) throw new UnknownPeerError(peer, this.self);
    return port;
  }

  private readPort(port: Port, deliver: FrameHandler, framesMax: number): number {
    const { reader } = port;
    try {
      return reader.read(deliver, framesMax);
    } finally {
      if (reader.roomWanted()) port.bell.ringIfAsleep();
    }
  }

  /** Moves what fits. True when the outbox is empty. */
  private flushPort({ outbox, writer, bell }: Port): boolean {
    let moved = false;
    for (let next = outbox.peek(); next !== undefined; next = outbox.peek()) {
      const { header, payload, writtenBytes } = next;
      if (payload.length > this.wholeBytesMax) {
        next.writtenBytes = writer.writeLarge(header, payload, writtenBytes);
        moved ||= next.writtenBytes > writtenBytes;
        if (next.writtenBytes < payload.length) break;
      } else if (!writer.tryWrite(header, payload)) break;
      outbox.shift();
      moved = true;
    }
    if (moved) bell.ringIfAsleep();
    if (outbox.frames > 0) return false;
    writer.wantRoom(false);
    return true;
  }
}
