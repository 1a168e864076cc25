import { gridWorld } from '@skein/inference';
import { expect, test } from 'vitest';
import { costOfStep } from './step-cost.js';

/** At stake: where a swarm lives is decided by this guess, so it has to grow with what a step has to do: states, and nodes of the tree of policies. */

const meadow = gridWorld({ width: 5, height: 5 });
const small = costOfStep(meadow, {});
/** Of the kernels alone: what an agent without states would cost is messages. */
const kernels = (ns: number): number => ns - (small - 5 * 25 * 0.8);

test('of five actions on 25 states is their product', () => {
  expect(kernels(small)).toBeCloseTo(5 * 25 * 0.8);
});

test('of a longer horizon counts the nodes of the tree, not the steps of all policies', () => {
  expect(kernels(costOfStep(meadow, { horizon: 3 }))).toBeCloseTo((5 + 25 + 125) * 25 * 0.8);
});

test('of policies that are given counts their steps', () => {
  const policies = [
    [[0], [1]],
    [[2], [3]],
  ];
  expect(kernels(costOfStep(meadow, { policies }))).toBeCloseTo(4 * 25 * 0.8);
});

test('grows with the states', () => {
  expect(costOfStep(gridWorld({ width: 10, height: 10 }), {})).toBeGreaterThan(2 * small);
});
