import { describe, expect, test } from 'vitest';
import { FRAME_FLAG_COUNTED, FRAME_FLAG_TORN, type FrameHeader } from '../frame.js';
import {
  exploreInterleavings,
  type Moment,
  type PlainAccess,
  type Side,
} from './interleavings.test-fixtures.js';
import { SHARED_ATOMICS } from './ring-atomics.js';
import { createRing } from './ring-layout.js';
import { createRingMesh } from './ring-mesh.js';
import { openRingTransportWith } from './ring-transport.js';
import { SpscRingReader, SpscRingWriter } from './spsc-ring.js';

// At stake: two threads share a ring without a lock. A wrong order of two stores shows once in a billion
// frames on one kind of processor, and never in an ordinary test. So a writer and a reader are stepped here
// through every order of their atomic operations, and at every single moment either thread is also killed.

const PLAIN_ACCESS: readonly PlainAccess[] = ['early', 'late'];

/** A frame that can be told from every other, and from a torn one: its payload repeats its number. */
function frame(number: number): { header: FrameHeader; payload: Uint8Array } {
  return {
    header: { kind: 7, flags: number % 2, target: number, sender: 2 * number, correlation: 0 },
    payload: new Uint8Array(number % 4 === 3 ? 32 : 9).fill(number),
  };
}

/** What a delivered frame is logged as: its number, or what is wrong with it. */
function describeFrame(header: FrameHeader, payload: Uint8Array): number | string {
  const expected = frame(header.target);
  const isWhole =
    header.sender === expected.header.sender &&
    header.flags === expected.header.flags &&
    payload.length === expected.payload.length &&
    payload.every((byte) => byte === header.target);
  return isWhole ? header.target : `torn frame ${header.target}: ${payload}`;
}

function numbers(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from + i);
}

function countCounted(frameNumbers: readonly number[]): number {
  return frameNumbers.filter((number) => (frame(number).header.flags & FRAME_FLAG_COUNTED) !== 0).length;
}

/** A ring of 256 bytes in which `wasted` frames have come and gone, so that the next ones wrap. */
function usedRing(wasted: number): SharedArrayBuffer {
  const memory = createRing(256);
  const writer = new SpscRingWriter(memory);
  const reader = new SpscRingReader(memory, 0);
  for (let i = 0; i < wasted; i++) {
    writer.tryWrite({ kind: 0, flags: 0, target: 0, sender: 0, correlation: 0 }, new Uint8Array(8));
    reader.read(() => {}, 1);
  }
  return memory;
}

function writingSide(memory: SharedArrayBuffer, count: number): Side {
  return (atomics, log, start) => {
    const writer = new SpscRingWriter(memory, atomics);
    start();
    // Frames that find no room are not tried again: a later one must then not come through before it.
    for (const number of numbers(1, count)) {
      const { header, payload } = frame(number);
      if (!writer.tryWrite(header, payload)) return;
      log.push(number);
    }
  };
}

function readingSide(memory: SharedArrayBuffer, framesMax: readonly number[]): Side {
  return (atomics, log, start) => {
    const reader = new SpscRingReader(memory, 0, atomics);
    start();
    for (const max of framesMax) {
      reader.read((_, header, payload) => log.push(describeFrame(header, payload)), max);
    }
  };
}

/** Three chunks and two frames that travel whole, one before and one after. */
const MIXED: readonly { readonly header: FrameHeader; readonly payload: Uint8Array }[] = [8, 60, 8].map(
  (size, i) => ({
    header: { kind: 7, flags: FRAME_FLAG_COUNTED, target: i + 1, sender: 0, correlation: 0 },
    payload: new Uint8Array(size).fill(i + 1),
  }),
);
const PAYLOAD_BYTES_MAX = 60;

/** A frame of {@link MIXED} is logged as its number, negative if it came torn. */
function logMixed(log: unknown[]): (peer: number, header: FrameHeader, payload: Uint8Array) => void {
  return (_, { target, flags }, payload) => {
    const isTorn = (flags & FRAME_FLAG_TORN) !== 0;
    const expected = isTorn ? new Uint8Array(0) : MIXED[target - 1]!.payload;
    const isWhole = payload.length === expected.length && payload.every((byte) => byte === target);
    if (!isWhole) log.push(`torn frame ${target}: ${payload}`);
    else log.push(isTorn ? -target : target);
  };
}

