import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import {
  createRingMesh,
  openRingTransport,
  type RingMesh,
  readRingTallies,
  type Transport,
} from '@skein/transport';
import { afterEach, describe, expect, test } from 'vitest';
// @ts-expect-error: plain JavaScript without declarations, since workers load it as it is
import * as numbered from './ring-transport.threads-worker.mjs';

// At stake: everything else about rings is tried on one thread. Here real threads write and read at the same
// time, sleep and wake each other, and are killed at moments nobody chose, also in the middle of frames that are larger than
// the ring. Runs against `dist`: build first.

const { exchange, NUMBERED_BYTES_MAX, NumberedReceiver, numberedFrame, stream } = numbered;

const WORKER = new URL('./ring-transport.threads-worker.mjs', import.meta.url);
const EXIT_SCRIPT = fileURLToPath(new URL('./ring-transport.exit-script.mjs', import.meta.url));

interface Role {
  readonly role: 'exchange' | 'echo' | 'stream' | 'consume';
  readonly self: number;
  readonly peer: number;
  readonly from?: number;
  readonly to?: number;
  readonly options?: { readonly outboxBytesMax?: number };
}

const workers: Worker[] = [];

function start(mesh: RingMesh, role: Role): Worker {
  const worker = new Worker(WORKER, { workerData: { mesh, ...role } });
  workers.push(worker);
  return worker;
}

/** What a worker posts; rejects if it fails instead. */
async function result(worker: Worker): Promise<unknown> {
  const [message] = (await once(worker, 'message')) as [unknown];
  return message;
}

async function kill(worker: Worker): Promise<void> {
  await worker.terminate();
}

afterEach(async () => {
  await Promise.all(workers.splice(0).map(kill));
});

/** Receives until `isEnough`, resting in between. */
async function receiveUntil(transport: Transport, receiver: NumberedReceiverLike, isEnough: () => boolean) {
  while (!isEnough()) {
    transport.receive(50, receiver.deliver);
    if (!isEnough()) await transport.wait();
  }
}

interface NumberedReceiverLike {
  readonly next: number;
  readonly faults: readonly string[];
  readonly deliver: (peer: number, header: { target: number }, payload: Uint8Array) => void;
}

test.each([
  { about: 'a roomy ring', ringBytes: 2 ** 20, outboxBytesMax: 2 ** 26 },
  { about: 'a small ring, so that both sides wait for room', ringBytes: 4096, outboxBytesMax: 4096 },
])('100 000 frames each way between two workers, over $about', async ({ ringBytes, outboxBytesMax }) => {
  const to = 100_000;
  const mesh = createRingMesh(2, { ringBytes, payloadBytesMax: NUMBERED_BYTES_MAX });
  const options = { outboxBytesMax };
  const both = [
    start(mesh, { role: 'exchange', self: 0, peer: 1, to, options }),
    start(mesh, { role: 'exchange', self: 1, peer: 0, to, options }),
  ];
  expect(await Promise.all(both.map(result))).toEqual([
    { received: to, faults: [] },
    { received: to, faults: [] },
  ]);
  await Promise.all(workers.splice(0).map(kill));
  // The threads are gone; what they did is still known.
  for (const [self, peer] of [
    [0, 1],
    [1, 0],
  ] as const) {
    expect(readRingTallies(mesh, self, peer)).toEqual({
      framesWritten: to,
      countedWritten: to / 2,
      framesRead: to,
      countedRead: to / 2,
    });
  }
});

