import { exp4 } from './exp';
import { jointOf } from './joint';
import { copyBlock, LANES, ROW, row } from './lanes';
import { apply } from './linear-map';
import { log4 } from './log';
import { beliefOf, isWholeBlock, laneAt } from './predict';
import { selectActions } from './select';
import {
  Batch, factorAt, likelihoodOf, Modality, modalityAt, Model, Plan, Population, transitionOf, word, Workspace,
} from './structs';

/**
 * Evaluates every policy for every agent of a batch and chooses what each does next.
 *
 *     G    = - sum over steps and modalities of [ H(A q') + gains . q' ]      q' = B[u] q along the policy
 *     q_pi = softmax( -gamma G + ln E )
 *
 * `gains` holds what is linear in the belief, expected log preference less ambiguity, so that only the entropy of
 * the predicted outcomes takes logarithms.
 *
 * The policies are a tree, walked depth-first: beliefs at depth d stay valid until the next node of depth d, and so
 * do terms of modalities none of whose factors moved otherwise than in the node before. Agents whose status is not 0
 * are left alone.
 *
 * @param count entries of the batch in use
 */
export function planActions(
  model: Model, plan: Plan, population: Population, batch: Batch, workspace: Workspace, count: i32,
): void {
  for (let entry: i32 = 0; entry < count; entry += LANES) {
    loadBeliefs(model, population, batch, workspace, entry, count);
    walkTree(model, plan, workspace);
    keepColumns(plan, batch, batch.expectedFreeEnergy, workspace.policies, entry, count);
    inferPolicies(plan, workspace);
    keepColumns(plan, batch, batch.policyPosterior, workspace.policies, entry, count);
    selectActions(model, plan, population, batch, workspace, entry, count);
  }
}

function loadBeliefs(
  model: Model, population: Population, batch: Batch, workspace: Workspace, entry: i32, count: i32,
): void {
  if (isWholeBlock(batch, entry, count)) {
    copyBlock(workspace.beliefs, beliefOf(model, population, laneAt(batch, entry, count)), model.stateTotal);
    return;
  }
  for (let k: i32 = 0; k < LANES; k++) {
    const from = beliefOf(model, population, laneAt(batch, entry + k, count));
    const to = workspace.beliefs + (<usize>k << 2);
    for (let s: i32 = 0; s < model.stateTotal; s++) store<f32>(row(to, s), load<f32>(row(from, s)));
  }
}

/**
 * Fills `workspace.policies` with G. A node is
 * `[depth, factors to push (bits), modalities to evaluate (bits), endings, action of each factor, policies that end]`.
 */
function walkTree(model: Model, plan: Plan, workspace: Workspace): void {
  const depthBytes = <usize>model.stateTotal * ROW;
  v128.store(workspace.sums, f32x4.splat(0));
  let node = plan.nodes;
  for (let n: i32 = 0; n < plan.nodeCount; n++) {
    const depth = word(node, 0);
    const pushed = word(node, 1);
    const evaluated = word(node, 2);
    const endingCount = word(node, 3);
    const beliefs = workspace.beliefs + <usize>depth * depthBytes;
    node += 16;
    for (let f: i32 = 0; f < model.factorCount; f++) {
      if (((pushed >> f) & 1) == 0) continue;
      const factor = factorAt(model, f);
      const joint = jointOf(model, workspace.joint, beliefs - depthBytes, factor.parents, factor.parentCount);
      apply(transitionOf(factor, word(node, f)), row(beliefs, factor.stateOffset), joint);
    }
    node += <usize>model.factorCount << 2;
    const terms = workspace.terms + <usize>(depth * model.modalityCount) * ROW;
    let sum = v128.load(row(workspace.sums, depth - 1));
    for (let m: i32 = 0; m < model.modalityCount; m++) {
      if ((evaluated >> m) & 1) {
        v128.store(row(terms, m), gainOf(model, plan, modalityAt(model, m), workspace, beliefs, depth - 1));
      }
      sum = f32x4.add(sum, v128.load(row(terms, m)));
    }
    v128.store(row(workspace.sums, depth), sum);
    for (let e: i32 = 0; e < endingCount; e++) {
      v128.store(row(workspace.policies, word(node, e)), f32x4.neg(sum));
    }
    node += <usize>endingCount << 2;
  }
}

