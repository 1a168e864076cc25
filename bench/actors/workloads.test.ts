import { oneForOne } from '@skein/runtime';
import { createTestSystem } from '@skein/runtime/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { audited } from './books.js';
import { runOnPlain, runOnSkein } from './curves.js';
import { counter, modules, sink } from './definitions.js';
import { emitters } from './emitter-workloads.js';
import { farModules, observation } from './far-definitions.js';
import { xtOneway, xtPingpong } from './far-workloads.js';
import { Latch } from './latch.js';
import type { Means } from './means.js';
import { plainMailboxes } from './plain-workloads.js';
import { skeinActors } from './workloads.js';

// At stake: that what is measured is what is claimed: every message sent, handled, and accounted for. Each workload
// checks its result and the books of its system itself; here each runs with few operations, twice in one system, and
// books that do not balance are seen to be refused.

const running: { stop(): Promise<void> }[] = [];

async function start(sideShards = 0) {
  const { system } = await createTestSystem({
    modules: [...modules, ...farModules],
    strict: false,
    sideShards,
    supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
    log: () => {},
  });
  running.push(system);
  await system.quiet();
  return system;
}

afterEach(async () => {
  for (const system of running.splice(0)) await system.stop();
});

describe('on one thread', () => {
  const OPERATIONS = { counting: 300, pingpong: 30, fjcreate: 30, skynet: 100, fanin: 1000, restart: 5 };

  test.each(Object.entries(OPERATIONS))('%s of %d does as many and leaves no actor', async (work, n) => {
    const system = await start();
    const { actors } = system.metrics();
    for (let time = 0; time < 2; time++) {
      const { ops, ms } = await skeinActors(system).rates[work]!(n);
      expect(ops).toBe(n);
      expect(ms).toBeGreaterThan(0);
      expect(system.metrics().actors).toBe(actors);
    }
  });

  test('what can be measured is tested here, of each means', () => {
    const works = Object.keys(OPERATIONS).sort();
    expect(Object.keys(plainMailboxes.rates).sort()).toEqual(works);
    expect([...Object.keys(emitters.rates), 'restart'].sort()).toEqual(works);
  });

  test.each<[string, Means]>([
    ['plain mailboxes', plainMailboxes],
    ['emitters', emitters],
  ])('%s do the same', async (_, { rates, ask, idle }) => {
    for (const [work, run] of Object.entries(rates)) {
      const n = OPERATIONS[work as keyof typeof OPERATIONS];
      expect((await run(n)).ops).toBe(n);
    }
    expect((await ask(20)).lat).toHaveLength(20);
    expect(await idle(50)).toHaveLength(50);
  });

  test('ask times every question', async () => {
    const { lat } = await skeinActors(await start()).ask(20);
    expect(lat).toHaveLength(20);
    expect(lat.every((microseconds) => microseconds > 0)).toBe(true);
  });

  test('idle actors have started and are there', async () => {
    const system = await start();
    const { actors } = system.metrics();
    const refs = await skeinActors(system).idle(50);
    expect(refs).toHaveLength(50);
    expect(system.metrics().actors).toBe(actors + 50);
  });

  test.each([
    { population: 1, messages: 100, burst: 100 },
    { population: 1, messages: 30, burst: 1 },
    { population: 7, messages: 1001, burst: 10 },
  ])('$messages messages to $population actors, $burst at once', async ({ population, ...traffic }) => {
    const system = await start();
    const { actors } = system.metrics();
    let written = 0;
    const write = () => {
      written++;
      return { type: 'inc' } as const;
    };
    expect((await runOnSkein(system, population, { ...traffic, write })).ops).toBe(traffic.messages);
    expect(system.metrics().actors).toBe(actors);
    expect((await runOnPlain(population, { ...traffic, write })).ops).toBe(traffic.messages);
    expect(written).toBe(2 * traffic.messages);
  });

  test('no receiver runs inside send', async () => {
    const system = await start();
    let hasRun = false;
    class Watched extends Latch {
      override countDown(): void {
        hasRun = true;
        super.countDown();
      }
    }
    const latch = new Watched();
    const opened = latch.close(1);
    const ref = system.spawn(sink, latch);
    await system.quiet();
    ref.send({ type: 'inc' });
    expect(hasRun).toBe(false);
    await opened;
    expect(hasRun).toBe(true);
  });
});

describe('between shards', () => {
  test('xt_pingpong plays every round', async () => {
    const { ops } = await xtPingpong(await start(1), 20);
    expect(ops).toBe(20);
  });

  test.each([
    { n: 1, window: 8 },
    { n: 63, window: 8 },
    { n: 64, window: 8 },
    { n: 100, window: 1000 },
  ])('xt_oneway of $n, $window at once', async ({ n, window }) => {
    const { ops } = await xtOneway(await start(1), n, observation(), window);
    expect(ops).toBe(n);
  });
});

describe('books', () => {
  test('are refused when a message is missing', async () => {
    const system = await start();
    const ref = system.spawn(counter);
    const work = audited(system, { sent: 2 }, async () => ref.send({ type: 'inc' }));
    await expect(work).rejects.toThrow('sent: expected 2, found 1');
  });

  test('are refused when one died', async () => {
    const system = await start();
    const ref = system.spawn(counter);
    await system.stopActor(ref);
    const work = audited(system, { sent: 1 }, async () => ref.send({ type: 'inc' }));
    await expect(work).rejects.toThrow('dead letters: expected 0, found 1');
  });
});
