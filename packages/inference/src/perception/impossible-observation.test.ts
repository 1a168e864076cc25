import { expect, test } from 'vitest';
import { prepareModel } from '../model/prepare-model.js';
import { tMaze } from '../models/t-maze.js';
import { impossibleObservation } from './impossible-observation.js';

// At stake: the error is all that is left of the moment; it may cross to another thread as JSON.
test('an impossible observation is told in plain numbers', () => {
  const prior = [Float64Array.of(1, 0, 0, 0), Float64Array.of(0.5, 0.5)];
  const seen = [2, null, Float64Array.of(0.5, 0.5)];
  const error = impossibleObservation(prepareModel(tMaze()), seen, prior, 7);
  expect(JSON.parse(JSON.stringify(error))).toMatchObject({
    code: 'INFERENCE_IMPOSSIBLE_OBSERVATION',
    observations: [2, null, [0.5, 0.5]],
    modalityNames: ['location', 'reward', 'cue'],
    prior: [
      [1, 0, 0, 0],
      [0.5, 0.5],
    ],
    time: 7,
  });
  expect(impossibleObservation(prepareModel(tMaze()), seen, prior).time).toBeNull();
});
