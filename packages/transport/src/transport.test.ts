import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FRAME_FLAG_COUNTED, FRAME_HEADER_BYTES, type FrameHeader } from './frame.js';
import { createMemoryMesh } from './memory/memory-transport.js';
import { createRingMesh } from './ring/ring-mesh.js';
import { openRingTransport } from './ring/ring-transport.js';
import { type PeerTallies, type SendOutcome, type Transport, WAKES_HELD_MAX } from './transport.js';

// At stake: the runtime is written against one promise, `Transport`, and simulated over another carrier than
// it runs on. So one suite, unchanged, over each: three ends, any sends, reads and flushes, and beside them
// one plain queue for each direction.

interface Limits {
  /** Bytes that a direction carries before frames are queued. */
  readonly carrierBytes: number;
  readonly outboxBytesMax: number;
  /** Default: what a quarter of the carrier holds. */
  readonly payloadBytesMax?: number;
}

interface Carrier {
  readonly name: string;
  open(endCount: number, limits: Limits): Transport[];
}

const CARRIERS: readonly Carrier[] = [
  {
    name: 'ring',
    open: (endCount, { carrierBytes, outboxBytesMax, ...limits }) => {
      const mesh = createRingMesh(endCount, { ringBytes: carrierBytes, ...limits });
      return Array.from({ length: endCount }, (_, self) => openRingTransport(mesh, self, { outboxBytesMax }));
    },
  },
  {
    name: 'memory',
    open: (endCount, { carrierBytes, ...limits }) =>
      createMemoryMesh(endCount, { linkBytes: carrierBytes, ...limits }),
  },
];

const SMALL: Limits = { carrierBytes: 256, outboxBytesMax: 300 };
/** Frames of up to four times what the carrier holds, and three times what may wait. */
const TIGHT: Limits = { ...SMALL, payloadBytesMax: 1024 };
const ROOMY: Limits = { carrierBytes: 65_536, outboxBytesMax: 65_536 };
const ENDS = 3;
const NO_PAYLOAD = new Uint8Array(0);

function header(target: number, flags = 0): FrameHeader {
  return { kind: target % 256, flags, target, sender: 7, correlation: 2 ** 53 - 1 - target };
}

interface Sent {
  readonly header: FrameHeader;
  readonly payload: readonly number[];
}

/** One direction as it should be: what was accepted and not yet delivered, and how much of it waits. */
interface Direction {
  readonly undelivered: Sent[];
  taken: number;
  takenCounted: number;
  /** Whether frames that waited were dropped. */
  hasGivenUp: boolean;
}

interface Model {
  /** By sender, then receiver. */
  readonly directions: readonly (readonly Direction[])[];
  next: number;
  /** What sends came to, over all runs: a suite that never fills a carrier tries nothing. */
  readonly outcomes: Set<SendOutcome>;
}

type Command = fc.Command<Model, Transport[]>;

class Send implements Command {
  readonly from: number;
  readonly to: number;
  readonly size: number;
  readonly flags: number;
  readonly urgent: boolean;
  constructor(from: number, to: number, size: number, flags: number, urgent: boolean) {
    this.from = from;
    this.to = to;
    this.size = size;
    this.flags = flags;
    this.urgent = urgent;
  }
  check(): boolean {
    return this.from !== this.to;
  }
  run(model: Model, ends: Transport[]): void {
    const direction = model.directions[this.from]![this.to]!;
    const sent = {
      header: header(model.next, this.flags),
      payload: new Array(this.size).fill(model.next % 256),
    };
    model.next++;
    const payload = Uint8Array.from(sent.payload);
    const before = ends[this.from]!.tallies(this.to);
    const reused = { ...sent.header };
    const outcome = ends[this.from]!.send(this.to, reused, payload, this.urgent);
    // The transport owns copies.
    reused.target = -1;
    payload.fill(255);
    const after = ends[this.from]!.tallies(this.to);
    model.outcomes.add(outcome);
    if (outcome === 'refused') {
      expect(this.urgent).toBe(false);
      expect(after.outboxFrames).toBeGreaterThan(0); // what finds nothing waiting is taken, whatever its size
      expect(after.outboxBytes + FRAME_HEADER_BYTES + this.size).toBeGreaterThan(SMALL.outboxBytesMax);
      return;
    }
    if (outcome === 'written') expect(after.outboxFrames).toBe(0);
    else expect(after.outboxFrames).toBeGreaterThan(0);
    const isLarge = this.size > SMALL.carrierBytes / 4 - FRAME_HEADER_BYTES;
    // What remains of a frame that was given up takes room until the reader has passed over it.
    if (direction.undelivered.length === 0 && !isLarge && !direction.hasGivenUp)
      expect(outcome).toBe('written');
    expect(after.framesWritten + after.outboxFrames).toBe(before.framesWritten + before.outboxFrames + 1);
    direction.undelivered.push(sent);
  }
  toString(): string {
    return `send(${this.from} -> ${this.to}, ${this.size} bytes, flags ${this.flags}, urgent ${this.urgent})`;
  }
}

