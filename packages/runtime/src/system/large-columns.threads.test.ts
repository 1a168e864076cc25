// At stake: a column of megabytes goes from thread to thread through a ring of a few KiB, in pieces; and a thread that dies
// between two of them leaves books that balance. Tried on real threads, which exit while such messages are under way.
import { afterEach, describe, expect, it } from 'vitest';
import {
  type ActorRef,
  type ActorSystem,
  createSystem,
  type DeadLetter,
  type SystemOptions,
} from '../../dist/index.js';
import { collector } from '../../test-fixtures/actors.mjs';

// biome-ignore lint/suspicious/noExplicitAny: the actors are plain JavaScript, as worker threads need them
type Ref = ActorRef<any>;

const MIB = 1024 * 1024;
const soon = { deadlineMs: 20_000 };

const systems: ActorSystem[] = [];
async function start(options: Partial<SystemOptions> = {}) {
  const letters: DeadLetter[] = [];
  const system = await createSystem({
    modules: [new URL('../../test-fixtures/actors.mjs', import.meta.url)],
    threads: 2,
    handleProcessSignals: false,
    log: () => undefined,
    ...options,
  });
  systems.push(system);
  system.deadLetters.subscribe((letter) => letters.push(letter));
  const spawn = (shard: number): Ref => system.spawn(collector, undefined, { shard });
  return { system, letters, refs: [0, 1, 2].map(spawn) as [Ref, Ref, Ref] };
}

async function expectBooksToBalance(system: ActorSystem): Promise<void> {
  await system.quiet();
  const { sent, handled, deadLetters, queued } = system.metrics();
  expect({ sent, queued }).toEqual({ sent: handled + deadLetters, queued: 0 });
}

async function untilReplaced(system: ActorSystem, shard: number): Promise<void> {
  const endMs = performance.now() + 20_000;
  while (system.metrics().shards[shard]!.epoch === 1 && performance.now() < endMs)
    await new Promise(setImmediate);
}

afterEach(async () => {
  for (const system of systems.splice(0)) {
    await system.stop({ deadlineMs: 1000 });
    await expectBooksToBalance(system);
  }
});

describe('a message with a large column', { timeout: 60_000 }, () => {
  it('arrives on another thread as it was sent', async () => {
    const { refs } = await start();
    const column = Float32Array.from({ length: (3 * MIB) / 4 }, (_, i) => i % 1000);
    const sum = column.reduce((sum, value) => sum + value, 0);
    expect(await refs[1].ask({ type: 'sum', column }, soon)).toBe(sum);
  });

  it('beyond the limit is a dead letter that says so, and the next one arrives', async () => {
    const { system, letters, refs } = await start();
    refs[1].send({ type: 'sumColumn', column: new Float32Array((20 * MIB) / 4) });
    refs[1].send({ type: 'sumColumn', column: new Float32Array((15 * MIB) / 4).fill(1) });
    await system.quiet();
    expect(letters).toMatchObject([
      {
        reason: 'invalid-message',
        messageType: 'sumColumn',
        cause: {
          code: 'TRANSPORT_COLUMNS_TOO_LARGE',
          columnBytes: 20 * MIB,
          columnBytesMax: 16 * MIB,
          remedy: expect.stringContaining('columnBytesMax'),
        },
      },
    ]);
    expect(await refs[1].ask({ type: 'got' }, soon)).toEqual([(15 * MIB) / 4]);
  });

  it('keeps its place among others, through a ring a thousand times smaller', async () => {
    const { system, refs } = await start({ ringBytes: 4096 });
    const expected: number[] = [];
    for (let i = 0; i < 6; i++) {
      const length = i % 2 === 0 ? MIB : 5;
      refs[1].send({ type: 'sumColumn', column: new Float32Array(length).fill(i) });
      refs[1].send({ type: 'add', number: -i });
      expected.push(length * i, -i);
    }
    await system.quiet();
    expect(await refs[1].ask({ type: 'got' }, soon)).toEqual(expected);
  });
});

describe('a thread that dies while large messages are under way', { timeout: 60_000 }, () => {
  it('as their receiver: each is handled or a dead letter', async () => {
    const { system, letters, refs } = await start({ ringBytes: 65_536 });
    refs[2].send({ type: 'columns', to: refs[1], count: 12, length: MIB / 4 });
    refs[1].send({ type: 'sumColumn', column: new Float32Array(MIB / 4).fill(1) });
    refs[1].send({ type: 'exit' });
    for (let i = 0; i < 8; i++) refs[1].send({ type: 'sumColumn', column: new Float32Array(MIB / 4) });
    await untilReplaced(system, 1);
    await expectBooksToBalance(system);
    expect(letters.length).toBeGreaterThan(0);
    expect(new Set(letters.map(({ reason }) => reason))).toEqual(new Set(['shard-lost']));
    const column = new Float32Array(MIB).fill(2);
    expect(await refs[1].ask({ type: 'sum', column }, soon)).toBe(2 * MIB);
  });

  it('as their sender: each is handled or lost, and none is mixed up with what its successor sends', async () => {
    const { system, letters, refs } = await start({ ringBytes: 65_536 });
    refs[1].send({ type: 'columns', to: refs[2], count: 8, length: MIB / 4, thenExit: true });
    await untilReplaced(system, 1);
    await expectBooksToBalance(system);
    expect(letters.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(0);
    refs[1].send({ type: 'columns', to: refs[2], count: 3, length: MIB / 4 });
    await system.quiet();
    const got = (await refs[2].ask({ type: 'got' }, soon)) as number[];
    const sums = [1, 2, 3].map((value) => (value * MIB) / 4);
    expect(got.slice(-3)).toEqual(sums);
    // What had arrived before came whole and in order.
    expect(got.slice(0, -3)).toEqual(got.slice(0, -3).map((_, i) => ((i + 1) * MIB) / 4));
  });
});
