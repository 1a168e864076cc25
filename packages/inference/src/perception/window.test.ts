import { describe, expect, test } from 'vitest';
import { defineModel } from '../model/generative-model.js';
import { prepareModel } from '../model/prepare-model.js';
import { tMaze } from '../models/t-maze.js';
import { readEvidence } from './evidence.js';
import { readActions, readEvidenceSequence } from './window.js';

// At stake: in a long sequence, an error that does not say where is no help.
const maze = prepareModel(tMaze());
const passive = prepareModel(defineModel({ A: [[[1]]], B: [[[[1]]]] }));

describe('readEvidenceSequence', () => {
  test('reads each time point by itself', () => {
    const observations = [
      [0, 0, 0],
      [null, [0.5, 0.5, 0], 1],
    ];
    expect(readEvidenceSequence(maze, observations)).toEqual(
      observations.map((slice) => readEvidence(maze, slice)),
    );
  });

  test.each([
    { observations: [], argument: 'observations' },
    {
      observations: [
        [0, 0, 0],
        [0, 0],
      ],
      argument: 'observations[1]',
    },
    {
      observations: [
        [0, 0, 0],
        [0, 0, 0],
        [0, 3, 0],
      ],
      argument: 'observations[2][1] (reward)',
    },
  ])('names the place: $argument', ({ observations, argument }) => {
    expect(() => readEvidenceSequence(maze, observations)).toThrow(
      expect.objectContaining({ code: 'INFERENCE_OBSERVATION_INVALID', argument }),
    );
  });
});

describe('readActions', () => {
  test('takes as many as there are steps', () => {
    const actions = [
      [3, 0],
      [1, 0],
    ];
    expect(readActions(maze, actions, 2, 'actions')).toBe(actions);
  });

  test('they may be left out where there is no choice', () => {
    expect(readActions(passive, undefined, 2, 'actions')).toEqual([[0], [0]]);
    expect(readActions(maze, undefined, 0, 'actions')).toEqual([]);
  });

  test.each([
    { actions: undefined, argument: 'actions' },
    { actions: [[0, 0]], argument: 'actions' },
    { actions: [[0, 0], [0]], argument: 'actions[1]' },
    {
      actions: [
        [0, 0],
        [4, 0],
      ],
      argument: 'actions[1][0]',
    },
  ])('refuses $actions', ({ actions, argument }) => {
    expect(() => readActions(maze, actions, 2, 'actions')).toThrow(
      expect.objectContaining({ code: 'INFERENCE_POLICY_INVALID', argument }),
    );
  });
});
