// At stake: what Skein promises. Tried with its own simulation, which looks for a run that breaks a promise; `npm run soak -- --minutes 10`
// looks for longer.
import { checkInvariant } from '@skein/runtime/testing';
import { expect, test } from 'vitest';
import { ownLaws } from './index.js';

const RUNS = Number(process.env.LAW_RUNS ?? 30);

test.each(ownLaws.map((law) => ({ law, name: law.name })))(
  '$name',
  async ({ law }) => {
    const before = performance.now();
    const seed = Number(process.env.LAW_SEED ?? 1);
    const { messages, runs, steps } = await checkInvariant(law, { runs: RUNS, seed, failures: false });
    console.log(law.name, { messages, runs, steps, ms: performance.now() - before });
    expect(messages).toBeGreaterThan(runs);
  },
  600_000,
);

test('no two laws have one name', () => {
  expect(new Set(ownLaws.map(({ name }) => name)).size).toBe(ownLaws.length);
});
