import { InputError } from '../errors.js';
import { safeLog } from '../math/safe-log.js';
import { softmax } from '../math/softmax.js';

/** Precision of policies when none is given, dimensionless; that of SPM and pymdp's classic agents. */
export const DEFAULT_GAMMA = 16;

/** Precision and habit. */
export interface PolicyPosteriorOptions {
  /** Precision gamma, dimensionless, at least 0: how firmly the best policy is preferred. Default 16. */
  readonly gamma?: number;
  /** Habit E, prior over policies, `[policy]`, probability; null for a uniform one. Default null. */
  readonly E?: ArrayLike<number> | null;
}

/**
 * Posterior over policies: `softmax( -gamma G + ln E )`.
 *
 * @param expectedFreeEnergy G, `[policy]`, nats, lower is better
 * @returns `[policy]`, probability
 * @throws InputError `INFERENCE_OPTION_INVALID` for a gamma below 0 or a habit of another length
 */
export function policyPosterior(
  expectedFreeEnergy: Float64Array,
  options: PolicyPosteriorOptions = {},
): Float64Array {
  const { gamma = DEFAULT_GAMMA, E = null } = options;
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
  return softmax(
    expectedFreeEnergy.map((G, policy) => (E === null ? -gamma * G : -gamma * G + safeLog(E[policy]!))),
  );
}
