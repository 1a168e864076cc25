import {
  FRAME_FLAG_COUNTED,
  FRAME_HEADER_BYTES,
  type FrameHandler,
  type FrameHeader,
  FrameTooLargeError,
  type PeerTallies,
  type SendOutcome,
  type Transport,
} from '@skein/transport';
import type { LinkTallies } from '../../scheduling/shard-launcher.js';

/** Bytes that may wait for room towards a peer, as in a ring's outbox. */
const OUTBOX_BYTES_MAX = 64 * 1024 * 1024;

interface Flight {
  readonly header: FrameHeader;
  readonly payload: Uint8Array;
  readonly bytes: number;
}

/** One direction between two shards: frames on their way, in order, and those for which there was no room yet. */
export class SimulatedLink {
  readonly from: number;
  readonly to: number;
  readonly tallies: { -readonly [K in keyof LinkTallies]: LinkTallies[K] } = {
    framesWritten: 0,
    framesRead: 0,
    countedWritten: 0,
    countedRead: 0,
  };
  /** Nothing arrives while there is at least one cut. */
  cuts = 0;
  readonly #bytesMax: number;
  #flying: Flight[] = [];
  #bytes = 0;
  #outbox: Flight[] = [];
  #outboxBytes = 0;

  constructor(from: number, to: number, bytesMax: number) {
    this.from = from;
    this.to = to;
    this.#bytesMax = bytesMax;
  }

  /** Frames on their way, count. */
  get flying(): number {
    return this.#flying.length;
  }

  /** The next frame to arrive. */
  get next(): FrameHeader | undefined {
    return this.#flying[0]?.header;
  }

  /** The next frame is a message or a reply, and counts as an envelope. */
  get nextIsCounted(): boolean {
    return ((this.next?.flags ?? 0) & FRAME_FLAG_COUNTED) !== 0;
  }

