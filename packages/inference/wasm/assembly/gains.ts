import { jointOf } from './joint';
import { LANES, ROW, row } from './lanes';
import { apply } from './linear-map';
import { xlogx4 } from './log';
import { applyOwn, bilinearOwn, dotOwn, findBlocks } from './own-entries';
import { firstGreatest } from './select';
import {
  Batch, factorAt, Learned, likelihoodOf, Modality, modalityAt, Model, Plan, Population, transitionOf, word, Workspace,
} from './structs';
import { beliefsAt } from './walk-tree';

/**
 * What one modality is expected to gain from the belief at a depth, nats:
 *
 *     H(A q) + gains . q + novelty          gains: expected log preference less ambiguity, of each joint state
 *
 * Novelty, `(A q) . (W q)` with W what one more count would teach, only where the likelihood is learned and it counts.
 */
export function likelihoodGain(
  model: Model, plan: Plan, population: Population, batch: Batch, workspace: Workspace, entry: i32, end: i32,
  depth: i32, m: i32,
): v128 {
  const modality = modalityAt(model, m);
  const beliefs = beliefsAt(model, workspace, depth);
  const joint = jointOf(model, workspace.joint, beliefs, modality.factors, modality.factorCount);
  const step = <usize>((depth - 1) * modality.gainStride);
  if (findBlocks(population.ownLikelihoods, m, batch, entry, end, workspace.own)) {
    return ownLikelihoodGain(plan, modality, workspace, joint, step);
  }
  let gain = f32x4.splat(0);
  let weights = modality.gains + step;
  const jointEnd = row(joint, modality.jointCount);
  for (let at = joint; at < jointEnd; at += ROW) {
    gain = f32x4.add(gain, f32x4.mul(v128.load_splat<f32>(weights), v128.load(at)));
    weights += 4;
  }
  if (!plan.useInformation) return gain;
  apply(likelihoodOf(modality), workspace.outcomes, joint);
  return f32x4.add(gain, entropyOf(workspace.outcomes, modality.outcomeCount));
}

/** `likelihoodGain` where each agent has learned its own likelihood. */
function ownLikelihoodGain(plan: Plan, modality: Modality, workspace: Workspace, joint: usize, step: usize): v128 {
  const learned = changetype<Learned>(modality.learned);
  const map = likelihoodOf(modality);
  const blocks = workspace.own;
  let gain = dotOwn(joint, modality.jointCount, blocks, <usize>learned.gains + step);
  if (!plan.useInformation && !plan.useNovelty) return gain;
  applyOwn(map, workspace.outcomes, joint, blocks, <usize>learned.values);
  if (plan.useInformation) gain = f32x4.add(gain, entropyOf(workspace.outcomes, modality.outcomeCount));
  if (!plan.useNovelty) return gain;
  return f32x4.add(gain, bilinearOwn(map, workspace.outcomes, joint, blocks, <usize>learned.novelty));
}

/**
 * What a factor's belief at a depth is expected to gain by itself, nats: what the move there teaches about a learned
 * transition, `q' . (W q)`, and what straying from the way to its goal costs.
 */
export function factorGain(
  model: Model, plan: Plan, population: Population, batch: Batch, workspace: Workspace, entry: i32, end: i32,
  depth: i32, f: i32, action: i32,
): v128 {
  const factor = factorAt(model, f);
  const predicted = row(beliefsAt(model, workspace, depth), factor.stateOffset);
  const gain = plan.goalDistances ? goalGain(model, plan, workspace, predicted, f) : f32x4.splat(0);
  const isNovel = plan.useNovelty && findBlocks(population.ownTransitions, f, batch, entry, end, workspace.own);
  if (!isNovel) return gain;
  const before = beliefsAt(model, workspace, depth - 1);
  const joint = jointOf(model, workspace.joint, before, factor.parents, factor.parentCount);
  const learned = changetype<Learned>(factor.learned);
  const at = <usize>learned.novelty + (<usize>word(factor.actionStarts, action) << 2);
  return f32x4.add(gain, bilinearOwn(transitionOf(factor, action), predicted, joint, workspace.own, at));
}

/** How near its goal each agent means to be after its next move: `max(d(argmax q) - 1, 0)`, -1 where it sees no way. */
export function setMoves(model: Model, plan: Plan, workspace: Workspace): void {
  for (let f: i32 = 0; f < model.factorCount; f++) {
    const distances = <usize>word(plan.goalDistances, f);
    if (!distances) continue;
    const factor = factorAt(model, f);
    const moves = row(workspace.moves, f);
    v128.store(moves, firstGreatest(row(workspace.beliefs, factor.stateOffset), factor.stateCount));
    for (let k: i32 = 0; k < LANES; k++) {
      const distance = word(distances, word(moves, k));
      store<i32>(moves + (<usize>k << 2), distance < 0 ? -1 : max(distance - 1, 0));
    }
  }
}

/** `ln epsilon` times the predicted probability of having strayed from the ways to a factor's goal, nats. */
function goalGain(model: Model, plan: Plan, workspace: Workspace, predicted: usize, f: i32): v128 {
  const distances = <usize>word(plan.goalDistances, f);
  if (!distances) return f32x4.splat(0);
  const moves = v128.load(row(workspace.moves, f));
  let strayed = f32x4.splat(0);
  for (let s: i32 = 0; s < factorAt(model, f).stateCount; s++) {
    const distance = v128.load_splat<u32>(distances + (<usize>s << 2));
    // Out of reach is -1, hence, without a sign, further than any number of moves.
    const isStray = i32x4.gt_u(distance, moves);
    strayed = f32x4.add(strayed, v128.and(isStray, v128.load(row(predicted, s))));
  }
  return f32x4.mul(strayed, f32x4.splat(plan.logStray));
}

/** `- sum x ln x` over a block, nats; two sums in turn, for the logarithms of both to overlap. */
function entropyOf(x: usize, count: i32): v128 {
  let even = f32x4.splat(0);
  let odd = f32x4.splat(0);
  let i: i32 = 0;
  for (; i + 2 <= count; i += 2) {
    even = f32x4.sub(even, xlogx4(v128.load(row(x, i))));
    odd = f32x4.sub(odd, xlogx4(v128.load(row(x, i), ROW)));
  }
  if (i < count) even = f32x4.sub(even, xlogx4(v128.load(row(x, i))));
  return f32x4.add(even, odd);
}
