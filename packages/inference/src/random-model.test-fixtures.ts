import fc from 'fast-check';
import { defineModel, type GenerativeModel } from './model/generative-model.js';
import { entryAt } from './model/sparse-tensor.js';
import { elementCount, type Tensor } from './model/tensor.js';

/** What a random model looks like; its numbers follow from `seed`. */
export interface ModelRecipe {
  readonly seed: number;
  readonly stateCounts: readonly number[];
  readonly outcomeCounts: readonly number[];
  readonly actionCounts: readonly number[];
  readonly likelihoodFactors: readonly (readonly number[])[];
  readonly transitionFactors: readonly (readonly number[])[];
  /** The share of entries that are exactly 0. */
  readonly zeros: number;
}

/** A small uniform source for fixtures (mulberry32); the package itself has none. */
export function randomSource(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), 1 | state);
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function randomDistribution(length: number, random: () => number, zeros = 0): Float64Array {
  const weights = Float64Array.from({ length }, () => (random() < zeros ? 0 : -Math.log(1 - random())));
  if (weights.every((weight) => weight === 0)) weights[Math.floor(random() * length)] = 1;
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** A tensor whose columns (axis 0) are random distributions. */
export function randomColumns(shape: readonly number[], random: () => number, zeros = 0): Tensor {
  const columnCount = elementCount(shape.slice(1));
  const data = new Float64Array(elementCount(shape));
  for (let column = 0; column < columnCount; column++) {
    randomDistribution(shape[0]!, random, zeros).forEach((p, row) => {
      data[row * columnCount + column] = p;
    });
  }
  return { shape: [...shape], data };
}

export function randomModel(recipe: ModelRecipe): GenerativeModel {
  const random = randomSource(recipe.seed);
  const states = (factors: readonly number[]): number[] => factors.map((f) => recipe.stateCounts[f]!);
  return defineModel({
    A: recipe.outcomeCounts.map((count, m) =>
      randomColumns([count, ...states(recipe.likelihoodFactors[m]!)], random, recipe.zeros),
    ),
    B: recipe.stateCounts.map((count, f) =>
      randomColumns(
        [count, ...states(recipe.transitionFactors[f]!), recipe.actionCounts[f]!],
        random,
        recipe.zeros,
      ),
    ),
    C: recipe.outcomeCounts.map((count) => Float64Array.from({ length: count }, () => 4 * random() - 2)),
    D: recipe.stateCounts.map((count) => randomDistribution(count, random, recipe.zeros)),
    likelihoodFactors: recipe.likelihoodFactors,
    transitionFactors: recipe.transitionFactors,
  });
}

/** Recipes of small models with any dependencies. */
export function arbitraryRecipe(
  limits: { readonly factorsMax?: number; readonly zeros?: number } = {},
): fc.Arbitrary<ModelRecipe> {
  const { factorsMax = 3, zeros = 0 } = limits;
  return fc.integer({ min: 1, max: factorsMax }).chain((factorCount) => {
    const factors = Array.from({ length: factorCount }, (_, f) => f);
    const dependencies = fc.shuffledSubarray(factors, { minLength: 1 });
    const counts = (max: number): fc.Arbitrary<number[]> =>
      fc.array(fc.integer({ min: 1, max }), { minLength: factorCount, maxLength: factorCount });
    return fc.integer({ min: 1, max: 3 }).chain((modalityCount) => {
      const perModality = { minLength: modalityCount, maxLength: modalityCount };
      return fc.record({
        seed: fc.integer(),
        stateCounts: counts(4),
        actionCounts: counts(3),
        outcomeCounts: fc.array(fc.integer({ min: 1, max: 4 }), perModality),
        likelihoodFactors: fc.array(dependencies, perModality),
        transitionFactors: fc.array(dependencies, { minLength: factorCount, maxLength: factorCount }),
        zeros: fc.constant(zeros),
      });
    });
  });
}

export const arbitraryModel = (
  limits?: Parameters<typeof arbitraryRecipe>[0],
): fc.Arbitrary<GenerativeModel> => arbitraryRecipe(limits).map(randomModel);

/** Every joint state of some factors, the last varying fastest. */
export function jointStates(stateCounts: readonly number[]): number[][] {
  return stateCounts.reduce<number[][]>(
    (joint, count) => joint.flatMap((head) => Array.from({ length: count }, (_, state) => [...head, state])),
    [[]],
  );
}

/** The entry of `A[m]` for an outcome in a joint state of all factors, by plain indexing. */
export function likelihoodOf(
  model: GenerativeModel,
  m: number,
  outcome: number,
  states: readonly number[],
): number {
  return entryAt(model.A[m]!, [
    outcome,
    ...model.shape.likelihoodFactors[m]!.map((factor) => states[factor]!),
  ]);
}

export const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

/** Observations that a model with few outcomes can have: outcome 0 everywhere, or by seed. */
export function randomObservations(model: GenerativeModel, seed: number): number[] {
  const random = randomSource(seed);
  return model.shape.outcomeCounts.map((count) => Math.floor(random() * count));
}
