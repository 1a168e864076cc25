import type { CompiledModel } from '../compile/compiled-model.js';
import { InputError } from '../errors.js';
import { describe } from '../model/tensor.js';

/**
 * What a step may leave out when its budget does not do for planning everyone in full. States are inferred in any case.
 *
 * A rule that allows nothing is one: the step then only tells whether the budget was met.
 */
export interface DeadlineRule {
  /** The shortest horizon that agents may be planned with, one of those compiled; count. */
  readonly horizonMin: number;
  /**
   * Surprise up to which an agent counts as settled, nats, at least 0: it may carry on with the policy it is on while
   * that has steps left. Variational free energy is compared, which surprise never exceeds. The population must keep
   * courses. Default: nobody carries on.
   */
  readonly surpriseMax?: number;
}

/** A rule that was checked. */
export interface CheckedRule {
  /** Plans that are allowed, count: the first ones, as they stand from the longest horizon to the shortest. */
  readonly planCount: number;
  /** Nats; null: nobody carries on. */
  readonly surpriseMax: number | null;
}

/** @throws InputError `INFERENCE_OPTION_INVALID` */
export function checkRule(
  { settings }: CompiledModel,
  keepsCourses: boolean,
  rule: DeadlineRule,
): CheckedRule {
  const horizons = settings.plans.map(({ horizon }) => horizon);
  const fail = (argument: string, expected: string, got: unknown): never => {
    throw new InputError('INFERENCE_OPTION_INVALID', argument, expected, describe(got));
  };
  if (typeof rule !== 'object' || rule === null) fail('rule', 'an object', rule);
  const { horizonMin, surpriseMax } = rule;
  const shortest = horizons.indexOf(horizonMin);
  if (shortest < 0)
    fail('rule.horizonMin', `a horizon that was compiled: ${horizons.join(', ')}`, horizonMin);
  if (surpriseMax !== undefined) {
    if (!(typeof surpriseMax === 'number' && surpriseMax >= 0))
      fail('rule.surpriseMax', 'at least 0 nats', surpriseMax);
    if (!keepsCourses) fail('rule.surpriseMax', 'none, or a population with `keepCourses`', surpriseMax);
  }
  return { planCount: shortest + 1, surpriseMax: surpriseMax ?? null };
}
