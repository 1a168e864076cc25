import { loadBlock } from './belief-store';
import { exp4 } from './exp';
import { jointOf } from './joint';
import { LANES, ROW, row } from './lanes';
import { apply, applyOwn, bilinearOwn, gatherOwn } from './linear-map';
import { xlogx4 } from './log';
import { laneAt, ownTransitionAt } from './predict';
import { firstGreatest, selectActions } from './select';
import {
  Batch, factorAt, Learned, likelihoodOf, Modality, modalityAt, Model, Plan, Population, transitionOf, word, Workspace,
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
 * An agent whose policies have no posterior, because its belief was none, gets status `INVALID_BELIEF` and no action.
 *
 * @param count entries of the batch in use
 * @returns agents that got that status, count
 */
export function planActions(
  model: Model, plan: Plan, population: Population, batch: Batch, workspace: Workspace, count: i32,
): i32 {
  let invalid: i32 = 0;
  for (let entry: i32 = 0; entry < count; entry += LANES) {
    loadBlock(model, population, batch, workspace.beliefs, entry, count);
    walkTree(model, plan, population, batch, workspace, entry, count);
    keepColumns(plan, batch, batch.expectedFreeEnergy, workspace.policies, entry, count);
    const valid = inferPolicies(plan, workspace);
    if (valid != 15) invalid += markInvalid(model, batch, entry, count, valid);
    keepColumns(plan, batch, batch.policyPosterior, workspace.policies, entry, count);
    selectActions(model, plan, population, batch, workspace, entry, count);
  }
  return invalid;
}

/** The status, as in `AGENT_STATUS`, of an agent whose belief is no distribution. */
const INVALID_BELIEF: i32 = 3;
const NO_ACTION: i32 = -1;

/** Sets the status of lanes that are not valid, unless they have one already. */
function markInvalid(model: Model, batch: Batch, entry: i32, count: i32, valid: i32): i32 {
  let marked: i32 = 0;
  for (let k: i32 = 0; k < LANES && entry + k < count; k++) {
    if ((valid >> k) & 1 || word(batch.status, entry + k) != 0) continue;
    store<i32>(batch.status + (<usize>(entry + k) << 2), INVALID_BELIEF);
    for (let f: i32 = 0; f < model.factorCount; f++) {
      store<i32>(batch.actions + (<usize>(f * batch.capacity + entry + k) << 2), NO_ACTION);
    }
    marked++;
  }
  return marked;
}

/**
 * Fills `workspace.policies` with G. A node is
 * `[depth, factors to push (bits), modalities to evaluate (bits), endings, action of each factor, policies that end]`.
 */
function walkTree(
  model: Model, plan: Plan, population: Population, batch: Batch, workspace: Workspace, entry: i32, count: i32,
): void {
  if (plan.goalDistances) setMoves(model, plan, workspace);
  const a = laneAt(batch, entry, count);
  const b = laneAt(batch, entry + 1, count);
  const c = laneAt(batch, entry + 2, count);
  const d = laneAt(batch, entry + 3, count);
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
      const action = word(node, f);
      const out = row(beliefs, factor.stateOffset);
      const own = word(population.ownTransitions, f);
      if (own) {
        const at = ownTransitionAt(factor, action);
        applyOwn(
          transitionOf(factor, action), out, joint,
          <usize>word(own, a) + at, <usize>word(own, b) + at, <usize>word(own, c) + at, <usize>word(own, d) + at,
        );
      } else apply(transitionOf(factor, action), out, joint);
    }
    const terms = workspace.terms + <usize>(depth * (model.modalityCount + model.factorCount)) * ROW;
    const judgesFactors = plan.useNovelty != 0 || plan.goalDistances != 0;
    if (judgesFactors) {
      for (let f: i32 = 0; f < model.factorCount; f++) {
        if (((pushed >> f) & 1) == 0) continue;
        const own = word(population.ownTransitions, f);
        let gain = plan.goalDistances ? goalGainOf(model, plan, workspace, beliefs, f) : f32x4.splat(0);
        if (own && plan.useNovelty) {
          const novelty = transitionNovelty(
            model, workspace, beliefs, beliefs - depthBytes, f, word(node, f),
            <usize>word(own, a), <usize>word(own, b), <usize>word(own, c), <usize>word(own, d),
          );
          gain = f32x4.add(gain, novelty);
        }
        v128.store(row(terms, model.modalityCount + f), gain);
      }
    }
    node += <usize>model.factorCount << 2;
    let sum = v128.load(row(workspace.sums, depth - 1));
    for (let m: i32 = 0; m < model.modalityCount; m++) {
      if ((evaluated >> m) & 1) {
        const modality = modalityAt(model, m);
        const own = word(population.ownLikelihoods, m);
        const gain = own
          ? ownGainOf(
              model, plan, modality, workspace, beliefs, depth - 1,
              <usize>word(own, a), <usize>word(own, b), <usize>word(own, c), <usize>word(own, d),
            )
          : gainOf(model, plan, modality, workspace, beliefs, depth - 1);
        v128.store(row(terms, m), gain);
      }
      sum = f32x4.add(sum, v128.load(row(terms, m)));
    }
    if (judgesFactors) {
      for (let f: i32 = 0; f < model.factorCount; f++) {
        sum = f32x4.add(sum, v128.load(row(terms, model.modalityCount + f)));
      }
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

/** `gainOf` where each agent has learned its own likelihood. */
function ownGainOf(
  model: Model, plan: Plan, modality: Modality, workspace: Workspace, beliefs: usize, step: i32,
  a: usize, b: usize, c: usize, d: usize,
): v128 {
  const learned = changetype<Learned>(modality.learned);
  const map = likelihoodOf(modality);
  const joint = jointOf(model, workspace.joint, beliefs, modality.factors, modality.factorCount);
  let gain = f32x4.splat(0);
  let at = <usize>learned.gains + <usize>(step * modality.gainStride);
  const end = row(joint, modality.jointCount);
  for (let q = joint; q < end; q += ROW) {
    gain = f32x4.add(gain, f32x4.mul(gatherOwn(at, a, b, c, d), v128.load(q)));
    at += 4;
  }
  if (!plan.useInformation && !plan.useNovelty) return gain;
  const values = <usize>learned.values;
  applyOwn(map, workspace.outcomes, joint, a + values, b + values, c + values, d + values);
  if (plan.useInformation) gain = f32x4.add(gain, entropyOf(workspace.outcomes, modality.outcomeCount));
  if (!plan.useNovelty) return gain;
  const w = <usize>learned.novelty;
  return f32x4.add(gain, bilinearOwn(map, workspace.outcomes, joint, a + w, b + w, c + w, d + w));
}

/** What the predicted states are expected to teach about a factor's transition: `q' . (W q)`, nats. */
function transitionNovelty(
  model: Model, workspace: Workspace, beliefs: usize, before: usize, f: i32, action: i32,
  a: usize, b: usize, c: usize, d: usize,
): v128 {
  const factor = factorAt(model, f);
  const learned = changetype<Learned>(factor.learned);
  const joint = jointOf(model, workspace.joint, before, factor.parents, factor.parentCount);
  const w = <usize>learned.novelty + (<usize>word(factor.actionStarts, action) << 2);
  const predicted = row(beliefs, factor.stateOffset);
  return bilinearOwn(transitionOf(factor, action), predicted, joint, a + w, b + w, c + w, d + w);
}

/** How near its goal each agent means to be after its next move: `max(d(argmax q) - 1, 0)`, -1 where it sees no way. */
function setMoves(model: Model, plan: Plan, workspace: Workspace): void {
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
function goalGainOf(model: Model, plan: Plan, workspace: Workspace, beliefs: usize, f: i32): v128 {
  const distances = <usize>word(plan.goalDistances, f);
  if (!distances) return f32x4.splat(0);
  const factor = factorAt(model, f);
  const belief = row(beliefs, factor.stateOffset);
  const moves = v128.load(row(workspace.moves, f));
  let strayed = f32x4.splat(0);
  for (let s: i32 = 0; s < factor.stateCount; s++) {
    const distance = v128.load_splat<u32>(distances + (<usize>s << 2));
    // Out of reach is -1, hence, without a sign, further than any number of moves.
    const isStray = i32x4.gt_u(distance, moves);
    strayed = f32x4.add(strayed, v128.and(isStray, v128.load(row(belief, s))));
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

/**
 * Turns G into the posterior over policies, in place.
 *
 * @returns a bit for each lane that has one
 */
function inferPolicies(plan: Plan, workspace: Workspace): i32 {
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
  return i32x4.bitmask(f32x4.gt(sum, f32x4.splat(0)));
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
