import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readGoldenFolder } from './read-golden.js';
import { runCase, runGolden, runTopic } from './run-golden.js';
import { rolloutWith } from './topics/rollout.js';

// At stake: whether any of this is right. The vectors come from code that shares nothing with ours.
const IN_LANES = /^(actions|efe|fpi|inductive|learning|rollout-.*)$/;
const OURS = fileURLToPath(new URL('../../golden/', import.meta.url));
const SHARED = fileURLToPath(new URL('../../../../../shared/golden/', import.meta.url));

describe.each(readGoldenFolder(OURS))('golden $topic', ({ topic, cases, path }) => {
  test.each(cases)('$id: $description', (golden) => {
    expect(runCase(topic, golden, path)).toMatchObject({ result: 'passed' });
  });
});

test('the vectors are all there, and lanes run what they cover of them', () => {
  const reports = [runGolden(readGoldenFolder(OURS)), runGolden(readGoldenFolder(OURS), 'simd')];
  expect(reports.map(({ failed, notSupported }) => failed + notSupported)).toEqual([0, 0]);
  const inLanes = reports[1]!.topics.filter(({ ranOn }) => ranOn.simd + ranOn.both > 0);
  expect(
    inLanes.map(({ topic, ranOn }) => [topic, ranOn.simd, ranOn.both, ranOn.reference].join(' ')),
  ).toEqual([
    'actions 2 7 0',
    'efe 1 16 0',
    'fpi 17 0 0',
    'inductive 0 2 0',
    'learning 3 2 0',
    'rollout-grid 4 0 0',
    'rollout-multi 3 0 0',
    'rollout-tmaze 4 0 1',
  ]);
  const { topics } = reports[0]!;
  expect(topics.map(({ topic, passed }) => `${topic} ${passed}`)).toEqual([
    'actions 9',
    'bmr 16',
    'efe 17',
    'fpi 17',
    'hmm-exact 3',
    'inductive 2',
    'learning 5',
    'maths 40',
    'mmp 18',
    'rollout-grid 4',
    'rollout-multi 3',
    'rollout-tmaze 5',
    'sophisticated 4',
  ]);
});

describe('reading a prior of 0 as impossible, which is our default and not theirs', () => {
  const rollouts = readGoldenFolder(OURS).filter(({ topic }) => topic.startsWith('rollout'));
  // How many sweeps it takes is all that may differ: they begin with the states the prior allows, not with all.
  const topic = rolloutWith('exclude', ['n_iter']);
  test.each(rollouts.flatMap(({ cases }) => cases))('$id comes out the same', (golden) => {
    expect(runTopic(topic, golden, 'golden').result).toBe('passed');
  });
});

describe.each(readGoldenFolder(OURS).filter(({ topic }) => IN_LANES.test(topic)))(
  'in lanes, golden $topic',
  ({ topic, cases, path }) => {
    test.each(cases)('$id: $description', (golden) => {
      expect(runCase(topic, golden, path, 'simd')).toMatchObject({ result: 'passed' });
    });
  },
);

test.skipIf(!existsSync(SHARED)).each(['reference', 'simd'] as const)(
  'the whole shared folder, the largest grid world included, has no failure on %s',
  (backend) => {
    const { topics, failed } = runGolden(readGoldenFolder(SHARED), backend);
    expect(topics.flatMap(({ failures }) => failures)).toEqual([]);
    expect(failed).toBe(0);
    expect(topics.find(({ topic }) => topic === 'rollout-grid')?.passed).toBe(5);
  },
);
