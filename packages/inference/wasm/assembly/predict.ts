import { denseAt, loadBlock } from './belief-store';
import { jointOf, jointOfLane } from './joint';
import { copyBlock, copyLane, LANES, row } from './lanes';
import { apply, applyLane } from './linear-map';
import { applyOwnLane } from './own-entries';
import { isWholeBlock, laneAt } from './quads';
import {
  Batch, Factor, factorAt, Learned, Model, ownBlock, Population, transitionOf, word, Workspace,
} from './structs';

/**
 * What each agent expects before it looks: `prior_f = B_f[u] q`, with u what it did last; q itself if it has not
 * acted yet.
 *
 * @param entry the first entry of a quad
 * @param end   where the quad ends, exclusive
 * @returns     nothing; fills `workspace.prior`
 */
export function predictStates(
  model: Model, population: Population, batch: Batch, workspace: Workspace, entry: i32, end: i32,
): void {
  const isCompressed = population.compression != 0;
  if (isCompressed) loadBlock(model, population, batch, workspace.posterior, entry, end);
  const whole = isCompressed || isWholeBlock(batch, entry, end);
  for (let f: i32 = 0; f < model.factorCount; f++) {
    const factor = factorAt(model, f);
    const out = row(workspace.prior, factor.stateOffset);
    const action = lastAction(model, population, laneAt(batch, entry, end), f);
    let together = whole && !factor.learned;
    for (let k: i32 = 1; k < LANES && together; k++) {
      together = lastAction(model, population, laneAt(batch, entry + k, end), f) == action;
    }
    if (together) {
      const first = laneAt(batch, entry, end);
      const beliefs = isCompressed ? workspace.posterior : denseAt(model, population.beliefs, first);
      predictBlock(model, factor, action, out, beliefs, workspace);
      continue;
    }
    for (let k: i32 = 0; k < LANES; k++) {
      const lane = laneAt(batch, entry + k, end);
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

// @ts-ignore: AssemblyScript decorates functions, TypeScript does not.
@inline
function lastAction(model: Model, population: Population, lane: i32, f: i32): i32 {
  return word(population.lastActions, lane * model.factorCount + f);
}
