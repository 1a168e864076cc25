import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FRAME_FLAG_COUNTED, FRAME_FLAG_TORN, type FrameHeader } from '../frame.js';
import { CHUNK_MARK, CHUNK_PREFIX_BYTES, chunkBytesMax } from './chunk.js';
import { SHARED_ATOMICS } from './ring-atomics.js';
import { createRing, RING_HEADER_BYTES, ringPayloadBytesMax } from './ring-layout.js';
import { SpscRingReader, SpscRingWriter } from './spsc-ring.js';

// At stake: a frame larger than the ring takes passes through it in pieces, and at any piece either thread may be
// replaced. Its head must never get the tail of another frame, and both sides must have counted the same in the
// end. Tried against a list of the pieces that lie in the ring.

const RING_BYTES = 256;
const PAYLOAD_BYTES_MAX = 1000;
const WHOLE_BYTES_MAX = ringPayloadBytesMax(RING_BYTES);
const CHUNK_BYTES_MAX = chunkBytesMax(RING_BYTES);

function header(target: number, flags = 0): FrameHeader {
  return { kind: target % 256, flags, target, sender: target * 3, correlation: target * 5 };
}

/** Every byte tells its frame and its place. */
function payloadOf(target: number, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (target * 31 + i * 7) & 0xff);
}

function openReader(memory: SharedArrayBuffer): SpscRingReader {
  return new SpscRingReader(memory, 0, SHARED_ATOMICS, PAYLOAD_BYTES_MAX);
}

interface Frame {
  readonly target: number;
  readonly size: number;
  readonly flags: number;
}

/** A piece in the ring: how far its frame reaches with it. */
interface Piece {
  readonly frame: Frame;
  readonly isHead: boolean;
  readonly isLast: boolean;
}

/** What a reader should have been given. */
type Arrival = readonly [target: number, flags: number, payload: Uint8Array];

interface Real {
  readonly memory: SharedArrayBuffer;
  writer: SpscRingWriter;
  reader: SpscRingReader;
}
interface Model {
  next: number;
  /** The frame that the writer is in the middle of, and how far it is. */
  begun: { readonly frame: Frame; written: number } | undefined;
  pieces: Piece[];
  /** Whether this reader has all pieces so far of the frame whose next one comes. */
  holds: boolean;
  written: Frame[];
  read: Frame[];
  readonly seen: { torn: number; large: number; abandoned: number };
}
type Command = fc.Command<Model, Real>;

const always = (): boolean => true;

/** Goes on with the frame that is begun, or begins one of this size. */
class Write implements Command {
  readonly size: number;
  readonly flags: number;
  readonly check = always;
  constructor(size: number, flags: number) {
    this.size = size;
    this.flags = flags;
  }
  run(model: Model, { writer }: Real): void {
    const { frame, written } = model.begun ?? {
      frame: { target: model.next++, size: this.size, flags: this.flags },
      written: 0,
    };
    const payload = payloadOf(frame.target, frame.size);
    const promised = writer.hasRoomFor(frame.size, written);
    if (frame.size <= WHOLE_BYTES_MAX) {
      const isWritten = writer.tryWrite(header(frame.target, frame.flags), payload);
      expect(isWritten).toBe(promised);
      if (!isWritten) return;
      model.pieces.push({ frame, isHead: true, isLast: true });
      model.written.push(frame);
    } else {
      const reached = writer.writeLarge(header(frame.target, frame.flags), payload, written);
      expect(reached > written).toBe(promised);
      for (let at = written; at < reached; at += CHUNK_BYTES_MAX)
        model.pieces.push({ frame, isHead: at === 0, isLast: at + CHUNK_BYTES_MAX >= frame.size });
      model.begun = reached === frame.size ? undefined : { frame, written: reached };
      if (reached === frame.size) model.written.push(frame);
    }
    expectTallies(writer, model.written);
  }
  toString(): string {
    return `write(${this.size}, ${this.flags})`;
  }
}

class Read implements Command {
  readonly framesMax: number;
  readonly check = always;
  constructor(framesMax: number) {
    this.framesMax = framesMax;
  }
  run(model: Model, { reader }: Real): void {
    expect(reader.readable()).toBe(model.pieces.length > 0);
    const expected: Arrival[] = [];
    while (expected.length < this.framesMax && model.pieces.length > 0) {
      const { frame, isHead, isLast } = model.pieces.shift()!;
      const { target, flags, size } = frame;
      model.holds = isHead || model.holds;
      if (!isLast) continue;
      expected.push(
        model.holds
          ? [target, flags, payloadOf(target, size)]
          : [target, flags | FRAME_FLAG_TORN, new Uint8Array(0)],
      );
      model.read.push(frame);
      if (!model.holds) model.seen.torn++;
      else if (!isHead) model.seen.large++;
      model.holds = false;
    }
    const arrived: Arrival[] = [];
    const taken = reader.read((_, { target, flags, ...rest }, payload) => {
      expect(rest).toEqual({ kind: target % 256, sender: target * 3, correlation: target * 5 });
      arrived.push([target, flags, payload.slice()]);
    }, this.framesMax);
    expect(arrived).toEqual(expected);
    expect(taken).toBe(expected.length);
    expectTallies(reader, model.read);
  }
  toString(): string {
    return `read(${this.framesMax})`;
  }
}

