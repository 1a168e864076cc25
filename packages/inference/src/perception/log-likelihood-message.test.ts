import { expect, test } from 'vitest';
import { safeLog } from '../math/safe-log.js';
import { prepareModel } from '../model/prepare-model.js';
import { tMaze } from '../models/t-maze.js';
import { readEvidence } from './evidence.js';
import { logLikelihoodMessage } from './log-likelihood-message.js';

// At stake: this is what agents fuse; it must carry the evidence and nothing of the prior.
const prepared = prepareModel(tMaze());
const atRightArm = Float64Array.of(0, 1, 0, 0);
const evidence = readEvidence(prepared, [1, 2, 0]);

test('is the expected log likelihood of each state under the beliefs about the other factors', () => {
  const message = logLikelihoodMessage([atRightArm, Float64Array.of(0.3, 0.7)], evidence, 1, 2);
  // At the right arm the location is certain, a loss has 0.02 or 0.98, and the cue is a coin toss.
  expect(message[0]).toBeCloseTo(safeLog(1 - 0.98) + safeLog(0.5), 12);
  expect(message[1]).toBeCloseTo(safeLog(0.98) + safeLog(0.5), 12);
});

test('does not read the belief about its own factor', () => {
  const one = logLikelihoodMessage([atRightArm, Float64Array.of(0.3, 0.7)], evidence, 1, 2);
  const other = logLikelihoodMessage([atRightArm, Float64Array.of(1, 0)], evidence, 1, 2);
  expect(one).toEqual(other);
});

test('evaluates only the states asked for', () => {
  const beliefs = [atRightArm, Float64Array.of(0.5, 0.5)];
  const all = logLikelihoodMessage(beliefs, evidence, 0, 4);
  expect(Array.from(logLikelihoodMessage(beliefs, evidence, 0, 4, [2]))).toEqual([0, 0, all[2], 0]);
});