test('tallies read while both threads are at work never show more taken than published', async () => {
  const to = 50_000;
  const mesh = createRingMesh(2, { ringBytes: 4096, payloadBytesMax: NUMBERED_BYTES_MAX });
  const both = [
    start(mesh, { role: 'exchange', self: 0, peer: 1, to }),
    start(mesh, { role: 'exchange', self: 1, peer: 0, to }),
  ];
  let isOver = false;
  const finished = Promise.all(both.map(result)).finally(() => {
    isOver = true;
  });
  let last = readRingTallies(mesh, 0, 1);
  while (!isOver) {
    for (let i = 0; i < 1_000; i++) {
      const now = readRingTallies(mesh, 0, 1);
      expect(now.framesRead).toBeLessThanOrEqual(now.framesWritten);
      expect(now.framesWritten).toBeGreaterThanOrEqual(last.framesWritten);
      // Every other frame is counted: a pair of different moments would show.
      expect(now.countedWritten).toBe(Math.floor(now.framesWritten / 2));
      expect(now.countedRead).toBe(Math.floor(now.framesRead / 2));
      last = now;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  await finished;
});

test('the main thread takes part as well', async () => {
  const mesh = createRingMesh(2, { ringBytes: 8192, payloadBytesMax: NUMBERED_BYTES_MAX });
  const worker = start(mesh, { role: 'exchange', self: 1, peer: 0, to: 20_000 });
  const theirs = result(worker);
  const here = openRingTransport(mesh, 0);
  expect(await exchange(here, 1, 0, 20_000)).toEqual({ received: 20_000, faults: [] });
  expect(await theirs).toEqual({ received: 20_000, faults: [] });
  here.close();
});

test('ping-pong: each side sleeps until the other has sent', async () => {
  const rounds = 2_000;
  const mesh = createRingMesh(2, { payloadBytesMax: NUMBERED_BYTES_MAX });
  start(mesh, { role: 'echo', self: 1, peer: 0, to: rounds });
  const here = openRingTransport(mesh, 0);
  const receiver: NumberedReceiverLike = new NumberedReceiver();
  for (let round = 0; round < rounds; round++) {
    const { header, payload } = numberedFrame(round);
    here.send(1, header, payload);
    await receiveUntil(here, receiver, () => receiver.next > round);
  }
  expect([receiver.next, receiver.faults]).toEqual([rounds, []]);
  here.close();
});

describe('a thread that is killed', () => {
  test('while it writes, leaves a readable ring; its successors go on', async () => {
    const mesh = createRingMesh(2, { ringBytes: 4096, payloadBytesMax: NUMBERED_BYTES_MAX });
    const here = openRingTransport(mesh, 0);
    const receiver: NumberedReceiverLike = new NumberedReceiver();
    for (let life = 1; life <= 8; life++) {
      const worker = start(mesh, { role: 'stream', self: 1, peer: 0, to: Number.MAX_SAFE_INTEGER });
      const enough = receiver.next + 1_000 + life * 137;
      await receiveUntil(here, receiver, () => receiver.next >= enough);
      await kill(worker);
      here.receiveFrom(1, receiver.deliver);
      // Everything that was published has been read, and it was counted exactly.
      const { framesWritten, countedWritten, ...read } = readRingTallies(mesh, 1, 0);
      expect(read).toEqual({ framesRead: framesWritten, countedRead: countedWritten });
      expect(receiver.next).toBe(framesWritten);
    }
    expect(receiver.faults).toEqual([]);
    const last = receiver.next + 500;
    start(mesh, { role: 'stream', self: 1, peer: 0, to: last });
    await receiveUntil(here, receiver, () => receiver.next === last);
    expect(receiver.faults).toEqual([]);
    here.close();
  });

  test('while it reads, has taken what it was given; its successors get the rest', async () => {
    const to = 20_000;
    const mesh = createRingMesh(2, { ringBytes: 4096, payloadBytesMax: NUMBERED_BYTES_MAX });
    const here = openRingTransport(mesh, 0, { outboxBytesMax: 8192 });
    for (let life = 1; life <= 5; life++) {
      const worker = start(mesh, { role: 'consume', self: 1, peer: 0, to });
      await stream(here, 1, (life - 1) * 2_500, life * 2_500);
      await kill(worker);
    }
    const last = result(start(mesh, { role: 'consume', self: 1, peer: 0, to }));
    await stream(here, 1, 12_500, to);
    // A consumer begins at its predecessor's tally and finds no frame missing or repeated from there on.
    expect(await last).toEqual({ faults: [] });
    here.close();
  });
});

test.each(['close-both', 'close-one'])('a program that has closed its end can exit (%s)', async (mode) => {
  const { stdout } = await promisify(execFile)(process.execPath, [EXIT_SCRIPT, mode], { timeout: 20_000 });
  expect(stdout).toBe('closed\n');
});
