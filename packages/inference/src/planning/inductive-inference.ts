import { InputError } from '../errors.js';
import { argmax } from '../math/argmax.js';
import type { ModelShape } from '../model/model-shape.js';
import type { Beliefs } from '../perception/beliefs.js';
import type { GoalDistances } from './goal-distances.js';

/** How improbable it is to stray from the way to the goal when nothing is said, probability. */
export const INDUCTIVE_EPSILON = 1e-3;

/**
 * How near the goal an agent means to be after its next move: one move nearer than where it most probably is.
 *
 *     m = max(d(s*) - 1, 0),   s* = argmax q(s) now
 *
 * @param posterior the belief now, for each factor `[S]`
 * @returns for each factor moves left, count; null for one without a goal, or from which there is no way to it
 */
export function movesLeft(distances: GoalDistances, posterior: Beliefs): (number | null)[] {
  return distances.map((distance, f) => {
    const moves = distance?.[argmax(posterior[f]!)] ?? -1;
    return moves < 0 ? null : Math.max(moves - 1, 0);
  });
}

/**
 * Inductive inference: what a predicted belief costs because it is not on a way to the goal, nats, at most 0.
 *
 *     ln epsilon * sum over factors of sum_s [ d(s) > m ] q'(s)
 *
 * States from which the goal is out of reach (-1) count as strayed; a factor whose `moves` are null counts nothing, so
 * an agent that sees no way keeps its other reasons to act. The moves left, m, are those of the belief now for every
 * step of a policy: what is on the way after one step is on the way after all, also where a later step could be
 * nearer.
 *
 * @param distances of `goalDistances`
 * @param moves     of `movesLeft`
 * @param predicted q', the belief after a step, for each factor `[S]`
 * @param epsilon   in (0, 1], probability
 * @see Friston et al. (2023), Active inference and intentional behaviour
 */
export function inductiveUtility(
  distances: GoalDistances,
  moves: readonly (number | null)[],
  predicted: Beliefs,
  epsilon: number,
): number {
  let strayed = 0;
  distances.forEach((distance, f) => {
    const limit = moves[f] ?? null;
    if (distance === null || limit === null) return;
    predicted[f]!.forEach((probability, state) => {
      if (distance[state]! < 0 || distance[state]! > limit) strayed += probability;
    });
  });
  // Minus 0 would be as right and look odd.
  return strayed === 0 ? 0 : Math.log(epsilon) * strayed;
}

/** Checks that distances and an epsilon fit a model. */
export function checkInductive(shape: ModelShape, distances: GoalDistances | null, epsilon: number): void {
  const fail = (argument: string, expected: string, got: string): never => {
    throw new InputError('INFERENCE_OPTION_INVALID', argument, expected, got);
  };
  if (!(epsilon > 0 && epsilon <= 1)) fail('inductiveEpsilon', 'a probability above 0', `${epsilon}`);
  if (distances === null) return;
  const { stateCounts } = shape;
  if (distances.length !== stateCounts.length) {
    fail('goalDistances', `${stateCounts.length} lists, one for each factor`, `${distances.length}`);
  }
  distances.forEach((distance, f) => {
    if (distance === null || distance.length === stateCounts[f]) return;
    fail(`goalDistances[${f}]`, `${stateCounts[f]} distances`, `${distance.length}`);
  });
}
