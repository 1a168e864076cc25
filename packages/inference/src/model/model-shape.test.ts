import { expect, test } from 'vitest';
import { likelihoodShape, type ModelShape, transitionShape } from './model-shape.js';

// At stake: which axis is which. The order of a dependency list is the order of the axes.
test('outcome or next state first, factors in the order listed, action last', () => {
  const shape: ModelShape = {
    outcomeCounts: [7],
    stateCounts: [2, 3, 4],
    actionCounts: [5, 1, 6],
    likelihoodFactors: [[2, 0]],
    transitionFactors: [[1, 0], [], [2]],
  };
  expect(likelihoodShape(shape, 0)).toEqual([7, 4, 2]);
  expect(transitionShape(shape, 0)).toEqual([2, 3, 2, 5]);
  expect(transitionShape(shape, 1)).toEqual([3, 1]);
  expect(transitionShape(shape, 2)).toEqual([4, 4, 6]);
});
