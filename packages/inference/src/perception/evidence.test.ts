import { describe, expect, test } from 'vitest';
import { safeLog } from '../math/safe-log.js';
import { prepareModel } from '../model/prepare-model.js';
import { toDense } from '../model/sparse-tensor.js';
import { tMaze } from '../models/t-maze.js';
import { type Observation, readEvidence } from './evidence.js';

// At stake: soft and definite observations must mean the same where they say the same, and a bad one must not pass.
const prepared = prepareModel(tMaze());

describe('readEvidence', () => {
  test('a definite outcome selects a row of A without copying', () => {
    const [, reward] = readEvidence(prepared, [0, 1, 0]);
    expect(Array.from(reward!.likelihood)).toEqual([0, 0, 0.98, 1 - 0.98, 1 - 0.98, 0.98, 0, 0]);
    expect(reward!.likelihood.buffer).toBe(toDense(prepared.model.A[1]!).data.buffer);
  });

  test('a certain distribution is the definite outcome', () => {
    expect(readEvidence(prepared, [0, [0, 1, 0], 0])).toEqual(readEvidence(prepared, [0, 1, 0]));
  });

  test('an almost certain one is not rounded', () => {
    const [, reward] = readEvidence(prepared, [0, [5e-5, 1, 0], 0]);
    expect(reward!.likelihood[0]).toBe(5e-5);
  });

  test('a distribution weighs the rows before the logarithm', () => {
    const [, reward] = readEvidence(prepared, [0, Float64Array.of(0.5, 0.25, 0.25), 0]);
    expect(reward!.likelihood[0]).toBe(0.5);
    expect(reward!.likelihood[2]).toBeCloseTo(0.25, 12);
    expect(reward!.logLikelihood[2]).toBeCloseTo(safeLog(0.25), 12);
  });

  test('a missing modality leaves no evidence', () => {
    expect(readEvidence(prepared, [null, null, null])).toEqual([]);
    expect(readEvidence(prepared, [null, 0, null])).toHaveLength(1);
  });

  test.each<{ observations: unknown[]; argument: string; got: string }>([
    { observations: [0, 0], argument: 'observations', got: '2' },
    { observations: [4, 0, 0], argument: 'observations[0] (location)', got: '4' },
    { observations: [0, -1, 0], argument: 'observations[1] (reward)', got: '-1' },
    { observations: [0.5, 0, 0], argument: 'observations[0] (location)', got: '0.5' },
    { observations: [0, 0, Number.NaN], argument: 'observations[2] (cue)', got: 'NaN' },
    { observations: [0, [1, 0], 0], argument: 'observations[1] (reward)', got: '2' },
    { observations: [0, 0, [0.5, 0.4]], argument: 'observations[2] (cue)', got: 'a sum of 0.9' },
    { observations: [0, 0, [1.5, -0.5]], argument: 'observations[2] (cue)', got: '-0.5' },
    { observations: [0, 0, undefined], argument: 'observations[2] (cue)', got: 'undefined' },
    { observations: [0, 0, 'left'], argument: 'observations[2] (cue)', got: '"left"' },
  ])('refuses $observations', ({ observations, argument, got }) => {
    expect(() => readEvidence(prepared, observations as Observation[])).toThrow(
      expect.objectContaining({ code: 'INFERENCE_OBSERVATION_INVALID', argument, got }),
    );
  });
});
