import { describe, expect, test } from 'vitest';
import type { FrameHeader } from '../frame.js';
import { createRingMesh, type RingMesh } from './ring-mesh.js';
import { readRingTallies } from './ring-tallies.js';
import { openRingTransport } from './ring-transport.js';

// At stake: shared memory outlives threads. Whoever opens an end after its thread died must find everything
// that was published and count on from there. What every transport promises is in `transport.test.ts`.

const NO_PAYLOAD = new Uint8Array(0);

function header(target: number, flags = 0): FrameHeader {
  return { kind: 0, flags, target, sender: 0, correlation: 0 };
}

describe('a successor', () => {
  test('reads on after the last frame taken, and writes on after the last frame published', () => {
    const mesh = createRingMesh(2, { ringBytes: 1024 });
    const a = openRingTransport(mesh, 0);
    const b = openRingTransport(mesh, 1);
    for (const target of [1, 2, 3]) a.send(1, header(target, 1), NO_PAYLOAD);
    b.receive(2, () => {});
    b.send(0, header(10), NO_PAYLOAD);

    const second = openRingTransport(mesh, 1);
    expect(second.tallies(0)).toMatchObject({
      framesWritten: 1,
      countedWritten: 0,
      framesRead: 2,
      countedRead: 2,
    });
    const seen: number[] = [];
    second.receive(9, (_, { target }) => seen.push(target));
    second.send(0, header(11), NO_PAYLOAD);
    const answers: number[] = [];
    a.receive(9, (_, { target }) => answers.push(target));
    expect([seen, answers]).toEqual([[3], [10, 11]]);
    expect(second.tallies(0)).toMatchObject({ framesWritten: 2, framesRead: 3, countedRead: 3 });
  });

  test('is rung although its predecessor died asleep', async () => {
    const mesh = createRingMesh(2);
    const a = openRingTransport(mesh, 0);
    const died = openRingTransport(mesh, 1).wait();
    a.send(1, header(1), NO_PAYLOAD); // rings the first sleep, which nobody gets up from
    const second = openRingTransport(mesh, 1);
    second.receive(9, () => {});
    const waiting = second.wait();
    a.send(1, header(2), NO_PAYLOAD);
    await Promise.all([waiting, died]);
    expect(second.receive(9, (_, { target }) => expect(target).toBe(2))).toBe(1);
  });

  test('is not disturbed for room that its predecessor waited for', async () => {
    const mesh = createRingMesh(2, { ringBytes: 256 });
    const first = openRingTransport(mesh, 0);
    while (first.send(1, header(1), NO_PAYLOAD) !== 'queued');
    const second = openRingTransport(mesh, 0);
    const b = openRingTransport(mesh, 1);
    let isOver = false;
    const waiting = second.wait().then(() => {
      isOver = true;
    });
    expect(b.receive(2, () => {})).toBe(2);
    // Long enough for a wait that is over to say so, without a clock.
    for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
    expect(isOver).toBe(false);
    second.close();
    await waiting;
  });

  test('is sent to again after its predecessor closed', () => {
    const mesh = createRingMesh(2);
    const a = openRingTransport(mesh, 0);
    openRingTransport(mesh, 1).close();
    expect(a.send(1, header(1), NO_PAYLOAD)).toBe('refused');
    const second = openRingTransport(mesh, 1);
    expect(a.send(1, header(2), NO_PAYLOAD)).toBe('written');
    expect(second.receive(9, (_, { target }) => expect(target).toBe(2))).toBe(1);
  });

  test('rings for what its predecessor published and did not live to ring for', async () => {
    const mesh = createRingMesh(2);
    const a = openRingTransport(mesh, 0);
    const b = openRingTransport(mesh, 1);
    const bell = new Int32Array(mesh.doorbells);
    const asleepOfA = 1;
    // As if end 0 had been looked at just before it lay down, by a thread that then died.
    b.send(0, header(1), NO_PAYLOAD);
    a.receive(9, () => {});
    const waiting = a.wait();
    const sleep = bell[asleepOfA]!;
    bell[asleepOfA] = 0;
    b.send(0, header(2), NO_PAYLOAD);
    bell[asleepOfA] = sleep;
    openRingTransport(mesh, 1);
    await waiting;
    expect(a.receive(9, (_, { target }) => expect(target).toBe(2))).toBe(1);
  });
});

test('a mesh is plain data that structured clone carries without copying the memory', () => {
  const mesh = createRingMesh(2);
  const a = openRingTransport(mesh, 0);
  const b = openRingTransport(structuredClone(mesh), 1);
  a.send(1, header(5), NO_PAYLOAD);
  expect(b.receive(9, (_, { target }) => expect(target).toBe(5))).toBe(1);
});

test('the tallies of every ring can be read from outside', () => {
  const mesh = createRingMesh(3);
  const a = openRingTransport(mesh, 0);
  for (const flags of [1, 0, 1]) a.send(2, header(1, flags), NO_PAYLOAD);
  openRingTransport(mesh, 2).receive(1, () => {});
  expect(readRingTallies(mesh, 0, 2)).toEqual({
    framesWritten: 3,
    countedWritten: 2,
    framesRead: 1,
    countedRead: 1,
  });
  expect(readRingTallies(mesh, 2, 0)).toMatchObject({ framesWritten: 0, framesRead: 0 });
});

describe('refused', () => {
  const mesh = createRingMesh(2);

  test.each<[string, () => unknown, string]>([
    ['a mesh of no ends', () => createRingMesh(0), 'endCount'],
    ['a mesh of half an end', () => createRingMesh(1.5), 'endCount'],
    ['a mesh of too many ends', () => createRingMesh(257), 'endCount'],
    ['payloads of half a byte', () => createRingMesh(2, { payloadBytesMax: 0.5 }), 'payloadBytesMax'],
    ['payloads of 4 GiB', () => createRingMesh(2, { payloadBytesMax: 2 ** 32 }), 'payloadBytesMax'],
    ['rings of odd sizes', () => createRingMesh(2, { ringBytes: 1000 }), 'ringBytes'],
    ['an end outside the mesh', () => openRingTransport(mesh, 2), 'self'],
    ['a negative end', () => openRingTransport(mesh, -1), 'self'],
    [
      'an outbox of less than nothing',
      () => openRingTransport(mesh, 0, { outboxBytesMax: -1 }),
      'outboxBytesMax',
    ],
    ['the tallies of an end to itself', () => readRingTallies(mesh, 1, 1), 'from, to'],
    ['the tallies of an end outside the mesh', () => readRingTallies(mesh, 0, 2), 'from, to'],
    ['a mesh with a ring missing', () => openRingTransport({ ...mesh, rings: [] }, 0), 'mesh'],
    [
      'a mesh that does not say how much a frame carries',
      () => openRingTransport({ ...mesh, payloadBytesMax: undefined as never }, 0),
      'mesh',
    ],
    ['a mesh of copies', () => openRingTransport(copied(mesh), 0), 'mesh'],
    ['a mesh with another number of doorbells', () => openRingTransport(fewerBells(mesh), 0), 'mesh'],
  ])('%s', (_, open, option) => {
    expect(open).toThrow(expect.objectContaining({ code: 'TRANSPORT_OPTION', option }));
  });

  function copied(mesh: RingMesh): RingMesh {
    return JSON.parse(JSON.stringify(mesh)) as RingMesh;
  }

  function fewerBells(mesh: RingMesh): RingMesh {
    return { ...mesh, doorbells: new SharedArrayBuffer(64) };
  }
});