/** What one modality is expected to gain from a belief: `H(A q) + gains . q`, nats. */
function gainOf(model: Model, plan: Plan, modality: Modality, workspace: Workspace, beliefs: usize, step: i32): v128 {
  const joint = jointOf(model, workspace.joint, beliefs, modality.factors, modality.factorCount);
  let gain = f32x4.splat(0);
  let weights = modality.gains + <usize>(step * modality.gainStride);
  const end = row(joint, modality.jointCount);
  for (let at = joint; at < end; at += ROW) {
    gain = f32x4.add(gain, f32x4.mul(v128.load_splat<f32>(weights), v128.load(at)));
    weights += 4;
  }
  if (!plan.useInformation) return gain;
  apply(likelihoodOf(modality), workspace.outcomes, joint);
  return f32x4.add(gain, entropyOf(workspace.outcomes, modality.outcomeCount));
}

/** `- sum x ln x` over a block, nats; two sums in turn, for the logarithms of both to overlap. */
function entropyOf(x: usize, count: i32): v128 {
  const least = f32x4.splat(1.17549435e-38);
  let even = f32x4.splat(0);
  let odd = f32x4.splat(0);
  let i: i32 = 0;
  for (; i + 2 <= count; i += 2) {
    const a = v128.load(row(x, i));
    const b = v128.load(row(x, i), ROW);
    even = f32x4.sub(even, f32x4.mul(a, log4(f32x4.pmax(a, least))));
    odd = f32x4.sub(odd, f32x4.mul(b, log4(f32x4.pmax(b, least))));
  }
  if (i < count) {
    const a = v128.load(row(x, i));
    even = f32x4.sub(even, f32x4.mul(a, log4(f32x4.pmax(a, least))));
  }
  return f32x4.add(even, odd);
}

/** Turns G into the posterior over policies, in place. */
function inferPolicies(plan: Plan, workspace: Workspace): void {
  const policies = workspace.policies;
  const count = plan.policyCount;
  const gamma = f32x4.splat(-plan.gamma);
  let most = f32x4.splat(-3.4e38);
  for (let p: i32 = 0; p < count; p++) {
    let logit = f32x4.mul(v128.load(row(policies, p)), gamma);
    if (plan.logHabit) logit = f32x4.add(logit, v128.load_splat<f32>(plan.logHabit + (<usize>p << 2)));
    v128.store(row(policies, p), logit);
    most = f32x4.pmax(most, logit);
  }
  let sum = f32x4.splat(0);
  for (let p: i32 = 0; p < count; p++) {
    const weight = exp4(f32x4.sub(v128.load(row(policies, p)), most));
    v128.store(row(policies, p), weight);
    sum = f32x4.add(sum, weight);
  }
  const scale = f32x4.div(f32x4.splat(1), sum);
  for (let p: i32 = 0; p < count; p++) {
    v128.store(row(policies, p), f32x4.mul(v128.load(row(policies, p)), scale));
  }
}

/** Copies a block over policies to the batch's column, if it is kept: `f32[entry, policyCount]`. */
function keepColumns(plan: Plan, batch: Batch, column: usize, block: usize, entry: i32, count: i32): void {
  if (!column) return;
  for (let k: i32 = 0; k < LANES && entry + k < count; k++) {
    if (word(batch.status, entry + k) != 0) continue;
    let to = column + (<usize>((entry + k) * plan.policyCount) << 2);
    const from = block + (<usize>k << 2);
    for (let p: i32 = 0; p < plan.policyCount; p++) {
      store<f32>(to, load<f32>(row(from, p)));
      to += 4;
    }
  }
}
