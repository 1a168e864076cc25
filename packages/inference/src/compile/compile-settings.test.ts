import { describe, expect, test } from 'vitest';
import { gridWorld } from '../models/grid-world.js';
import { compileModel } from './compile-model.js';
import type { CompileOptions } from './compile-options.js';

/** At stake: an option that means nothing is refused by name before anything is made of it. */

const model = gridWorld({ width: 2, height: 2 });
const compile = (options: unknown) => () => compileModel(model, options as CompileOptions);

describe('options of a compilation', () => {
  test.each([
    [null, 'options'],
    [{ gamma: Number.NaN }, 'gamma'],
    [{ gamma: 1e39 }, 'gamma'],
    [{ alpha: -1 }, 'alpha'],
    [{ seed: 0.5 }, 'seed'],
    [{ iterationsMax: 0 }, 'iterationsMax'],
    [{ iterationsMax: 2 ** 31 }, 'iterationsMax'],
    [{ freeEnergyTolerance: -1 }, 'freeEnergyTolerance'],
    [{ inductiveEpsilon: 0 }, 'inductiveEpsilon'],
    [{ form: 'weird' }, 'form'],
    [{ useUtility: 'no' }, 'useUtility'],
    [{ sampling: 'some' }, 'sampling'],
    [{ backend: 'gpu' }, 'backend'],
    [{ goals: null }, 'goals'],
    [{ goals: [[null]] }, 'goals[0][0]'],
    [{ learning: null }, 'learning'],
    [{ learning: { pA: 3 } }, 'learning.pA'],
    [{ learning: { forgetting: 2 } }, 'forgetting'],
    [{ memory: {} }, 'memory'],
    [{ search: {} }, 'horizon'],
    [{ search: { horizon: 2000 } }, 'horizon'],
    [{ search: { horizon: 2 }, horizon: 2 }, 'policies'],
    [{ shorterHorizons: 1 }, 'shorterHorizons'],
  ])('refuse %o', (options, argument) => {
    expect(compile(options)).toThrow(expect.objectContaining({ code: 'INFERENCE_OPTION_INVALID', argument }));
  });

  test.each([
    [5, 'policies'],
    [[], 'policies'],
    [[null], 'policies[0]'],
    [[[]], 'policies[0]'],
    [[[3]], 'policies[0][0]'],
    [[[[9]]], 'policies[0][0][0]'],
  ])('refuse the policies %o', (policies, argument) => {
    const error = expect.objectContaining({ code: 'INFERENCE_POLICY_INVALID', argument });
    expect(compile({ policies })).toThrow(error);
  });

  test.each([1e-50, 1e40])('leave counts of %d to the reference, and say so', (count) => {
    const pB = [{ shape: [4, 4, 5], data: new Float64Array(80).fill(count) }];
    expect(compile({ learning: { pB } })().explain().backend).toBe('reference');
  });
});
