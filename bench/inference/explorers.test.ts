// At stake: that the explorers measured here are those of the published workload. Tried against the check values that were published with them:
// two steps of the informative twin, and what says nothing in the other one.
import {
  enumeratePolicies,
  expectedFreeEnergy,
  inferStates,
  predictStates,
  prepareModel,
} from '@skein/inference';
import { describe, expect, test } from 'vitest';
import { benchModel } from './models.js';

const RIGHT = 3;

/**
 * How far a value may be off for each step that it adds up: logarithms of preferences, near -10, were published in what looks like single
 * precision, whose last digit there is worth as much.
 */
const STEP_TOLERANCE = 2 ** -20;
/** Beliefs were published with six decimals. */
const DECIMALS = 6;

/** Values of policies, larger is better, are the negative of G. */
interface CheckValues {
  readonly size: number;
  readonly horizon: number;
  /** Of the first five policies at the first step. */
  readonly values: readonly number[];
  readonly spread: number;
  /** Probability of cells 0 and 1 at the second step. */
  readonly beliefs: readonly number[];
  /** Sum over the policies at the second step. */
  readonly sum: number;
}

const SMALL = [0.037736, 0.962264];
const LARGE = [0.057692, 0.942308];

test.each<CheckValues>([
  {
    size: 5,
    horizon: 1,
    values: [-6.402822, -5.94924, -6.402822, -5.903656, -6.402822],
    spread: 0.499166,
    beliefs: SMALL,
    sum: -28.883953,
  },
  {
    size: 5,
    horizon: 2,
    values: [-12.805644, -12.352062, -12.805644, -12.306478, -12.805644],
    spread: 1.494414,
    beliefs: SMALL,
    sum: -286.464061,
  },
  {
    size: 5,
    horizon: 3,
    values: [-19.208466, -18.754884, -19.208466, -18.7093, -19.208466],
    spread: 2.985631,
    beliefs: SMALL,
    sum: -2131.045173,
  },
  {
    size: 10,
    horizon: 1,
    values: [-6.402822, -6.20189, -6.402822, -6.181724, -6.402822],
    spread: 0.221098,
    beliefs: LARGE,
    sum: -30.644836,
  },
  {
    size: 10,
    horizon: 2,
    values: [-12.805644, -12.604712, -12.805644, -12.584546, -12.805644],
    spread: 0.66265,
    beliefs: LARGE,
    sum: -305.383252,
  },
  {
    size: 10,
    horizon: 3,
    values: [-19.208466, -19.007534, -19.208466, -18.987368, -19.208466],
    spread: 1.324492,
    beliefs: LARGE,
    sum: -2282.573236,
  },
])('fa-inf $size x $size, $horizon steps, is as published', ({ size, horizon, ...published }) => {
  const { model } = benchModel(`fa-inf ${size}x${size} len ${horizon}`);
  const prepared = prepareModel(model);
  const policies = enumeratePolicies(model.shape.actionCounts, horizon);
  const valuesOf = (posterior: readonly Float64Array[]): number[] =>
    Array.from(expectedFreeEnergy(prepared, policies, posterior).expectedFreeEnergy, (G) => -G);

  const first = inferStates(prepared, { observations: [0], prior: model.D });
  const values = valuesOf(first.posterior as Float64Array[]);
  published.values.forEach((value, policy) => {
    expect(Math.abs(values[policy]! - value)).toBeLessThan(horizon * STEP_TOLERANCE);
  });
  const spread = Math.max(...values) - Math.min(...values);
  expect(Math.abs(spread - published.spread)).toBeLessThan(horizon * STEP_TOLERANCE);

  const prior = predictStates(prepared, first.posterior, [RIGHT]);
  const second = inferStates(prepared, { observations: [2], prior });
  expect(second.posterior[0]![0]).toBeCloseTo(published.beliefs[0]!, DECIMALS);
  expect(second.posterior[0]![1]).toBeCloseTo(published.beliefs[1]!, DECIMALS);
  const sum = valuesOf(second.posterior as Float64Array[]).reduce((a, b) => a + b, 0);
  expect(Math.abs(sum - published.sum)).toBeLessThan(policies.length * horizon * STEP_TOLERANCE);
});

describe.each([5, 10])('fa-exp %i x %i', (size) => {
  test('sees nothing that tells it anything, and likes all policies alike', () => {
    const { model } = benchModel(`fa-exp ${size}x${size} len 2`);
    const prepared = prepareModel(model);
    const { posterior } = inferStates(prepared, { observations: [2], prior: model.D });
    const centre = Math.floor(size / 2) * (size + 1);
    const cells = size * size;
    expect(posterior[0]![centre]).toBeCloseTo(2 / (cells + 1), 12);
    expect(posterior[0]![0]).toBeCloseTo(1 / (cells + 1), 12);
    const policies = enumeratePolicies(model.shape.actionCounts, 2);
    const G = expectedFreeEnergy(prepared, policies, posterior).expectedFreeEnergy;
    expect(Math.max(...G) - Math.min(...G)).toBeLessThan(1e-9);
  });
});
