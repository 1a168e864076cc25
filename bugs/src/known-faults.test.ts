/**
 * At stake: a fault that shows in the calmest run teaches a search nothing, one that never shows cannot be
 * found, and a twin that is broken too is none. Tried by running each law a few times in a calm order, and in
 * random ones until it breaks.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { knownFaults } from './index.js';
import { tryLaw, tryOnShards } from './trial.test-fixtures.js';

const CALM_RUNS = 12;
const WILD_RUNS = 60;
/** Runs in which a fault should show, at most. The rarest takes about 50. */
const SEARCH_RUNS = 500;

test('each folder is listed', () => {
  const entries = readdirSync(new URL('.', import.meta.url), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(knownFaults.map(({ name }) => name)).toEqual(folders.sort());
});

describe.each(knownFaults)('$name', ({ faulty, fixed, violates }) => {
  test.each([faulty, fixed])(
    '$name: holds in the calm',
    async (law) => {
      for (let seed = 1; seed <= CALM_RUNS; seed++) expect(await tryLaw(law, 'calm', seed)).toBeUndefined();
    },
    60_000,
  );

  test('breaks in some order, as it says', async () => {
    let outcome: string | undefined;
    for (let seed = 1; seed <= SEARCH_RUNS && outcome === undefined; seed++)
      outcome = await tryLaw(faulty, 'wild', seed);
    expect(outcome).toMatch(new RegExp(`^${violates}: `));
  }, 60_000);

  test('does not break when it is mended', async () => {
    for (let seed = 1; seed <= WILD_RUNS; seed++) expect(await tryLaw(fixed, 'wild', seed)).toBeUndefined();
  }, 60_000);
});

test.each(knownFaults.filter(({ fixed }) => fixed.sideShards))(
  '$name spans its shards',
  async ({ fixed }) => {
    const { deadLetters, shards } = await tryOnShards(fixed);
    expect(deadLetters).toBe(0);
    for (const { handled } of shards) expect(handled).toBeGreaterThan(0);
  },
);
