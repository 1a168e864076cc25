import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FRAME_FLAG_COUNTED, FRAME_HEADER_BYTES, type FrameHeader } from '../frame.js';
import {
  createRing,
  RING_HEADER_BYTES,
  recordBytes,
  ringPayloadBytesMax,
  SKIP_MARK,
  WORD_CLAIM,
  WORD_HEAD,
  WORD_TAIL,
} from './ring-layout.js';
import { SpscRingReader, SpscRingWriter } from './spsc-ring.js';

// At stake: the ring is a queue and nothing else, however full, however often it has gone round, whoever has
// opened it before. Tried against a plain array; what threads can do to it is tried in the interleavings test.

const RING_BYTES = 512;

interface Delivered {
  readonly header: FrameHeader;
  readonly payload: readonly number[];
}

function header(target: number, flags = 0): FrameHeader {
  return { kind: target % 256, flags, target, sender: target * 3, correlation: target * 5 };
}

function take(reader: SpscRingReader, framesMax: number): Delivered[] {
  const delivered: Delivered[] = [];
  const taken = reader.read(
    (_, header, payload) => delivered.push({ header, payload: [...payload] }),
    framesMax,
  );
  expect(taken).toBe(delivered.length);
  return delivered;
}

/** The real ring and a queue beside it. */
interface Real {
  memory: SharedArrayBuffer;
  writer: SpscRingWriter;
  reader: SpscRingReader;
}
interface Model {
  queue: Delivered[];
  frames: number;
  counted: number;
  framesRead: number;
  countedRead: number;
  next: number;
}
type Command = fc.Command<Model, Real>;

class Write implements Command {
  readonly size: number;
  readonly flags: number;
  constructor(size: number, flags: number) {
    this.size = size;
    this.flags = flags;
  }
  check(): boolean {
    return true;
  }
  run(model: Model, { writer }: Real): void {
    const frame = {
      header: header(model.next, this.flags),
      payload: new Array(this.size).fill(model.next % 256),
    };
    model.next++;
    const promised = writer.hasRoomFor(this.size);
    const written = writer.tryWrite(frame.header, Uint8Array.from(frame.payload));
    expect(written).toBe(promised);
    if (model.queue.length === 0) expect(written).toBe(true);
    if (!written) return;
    model.queue.push(frame);
    model.frames++;
    model.counted += this.flags & FRAME_FLAG_COUNTED;
    expect(writer.tallies()).toEqual({ frames: model.frames, counted: model.counted });
  }
  toString(): string {
    return `write(${this.size}, ${this.flags})`;
  }
}

class Read implements Command {
  readonly framesMax: number;
  constructor(framesMax: number) {
    this.framesMax = framesMax;
  }
  check(): boolean {
    return true;
  }
  run(model: Model, { reader }: Real): void {
    expect(reader.readable()).toBe(model.queue.length > 0);
    const expected = model.queue.splice(0, this.framesMax);
    expect(take(reader, this.framesMax)).toEqual(expected);
    model.framesRead += expected.length;
    model.countedRead += expected.filter(({ header }) => header.flags & FRAME_FLAG_COUNTED).length;
    expect(reader.tallies()).toEqual({ frames: model.framesRead, counted: model.countedRead });
  }
  toString(): string {
    return `read(${this.framesMax})`;
  }
}

class Reopen implements Command {
  readonly side: 'writer' | 'reader';
  constructor(side: 'writer' | 'reader') {
    this.side = side;
  }
  check(): boolean {
    return true;
  }
  run(model: Model, real: Real): void {
    if (this.side === 'writer') {
      real.writer = new SpscRingWriter(real.memory);
      expect(real.writer.tallies()).toEqual({ frames: model.frames, counted: model.counted });
    } else {
      real.reader = new SpscRingReader(real.memory, 0);
      expect(real.reader.tallies()).toEqual({ frames: model.framesRead, counted: model.countedRead });
    }
  }
  toString(): string {
    return `reopen(${this.side})`;
  }
}

