import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InferenceError, ModelError } from '../errors.js';
import { tMaze } from '../models/t-maze.js';
import { inferStates } from '../perception/infer-states.js';
import { predictStates } from '../perception/predict-states.js';
import { arbitraryModel, total } from '../random-model.test-fixtures.js';
import type { GenerativeModel } from './generative-model.js';
import { prepareModel } from './prepare-model.js';
import { toDense } from './sparse-tensor.js';
import { NORMALIZATION_TOLERANCE, validateModel } from './validate-model.js';

// At stake: kernels trust what passes here. Whatever is done to a valid model, it must end either as a model that
// can be used or in a ModelError; never in another exception, a hang or a belief that does not sum to 1.
const JUNK: readonly unknown[] = [
  undefined,
  null,
  true,
  'x',
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -1,
  0,
  0.5,
  1,
  2,
  1e9,
  [],
  [0],
  [0, 0],
  [[0]],
  [-1],
  [1e9],
  {},
  { shape: [1], data: Float64Array.of(1) },
  { shape: [1e9, 1e9], data: new Float64Array(1) },
  new Float64Array(0),
  Float64Array.of(1),
  Float64Array.of(0.5, 0.5),
  new Float32Array([1]),
];

/** Every place in a model: the object or array that holds it, and its key there. */
function places(value: unknown): { readonly holder: Record<string, unknown>; readonly key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...places(holder[key])]);
}

const mutations = fc.array(fc.record({ place: fc.nat(), junk: fc.nat() }), { minLength: 1, maxLength: 3 });

function mutate(
  model: GenerativeModel,
  changes: readonly { place: number; junk: number }[],
): GenerativeModel {
  const mutant = structuredClone(model);
  for (const { place, junk } of changes) {
    const all = places(mutant);
    const { holder, key } = all[place % all.length]!;
    holder[key] = structuredClone(JUNK[junk % JUNK.length]);
  }
  return mutant;
}

describe('validateModel', () => {
  test('accepts what it accepted before, after a clone', () => {
    fc.assert(
      fc.property(arbitraryModel({ zeros: 0.3 }), (model) => {
        expect(() => validateModel(structuredClone(model))).not.toThrow();
      }),
    );
  });

  test('a mutant is refused with a ModelError or is a model that works', () => {
    let refused = 0;
    fc.assert(
      fc.property(arbitraryModel(), mutations, (model, changes) => {
        const mutant = mutate(model, changes);
        try {
          validateModel(mutant);
        } catch (error) {
          expect(error).toBeInstanceOf(ModelError);
          refused++;
          return;
        }
        use(mutant);
      }),
      { numRuns: 2000 },
    );
    expect(refused).toBeGreaterThan(1000); // the mutations do bite
  });

  test.each([
    { value: 'x', tensor: 'model' },
    { value: null, tensor: 'model' },
    { value: {}, tensor: 'shape' },
    { value: { shape: {} }, tensor: 'outcomeCounts' },
  ])('$value is not a model', ({ value, tensor }) => {
    expect(() => validateModel(value as GenerativeModel)).toThrow(
      expect.objectContaining({ code: 'INFERENCE_SHAPE_MISMATCH', tensor }),
    );
  });

  test('a column may be off by the tolerance and no more, unless another is given', () => {
    fc.assert(
      fc.property(arbitraryModel(), (model) => {
        const mutant = structuredClone(model);
        toDense(mutant.A[0]!).data[0]! += 2 * NORMALIZATION_TOLERANCE;
        expect(() => validateModel(mutant)).toThrow(
          expect.objectContaining({ code: 'INFERENCE_NOT_NORMALIZED' }),
        );
        expect(() => validateModel(mutant, { normalizationTolerance: 1e-4 })).not.toThrow();
        toDense(mutant.A[0]!).data[0]! -= 1.5 * NORMALIZATION_TOLERANCE;
        expect(() => validateModel(mutant)).not.toThrow();
      }),
    );
  });

  test.each([Number.NaN, -1, Number.POSITIVE_INFINITY])('refuses a tolerance of %s', (tolerance) => {
    expect(() => validateModel(tMaze(), { normalizationTolerance: tolerance })).toThrow(
      expect.objectContaining({ code: 'INFERENCE_OPTION_INVALID', argument: 'normalizationTolerance' }),
    );
  });

  test.each([
    { field: 'likelihoodFactors', code: 'INFERENCE_DEPENDENCY_INVALID', tensor: 'likelihoodFactors[0]' },
    { field: 'stateCounts', code: 'INFERENCE_SHAPE_MISMATCH', tensor: 'stateCounts' },
  ])(
    'a list of four thousand million holes for $field is refused at the first',
    ({ field, code, tensor }) => {
      const maze = tMaze();
      const holes = new Array<number>(4_000_000_000);
      const shape = { ...maze.shape, [field]: field === 'stateCounts' ? holes : [holes, [0, 1], [0, 1]] };
      expect(() => validateModel({ ...maze, shape })).toThrow(
        expect.objectContaining({ code, tensor, index: [0], got: 'undefined' }),
      );
    },
  );
});

function use(model: GenerativeModel): void {
  const prepared = prepareModel(model);
  const action = model.shape.actionCounts.map(() => 0);
  try {
    const { posterior } = inferStates(prepared, { observations: model.shape.outcomeCounts.map(() => 0) });
    for (const belief of [...posterior, ...predictStates(prepared, posterior, action)]) {
      expect(Math.abs(total(belief) - 1)).toBeLessThan(1e-5);
    }
  } catch (error) {
    // A mutant may make outcome 0 impossible; that is an answer too.
    if (!(error instanceof InferenceError)) throw error;
    expect(error.code).toBe('INFERENCE_IMPOSSIBLE_OBSERVATION');
  }
}
