import { InputError } from '../errors.js';
import type { ModelTensor } from '../model/sparse-tensor.js';
import { entriesOf, withEntries } from './count-entries.js';
import { type Counts, checkCounts } from './counts.js';

/** How fast to forget. */
export interface ForgetCountsInput {
  /** Share of what was learned that is forgotten by this call, in [0, 1]: 0 keeps all, 1 goes back to the prior. */
  readonly rate: number;
}

/**
 * Lets counts of A, B, D or E decay towards what they were before anything was learned:
 *
 *     counts' = counts + rate * (prior - counts)
 *
 * Called once a step, it leaves of an experience `(1 - rate)^n` after n steps, so an agent that gains one count a step
 * never has more than `1 / rate` of them beyond its prior: it goes on learning, and a world that changes is noticed.
 * Half is forgotten after `ln 2 / -ln(1 - rate)` calls.
 *
 * A count that is exactly 0 stays 0, as it never learns either.
 *
 * @param counts for each modality or factor a tensor, or null
 * @param prior  what each decays towards, in the same shape and form; null for one that does not forget
 * @returns new counts; what does not forget keeps its tensor
 * @throws ModelError for counts that do not fit each other; InputError `INFERENCE_OPTION_INVALID` for the rate
 * @see Sales et al. (2019), Locus coeruleus tracking of prediction errors optimises cognitive flexibility
 *
 * @example
 * pB = forgetCounts(learnTransition(model, pB, experience), initialB, { rate: 0.01 });
 */
export function forgetCounts<T extends ModelTensor>(
  counts: Counts<T>,
  prior: Counts<T>,
  { rate }: ForgetCountsInput,
): (T | null)[] {
  if (!(rate >= 0 && rate <= 1)) {
    throw new InputError('INFERENCE_OPTION_INVALID', 'rate', 'a share from 0 to 1', String(rate));
  }
  checkPairs(counts, prior);
  return counts.map((count, i) => {
    const target = prior[i]!;
    if (count === null || target === null) return count;
    const goal = entriesOf(target);
    // A rate of 1 is not left to rounding: c + (p - c) need not be p.
    const decayed = entriesOf(count).map((entry, place) =>
      entry === 0 ? 0 : rate === 1 ? goal[place]! : entry + rate * (goal[place]! - entry),
    );
    return withEntries(count, decayed);
  });
}

/** Each is the owner of the other where both are there; by itself it has nothing to fit but itself. */
function checkPairs(counts: Counts<ModelTensor>, prior: Counts<ModelTensor>): void {
  const owners = (own: Counts<ModelTensor>, other: Counts<ModelTensor>): ModelTensor[] =>
    other.map((tensor, i) => tensor ?? own[i] ?? { shape: [], data: Float64Array.of(0) });
  checkCounts(counts, owners(counts, prior), 'counts');
  checkCounts(prior, owners(prior, counts), 'prior');
}
