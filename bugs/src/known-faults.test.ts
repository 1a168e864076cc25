/**
 * At stake: a fault that shows in the calmest run teaches a search nothing, one that is not found within the default
 * budget of a search shows that search wanting, and a twin that is broken too is none. Tried by searching each law as
 * anybody would, from fixed seeds.
 */
import { readdirSync } from 'node:fs';
import { checkInvariant, searchInvariant } from '@skein/runtime/testing';
import { describe, expect, test } from 'vitest';
import { knownFaults } from './index.js';

const SEED = 3;
/** Runs of a twin that holds, count: most faults are found in fewer. */
const RUNS = 20;
/** Orders of a small program that are tried, count: there are more of some. */
const ORDERS = 300;

test('each folder is listed', () => {
  const entries = readdirSync(new URL('.', import.meta.url), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(knownFaults.map(({ name }) => name)).toEqual(folders.sort());
});

describe.each(knownFaults)('$name', ({ faulty, fixed, needs, violates, program }) => {
  test('is found, does what it says, and takes no more to show than it needs', async () => {
    const isQuick = faulty.sideShards === undefined; // to be made smaller
    const outcome = await searchInvariant(faulty, { seed: SEED, shrink: isQuick });
    if (outcome.holds) throw new Error(`not found in ${outcome.report.runs} runs`);
    const { violation, faults, tape } = outcome.counterexample.failure;
    expect(violation.law).toBe(violates);
    expect({ faults: faults.length > 0, order: tape.length > 0 || faults.length > 0 }).toEqual({
      faults: needs === 'faults',
      order: true, // in the calmest run it behaves
    });
  }, 60_000);

  test('is not found once mended', async () => {
    const { runs } = await checkInvariant(fixed, { seed: SEED, runs: RUNS, failures: false });
    expect(runs).toBe(RUNS);
  }, 60_000);

  if (program === undefined) return; // too many orders
  test('shows in some order of a small program, and mended in none', async () => {
    const every = { scheduler: 'exhaustive', program, runs: ORDERS, seed: SEED } as const;
    expect((await searchInvariant(faulty, { ...every, shrink: false })).holds).toBe(false);
    const { holds, report } = await searchInvariant(fixed, every);
    expect({ holds, over: report.exhaustive?.proves === 'all' || report.runs === ORDERS }).toEqual({
      holds: true,
      over: true,
    });
  }, 60_000);
});
