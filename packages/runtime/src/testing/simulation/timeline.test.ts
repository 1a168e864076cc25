// At stake: that a timed run takes what its messages cost, and is the run that processors of their own would have made. Tried on rounds that
// can be followed by hand.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ActorRef } from '../../index.js';
import { createSimulation, type SimulatedSystem } from './create-simulation.js';
import { type Crowd, crowd } from './crowd.test-fixtures.js';
import { RandomScheduler } from './schedulers/random-scheduler.js';

const modules = [new URL('./crowd.test-fixtures.ts', import.meta.url)];
const costs = { messageMs: 1, hopMs: 10 };

function spawnAll({ system }: SimulatedSystem, count: number): ActorRef<Crowd>[] {
  return Array.from({ length: count }, () => system.spawn(crowd, undefined));
}

test('of one who tells all and hears from all: until it has told them or has heard of the last, whichever is later', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 1000 }), async (n, seed) => {
      await using simulation = await createSimulation({ modules, seed, costs });
      const [host, ...all] = spawnAll(simulation, n + 1);
      for (let round = 0; round < 2; round++) {
        const beforeMs = simulation.timeline!.latestMs;
        await simulation.until(host!.ask({ type: 'convene', all }, { deadlineMs: 1e6 }));
        const toldMs = 10 + 1 + n;
        const firstHeardMs = 10 + 1 + 1 + 10 + 1 + 1 + 10;
        const heardMs = Math.max(toldMs, firstHeardMs) + n;
        expect(simulation.timeline!.latestMs - beforeMs).toBe(heardMs + 1 + 10);
        expect(simulation.timeline!.outOfOrder).toBe(0);
      }
    }),
    { numRuns: 25 },
  );
});

test('what has the shorter way is met first, unless somebody on it is busy', async () => {
  for (const [busy, met] of [
    [0, ['short', 'long']],
    [30, ['long', 'short']],
  ] as const) {
    await using simulation = await createSimulation({ modules, costs });
    const [first, second, other, last] = spawnAll(simulation, 4);
    for (let i = 0; i < busy; i++) other!.send({ type: 'pass', name: 'nothing', along: [] });
    other!.send({ type: 'pass', name: 'short', along: [last!] });
    first!.send({ type: 'pass', name: 'long', along: [second!, last!] });
    await simulation.run();
    expect(await simulation.until(last!.ask({ type: 'met' }, { deadlineMs: 1e6 }))).toEqual(met);
    expect(simulation.timeline!.outOfOrder).toBe(0);
  }
});

test('costs nothing of what it is not told, and nothing negative', async () => {
  await using untimed = await createSimulation({ modules });
  expect(untimed.timeline).toBeUndefined();
  await expect(createSimulation({ modules, costs: { messageMs: -1, hopMs: 0 } })).rejects.toMatchObject({
    code: 'RUNTIME_INVALID_OPTION',
  });
  const scheduler = new RandomScheduler({ seed: 1 });
  await expect(createSimulation({ modules, costs, scheduler })).rejects.toMatchObject({
    code: 'RUNTIME_INVALID_OPTION',
  });
});