test.each([
  { start: 0, about: 'a new ring' },
  { start: 2 ** 31 - 64, about: 'a ring whose positions are about to turn negative' },
  { start: 2 ** 32 - 64, about: 'a ring whose positions are about to begin again' },
])('$about is a queue', ({ start }) => {
  const commands = [
    fc
      .tuple(fc.nat(ringPayloadBytesMax(RING_BYTES)), fc.nat(3))
      .map(([size, flags]) => new Write(size, flags)),
    fc.nat(5).map((framesMax) => new Read(framesMax)),
    fc.constantFrom('writer' as const, 'reader' as const).map((side) => new Reopen(side)),
  ];
  fc.assert(
    fc.property(fc.commands(commands, { maxCommands: 100, size: '+1' }), (run) => {
      const memory = createRing(RING_BYTES);
      const words = new Int32Array(memory);
      for (const word of [WORD_TAIL, WORD_HEAD, WORD_CLAIM]) words[word] = start;
      fc.modelRun(
        () => ({
          model: { queue: [], frames: 0, counted: 0, framesRead: 0, countedRead: 0, next: 0 },
          real: { memory, writer: new SpscRingWriter(memory), reader: new SpscRingReader(memory, 0) },
        }),
        run,
      );
    }),
  );
});

describe('sizes', () => {
  test('the largest payload always fits an empty ring, wherever the last frame ended', () => {
    const largest = ringPayloadBytesMax(RING_BYTES);
    for (let used = 0; used < RING_BYTES; used += 8) {
      const memory = createRing(RING_BYTES);
      new Int32Array(memory).set([used], WORD_TAIL);
      new Int32Array(memory).set([used, used], WORD_HEAD);
      const writer = new SpscRingWriter(memory);
      const reader = new SpscRingReader(memory, 0);
      const payload = Uint8Array.from({ length: largest }, (_, i) => i);
      expect(writer.tryWrite(header(1), payload)).toBe(true);
      expect(take(reader, 9)).toEqual([{ header: header(1), payload: [...payload] }]);
    }
  });

  test('a larger one is refused', () => {
    const writer = new SpscRingWriter(createRing(RING_BYTES));
    const largest = ringPayloadBytesMax(RING_BYTES);
    expect(largest).toBe(writer.wholeBytesMax);
    expect(() => writer.tryWrite(header(1), new Uint8Array(largest + 1))).toThrow(
      expect.objectContaining({
        code: 'TRANSPORT_FRAME_TOO_LARGE',
        payloadBytes: largest + 1,
        payloadBytesMax: largest,
      }),
    );
    expect(writer.tallies().frames).toBe(0);
  });

  test('a ring can be filled to the last byte', () => {
    const writer = new SpscRingWriter(createRing(RING_BYTES));
    const record = recordBytes(32);
    for (let used = 0; used < RING_BYTES; used += record) {
      expect(writer.tryWrite(header(1), new Uint8Array(32))).toBe(true);
    }
    expect(writer.tryWrite(header(1), new Uint8Array(0))).toBe(false);
  });

  test.each([0, 100, 255, 300, 2 ** 31, 1.5])('a ring of %d bytes cannot be made', (bytes) => {
    expect(() => createRing(bytes)).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_OPTION', option: 'ringBytes' }),
    );
  });
});

describe('delivering', () => {
  test('a frame counts as taken when deliver throws, and the others stay', () => {
    const memory = createRing(RING_BYTES);
    const writer = new SpscRingWriter(memory);
    const reader = new SpscRingReader(memory, 0);
    for (const number of [1, 2, 3]) writer.tryWrite(header(number), new Uint8Array(4));
    const failAtTwo = (_: number, { target }: FrameHeader) => {
      if (target === 2) throw new Error('two');
    };
    expect(() => reader.read(failAtTwo, 9)).toThrow('two');
    expect(reader.tallies().frames).toBe(2);
    expect(take(reader, 9).map(({ header }) => header.target)).toEqual([3]);
  });

  test('the room of a frame is given back when the read ends', () => {
    const memory = createRing(RING_BYTES);
    const writer = new SpscRingWriter(memory);
    const reader = new SpscRingReader(memory, 0);
    while (writer.tryWrite(header(1), new Uint8Array(0)));
    expect(take(reader, 1)).toHaveLength(1);
    expect(writer.tryWrite(header(2), new Uint8Array(0))).toBe(true);
  });

  test('reading from within deliver takes nothing, so the payload in hand stays', () => {
    const memory = createRing(RING_BYTES);
    const writer = new SpscRingWriter(memory);
    const reader = new SpscRingReader(memory, 0);
    for (const number of [1, 2]) writer.tryWrite(header(number), new Uint8Array(4).fill(number));
    const seen: number[] = [];
    const taken = reader.read((_, { target }, payload) => {
      expect(reader.read(() => expect.unreachable(), 9)).toBe(0);
      seen.push(target, payload[0]!);
    }, 9);
    expect([taken, seen]).toEqual([2, [1, 1, 2, 2]]);
  });

  test('a reader that dies while it delivers has taken that frame', () => {
    const memory = createRing(RING_BYTES);
    const writer = new SpscRingWriter(memory);
    for (const number of [1, 2]) writer.tryWrite(header(number, FRAME_FLAG_COUNTED), new Uint8Array(4));
    let successor: SpscRingReader | undefined;
    new SpscRingReader(memory, 0).read(() => {
      successor ??= new SpscRingReader(memory, 0); // as memory is at this moment
    }, 1);
    expect(successor!.tallies()).toEqual({ frames: 1, counted: 1 });
    expect(take(successor!, 9).map(({ header }) => header.target)).toEqual([2]);
  });
});