  send(header: FrameHeader, payload: Uint8Array, urgent: boolean): SendOutcome {
    const flight = { header, payload: new Uint8Array(payload), bytes: payload.length + FRAME_HEADER_BYTES };
    if (this.#outbox.length === 0 && this.#write(flight)) return 'written';
    // As everywhere: a frame that finds nothing waiting is taken whatever its size.
    const isTooMuch = this.#outbox.length > 0 && this.#outboxBytes + flight.bytes > OUTBOX_BYTES_MAX;
    if (!urgent && isTooMuch) return 'refused';
    this.#outbox.push(flight);
    this.#outboxBytes += flight.bytes;
    return 'queued';
  }

  /** True when nothing waits for room. */
  flush(): boolean {
    let moved = 0;
    while (moved < this.#outbox.length && this.#write(this.#outbox[moved]!))
      this.#outboxBytes -= this.#outbox[moved++]!.bytes;
    if (moved > 0) this.#outbox.splice(0, moved);
    return this.#outbox.length === 0;
  }

  #write(flight: Flight): boolean {
    if (this.#flying.length > 0 && this.#bytes + flight.bytes > this.#bytesMax) return false;
    this.#flying.push(flight);
    this.#bytes += flight.bytes;
    this.tallies.framesWritten++;
    this.tallies.countedWritten += flight.header.flags & FRAME_FLAG_COUNTED;
    return true;
  }

  /** Takes the next frame. */
  read(deliver: FrameHandler): boolean {
    const flight = this.#flying.shift();
    if (flight === undefined) return false;
    this.#bytes -= flight.bytes;
    this.tallies.framesRead++;
    this.tallies.countedRead += flight.header.flags & FRAME_FLAG_COUNTED;
    deliver(this.from, flight.header, flight.payload);
    return true;
  }

  /** Lets the next frame arrive twice. */
  duplicateNext(): void {
    const [flight] = this.#flying;
    if (flight === undefined) return;
    this.#flying.unshift(flight);
    this.#bytes += flight.bytes;
    this.tallies.framesWritten++;
    this.tallies.countedWritten += flight.header.flags & FRAME_FLAG_COUNTED;
  }

  /** Forgets what waits for room. Returns how many counted frames that was. */
  dropOutbox(): number {
    const { counted } = this.outbox;
    this.#outbox = [];
    this.#outboxBytes = 0;
    return counted;
  }

  /** What waits for room: frames, those of envelopes among them, and their bytes. */
  get outbox(): { readonly frames: number; readonly counted: number; readonly bytes: number } {
    const counted = this.#outbox.reduce((sum, { header }) => sum + (header.flags & FRAME_FLAG_COUNTED), 0);
    return { frames: this.#outbox.length, counted, bytes: this.#outboxBytes };
  }
}

/**
 * The ways between simulated shards, with the promises of {@link Transport}: in order between two, bounded. A frame
 * arrives when the simulation takes it, which may be long after, and in any order with those of other links.
 */
export class SimulatedNetwork {
  readonly links: readonly SimulatedLink[];
  readonly ends: readonly SimulatedEnd[];
  /** Shards, count: they are numbered from 0. */
  readonly shardCount: number;

  /**
   * @param linkBytes what is on its way on one link before frames wait for room, bytes
   * @param payloadBytesMax the largest payload of a frame, bytes; frames travel whole, also those larger than a link
   */
  constructor(shardCount: number, linkBytes: number, payloadBytesMax: number) {
    const links: SimulatedLink[] = [];
    for (let from = 0; from < shardCount; from++)
      for (let to = 0; to < shardCount; to++)
        if (from !== to) links.push(new SimulatedLink(from, to, linkBytes));
    this.links = links;
    this.shardCount = shardCount;
    this.ends = Array.from(
      { length: shardCount },
      (_, self) => new SimulatedEnd(self, this, payloadBytesMax),
    );
  }

  link(from: number, to: number): SimulatedLink {
    return this.links[from * (this.shardCount - 1) + (to > from ? to - 1 : to)]!;
  }
}

/** One shard's end of all its links. */
class SimulatedEnd implements Transport {
  readonly self: number;
  readonly peers: readonly number[];
  readonly payloadBytesMax: number;
  readonly #network: SimulatedNetwork;
  readonly #gone = new Set<number>();
  #closed = false;
  /** The link whose next frame the simulation lets in. */
  admitted: SimulatedLink | undefined;

  constructor(self: number, network: SimulatedNetwork, payloadBytesMax: number) {
    this.self = self;
    this.#network = network;
    this.peers = network.links.filter(({ from }) => from === self).map(({ to }) => to);
    this.payloadBytesMax = payloadBytesMax;
  }

  send(peer: number, header: FrameHeader, payload: Uint8Array, urgent = false): SendOutcome {
    if (payload.length > this.payloadBytesMax)
      throw new FrameTooLargeError(payload.length, this.payloadBytesMax);
    if (this.#closed || this.#gone.has(peer)) return 'refused';
    return this.#network.link(this.self, peer).send(header, payload, urgent);
  }

  /** Nobody sleeps here. */
  hold(): void {}

  /** Takes the one frame that is let in. */
  receive(_: number, deliver: FrameHandler): number {
    const link = this.admitted;
    this.admitted = undefined;
    return link?.read(deliver) ? 1 : 0;
  }

  receiveFrom(peer: number, deliver: FrameHandler): number {
    const link = this.#network.link(peer, this.self);
    let taken = 0;
    while (link.read(deliver)) taken++;
    return taken;
  }

  flush(): boolean {
    let isEmpty = true;
    for (const peer of this.peers) isEmpty = this.#network.link(this.self, peer).flush() && isEmpty;
    return isEmpty;
  }

  ready(): boolean {
    return false; // the simulation knows, and nobody else asks
  }

  wait(): Promise<void> {
    return Promise.resolve();
  }

  wake(): void {}

  dropOutbox(peer: number): number {
    return this.#network.link(this.self, peer).dropOutbox();
  }

  tallies(peer: number): PeerTallies {
    const out = this.#network.link(this.self, peer);
    const { framesRead, countedRead } = this.#network.link(peer, this.self).tallies;
    const { framesWritten, countedWritten } = out.tallies;
    const { frames, counted, bytes } = out.outbox;
    return {
      framesWritten,
      countedWritten,
      framesRead,
      countedRead,
      outboxFrames: frames,
      outboxCounted: counted,
      outboxBytes: bytes,
    };
  }

  close(): void {
    this.#closed = true;
  }
}

export type { SimulatedEnd };