class Receive implements Command {
  readonly self: number;
  readonly framesMax: number;
  constructor(self: number, framesMax: number) {
    this.self = self;
    this.framesMax = framesMax;
  }
  check(): boolean {
    return true;
  }
  run(model: Model, ends: Transport[]): void {
    let delivered = 0;
    const taken = ends[this.self]!.receive(this.framesMax, (peer, header, payload) => {
      delivered++;
      expectNext(model, peer, this.self, header, payload);
    });
    expect(taken).toBe(delivered);
    expect(taken).toBeLessThanOrEqual(this.framesMax);
  }
  toString(): string {
    return `receive(${this.self}, ${this.framesMax})`;
  }
}

class ReceiveFrom implements Command {
  readonly self: number;
  readonly peer: number;
  constructor(self: number, peer: number) {
    this.self = self;
    this.peer = peer;
  }
  check(): boolean {
    return this.self !== this.peer;
  }
  run(model: Model, ends: Transport[]): void {
    const written = ends[this.peer]!.tallies(this.self).framesWritten;
    let delivered = 0;
    const taken = ends[this.self]!.receiveFrom(this.peer, (peer, header, payload) => {
      delivered++;
      expect(peer).toBe(this.peer);
      expectNext(model, peer, this.self, header, payload);
    });
    expect(taken).toBe(delivered);
    expect(ends[this.self]!.tallies(this.peer).framesRead).toBe(written);
  }
  toString(): string {
    return `receiveFrom(${this.self}, ${this.peer})`;
  }
}

class Flush implements Command {
  readonly self: number;
  constructor(self: number) {
    this.self = self;
  }
  check(): boolean {
    return true;
  }
  run(_model: Model, ends: Transport[]): void {
    const end = ends[this.self]!;
    const isEmpty = end.flush();
    expect(isEmpty).toBe(end.peers.every((peer) => end.tallies(peer).outboxFrames === 0));
  }
  toString(): string {
    return `flush(${this.self})`;
  }
}

class DropOutbox implements Command {
  readonly self: number;
  readonly peer: number;
  constructor(self: number, peer: number) {
    this.self = self;
    this.peer = peer;
  }
  check(): boolean {
    return this.self !== this.peer;
  }
  run(model: Model, ends: Transport[]): void {
    const end = ends[this.self]!;
    const { outboxFrames, outboxCounted } = end.tallies(this.peer);
    expect(end.dropOutbox(this.peer)).toBe(outboxCounted);
    const direction = model.directions[this.self]![this.peer]!;
    const { undelivered } = direction;
    undelivered.splice(undelivered.length - outboxFrames);
    direction.hasGivenUp ||= outboxFrames > 0;
    expect(end.tallies(this.peer)).toMatchObject({ outboxFrames: 0, outboxCounted: 0, outboxBytes: 0 });
  }
  toString(): string {
    return `dropOutbox(${this.self}, ${this.peer})`;
  }
}

/** The frame must be the oldest that is still to come in its direction. */
function expectNext(model: Model, from: number, to: number, header: FrameHeader, payload: Uint8Array): void {
  const direction = model.directions[from]![to]!;
  expect({ header, payload: [...payload] }).toEqual(direction.undelivered.shift());
  direction.taken++;
  direction.takenCounted += header.flags & FRAME_FLAG_COUNTED;
}