describe('a corrupt ring gives a typed error, again and again, and never hangs', () => {
  function corrupted(corrupt: (data: DataView, words: Int32Array) => void): SpscRingReader {
    const memory = createRing(RING_BYTES);
    const writer = new SpscRingWriter(memory);
    const reader = new SpscRingReader(memory, 0);
    writer.tryWrite(header(1), new Uint8Array(8));
    corrupt(new DataView(memory, RING_HEADER_BYTES), new Int32Array(memory));
    return reader;
  }

  test.each<[string, string, (data: DataView, words: Int32Array) => void]>([
    ['another version', 'TRANSPORT_FRAME_VERSION', (data) => data.setUint8(0, 9)],
    ['a payload of 4 billion', 'TRANSPORT_RING_CORRUPT', (data) => data.setUint32(4, 2 ** 32 - 1, true)],
    ['a payload beyond what is published', 'TRANSPORT_RING_CORRUPT', (data) => data.setUint32(4, 9, true)],
    ['an id beyond 2^53', 'TRANSPORT_FRAME_HEADER', (data) => data.setUint32(12, 2 ** 31, true)],
    [
      'a skip mark with nothing after it',
      'TRANSPORT_RING_CORRUPT',
      (data) => data.setUint32(0, SKIP_MARK, true),
    ],
    [
      'a tail beyond the ring',
      'TRANSPORT_RING_CORRUPT',
      (_, words) => words.set([RING_BYTES * 2], WORD_TAIL),
    ],
    ['a tail behind the reader', 'TRANSPORT_RING_CORRUPT', (_, words) => words.set([-8], WORD_TAIL)],
  ])('%s', (_, code, corrupt) => {
    const reader = corrupted(corrupt);
    for (let i = 0; i < 3; i++) {
      expect(() => reader.read(() => expect.unreachable(), 9)).toThrow(expect.objectContaining({ code }));
    }
    expect(reader.tallies().frames).toBe(0);
  });

  test('any bytes at all', () => {
    const codes = ['TRANSPORT_RING_CORRUPT', 'TRANSPORT_FRAME_VERSION', 'TRANSPORT_FRAME_HEADER'];
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
        fc.nat(64),
        fc.nat(),
        (garbage, tail, version) => {
          const memory = createRing(256);
          const bytes = new Uint8Array(memory, RING_HEADER_BYTES);
          for (let at = 0; at < 256; at += 64) bytes.set(garbage, at);
          for (let at = 0; at < 256; at += 8) if (version % 3 > 0) bytes[at] = 1;
          new Int32Array(memory).set([tail * 8], WORD_TAIL);
          const reader = new SpscRingReader(memory, 0);
          try {
            reader.read((_, header, payload) => {
              expect(Number.isSafeInteger(header.target)).toBe(true);
              expect(payload.length).toBeLessThanOrEqual(ringPayloadBytesMax(256));
            }, 1000);
          } catch (error) {
            expect(codes).toContain((error as { code?: string }).code);
          }
          expect(reader.tallies().frames).toBeLessThanOrEqual(256 / FRAME_HEADER_BYTES);
        },
      ),
    );
  });

  test.each<[string, () => SharedArrayBuffer]>([
    ['too small', () => new SharedArrayBuffer(10)],
    ['blank', () => new SharedArrayBuffer(RING_HEADER_BYTES + RING_BYTES)],
    ['no power of two', () => new SharedArrayBuffer(RING_HEADER_BYTES + 300)],
  ])('memory that is no ring: %s', (_, memory) => {
    expect(() => new SpscRingReader(memory(), 0)).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_RING_CORRUPT' }),
    );
    expect(() => new SpscRingWriter(memory())).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_RING_CORRUPT' }),
    );
  });
});
