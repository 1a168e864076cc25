// At stake: that the table says what was found. Tried with the fault that shows soonest, and its mended twin.
import { knownFaults } from '@skein/bugs';
import { describe, expect, test } from 'vitest';
import { findFault, tryAllOrders } from './find-fault.js';
import { formatFaults } from './format.js';
import { reportOn } from './suite.js';

const mutualAsk = knownFaults.find(({ name }) => name === 'mutual-ask')!;

test('a fault is counted once for each seed from which it was found, with the schedules that it took', async () => {
  const found = await findFault(mutualAsk.faulty, 'random', { seeds: 3, runs: 50 });
  expect(found).toMatchObject({ seeds: 3, found: 3 });
  expect(found.schedules.worst).toBeGreaterThanOrEqual(found.schedules.median);
  expect(found.runs).toBeGreaterThanOrEqual(found.schedules.median + found.schedules.worst);
  const again = await findFault(mutualAsk.faulty, 'random', { seeds: 3, runs: 50 });
  expect(again.schedules).toEqual(found.schedules);
});

test('its twin is never found', async () => {
  const found = await findFault(mutualAsk.fixed, 'default', { seeds: 2, runs: 5 });
  expect(found).toMatchObject({ found: 0, runs: 10, schedules: { median: Number.NaN, worst: Number.NaN } });
});

test('all orders of a small program are a proof, and too few of them are none', async () => {
  const { fixed, program } = mutualAsk;
  const all = await tryAllOrders(fixed, program!, 5_000);
  expect(all).toMatchObject({ foundInRun: undefined, proves: true });
  expect(await tryAllOrders(fixed, program!, 10)).toEqual({
    foundInRun: undefined,
    schedules: 10,
    proves: false,
  });
});

describe('the table', () => {
  test('has a row for each fault, and counts the runs of the twins', async () => {
    const table = formatFaults([await reportOn(mutualAsk, 1)], { seeds: 1, runs: 200 });
    expect(table).toMatch(/^\| mutual-ask \| 1: \d+ · \d+ \|/m);
    expect(table).toMatch(/\d+ schedules, 0 failures/);
    expect(table).toMatch(/^\| mutual-ask \| \d+ \| [\d,]+ \| yes \|$/m);
  }, 30_000);
});