/** Tallies on both sides agree with each other and with the queues. */
function expectAccounted(model: Model, ends: Transport[]): void {
  for (const sender of ends) {
    for (const peer of sender.peers) {
      const direction = model.directions[sender.self]![peer]!;
      const written: PeerTallies = sender.tallies(peer);
      const read: PeerTallies = ends[peer]!.tallies(sender.self);
      expect([read.framesRead, read.countedRead]).toEqual([direction.taken, direction.takenCounted]);
      expect(written.framesWritten + written.outboxFrames - read.framesRead).toBe(
        direction.undelivered.length,
      );
      const waiting = direction.undelivered.slice(direction.undelivered.length - written.outboxFrames);
      const counted = (frames: readonly Sent[]) => frames.filter(({ header }) => header.flags & 1).length;
      expect(written.outboxCounted).toBe(counted(waiting));
      expect(written.countedWritten - read.countedRead + written.outboxCounted).toBe(
        counted(direction.undelivered),
      );
      expect(written.outboxBytes).toBe(
        waiting.reduce((sum, { payload }) => sum + FRAME_HEADER_BYTES + payload.length, 0),
      );
    }
  }
}

// Most traffic goes one way, so that this way fills up.
const sender = fc.constantFrom(0, 0, 0, 1, 2);
const receiver = fc.constantFrom(1, 1, 1, 0, 2);
const small = fc.nat(SMALL.carrierBytes / 4 - FRAME_HEADER_BYTES);
const anySize = fc.oneof(small, fc.nat(TIGHT.payloadBytesMax!));
const sendsOf = (size: fc.Arbitrary<number>): fc.Arbitrary<Send> =>
  fc
    .tuple(sender, receiver, size, fc.nat(3), fc.nat(9))
    .map(([from, to, size, flags, urgency]) => new Send(from, to, size, flags, urgency === 0));
const receives = fc.tuple(receiver, fc.nat(4)).map(([self, framesMax]) => new Receive(self, framesMax));
const commandsWith = (sends: fc.Arbitrary<Send>): fc.Arbitrary<Command>[] => [
  ...[sends, sends, sends, sends, sends, sends, sends, sends],
  ...[receives, receives, receives],
  fc.tuple(receiver, sender).map(([self, peer]) => new ReceiveFrom(self, peer)),
  sender.map((self) => new Flush(self)),
  fc.tuple(sender, receiver).map(([self, peer]) => new DropOutbox(self, peer)),
];

