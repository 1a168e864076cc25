import { expect, test } from 'vitest';
import { tMaze } from '../models/t-maze.js';
import { type Beliefs, checkBeliefs } from './beliefs.js';

// At stake: a belief of another model, or one that was never normalised, must stop at the door.
const { shape } = tMaze();
const location = Float64Array.of(1, 0, 0, 0);

test.each<{ beliefs: unknown[]; argument: string; got: string }>([
  { beliefs: [location], argument: 'prior', got: '1' },
  { beliefs: [location, Float64Array.of(1)], argument: 'prior[1]', got: '1' },
  { beliefs: [location, [0.5, 0.5]], argument: 'prior[1]', got: 'a list of 2' },
  { beliefs: [location, Float64Array.of(0.5, 0.4)], argument: 'prior[1]', got: 'a sum of 0.9' },
  { beliefs: [location, Float64Array.of(1.5, -0.5)], argument: 'prior[1][1]', got: '-0.5' },
  { beliefs: [location, Float64Array.of(Number.NaN, 1)], argument: 'prior[1][0]', got: 'NaN' },
])('refuses $beliefs', ({ beliefs, argument, got }) => {
  expect(() => checkBeliefs(shape, beliefs as unknown as Beliefs, 'prior')).toThrow(
    expect.objectContaining({ code: 'INFERENCE_BELIEF_INVALID', argument, got }),
  );
});

test('takes a belief that went through float32', () => {
  const rounded = Float64Array.from(Float32Array.of(1 / 3, 2 / 3));
  expect(() => checkBeliefs(shape, [location, rounded], 'prior')).not.toThrow();
});
