import { existsSync, readFileSync } from 'node:fs';
import { isSparse, type ModelTensor, tensor, toDense } from '@skein/inference';
import { describe, expect, test } from 'vitest';
import { benchModel } from './models.js';

// At stake: that the models measured here are those that the reference timings were taken with. Tried against their
// files, where there are any; grids leave out A and B, which follow from the recipe and the table of moves.

const folder = new URL(process.env.BENCH_MODELS ?? '../../../shared/golden/bench-models/', import.meta.url);

describe.skipIf(!existsSync(folder))('models', () => {
  test.each([
    ['i', 'i-tmaze'],
    ['ii', 'ii-grid5x5-len1'],
    ['iii len 2', 'iii-grid5x5-len2'],
    ['iii len 3', 'iii-grid5x5-len3'],
    ['iv', 'iv-grid10x10-len1'],
    ['v', 'v-two-factor-8x4-len2'],
    ['vi', 'vi-grid30x30-len1'],
  ])('%s is %s', (name, file) => {
    const listed = JSON.parse(readFileSync(new URL(`${file}.json`, folder), 'utf8'));
    const { model, horizon, nextState } = benchModel(name);
    const moves = listed.environment.next_state;
    expect(horizon).toBe(listed.policy_len);
    expect(nextState).toEqual(moves);
    expect(model.shape.actionCounts).toEqual(listed.num_controls);
    expectEqual(model.A, listed.A ?? [noisyIdentity(listed.num_states[0], listed.recipe.noise)]);
    expectEqual(model.B, listed.B ?? [certainMoves(moves[0])]);
    expectEqual(model.C, listed.C);
    expectEqual(
      model.D.map((belief) => tensor(belief)),
      listed.D,
    );
  });
});

function expectEqual(tensors: readonly ModelTensor[], listed: readonly number[][]): void {
  tensors.forEach((ours, i) => {
    const theirs = tensor(listed[i]!);
    const { shape, data } = isSparse(ours) ? toDense(ours) : ours;
    expect(shape).toEqual(theirs.shape);
    const worst = data.reduce((most, value, k) => Math.max(most, Math.abs(value - theirs.data[k]!)), 0);
    expect(worst).toBeLessThanOrEqual(1e-15);
  });
}

function noisyIdentity(count: number, noise: number): number[][] {
  return Array.from({ length: count }, (_, o) =>
    Array.from({ length: count }, (_, s) => (o === s ? 1 - noise : noise / (count - 1))),
  );
}

function certainMoves(moves: readonly (readonly number[])[]): number[][] {
  return moves.map((_, next) =>
    moves.map((targets) => targets.map((target) => Number(target === next))),
  ) as unknown as number[][];
}
