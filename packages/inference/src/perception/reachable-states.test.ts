import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defineModel } from '../model/generative-model.js';
import { prepareModel } from '../model/prepare-model.js';
import { tMaze } from '../models/t-maze.js';
import { arbitraryChain, pathProbabilities } from './chain.test-fixtures.js';
import { findImpossibleTime } from './reachable-states.js';
import { readEvidenceSequence } from './window.js';

// At stake: a sequence refused that could have happened is worse than one let through. Neither, for one factor.
describe('findImpossibleTime', () => {
  test('of one factor is the first time point that no path survives', () => {
    let impossible = 0;
    fc.assert(
      fc.property(arbitraryChain(0.5), (chain) => {
        const { prepared, observations, actions, D } = chain;
        const evidence = readEvidenceSequence(prepared, observations);
        const survives = (T: number): boolean => pathProbabilities(chain, T).some((p) => p.probability > 0);
        const first = observations.findIndex((_, t) => !survives(t + 1));
        expect(findImpossibleTime(prepared, evidence, actions, [D])?.time ?? -1).toBe(first);
        if (first >= 0) impossible++;
      }),
      { numRuns: 500 },
    );
    expect(impossible).toBeGreaterThan(50);
  });

  const maze = prepareModel(tMaze());
  const check = (observations: (number | null)[][], actions: number[][]) =>
    findImpossibleTime(maze, readEvidenceSequence(maze, observations), actions, maze.model.D);

  test('follows actions: at the cue after going there, not in an arm', () => {
    const start = [0, 0, 0];
    expect(check([start, [3, 0, 1]], [[3, 0]])).toBeNull();
    const verdict = check([start, [1, 1, 0]], [[3, 0]]);
    expect(verdict?.time).toBe(1);
    expect(verdict?.reachable.map((belief) => Array.from(belief))).toEqual([
      [0, 0, 0, 1],
      [0.5, 0.5],
    ]);
  });

  test('of several factors each is narrowed down by what was seen before', () => {
    const certain = prepareModel(tMaze({ rewardProbability: 1 }));
    const read = (observations: number[][]) => readEvidenceSequence(certain, observations);
    // Rewarded on the right, so the context is the first, and stays so: no punishment there later.
    const seen = [
      [1, 1, 0],
      [1, 2, 0],
    ];
    const anywhere = [Float64Array.of(0.25, 0.25, 0.25, 0.25), Float64Array.of(0.5, 0.5)];
    expect(findImpossibleTime(certain, read(seen), [[1, 0]], anywhere)?.time).toBe(1);
    expect(findImpossibleTime(certain, read([seen[0]!, seen[0]!]), [[1, 0]], anywhere)).toBeNull();
  });

  test('forgets which states of several factors go together: that contradiction passes', () => {
    const stay = [
      [[1], [0]],
      [[0], [1]],
    ];
    const same = [
      [
        [1, 0],
        [0, 1],
      ],
      [
        [0, 1],
        [1, 0],
      ],
    ];
    const prepared = prepareModel(defineModel({ A: [same], B: [stay, stay] }));
    const evidence = readEvidenceSequence(prepared, [[0], [1]]);
    const still = [[0, 0]];
    expect(findImpossibleTime(prepared, evidence, still, prepared.model.D)).toBeNull();
  });

  test('is not fooled by moves too rare to multiply', () => {
    const B = [
      [[1], [0], [0]],
      [[1e-200], [1], [0]],
      [[0], [1e-200], [1]],
    ];
    const A = [
      [1, 1, 0],
      [0, 0, 1],
    ];
    const prepared = prepareModel(defineModel({ A: [A], B: [B], D: [[1, 0, 0]] }));
    const evidence = readEvidenceSequence(prepared, [[0], [null], [1]]);
    expect(findImpossibleTime(prepared, evidence, [[0], [0]], prepared.model.D)).toBeNull();
  });
});
