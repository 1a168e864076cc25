import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readGoldenFolder } from './read-golden.js';
import { runCase, runGolden } from './run-golden.js';

// At stake: whether any of this is right. The vectors come from code that shares nothing with ours.
const OURS = fileURLToPath(new URL('../../golden/', import.meta.url));
const SHARED = fileURLToPath(new URL('../../../../../shared/golden/', import.meta.url));

describe.each(readGoldenFolder(OURS))('golden $topic', ({ topic, cases, path }) => {
  test.each(cases)('$id: $description', (golden) => {
    expect(runCase(topic, golden, path)).toBe('passed');
  });
});

test('the vectors are all there', () => {
  const { topics } = runGolden(readGoldenFolder(OURS));
  expect(topics.map(({ topic, passed }) => `${topic} ${passed}`)).toEqual([
    'actions 9',
    'efe 17',
    'fpi 17',
    'learning 5',
    'maths 40',
    'rollout-multi 3',
    'rollout-tmaze 5',
  ]);
});

test.skipIf(!existsSync(SHARED))('the whole shared folder, grid worlds included, has no failure', () => {
  const { topics, failed } = runGolden(readGoldenFolder(SHARED));
  expect(topics.flatMap(({ failures }) => failures)).toEqual([]);
  expect(failed).toBe(0);
  expect(topics.find(({ topic }) => topic === 'rollout-grid')?.passed).toBe(5);
});
