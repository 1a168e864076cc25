import { InputError } from '../errors.js';
import { LOG_EPSILON, safeLog, safeLogs } from '../math/safe-log.js';
import { expectation, jointSupport } from '../math/tensor-contraction.js';
import type { PreparedModel } from '../model/prepare-model.js';
import { elementCount, indexAt, stridesOf } from '../model/tensor.js';
import type { Beliefs } from './beliefs.js';
import { eachEntry } from './column-entries.js';
import type { Evidence } from './evidence.js';
import { type Action, pushBeliefs } from './predict-states.js';

/** Joint states that the product of several modalities may have, count: 128 MiB of float64. */
export const JOINT_STATE_COUNT_MAX: number = 2 ** 24;

/**
 * All modalities of one time point as one: `L(s) = prod_m L_m(s)`, over the factors that any of them depends on.
 *
 * @param evidence    what each observed modality said; none at all gives `L = 1` over no factors
 * @param stateCounts of each factor of the model
 * @throws InputError `INFERENCE_OPTION_INVALID` for more than `JOINT_STATE_COUNT_MAX` joint states
 */
export function combineModalities(
  evidence: readonly Evidence[],
  stateCounts: readonly number[],
): JointLikelihood {
  const factors = [...new Set(evidence.flatMap((modality) => modality.factors))].sort((a, b) => a - b);
  const shape = factors.map((factor) => stateCounts[factor]!);
  const jointCount = elementCount(shape);
  if (jointCount > JOINT_STATE_COUNT_MAX) {
    const expected = `"by-modality" for more than ${JOINT_STATE_COUNT_MAX} joint states`;
    throw new InputError('INFERENCE_OPTION_INVALID', 'variant', expected, `${jointCount} joint states`);
  }
  const likelihood = new Float64Array(jointCount).fill(1);
  for (const modality of evidence) {
    const strides = stridesOf(modality.shape);
    const axes = modality.factors.map((factor) => factors.indexOf(factor));
    for (let joint = 0; joint < jointCount; joint++) {
      const states = indexAt(shape, joint);
      const offset = axes.reduce((sum, axis, i) => sum + states[axis]! * strides[i]!, 0);
      likelihood[joint]! *= modality.likelihood[offset]!;
    }
  }
  return { factors, shape, likelihood };
}

/** A likelihood over the joint states of some factors: `[S...]` flattened row-major, probability. */
export type JointLikelihood = Pick<Evidence, 'factors' | 'shape' | 'likelihood'>;

/**
 * What one time point's outcomes say about one factor, the logarithm outside the expectation:
 *
 *     message[s] = sum_i ln( E_{q of the other factors}[ L_i ] + 1e-16 )
 *
 * `logLikelihoodMessage` has the logarithm inside, as mean-field inference wants it; by Jensen's inequality this
 * one is never smaller.
 *
 * @param likelihoods L: the modalities one by one, or all of them combined; one that does not depend on the factor
 *   tells all its states the same
 * @param posterior   q at that time point; that of `factor` itself is not read
 * @returns `[S]`, nats
 */
export function outcomeMessage(
  likelihoods: readonly JointLikelihood[],
  posterior: Beliefs,
  factor: number,
  stateCount: number,
): Float64Array {
  const message = new Float64Array(stateCount);
  for (const { factors, shape, likelihood } of likelihoods) {
    const others = jointSupport(
      shape,
      factors.map((other) => (other === factor ? null : posterior[other]!)),
    );
    const stride = stridesOf(shape)[factors.indexOf(factor)] ?? 0;
    for (let s = 0; s < stateCount; s++) message[s]! += safeLog(expectation(likelihood, others, s * stride));
  }
  return message;
}

/**
 * What the previous time point says about each factor: `ln( B_f[u] q + 1e-16 )`.
 *
 * @param previous q one time point earlier
 * @param action   u, leading from there to here
 * @returns for each factor `[S]`, nats
 */
export function pastMessages(prepared: PreparedModel, previous: Beliefs, action: Action): Float64Array[] {
  return pushBeliefs(prepared, previous, action).map(safeLogs);
}

/**
 * What the next time point says about one factor: the sum, over the factors whose transition depends on it, of
 *
 *     ln( B'_c[u] q'_c + 1e-16 ),    B'[s, s'] = (B[s', s] + 1e-16) / sum over s of the same,
 *
 * the transition read backwards. A factor that moves on its own has one such child, itself. Where a child depends
 * on other factors too, its transition is averaged over beliefs about them first.
 *
 * @param action    u, leading from here to the next time point
 * @param next      q', the beliefs one time point later
 * @param coParents beliefs that the other parents of a child are averaged with; that of `factor` is not read
 * @returns `[S]`, nats; zeros for a factor that nothing depends on
 */
export function futureMessage(
  prepared: PreparedModel,
  factor: number,
  action: Action,
  next: Beliefs,
  coParents: Beliefs,
): Float64Array {
  const { stateCounts, actionCounts, transitionFactors } = prepared.model.shape;
  const stateCount = stateCounts[factor]!;
  const message = new Float64Array(stateCount);
  transitionFactors.forEach((parents, child) => {
    const axis = parents.indexOf(factor);
    if (axis < 0) return;
    const shape = parents.map((parent) => stateCounts[parent]!);
    const others = jointSupport(
      shape,
      parents.map((parent) => (parent === factor ? null : coParents[parent]!)),
    );
    const stride = stridesOf(shape)[axis]!;
    // The averaged transition, entry by entry: b is a share of B[next state, state].
    const eachShare = (visit: (nextState: number, state: number, b: number) => void): void => {
      for (let state = 0; state < stateCount; state++) {
        for (let i = 0; i < others.offsets.length; i++) {
          const column = (others.offsets[i]! + state * stride) * actionCounts[child]! + action[child]!;
          eachEntry(prepared.transitions[child]!, column, (nextState, value) => {
            visit(nextState, state, others.weights[i]! * value);
          });
        }
      }
    };
    const sums = new Float64Array(stateCounts[child]!).fill(stateCount * LOG_EPSILON);
    eachShare((nextState, _, b) => {
      sums[nextState]! += b;
    });
    const weights = next[child]!.map((q, nextState) => q / sums[nextState]!);
    const ofEpsilon = LOG_EPSILON * weights.reduce((sum, weight) => sum + weight, 0);
    const pulled = new Float64Array(stateCount).fill(ofEpsilon);
    eachShare((nextState, state, b) => {
      pulled[state]! += b * weights[nextState]!;
    });
    for (let state = 0; state < stateCount; state++) message[state]! += safeLog(pulled[state]!);
  });
  return message;
}
