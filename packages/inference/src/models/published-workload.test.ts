import { describe, expect, test } from 'vitest';
import { defineModel, type GenerativeModel } from '../model/generative-model.js';
import { prepareModel } from '../model/prepare-model.js';
import { inferStates } from '../perception/infer-states.js';
import { predictStates } from '../perception/predict-states.js';
import { enumeratePolicies } from '../planning/enumerate-policies.js';
import { expectedFreeEnergy } from '../planning/expected-free-energy.js';

// At stake: agreement with a published multi-agent benchmark (grid explorers on NumPy pymdp) in a model whose moves are
// uncertain and whose five outcomes say only roughly where one is. Its check values, larger is better, six decimals.
const CHECKS = [
  {
    size: 5,
    steps: 1,
    first: [-6.402822, -5.94924, -6.402822, -5.903656, -6.402822],
    spread: 0.499166,
    sum: -28.883953,
  },
  {
    size: 5,
    steps: 2,
    first: [-12.805644, -12.352062, -12.805644, -12.306478, -12.805644],
    spread: 1.494414,
    sum: -286.464061,
  },
  {
    size: 5,
    steps: 3,
    first: [-19.208466, -18.754884, -19.208466, -18.7093, -19.208466],
    spread: 2.985631,
    sum: -2131.045173,
  },
  {
    size: 10,
    steps: 1,
    first: [-6.402822, -6.20189, -6.402822, -6.181724, -6.402822],
    spread: 0.221098,
    sum: -30.644836,
  },
  {
    size: 10,
    steps: 2,
    first: [-12.805644, -12.604712, -12.805644, -12.584546, -12.805644],
    spread: 0.66265,
    sum: -305.383252,
  },
  {
    size: 10,
    steps: 3,
    first: [-19.208466, -19.007534, -19.208466, -18.987368, -19.208466],
    spread: 1.324492,
    sum: -2282.573236,
  },
] as const;
const BELIEFS = { 5: [0.037736, 0.962264], 10: [0.057692, 0.942308] } as const;
const RIGHT = 3;

/**
 * Of one policy, nats: the values are listed to six decimals, and were made with exp(-16) inside the logarithm of the
 * column entropy, which shifts each step by the number of outcomes times exp(-16).
 */
const toleranceOf = (steps: number): number => 5e-7 + steps * 5 * Math.exp(-16);
const BELIEF_TOLERANCE = 5e-7;

describe.each(CHECKS)('$size x $size cells, $steps steps', ({ size, steps, first, spread, sum }) => {
  const prepared = prepareModel(explorer(size));
  const policies = enumeratePolicies(prepared.model.shape.actionCounts, steps);
  const start = inferStates(prepared, { observations: [0] }).posterior;
  const second = inferStates(prepared, {
    observations: [2],
    prior: predictStates(prepared, start, [RIGHT]),
  }).posterior;
  const G = (posterior: Float64Array[]): number[] =>
    Array.from(expectedFreeEnergy(prepared, policies, posterior).expectedFreeEnergy, (cost) => -cost);

  test('the first step evaluates policies as published', () => {
    const values = G(start);
    first.forEach((expected, p) => {
      expect(Math.abs(values[p]! - expected)).toBeLessThanOrEqual(toleranceOf(steps));
    });
    expect(Math.abs(Math.max(...values) - Math.min(...values) - spread)).toBeLessThanOrEqual(
      toleranceOf(steps),
    );
  });

  test('the second step believes and evaluates as published', () => {
    BELIEFS[size].forEach((expected, cell) => {
      expect(Math.abs(second[0]![cell]! - expected)).toBeLessThanOrEqual(BELIEF_TOLERANCE);
    });
    const total = G(second).reduce((a, b) => a + b, 0);
    expect(Math.abs(total - sum)).toBeLessThanOrEqual(policies.length * toleranceOf(steps));
  });
});

/** N x N cells numbered x N + y, x the row; moves succeed with 0.9; the nearer the goal, the likelier it is seen. */
function explorer(size: number): GenerativeModel {
  const stateCount = size * size;
  const moves = [
    [-1, 0],
    [1, 0],
    [0, -1],
    [0, 1],
    [0, 0],
  ] as const;
  const states = Array.from({ length: stateCount }, (_, s) => s);
  const nextOf = (s: number, [dx, dy]: readonly [number, number]): number => {
    const x = Math.floor(s / size) + dx;
    const y = (s % size) + dy;
    return x >= 0 && x < size && y >= 0 && y < size ? x * size + y : s;
  };
  const closeness = (s: number): number => {
    const last = size - 1;
    return 1 - (last - Math.floor(s / size) + 1.1 * (last - (s % size))) / (2.1 * last);
  };
  return defineModel({
    A: [
      [
        states.map((s) => 0.8 - 0.7 * closeness(s)),
        states.map(() => 0.05),
        states.map((s) => 0.05 + 0.7 * closeness(s)),
        states.map(() => 0.05),
        states.map(() => 0.05),
      ],
    ],
    B: [
      states.map((next) =>
        states.map((s) =>
          moves.map((move) => {
            const target = nextOf(s, move);
            if (target === s) return Number(next === s);
            if (next === target) return 0.9;
            return next === s ? 1 - 0.9 : 0;
          }),
        ),
      ),
    ],
    C: [[2, -4, 8, 0, -4]],
    D: [states.map((s) => Number(s === 0))],
  });
}
