// At stake: a swarm does not have to know the limits of messages: what half of 40 000 agents see goes to a thread as one column, and what they do
// comes back as one. Tried with the options that everybody has; that threads change nothing else is tried in `lanes.threads.test.ts`.
import { createSystem } from '@skein/runtime';
import { expect, it } from 'vitest';
import { spawnSwarm } from '../../dist/index.js';
import { forager } from '../../test-fixtures/forager.mjs';

const modules = [new URL('../../test-fixtures/forager.mjs', import.meta.url)];
const count = 40_000;

it('40 000 agents on two threads step, and none is missing', { timeout: 60_000 }, async () => {
  const options = { strict: false, log: () => undefined, handleProcessSignals: false };
  await using system = await createSystem({ modules, threads: 2, seed: 5, ...options });
  const flock = await spawnSwarm(system, forager, { count });
  for (let tick = 1; tick <= 3; tick++) {
    const sights = Int32Array.from({ length: count }, (_, i) => (i * tick) % 25);
    const { actions, missing } = await flock.stepColumns([sights]);
    expect(missing).toHaveLength(0);
    // Everybody has chosen one of five ways, and not all the same.
    expect(actions[0]!.every((way) => way >= 0 && way < 5)).toBe(true);
    expect(new Set(actions[0]).size).toBeGreaterThan(1);
  }
  expect(system.metrics().deadLetters).toBe(0);
});
