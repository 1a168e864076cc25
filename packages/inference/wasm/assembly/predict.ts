import { denseAt, loadBlock } from './belief-store';
import { jointOf, jointOfLane } from './joint';
import { copyBlock, copyLane, LANES, row } from './lanes';
import { apply, applyLane } from './linear-map';
import { applyOwnLane } from './own-entries';
import {
  Batch, Factor, factorAt, Learned, Model, ownBlock, Population, transitionOf, word, Workspace,
} from './structs';

/** The lane of a batch entry; entries past the end repeat the last one and are never written. */
// @ts-ignore: decorator
@inline
export function laneAt(batch: Batch, entry: i32, count: i32): i32 {
  return word(batch.lanes, min(entry, count - 1));
}

/** Whether four entries are the four lanes of one block, in order; then they are handled as vectors. */
export function isWholeBlock(batch: Batch, entry: i32, count: i32): bool {
  if (entry + LANES > count) return false;
  const first = word(batch.lanes, entry);
  if ((first & 3) != 0) return false;
  for (let k: i32 = 1; k < LANES; k++) if (word(batch.lanes, entry + k) != first + k) return false;
  return true;
}

/**
 * What each agent expects before it looks: `prior_f = B_f[u] q`, with u what it did last; q itself if it has not
 * acted yet.
 *
 * @param entry the first of four batch entries
 * @returns     nothing; fills `workspace.prior`
 */
export function predictStates(
  model: Model, population: Population, batch: Batch, workspace: Workspace, entry: i32, count: i32,
): void {
  const isCompressed = population.compression != 0;
  if (isCompressed) loadBlock(model, population, batch, workspace.posterior, entry, count);
  const whole = isCompressed || isWholeBlock(batch, entry, count);
  for (let f: i32 = 0; f < model.factorCount; f++) {
    const factor = factorAt(model, f);
    const out = row(workspace.prior, factor.stateOffset);
    const action = lastAction(model, population, laneAt(batch, entry, count), f);
    let together = whole && !factor.learned;
    for (let k: i32 = 1; k < LANES && together; k++) {
      together = lastAction(model, population, laneAt(batch, entry + k, count), f) == action;
    }
    if (together) {
      const first = laneAt(batch, entry, count);
      const beliefs = isCompressed ? workspace.posterior : denseAt(model, population.beliefs, first);
      predictBlock(model, factor, action, out, beliefs, workspace);
      continue;
    }
    for (let k: i32 = 0; k < LANES; k++) {
      const lane = laneAt(batch, entry + k, count);
      const at = <usize>k << 2;
      const beliefs = isCompressed ? workspace.posterior + at : denseAt(model, population.beliefs, lane);
      const own = ownBlock(population.ownTransitions, f, lane);
      predictLane(model, factor, lastAction(model, population, lane, f), out + at, beliefs, workspace.joint + at, own);
    }
  }
}

function predictBlock(
  model: Model, factor: Factor, action: i32, out: usize, beliefs: usize, workspace: Workspace,
): void {
  if (action < 0) return copyBlock(out, row(beliefs, factor.stateOffset), factor.stateCount);
  const joint = jointOf(model, workspace.joint, beliefs, factor.parents, factor.parentCount);
  apply(transitionOf(factor, action), out, joint);
}

function predictLane(
  model: Model, factor: Factor, action: i32, out: usize, beliefs: usize, scratch: usize, own: usize,
): void {
  if (action < 0) return copyLane(out, row(beliefs, factor.stateOffset), factor.stateCount);
  const joint = jointOfLane(model, scratch, beliefs, factor.parents, factor.parentCount);
  const map = transitionOf(factor, action);
  if (own) applyOwnLane(map, out, joint, own + ownTransitionAt(factor, action));
  else applyLane(map, out, joint);
}

/** Where, in an agent's own block, the values of its transition under an action begin, bytes. */
export function ownTransitionAt(factor: Factor, action: i32): usize {
  const learned = changetype<Learned>(factor.learned);
  return <usize>learned.values + (<usize>word(factor.actionStarts, action) << 2);
}

// @ts-ignore: decorator
@inline
function lastAction(model: Model, population: Population, lane: i32, f: i32): i32 {
  return word(population.lastActions, lane * model.factorCount + f);
}