function drainMixed(memory: SharedArrayBuffer): { delivered: unknown[]; reader: SpscRingReader } {
  const reader = new SpscRingReader(memory, 0, SHARED_ATOMICS, PAYLOAD_BYTES_MAX);
  const delivered: unknown[] = [];
  reader.read(logMixed(delivered), 100);
  return { delivered, reader };
}

function drain(memory: SharedArrayBuffer): { delivered: (number | string)[]; reader: SpscRingReader } {
  const reader = new SpscRingReader(memory, 0);
  const delivered: (number | string)[] = [];
  reader.read((_, header, payload) => delivered.push(describeFrame(header, payload)), 100);
  return { delivered, reader };
}

describe.each(PLAIN_ACCESS)('with plain memory touched %s', (plainAccess) => {
  // Five frames fill the ring; the sixth takes the place of the first. 200 bytes in, the second one skips.
  test.each([{ wasted: 0 }, { wasted: 5 }])(
    'frames arrive whole and in order ($wasted before)',
    ({ wasted }) => {
      const memory = usedRing(wasted);
      const moments = exploreInterleavings(
        [memory],
        [writingSide(memory, 6), readingSide(memory, [1, 2, 1])],
        plainAccess,
        ({ logs: [written, read], trace }) => {
          expect(read).toEqual(numbers(1, read.length));
          const published = trace.filter(({ side, name }) => side === 0 && name === 'store').length;
          expect(read.length).toBeLessThanOrEqual(published);
          expect(written.length).toBeLessThanOrEqual(published);
        },
      );
      expect(moments).toBeGreaterThan(100);
    },
  );

  test.each([{ wasted: 0 }, { wasted: 5 }])(
    'either thread can die at any moment ($wasted before)',
    ({ wasted }) => {
      const memory = usedRing(wasted);
      exploreInterleavings(
        [memory],
        [writingSide(memory, 5), readingSide(memory, [2, 1])],
        plainAccess,
        ({ logs: [, read], trace }) => {
          const published = trace.filter(({ side, name }) => side === 0 && name === 'store').length;
          const framesBefore = wasted;
          // Both threads are gone. Successors find what was published and not taken, and count the same.
          const { delivered, reader } = drain(memory);
          const first = (delivered[0] as number | undefined) ?? published + 1;
          expect(delivered).toEqual(numbers(first, published - first + 1));
          // A frame that the dead reader had claimed and not yet seen is taken; nothing comes twice.
          expect([read.length + 1, read.length + 2]).toContain(first);
          const writer = new SpscRingWriter(memory);
          const tallies = { frames: framesBefore + published, counted: countCounted(numbers(1, published)) };
          expect(writer.tallies()).toEqual(tallies);
          expect(reader.tallies()).toEqual(tallies);
          // And the ring goes on.
          const { header, payload } = frame(published + 1);
          expect(writer.tryWrite(header, payload)).toBe(true);
          expect(drain(memory).delivered).toEqual([published + 1]);
        },
      );
    },
  );

  test.each([{ wasted: 0 }, { wasted: 5 }])(
    'either thread can die at any moment of a frame in chunks ($wasted before)',
    ({ wasted }) => {
      const memory = usedRing(wasted);
      const seen = new Set<string>();
      const writing: Side = (atomics, log, start) => {
        const writer = new SpscRingWriter(memory, atomics);
        start();
        const [first, large, last] = MIXED as [(typeof MIXED)[0], (typeof MIXED)[0], (typeof MIXED)[0]];
        writer.tryWrite(first.header, first.payload);
        let written = 0;
        for (let tries = 0; tries < 2; tries++)
          written = writer.writeLarge(large.header, large.payload, written);
        if (written < large.payload.length || !writer.tryWrite(last.header, last.payload)) return;
        log.push('all');
      };
      const reading: Side = (atomics, log, start) => {
        const reader = new SpscRingReader(memory, 0, atomics, PAYLOAD_BYTES_MAX);
        start();
        for (const framesMax of [1, 2]) reader.read(logMixed(log), framesMax);
      };
      exploreInterleavings([memory], [writing, reading], plainAccess, ({ logs: [, read] }) => {
        // Both are gone. What was published has been taken by one of them, or is delivered now, whole or torn; only
        // a frame that the dead reader claimed and did not live to deliver is missing.
        const writer = new SpscRingWriter(memory);
        const { frames } = writer.tallies();
        const { delivered, reader } = drainMixed(memory);
        expect(reader.tallies()).toEqual({ frames, counted: frames - wasted });
        const published = frames - wasted;
        const numbersSeen = [...read, ...delivered].map((number) => Math.abs(number as number));
        const missing = numbers(1, published).filter((number) => !numbersSeen.includes(number));
        expect(numbersSeen).toEqual(numbers(1, published).filter((number) => !missing.includes(number)));
        expect(missing.length).toBeLessThanOrEqual(1);
        if (missing.length > 0) expect(missing).toEqual([read.length + 1]);
        expect(read.every((number) => (number as number) > 0)).toBe(true);
        seen.add(`${read} | ${delivered}`);
        // And the ring goes on: nothing of what was begun is in what comes next.
        let written = 0;
        const { header, payload } = MIXED[1]!;
        const after: unknown[] = [];
        while (written < payload.length) {
          written = writer.writeLarge(header, payload, written);
          reader.read(logMixed(after), 9);
        }
        expect(after).toEqual([2]);
      });
      expect(seen).toContain('1 | 2,3');
      expect(seen).toContain('1 | -2,3');
    },
  );

  test('no end sleeps through a frame', () => {
    const mesh = createRingMesh(2, { ringBytes: 256 });
    const writing: Side = (atomics, log, start) => {
      const transport = openRingTransportWith(atomics, mesh, 0, {});
      start();
      for (const number of [1, 2]) {
        const { header, payload } = frame(number);
        log.push(transport.send(1, header, payload));
      }
    };
    const sleeping: Side = (atomics, log, start) => {
      const transport = openRingTransportWith(atomics, mesh, 1, {});
      start();
      transport.receive(9, (_, header, payload) => log.push(describeFrame(header, payload)));
      transport.wait().catch(() => {});
    };
    let sleeps = 0;
    exploreInterleavings(
      [mesh.rings[1]!, mesh.rings[2]!, mesh.doorbells],
      [writing, sleeping],
      plainAccess,
      (moment) => {
        if (!moment.finished[0] || !isAsleep(moment, 1)) return;
        sleeps++;
        expect(drain(mesh.rings[1]!).delivered).toEqual([]);
      },
    );
    expect(sleeps).toBeGreaterThan(0);
  });

  test('no end sleeps through room for what waits in its outbox', () => {
    const mesh = createRingMesh(2, { ringBytes: 256 });
    const filling = new SpscRingWriter(mesh.rings[1]!);
    for (const number of [3, 7, 11, 15]) {
      const { header, payload } = frame(number);
      expect(filling.tryWrite(header, payload)).toBe(true);
    }
    const waiting: Side = (atomics, log, start) => {
      const transport = openRingTransportWith(atomics, mesh, 0, {});
      start();
      const { header, payload } = frame(19);
      log.push(transport.send(1, header, payload));
      transport.wait().catch(() => {});
    };
    const reading: Side = (atomics, log, start) => {
      const transport = openRingTransportWith(atomics, mesh, 1, {});
      start();
      for (const max of [1, 2]) {
        transport.receive(max, (_, header, payload) => log.push(describeFrame(header, payload)));
      }
    };
    let sleeps = 0;
    let queued = 0;
    exploreInterleavings(
      [mesh.rings[1]!, mesh.rings[2]!, mesh.doorbells],
      [waiting, reading],
      plainAccess,
      (moment) => {
        if (moment.logs[0][0] !== 'queued') return;
        queued++;
        // The reader is done and has made room: it has rung for the frame in the outbox.
        if (moment.finished[1] && isAsleep(moment, 0)) sleeps++;
      },
    );
    expect(queued).toBeGreaterThan(0);
    expect(sleeps).toBe(0);
  });
});

/** Whether a side has fallen asleep and nobody has rung since. */
function isAsleep({ trace }: Moment, side: 0 | 1): boolean {
  const asleep = trace.findLastIndex((step) => step.side === side && step.name === 'asleep');
  return asleep >= 0 && !trace.slice(asleep).some((step) => step.name === 'notify');
}