class ReplaceWriter implements Command {
  readonly check = always;
  run(model: Model, real: Real): void {
    real.writer = new SpscRingWriter(real.memory);
    if ((model.begun?.written ?? 0) > 0) model.seen.abandoned++;
    model.begun = undefined;
    expectTallies(real.writer, model.written);
  }
  toString(): string {
    return 'replace the writer';
  }
}

class ReplaceReader implements Command {
  readonly check = always;
  run(model: Model, real: Real): void {
    real.reader = openReader(real.memory);
    model.holds = false;
    expectTallies(real.reader, model.read);
  }
  toString(): string {
    return 'replace the reader';
  }
}

function expectTallies(side: SpscRingWriter | SpscRingReader, frames: readonly Frame[]): void {
  const counted = frames.filter(({ flags }) => (flags & FRAME_FLAG_COUNTED) !== 0).length;
  expect(side.tallies()).toEqual({ frames: frames.length, counted });
}

test('a ring is a queue of frames of any size, whoever is replaced in the middle of one', () => {
  const sizes = fc.oneof(fc.nat(WHOLE_BYTES_MAX), fc.nat(PAYLOAD_BYTES_MAX));
  const writes = fc.tuple(sizes, fc.nat(3)).map(([size, flags]) => new Write(size, flags));
  const reads = fc.nat(3).map((framesMax) => new Read(framesMax));
  const commands = [
    ...[writes, writes, writes, writes, reads, reads, reads, reads],
    fc.constant(new ReplaceWriter()),
    fc.constant(new ReplaceReader()),
  ];
  const seen = { torn: 0, large: 0, abandoned: 0 };
  fc.assert(
    fc.property(fc.commands(commands, { maxCommands: 100, size: '+1' }), (run) => {
      const memory = createRing(RING_BYTES);
      const model: Model = {
        next: 0,
        begun: undefined,
        pieces: [],
        holds: false,
        written: [],
        read: [],
        seen,
      };
      const real: Real = { memory, writer: new SpscRingWriter(memory), reader: openReader(memory) };
      fc.modelRun(() => ({ model, real }), run);
      new Read(Number.POSITIVE_INFINITY).run(model, real);
      expect(model.read).toEqual(model.written);
    }),
    { numRuns: 300 },
  );
  for (const times of Object.values(seen)) expect(times).toBeGreaterThan(10);
});

describe('a chunk that no writer publishes', () => {
  function corrupted(corrupt: (chunk: DataView) => void): SpscRingReader {
    const memory = createRing(RING_BYTES);
    new SpscRingWriter(memory).writeLarge(header(1), payloadOf(1, 500), 0);
    const chunk = new DataView(memory, RING_HEADER_BYTES);
    expect(chunk.getUint32(0, true)).toBe(CHUNK_MARK);
    corrupt(chunk);
    return openReader(memory);
  }

  test.each<[string, (chunk: DataView) => void]>([
    ['begins inside another', (chunk) => chunk.setUint32(4, 8, true)],
    ['begins after the end', (chunk) => chunk.setUint32(4, CHUNK_BYTES_MAX * 100, true)],
    ['is of too large a payload', (chunk) => chunk.setUint32(CHUNK_PREFIX_BYTES + 4, 1001, true)],
    ['is of no payload', (chunk) => chunk.setUint32(CHUNK_PREFIX_BYTES + 4, 0, true)],
  ])('%s: a typed error, again and again', (_, corrupt) => {
    const reader = corrupted(corrupt);
    for (let i = 0; i < 3; i++) {
      expect(() => reader.read(() => expect.unreachable(), 9)).toThrow(
        expect.objectContaining({ code: 'TRANSPORT_RING_CORRUPT' }),
      );
    }
  });

  test('was not published whole', () => {
    const memory = createRing(RING_BYTES);
    const writer = new SpscRingWriter(memory);
    writer.tryWrite(header(1), new Uint8Array(8));
    const chunk = new DataView(memory, RING_HEADER_BYTES);
    chunk.setUint32(0, CHUNK_MARK, true);
    chunk.setUint32(4, 0, true);
    chunk.setUint8(CHUNK_PREFIX_BYTES, 1);
    chunk.setUint32(CHUNK_PREFIX_BYTES + 4, 500, true);
    expect(() => openReader(memory).read(() => expect.unreachable(), 9)).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_RING_CORRUPT' }),
    );
  });

  test('a header that cannot be written publishes nothing', () => {
    const memory = createRing(RING_BYTES);
    const writer = new SpscRingWriter(memory);
    expect(() => writer.writeLarge(header(-1), payloadOf(1, 500), 0)).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_FRAME_HEADER' }),
    );
    expect(openReader(memory).readable()).toBe(false);
  });
});
