import { ModelError } from '../errors.js';
import type { ModelShape } from './model-shape.js';
import { checkModelTensor, isSparse, type ModelTensor, type SparseTensor } from './sparse-tensor.js';
import { describe, type Tensor, type TensorInput, tensor } from './tensor.js';
import { type ValidateModelOptions, validateModel } from './validate-model.js';

/**
 * A discrete generative model: what an agent believes about how its world makes observations.
 *
 * Plain data without functions, so it can be cloned to another thread. Build it with `defineModel`, which
 * checks it once; everything downstream trusts it.
 */
export interface GenerativeModel {
  readonly shape: ModelShape;
  /** Likelihood P(o given s) of each modality, probability, `[O, S...]`; columns (axis 0) sum to 1. */
  readonly A: readonly ModelTensor[];
  /** Transition P(s' given s, u) of each factor, probability, `[S', S..., U]`; columns (axis 0) sum to 1. */
  readonly B: readonly ModelTensor[];
  /** Preference over the outcomes of each modality, unnormalised log probability, nats, `[O]` or `[O, steps]`. */
  readonly C: readonly Tensor[];
  /** Prior over the initial states of each factor, probability, `[S]`. */
  readonly D: readonly Float64Array[];
  /** Habit: prior over policies, probability, `[policy]`; null means uniform. */
  readonly E: Float64Array | null;
  readonly factorNames: readonly string[];
  readonly modalityNames: readonly string[];
  /** Names of the actions of each factor, or null when the model names none. */
  readonly actionNames: readonly (readonly string[])[] | null;
  /** Names of the outcomes of each modality, or null when the model names none. */
  readonly outcomeNames: readonly (readonly string[])[] | null;
}

/**
 * What `defineModel` takes: the tensors as nested arrays, as `Tensor` or as `SparseTensor`, and what is not obvious from
 * them.
 */
export interface ModelSpec {
  readonly A: readonly (TensorInput | SparseTensor)[];
  readonly B: readonly (TensorInput | SparseTensor)[];
  /** Default: indifferent, all zeros. */
  readonly C?: readonly TensorInput[];
  /** Default: uniform. */
  readonly D?: readonly ArrayLike<number>[];
  /** Default: null, uniform. */
  readonly E?: ArrayLike<number> | null;
  /** Factors that each `A[m]` depends on, in the order of its axes. Default: all factors. */
  readonly likelihoodFactors?: readonly (readonly number[])[];
  /** Factors that each `B[f]` depends on, in the order of its axes. Default: `[f]`, the factor itself. */
  readonly transitionFactors?: readonly (readonly number[])[];
  readonly factorNames?: readonly string[];
  readonly modalityNames?: readonly string[];
  readonly actionNames?: readonly (readonly string[])[];
  readonly outcomeNames?: readonly (readonly string[])[];
}

/**
 * Builds a generative model and checks every rule it must obey.
 *
 * A `Tensor` or `SparseTensor` in the specification is shared, not copied: several modalities may use one tensor,
 * and whoever changes it later changes the model. A model of thousands of states is given in sparse tensors; nothing
 * here makes them dense.
 *
 * @throws ModelError naming the tensor, the index, what was expected and what was found
 *
 * @example
 * const coin = defineModel({
 *   A: [[[0.9, 0.5], [0.1, 0.5]]],   // P(heads), P(tails) given fair or biased
 *   B: [[[[1], [0]], [[0], [1]]]],   // the coin stays what it is; one action
 *   D: [[0.5, 0.5]],
 * });
 * coin.shape.stateCounts // [2]
 */
export function defineModel(spec: ModelSpec, options: ValidateModelOptions = {}): GenerativeModel {
  if (typeof spec !== 'object' || spec === null) {
    const details = { tensor: 'spec', expected: 'a specification { A, B }', got: describe(spec) };
    throw new ModelError('INFERENCE_SHAPE_MISMATCH', details);
  }
  const A = list(spec.A, 'A', modelTensor);
  const B = list(spec.B, 'B', modelTensor);
  const factors = B.map((_, factor) => factor);
  const shape: ModelShape = {
    outcomeCounts: A.map((likelihood) => likelihood.shape[0] ?? 0),
    stateCounts: B.map((transition) => transition.shape[0] ?? 0),
    actionCounts: B.map((transition) => transition.shape.at(-1) ?? 0),
    likelihoodFactors: spec.likelihoodFactors ?? A.map(() => factors),
    transitionFactors: spec.transitionFactors ?? factors.map((factor) => [factor]),
  };
  const model: GenerativeModel = {
    shape,
    A,
    B,
    C: spec.C === undefined ? shape.outcomeCounts.map(indifferent) : list(spec.C, 'C', tensor),
    D: spec.D === undefined ? shape.stateCounts.map(uniform) : list(spec.D, 'D', vector),
    E: spec.E === undefined || spec.E === null ? null : vector(spec.E, 'E'),
    factorNames: spec.factorNames ?? B.map((_, f) => `factor ${f}`),
    modalityNames: spec.modalityNames ?? A.map((_, m) => `modality ${m}`),
    actionNames: spec.actionNames ?? null,
    outcomeNames: spec.outcomeNames ?? null,
  };
  validateModel(model, options);
  return model;
}

const indifferent = (outcomeCount: number): Tensor => ({
  shape: [outcomeCount],
  data: new Float64Array(outcomeCount),
});

const uniform = (stateCount: number): Float64Array => new Float64Array(stateCount).fill(1 / stateCount);

function list<Input, Output>(
  inputs: readonly Input[],
  name: string,
  read: (input: Input, name: string) => Output,
): Output[] {
  if (!Array.isArray(inputs)) {
    const details = { tensor: name, expected: 'a list', got: describe(inputs) };
    throw new ModelError('INFERENCE_SHAPE_MISMATCH', details);
  }
  // Array.from, because `map` would pass over the holes of a sparse array.
  return Array.from(inputs, (input: Input, i) => read(input, `${name}[${i}]`));
}

function modelTensor(input: TensorInput | SparseTensor, name: string): ModelTensor {
  if (!isSparse(input)) return tensor(input, name);
  checkModelTensor(input, name);
  return input;
}

function vector(input: ArrayLike<number>, name: string): Float64Array {
  const { shape, data } = tensor(input as TensorInput, name);
  if (shape.length === 1) return data;
  const details = { tensor: name, expected: 'a vector', got: `shape [${shape.join(', ')}]` };
  throw new ModelError('INFERENCE_SHAPE_MISMATCH', details);
}
