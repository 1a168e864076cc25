import fc from 'fast-check';
import type { CompileOptions } from '../compile/compile-options.js';
import { FORM_CODES, type Form } from '../compile/form.js';
import { defineModel, type GenerativeModel } from '../model/generative-model.js';
import { type ModelTensor, sparseFromDense } from '../model/sparse-tensor.js';
import { elementCount, type Tensor } from '../model/tensor.js';
import { enumeratePolicies, type Policy } from '../planning/enumerate-policies.js';
import {
  arbitraryRecipe,
  type ModelRecipe,
  randomColumns,
  randomDistribution,
  randomSource,
} from '../random-model.test-fixtures.js';
import { NOT_OBSERVED } from './population.js';

/** A model, how to compile it, and the seed of everything else. */
export interface PopulationCase {
  readonly model: GenerativeModel;
  readonly options: CompileOptions;
  readonly seed: number;
}

/** What the columns of a tensor look like: each kind leads the compiler to other forms. */
const STYLES = ['random', 'sparse', 'certain', 'shift', 'noisy', 'avoid'] as const;
type Style = (typeof STYLES)[number];

interface Traits {
  readonly recipe: ModelRecipe;
  readonly styles: readonly Style[];
  readonly kept: 'dense' | 'none' | 'detect';
  readonly timedPreferences: boolean;
  readonly habit: boolean;
  readonly givenPolicies: boolean;
  readonly horizon: number;
  readonly form: Form | null;
  readonly prefixTree: boolean;
  readonly priorZeros: 'exclude' | 'epsilon';
  readonly iterationsMax: number;
  readonly terms: readonly [utility: boolean, information: boolean];
}

/** Models of every kind, compiled in every way. */
export const arbitraryCase: fc.Arbitrary<PopulationCase> = fc
  .record<Traits>({
    recipe: arbitraryRecipe(),
    styles: fc.array(fc.constantFrom(...STYLES), { minLength: 6, maxLength: 6 }),
    kept: fc.constantFrom('dense', 'none', 'detect'),
    timedPreferences: fc.boolean(),
    habit: fc.boolean(),
    givenPolicies: fc.boolean(),
    horizon: fc.integer({ min: 1, max: 3 }),
    form: fc.constantFrom(null, ...(Object.keys(FORM_CODES) as Form[])),
    prefixTree: fc.boolean(),
    priorZeros: fc.constantFrom('exclude', 'epsilon'),
    iterationsMax: fc.constantFrom(1, 3, 10),
    terms: fc.constantFrom([true, true], [true, false], [false, true], [false, false]),
  })
  .map(caseOf);

function caseOf(traits: Traits): PopulationCase {
  const { recipe, styles, kept, form, prefixTree, priorZeros, iterationsMax, terms } = traits;
  const random = randomSource(recipe.seed);
  const { stateCounts, outcomeCounts, likelihoodFactors, transitionFactors } = recipe;
  const states = (factors: readonly number[]): number[] => factors.map((f) => stateCounts[f]!);
  const styled = (shape: readonly number[], i: number): ModelTensor => {
    const tensor = columnsOf(styles[i % styles.length]!, shape, random);
    return kept === 'dense' ? tensor : sparseFromDense(tensor, { background: kept });
  };
  // Many actions over a long horizon make more policies than a property can wait for.
  const actionCounts = recipe.actionCounts.map((count, f) => (f === 0 ? count : Math.min(count, 2)));
  const horizon = elementCount(actionCounts) > 6 ? Math.min(traits.horizon, 2) : traits.horizon;
  const all = enumeratePolicies(actionCounts, horizon);
  const policies = traits.givenPolicies ? someOf(all, random) : all;
  const preference = (count: number): Tensor => {
    const shape = traits.timedPreferences ? [count, horizon] : [count];
    return { shape, data: Float64Array.from({ length: elementCount(shape) }, () => 6 * random() - 3) };
  };
  const model = defineModel({
    A: outcomeCounts.map((count, m) => styled([count, ...states(likelihoodFactors[m]!)], m)),
    B: stateCounts.map((count, f) =>
      styled([count, ...states(transitionFactors[f]!), actionCounts[f]!], 3 + f),
    ),
    C: outcomeCounts.map(preference),
    D: stateCounts.map((count) => randomDistribution(count, random, 0.2)),
    ...(traits.habit ? { E: randomDistribution(policies.length, random, 0.2) } : {}),
    likelihoodFactors,
    transitionFactors,
  });
  return {
    model,
    seed: recipe.seed,
    options: {
      ...(traits.givenPolicies ? { policies } : { horizon }),
      ...(form === null ? {} : { form }),
      ...{ prefixTree, priorZeros, iterationsMax },
      ...{ useUtility: terms[0], useStateInformationGain: terms[1] },
      gamma: 4,
    },
  };
}

/** Some policies, cut to different lengths, in another order. */
function someOf(policies: readonly Policy[], random: () => number): Policy[] {
  return Array.from({ length: Math.min(policies.length, 7) }, () => {
    const policy = policies[Math.floor(random() * policies.length)]!;
    return policy.slice(0, 1 + Math.floor(random() * policy.length));
  });
}

function columnsOf(style: Style, shape: readonly number[], random: () => number): Tensor {
  if (style === 'random') return randomColumns(shape, random);
  if (style === 'sparse') return randomColumns(shape, random, 0.6);
  const rows = shape[0]!;
  const columnCount = elementCount(shape.slice(1));
  const data = new Float64Array(rows * columnCount);
  for (let column = 0; column < columnCount; column++) {
    const chosen = style === 'certain' ? Math.floor(random() * rows) : column % rows;
    const own = rows === 1 ? 1 : { certain: 1, shift: 1, noisy: 0.9, avoid: 0 }[style];
    for (let row = 0; row < rows; row++) {
      data[row * columnCount + column] = row === chosen ? own : (1 - own) / (rows - 1);
    }
  }
  return { shape: [...shape], data };
}

/** Columns of outcomes for some agents, some of them not observed. */
export function partialOutcomes(model: GenerativeModel, count: number, seed: number): Int32Array[] {
  const random = randomSource(seed);
  return model.shape.outcomeCounts.map((outcomeCount) =>
    Int32Array.from({ length: count }, () =>
      random() < 0.15 ? NOT_OBSERVED : Math.floor(random() * outcomeCount),
    ),
  );
}

/** A distribution over the outcomes of every modality, for every agent. */
export function softWeights(outcomeCounts: readonly number[], count: number, seed: number): Float64Array[] {
  const random = randomSource(seed);
  return outcomeCounts.map((outcomeCount) => {
    const column = new Float64Array(count * outcomeCount);
    for (let entry = 0; entry < count; entry++) {
      const weights = Array.from({ length: outcomeCount }, () => (random() < 0.3 ? 0 : random()));
      const sum = weights.reduce((total, w) => total + w, 0);
      weights.forEach((w, o) => {
        column[entry * outcomeCount + o] = sum === 0 ? (o === 0 ? 1 : 0) : w / sum;
      });
    }
    return column;
  });
}
