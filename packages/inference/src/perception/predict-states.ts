import { InputError } from '../errors.js';
import { type JointSupport, jointSupport } from '../math/tensor-contraction.js';
import type { GenerativeModel } from '../model/generative-model.js';
import type { PreparedModel } from '../model/prepare-model.js';
import { mixColumns } from '../model/sparse-columns.js';
import { describe } from '../model/tensor.js';
import { type Beliefs, checkBeliefs } from './beliefs.js';

/** One action index for each factor's control variable; 0 for a factor that is not controlled. */
export type Action = readonly number[];

/**
 * Belief after an action, before the next observation: `q'_f = B_f[u_f] q`.
 *
 * A factor whose transition depends on several factors is predicted from the product of their marginals, which is
 * exact only while they are independent.
 *
 * @param posterior for each factor `[S]`, probability
 * @param action    one action index for each factor
 * @returns for each factor `[S]`, probability; new arrays
 * @throws InputError `INFERENCE_BELIEF_INVALID`, `INFERENCE_POLICY_INVALID`
 */
export function predictStates(prepared: PreparedModel, posterior: Beliefs, action: Action): Float64Array[] {
  checkBeliefs(prepared.model.shape, posterior, 'posterior');
  checkAction(prepared.model, action, 'action');
  return pushBeliefs(prepared, posterior, action);
}

/** `predictStates` for arguments already checked. */
export function pushBeliefs(prepared: PreparedModel, posterior: Beliefs, action: Action): Float64Array[] {
  const { stateCounts, actionCounts } = prepared.model.shape;
  return stateCounts.map((stateCount, f) => {
    const joint = parentSupport(prepared.model, f, posterior);
    const control = { index: action[f]!, count: actionCounts[f]! };
    return mixColumns(prepared.transitions[f]!, stateCount, joint, control);
  });
}

/** The joint states of the factors that one factor's transition depends on. */
export function parentSupport({ shape }: GenerativeModel, factor: number, posterior: Beliefs): JointSupport {
  const parents = shape.transitionFactors[factor]!;
  return jointSupport(
    parents.map((parent) => shape.stateCounts[parent]!),
    parents.map((parent) => posterior[parent]!),
  );
}

/** Checks that an action has one valid index for each factor. */
export function checkAction(model: GenerativeModel, action: Action, argument: string): void {
  const { actionCounts } = model.shape;
  if (!Array.isArray(action) || action.length !== actionCounts.length) {
    const expected = `${actionCounts.length} action indices, one for each factor`;
    const got = Array.isArray(action) ? `${action.length}` : describe(action);
    throw new InputError('INFERENCE_POLICY_INVALID', argument, expected, got);
  }
  for (const [f, choice] of action.entries()) {
    if (Number.isInteger(choice) && choice >= 0 && choice < actionCounts[f]!) continue;
    const expected = `an action of ${model.factorNames[f]} in [0, ${actionCounts[f]})`;
    throw new InputError('INFERENCE_POLICY_INVALID', `${argument}[${f}]`, expected, describe(choice));
  }
}
