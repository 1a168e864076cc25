import { InputError } from '../errors.js';
import { safeLog } from '../math/safe-log.js';
import { softmax } from '../math/softmax.js';

/** Precision of policies when none is given, dimensionless; that of SPM and pymdp's classic agents. */
export const DEFAULT_GAMMA = 16;

/** Precision, habit and what the past says. */
export interface PolicyPosteriorOptions {
  /** Precision gamma, dimensionless, at least 0: how firmly the best policy is preferred. Default 16. */
  readonly gamma?: number;
  /** Habit E, prior over policies, `[policy]`, probability; null for a uniform one. Default null. */
  readonly E?: ArrayLike<number> | null;
  /**
   * F, variational free energy of each policy's beliefs about a window of observations, `[policy]`, nats, as
   * `marginalMessagePassing` gives it: how badly the policy explains what was seen. Default: all alike.
   */
  readonly variationalFreeEnergy?: ArrayLike<number> | null;
}

/**
 * Posterior over policies: `softmax( -gamma G - F + ln E )`.
 *
 * @param expectedFreeEnergy G, `[policy]`, nats, lower is better
 * @returns `[policy]`, probability
 * @throws InputError `INFERENCE_OPTION_INVALID` for a gamma below 0, or a habit or free energies of another length
 * @see Friston et al. (2017), Active inference: a process theory
 */
export function policyPosterior(
  expectedFreeEnergy: Float64Array,
  options: PolicyPosteriorOptions = {},
): Float64Array {
  const { gamma = DEFAULT_GAMMA, E = null, variationalFreeEnergy: F = null } = options;
  if (!(gamma >= 0 && Number.isFinite(gamma))) {
    throw new InputError('INFERENCE_OPTION_INVALID', 'gamma', 'a finite number of at least 0', `${gamma}`);
  }
  if (expectedFreeEnergy.length === 0) {
    throw new InputError('INFERENCE_POLICY_INVALID', 'expectedFreeEnergy', 'at least 1 policy', 'none');
  }
  if (E !== null && E.length !== expectedFreeEnergy.length) {
    const expected = `${expectedFreeEnergy.length} probabilities, one for each policy`;
    throw new InputError('INFERENCE_OPTION_INVALID', 'E', expected, `${E.length}`);
  }
  if (F !== null && F.length !== expectedFreeEnergy.length) {
    const expected = `${expectedFreeEnergy.length} free energies, one for each policy`;
    throw new InputError('INFERENCE_OPTION_INVALID', 'variationalFreeEnergy', expected, `${F.length}`);
  }
  return softmax(
    expectedFreeEnergy.map((G, policy) => {
      const habit = E === null ? 0 : safeLog(E[policy]!);
      const misfit = F === null ? 0 : F[policy]!;
      return -gamma * G - misfit + habit;
    }),
  );
}
