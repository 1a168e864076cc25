import { support } from '../math/tensor-contraction.js';
import { stridesOf } from '../model/tensor.js';
import type { Beliefs } from './beliefs.js';
import type { Evidence } from './evidence.js';

/** For each factor the states still in play, ascending. */
type Domains = readonly (readonly number[])[];

/**
 * Whether any joint state that the prior allows could have produced the observations.
 *
 * Only signs are compared, never products, so neither an epsilon nor an underflow can decide. Each modality in
 * turn removes the states it rules out until nothing changes; only if several factors of one modality are then
 * still undecided is a state tried and the rest searched. That search is exponential in the worst case (the
 * question is that of constraint satisfaction) but ends at the first witness, and models whose zeros mean "not
 * there" are decided without it.
 *
 * @returns false when prior x likelihood is exactly 0 in every joint state
 */
export function isPossible(evidence: readonly Evidence[], prior: Beliefs): boolean {
  return search(evidence, prior.map(support));
}

function search(evidence: readonly Evidence[], domains: Domains): boolean {
  const left = prune(evidence, domains);
  if (left === null) return false;
  const undecided = evidence
    .map(({ factors }) => factors.filter((factor) => left[factor]!.length > 1))
    .find((factors) => factors.length > 1);
  // Where each modality has at most one open factor, any state left in a domain satisfies all of them.
  if (undecided === undefined) return true;
  const factor = undecided[0]!;
  return left[factor]!.some((state) =>
    search(
      evidence,
      left.map((domain, f) => (f === factor ? [state] : domain)),
    ),
  );
}

/** Removes states that some modality rules out, to the fixed point; null when a factor has none left. */
function prune(evidence: readonly Evidence[], domains: Domains): Domains | null {
  let current = domains;
  for (let changed = true; changed; ) {
    changed = false;
    for (const modality of evidence) {
      const supported = supportedStates(modality, current);
      if (supported === null) return null;
      modality.factors.forEach((factor, axis) => {
        if (supported[axis]!.size === current[factor]!.length) return;
        current = current.map((domain, f) =>
          f === factor ? domain.filter((s) => supported[axis]!.has(s)) : domain,
        );
        changed = true;
      });
    }
  }
  return current;
}

/** For each axis of one modality the states that occur in a joint state of positive likelihood; null if none does. */
function supportedStates(
  { factors, shape, likelihood }: Evidence,
  domains: Domains,
): ReadonlySet<number>[] | null {
  const strides = stridesOf(shape);
  const supported = factors.map(() => new Set<number>());
  const walk = (axis: number, offset: number): boolean => {
    if (axis === factors.length) return likelihood[offset]! > 0;
    let any = false;
    for (const state of domains[factors[axis]!]!) {
      if (!walk(axis + 1, offset + state * strides[axis]!)) continue;
      supported[axis]!.add(state);
      any = true;
    }
    return any;
  };
  return walk(0, 0) ? supported : null;
}
