import { expect, test } from 'vitest';
import { tensor } from '../model/tensor.js';
import { tMaze } from '../models/t-maze.js';
import { learnPrior } from './learn-prior.js';

// At stake: how episodes begin. A state whose count is 0 is one that no episode begins in.
const maze = tMaze();
const posterior = [Float64Array.of(0.5, 0.5, 0, 0), Float64Array.of(0.25, 0.75)];

test('adds the posterior to the counts, except where they are 0', () => {
  const counts = [tensor([1, 0, 1, 0]), tensor([1, 1])];
  const learned = learnPrior(maze, counts, { posterior, learningRate: 2 });
  expect(learned.map((count) => Array.from(count!.data))).toEqual([
    [2, 0, 1, 0],
    [1.5, 2.5],
  ]);
  expect(Array.from(counts[1]!.data)).toEqual([1, 1]);
});

test('learns the factors asked for', () => {
  const counts = [null, tensor([1, 1])];
  expect(learnPrior(maze, counts, { posterior, factors: [0] })).toEqual(counts);
});
