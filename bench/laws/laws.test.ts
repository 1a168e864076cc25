// At stake: what Skein promises. Tried with its own simulation, which looks for a run that breaks a promise; `npm run soak -- --minutes 10`
// looks for longer.
import { checkInvariant } from '@skein/runtime/testing';
import { expect, test } from 'vitest';
import { ownLaws } from './index.js';
import { ringsInOrder } from './rings-in-order.js';

const RUNS = 30;

test.each(ownLaws.map((law) => ({ law, name: law.name })))(
  '$name',
  async ({ law }) => {
    const { messages } = await checkInvariant(law, { runs: RUNS, seed: 1, failures: false });
    expect(messages).toBeGreaterThan(RUNS); // it has tried something
  },
  60_000,
);

test('rings: so it is in every order of five balls against one, of which four find room', async () => {
  const program = [5, 1].map((count, from) => ({ command: 'serve', input: { from, count } }));
  const { exhaustive } = await checkInvariant(ringsInOrder, {
    scheduler: 'exhaustive',
    program,
    runs: 10_000,
    failures: false,
  });
  expect(exhaustive).toMatchObject({ proves: 'all', cutOffBy: [] });
  expect(exhaustive!.schedules).toBeGreaterThan(1000);
}, 60_000);

test('no two laws have one name', () => {
  expect(new Set(ownLaws.map(({ name }) => name)).size).toBe(ownLaws.length);
});
