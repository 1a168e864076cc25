// At stake: that what one thread is compared with is taken lap by lap, and said of the right subject. Tried on laps worked out by hand.
import { expect, test } from 'vitest';
import { benchModel } from '../inference/models.js';
import type { Laps, Subject } from './laps.js';
import { measuredOf, rateOf, roundsOf, timesOneThread } from './measured.js';

const subject = (): Subject => ({ agents: 10, round: () => 1 });
const [shared, alone] = [subject(), subject()];
const laps = new Map<Subject, Laps>([
  [
    shared,
    [
      [1, 1, 4],
      [2, 2, 2],
      [3, 3, 3],
    ],
  ],
  [
    alone,
    [
      [4, 4],
      [2, 2],
      [9, 9],
    ],
  ],
]);
const beside = {
  bench: 'a table',
  model: benchModel('ii'),
  one: measuredOf(shared, 2, laps),
  other: measuredOf(alone, 1, laps),
  baseline: 'the other',
};
const common = { bench: 'a table', model: 'ii', agents: 10, threads: 2, baseline: 'the other' };

test('gains are those of laps, and then their median, least and most; or of the fastest rounds of all', () => {
  const [gain] = timesOneThread(beside);
  expect(gain).toMatchObject({ ...common, metric: 'timesOneThread', value: 2, least: 1 });
  expect(gain!.most).toBeCloseTo(3);

  const mostly = (ms: number, fastest: number): Laps => [
    [fastest, ...Array.from({ length: 9 }, () => ms)],
    [fastest],
  ];
  const rounds = new Map<Subject, Laps>([
    [shared, mostly(7, 1)],
    [alone, mostly(7, 3)],
  ]);
  const [, fastest] = timesOneThread({
    ...beside,
    one: measuredOf(shared, 2, rounds),
    other: measuredOf(alone, 1, rounds),
  });
  expect(fastest).toMatchObject({ ...common, metric: 'timesOneThreadP05', value: 3, ratio: 3 });
});

test('a rate is of all agents, a second', () => {
  const rate = rateOf(beside);
  expect(rate).toMatchObject({ ...common, metric: 'stepsPerSecond', unit: 'steps/s', ratio: 2 });
  expect(rate.value).toBeCloseTo(5000);
  expect(rate.least).toBeCloseTo(10_000 / 3);
});

test('quantiles are of all rounds', () => {
  expect(roundsOf(beside)).toMatchObject([
    { ...common, metric: 'roundP50Ms', value: 2, ratio: 0.5 },
    { ...common, metric: 'roundP99Ms', value: 4, ratio: 4 / 9 },
  ]);
});
