import { InputError } from '../errors.js';
import type { ModelShape } from '../model/model-shape.js';
import { describe } from '../model/tensor.js';

/** A belief over all hidden factors: for each factor a distribution over its states, probability, `[S]`. */
export type Beliefs = readonly Float64Array[];

/**
 * How far from 1 a belief passed in may sum, probability. Wider than for a model: a belief may have come through
 * float32 kernels, fusion and a network.
 */
export const BELIEF_TOLERANCE = 1e-4;

/**
 * Checks that an argument is one distribution over the states of each factor.
 *
 * @throws InputError `INFERENCE_BELIEF_INVALID`
 */
export function checkBeliefs(shape: ModelShape, beliefs: Beliefs, argument: string): void {
  const { stateCounts } = shape;
  const fail = (where: string, expected: string, got: string): never => {
    throw new InputError('INFERENCE_BELIEF_INVALID', where, expected, got);
  };
  const expected = `${stateCounts.length} distributions, one for each factor`;
  if (!Array.isArray(beliefs)) fail(argument, expected, describe(beliefs));
  if (beliefs.length !== stateCounts.length) fail(argument, expected, `${beliefs.length}`);
  for (const [f, belief] of beliefs.entries()) {
    const where = `${argument}[${f}]`;
    if (!(belief instanceof Float64Array)) fail(where, 'a Float64Array', describe(belief));
    if (belief.length !== stateCounts[f]) {
      fail(where, `${stateCounts[f]} probabilities`, `${belief.length}`);
    }
    let sum = 0;
    for (const [state, probability] of belief.entries()) {
      if (!(probability >= 0 && Number.isFinite(probability))) {
        fail(`${where}[${state}]`, 'a probability', `${probability}`);
      }
      sum += probability;
    }
    if (Math.abs(sum - 1) > BELIEF_TOLERANCE) fail(where, 'probabilities that sum to 1', `a sum of ${sum}`);
  }
}
