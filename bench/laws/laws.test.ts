// At stake: what Skein promises. Tried with its own simulation, which looks for a run that breaks a promise; `npm run soak -- --minutes 10`
// looks for longer.
import { checkInvariant } from '@skein/runtime/testing';
import { expect, test } from 'vitest';
import { ownLaws } from './index.js';

const RUNS = 30;

test.each(ownLaws.map((law) => ({ law, name: law.name })))(
  '$name',
  async ({ law }) => {
    const { messages } = await checkInvariant(law, { runs: RUNS, seed: 1, failures: false });
    expect(messages).toBeGreaterThan(RUNS); // it has tried something
  },
  60_000,
);

test('no two laws have one name', () => {
  expect(new Set(ownLaws.map(({ name }) => name)).size).toBe(ownLaws.length);
});