describe.each(CARRIERS)('$name', ({ open }) => {
  test.each([
    { about: 'that travel in one piece', limits: SMALL, sizes: small },
    { about: 'of any size', limits: TIGHT, sizes: anySize },
  ])('of frames $about each direction is a queue, and every one is accounted for', ({ limits, sizes }) => {
    const outcomes = new Set<SendOutcome>();
    fc.assert(
      fc.property(fc.commands(commandsWith(sendsOf(sizes)), { maxCommands: 120, size: '+1' }), (run) => {
        const ends = open(ENDS, limits);
        const model: Model = {
          next: 0,
          outcomes,
          directions: ends.map(() =>
            ends.map(() => ({ undelivered: [], taken: 0, takenCounted: 0, hasGivenUp: false })),
          ),
        };
        fc.modelRun(() => ({ model, real: ends }), run);
        expectAccounted(model, ends);
        // Nothing is left behind: with the readers reading, everything accepted arrives.
        while (ends.some((end) => end.ready())) {
          for (const sender of ends) sender.flush();
          for (const reader of ends) {
            reader.receive(1000, (peer, header, payload) =>
              expectNext(model, peer, reader.self, header, payload),
            );
          }
        }
        expect(model.directions.flat().flatMap(({ undelivered }) => undelivered)).toEqual([]);
        expectAccounted(model, ends);
        expect(ends.map((transport) => transport.ready())).toEqual(ends.map(() => false));
      }),
      { numRuns: 300 },
    );
    expect(outcomes).toEqual(new Set<SendOutcome>(['written', 'queued', 'refused']));
  });

  test('ends know themselves and each other', () => {
    const [, b] = open(ENDS, ROOMY) as [Transport, Transport, Transport];
    expect([b.self, b.peers]).toEqual([1, [0, 2]]);
    expect(b.payloadBytesMax).toBe(65_536 / 4 - FRAME_HEADER_BYTES);
  });

  test('a lone end is never ready and always empty', () => {
    const [alone] = open(1, ROOMY) as [Transport];
    expect([alone.peers, alone.receive(9, () => {}), alone.flush(), alone.ready()]).toEqual([
      [],
      0,
      true,
      false,
    ]);
  });

  describe('sending', () => {
    test('the largest payload goes, a larger one throws', () => {
      const [a, b] = open(2, SMALL) as [Transport, Transport];
      expect(a.send(1, header(1), new Uint8Array(a.payloadBytesMax))).toBe('written');
      expect(() => a.send(1, header(2), new Uint8Array(a.payloadBytesMax + 1))).toThrow(
        expect.objectContaining({ code: 'TRANSPORT_FRAME_TOO_LARGE', payloadBytesMax: a.payloadBytesMax }),
      );
      expect(b.receive(9, (_, __, payload) => expect(payload.length).toBe(a.payloadBytesMax))).toBe(1);
    });

    test('a frame larger than carrier and outbox goes, and no other waits beside it', () => {
      const [a, b] = open(2, TIGHT) as [Transport, Transport];
      a.send(1, header(1), NO_PAYLOAD); // so that a carrier of whole frames must wait too
      const payload = Uint8Array.from({ length: 1024 }, (_, i) => i);
      expect(a.send(1, header(2), payload)).toBe('queued');
      expect(a.tallies(1).outboxBytes).toBeGreaterThan(TIGHT.outboxBytesMax);
      expect(a.send(1, header(3), NO_PAYLOAD)).toBe('refused');
      const arrived: (readonly [number, Uint8Array])[] = [];
      do b.receive(99, (_, { target }, payload) => arrived.push([target, payload.slice()]));
      while (!a.flush() || b.ready());
      expect(arrived).toEqual([
        [1, NO_PAYLOAD],
        [2, payload],
      ]);
      expect(() => a.send(1, header(4), new Uint8Array(1025))).toThrow(
        expect.objectContaining({ code: 'TRANSPORT_FRAME_TOO_LARGE', payloadBytesMax: 1024 }),
      );
    });

    test('what comes after a large frame that was given up midway is none of it', () => {
      const [a, b] = open(2, TIGHT) as [Transport, Transport];
      a.send(1, header(1, FRAME_FLAG_COUNTED), NO_PAYLOAD);
      a.send(1, header(2, FRAME_FLAG_COUNTED), new Uint8Array(1024).fill(2));
      expect(a.dropOutbox(1)).toBe(1);
      a.send(1, header(3, FRAME_FLAG_COUNTED), new Uint8Array(1024).fill(3));
      const arrived: number[] = [];
      do
        b.receive(99, (_, { target }, payload) => {
          arrived.push(target);
          expect(payload.every((byte) => byte === target)).toBe(true);
        });
      while (!a.flush() || b.ready());
      expect(arrived).toEqual([1, 3]);
      expect([a.tallies(1).countedWritten, b.tallies(0).countedRead]).toEqual([2, 2]);
    });

    test.each([0, 2, -1, 0.5])('end 0 of two has no peer %d', (peer) => {
      const [a] = open(2, SMALL) as [Transport];
      for (const use of [
        () => a.send(peer, header(1), NO_PAYLOAD),
        () => a.receiveFrom(peer, () => {}),
        () => a.dropOutbox(peer),
        () => a.tallies(peer),
      ]) {
        expect(use).toThrow(expect.objectContaining({ code: 'TRANSPORT_UNKNOWN_PEER', peer, self: 0 }));
      }
    });

    test('an impossible header throws whether there is room or not', () => {
      const [a] = open(2, SMALL) as [Transport];
      const bad = { ...header(1), target: -1 };
      const wrong = expect.objectContaining({ code: 'TRANSPORT_FRAME_HEADER', field: 'target' });
      expect(() => a.send(1, bad, NO_PAYLOAD)).toThrow(wrong);
      while (a.send(1, header(1), NO_PAYLOAD) === 'written');
      expect(() => a.send(1, bad, NO_PAYLOAD)).toThrow(wrong);
    });

    test('full: queued, then refused; urgent frames pass the bound and not each other', () => {
      const [a, b] = open(2, SMALL) as [Transport, Transport];
      const outcomes: string[] = [];
      for (let i = 0; i < 50; i++) outcomes.push(a.send(1, header(i), new Uint8Array(32)));
      expect([...new Set(outcomes)]).toEqual(['written', 'queued', 'refused']);
      expect(a.tallies(1).outboxBytes).toBeLessThanOrEqual(SMALL.outboxBytesMax);
      expect(a.send(1, header(100), new Uint8Array(32), true)).toBe('queued');
      expect(a.send(1, header(101), NO_PAYLOAD)).toBe('refused');
      expect(a.send(1, header(102), NO_PAYLOAD, true)).toBe('queued');
      const arrived: number[] = [];
      do b.receive(99, (_, { target }) => arrived.push(target));
      while (!a.flush() || b.ready());
      const accepted = outcomes.flatMap((outcome, i) => (outcome === 'refused' ? [] : [i]));
      expect(arrived).toEqual([...accepted, 100, 102]);
    });
  });

  test('a small frame does not overtake a large one that waits', () => {
    const [a, b] = open(2, SMALL) as [Transport, Transport];
    let number = 0;
    while (a.send(1, header(number), new Uint8Array(32)) === 'written') number++;
    b.receive(1, () => {}); // makes room for one of the two that wait now
    expect(a.send(1, header(number + 1), new Uint8Array(32))).toBe('queued');
    b.receive(1, () => {});
    expect(a.send(1, header(number + 2), NO_PAYLOAD)).not.toBe('refused');
    const arrived: number[] = [];
    do b.receive(99, (_, { target }) => arrived.push(target));
    while (!a.flush() || b.ready());
    expect(arrived).toEqual(Array.from({ length: number + 1 }, (_, i) => i + 2));
  });

  describe('receiving', () => {
    test('no peer starves another', () => {
      const [a, b, c] = open(3, ROOMY) as [Transport, Transport, Transport];
      for (let i = 0; i < 300; i++) a.send(2, header(i), NO_PAYLOAD);
      b.send(2, header(0), NO_PAYLOAD);
      const from = new Set<number>();
      c.receive(150, (peer) => from.add(peer));
      expect(from).toEqual(new Set([0, 1]));
    });

    test('a frame whose delivery throws counts as taken, the next ones stay', () => {
      const [a, b] = open(2, ROOMY) as [Transport, Transport];
      for (const target of [1, 2]) a.send(1, header(target), NO_PAYLOAD);
      const fail = () => {
        throw new Error('refused');
      };
      expect(() => b.receive(9, fail)).toThrow('refused');
      expect(b.tallies(0).framesRead).toBe(1);
      expect(b.receive(9, (_, { target }) => expect(target).toBe(2))).toBe(1);
    });

    test('a handler may send, to whoever it received from', () => {
      const [a, b] = open(2, ROOMY) as [Transport, Transport];
      a.send(1, header(1), NO_PAYLOAD);
      b.receive(9, (peer, { target }) => b.send(peer, header(target + 1), NO_PAYLOAD));
      expect(a.receive(9, (_, { target }) => expect(target).toBe(2))).toBe(1);
    });
  });

  describe('waiting', () => {
    test('is over at once when there is something to read', async () => {
      const [a, b] = open(2, ROOMY) as [Transport, Transport];
      a.send(1, header(1), NO_PAYLOAD);
      expect(b.ready()).toBe(true);
      await b.wait();
    });

    test('ends when a frame comes, again and again', async () => {
      const [a, b] = open(2, ROOMY) as [Transport, Transport];
      for (let i = 0; i < 5; i++) {
        const waiting = b.wait();
        expect(b.ready()).toBe(false);
        a.send(1, header(i), NO_PAYLOAD);
        await waiting;
        expect(b.receive(9, (_, { target }) => expect(target).toBe(i))).toBe(1);
      }
    });

    test('ends when there is room for what waits in the outbox', async () => {
      const [a, b] = open(2, SMALL) as [Transport, Transport];
      while (a.send(1, header(1), NO_PAYLOAD) !== 'queued');
      expect(a.ready()).toBe(false);
      const waiting = a.wait();
      b.receive(99, () => {});
      await waiting;
      expect([a.ready(), a.flush(), b.ready()]).toEqual([true, true, true]);
    });

    test('ends for each part of a large frame, at either end', async () => {
      const [a, b] = open(2, TIGHT) as [Transport, Transport];
      const arrived: number[] = [];
      let reads = 0;
      const reading = (async () => {
        while (arrived.length < 3) {
          await b.wait();
          b.receive(99, (_, header, payload) => arrived.push(header.target, payload.length));
          reads++;
          if (arrived.length === 2) a.send(1, header(2), NO_PAYLOAD);
        }
      })();
      a.send(1, header(1), new Uint8Array(1024));
      while (!a.flush()) await a.wait();
      await reading;
      expect(arrived).toEqual([1, 1024, 2, 0]);
      expect(reads).toBeGreaterThan(1);
    });

    test('wakes a peer that waits for frames when the outbox is flushed', async () => {
      const [a, b] = open(2, SMALL) as [Transport, Transport];
      while (a.send(1, header(1), NO_PAYLOAD) !== 'queued');
      b.receive(99, () => {});
      const waiting = b.wait();
      expect(a.flush()).toBe(true);
      await waiting;
      expect(b.receive(99, () => {})).toBe(1);
    });

    test.each<[string, (a: Transport, b: Transport) => void]>([
      ['moved', (a, b) => expect([b.receive(1, () => {}), a.flush()]).toEqual([1, true])],
      ['forgotten', (a) => expect(a.dropOutbox(1)).toBe(0)],
    ])('is not disturbed for room once the outbox was %s', async (_, empty) => {
      const [a, b] = open(2, SMALL) as [Transport, Transport];
      while (a.send(1, header(1), NO_PAYLOAD) !== 'queued');
      empty(a, b);
      let isOver = false;
      const waiting = a.wait().then(() => {
        isOver = true;
      });
      b.receive(99, () => {});
      await aTurnOfTheEventLoop();
      expect(isOver).toBe(false);
      a.wake();
      await waiting;
    });

    test('ends when woken, without anything being ready', async () => {
      const [a] = open(2, ROOMY) as [Transport];
      const waiting = a.wait();
      a.wake();
      await waiting;
      expect(a.ready()).toBe(false);
    });

    test('being woken while awake has no effect later', async () => {
      const [a, b] = open(2, ROOMY) as [Transport, Transport];
      b.wake();
      let isOver = false;
      const waiting = b.wait().then(() => {
        isOver = true;
      });
      await aTurnOfTheEventLoop();
      expect(isOver).toBe(false);
      a.send(1, header(1), NO_PAYLOAD);
      await waiting;
    });
  });

  describe('holding wakes', () => {
    test('leaves nobody asleep: who lies down meanwhile is woken by the flush', async () => {
      const [a, b] = open(2, ROOMY) as [Transport, Transport];
      a.hold();
      a.send(1, header(1), NO_PAYLOAD); // wakes at once, whoever sleeps
      expect(b.receive(10, () => undefined)).toBe(1);
      let isUp = false;
      const waiting = b.wait().then(() => {
        isUp = true;
      });
      a.send(1, header(2), NO_PAYLOAD);
      a.flush();
      await waiting;
      expect(isUp).toBe(true);
      expect(b.receive(10, () => undefined)).toBe(1);
      a.close();
      b.close();
    });

    test('wakes for the first, and for every so many', async () => {
      const [a, b] = open(2, ROOMY) as [Transport, Transport];
      a.hold();
      for (let frame = 0; frame <= WAKES_HELD_MAX; frame++) {
        const waiting = frame === 0 || frame === WAKES_HELD_MAX ? b.wait() : undefined;
        a.send(1, header(frame), NO_PAYLOAD);
        await waiting;
        b.receive(10, () => undefined);
      }
      a.flush();
      a.close();
      b.close();
    });
  });

  describe('closing', () => {
    test('ends a wait, and every later one', async () => {
      const [a] = open(2, ROOMY) as [Transport];
      const waiting = a.wait();
      a.close();
      await waiting;
      await a.wait();
      a.close();
    });

    test('refuses what is sent from it and to it, urgent or not', () => {
      const [a, b, c] = open(3, ROOMY) as [Transport, Transport, Transport];
      b.send(0, header(1), NO_PAYLOAD);
      a.close();
      expect(a.send(1, header(2), NO_PAYLOAD)).toBe('refused');
      expect(b.send(0, header(3), NO_PAYLOAD, true)).toBe('refused');
      expect(c.send(1, header(4), NO_PAYLOAD)).toBe('written');
      expect(b.tallies(0)).toMatchObject({ framesWritten: 1, outboxFrames: 0 });
      // What had arrived can still be read.
      expect(a.receive(9, (_, { target }) => expect(target).toBe(1))).toBe(1);
    });
  });
});

/** Long enough for a wait that is over to say so, without a clock. */
async function aTurnOfTheEventLoop(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
}
