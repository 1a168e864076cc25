import { denseAt, loadLane } from './belief-store';
import { jointOfLane } from './joint';
import { copyLane, LANES, row } from './lanes';
import { columnOf, firstEntry } from './linear-map';
import { log4 } from './log';
import { LIKELIHOOD_EPSILON, outcomeAt, SOFT, softWeights } from './observe';
import {
  Batch, Factor, factorAt, Learned, LinearMap, likelihoodOf, Modality, modalityAt, Model, ownBlock, Population,
  transitionOf, word, Workspace,
} from './structs';

/**
 * Teaches every agent of a batch what it has just experienced, in its own blocks, which JavaScript has made:
 *
 *     pA[o, s]     <- prior + kept (pA - prior) + rate q(s)             for the outcome o, where A > 0
 *     pB[s', s, u] <- prior + kept (pB - prior) + rate q(s') q_before(s)  for the action u taken, where B > 0
 *
 * and A and B become the counts divided by the sum of their columns. Agents whose status is not 0 learn nothing.
 *
 * @param count entries of the batch in use
 */
export function learn(model: Model, population: Population, batch: Batch, workspace: Workspace, count: i32): void {
  for (let entry: i32 = 0; entry < count; entry++) {
    if (word(batch.status, entry) != 0) continue;
    const lane = word(batch.lanes, entry);
    loadLane(model, population, lane, workspace.posterior);
    for (let m: i32 = 0; m < model.modalityCount; m++) {
      const own = ownBlock(population.ownLikelihoods, m, lane);
      if (own) learnLikelihood(model, modalityAt(model, m), m, own, batch, workspace, entry, count);
    }
    if (!population.previous) continue;
    copyLane(workspace.prior, denseAt(model, population.previous, lane), model.stateTotal);
    for (let f: i32 = 0; f < model.factorCount; f++) {
      const own = ownBlock(population.ownTransitions, f, lane);
      const action = word(population.lastActions, lane * model.factorCount + f);
      if (own && action >= 0) learnTransition(model, factorAt(model, f), own, action, workspace);
    }
  }
}

function learnLikelihood(
  model: Model, modality: Modality, m: i32, own: usize, batch: Batch, workspace: Workspace, entry: i32, count: i32,
): void {
  const outcome = outcomeAt(batch, m, entry, count);
  if (outcome < 0 && outcome != SOFT) return;
  const learned = changetype<Learned>(modality.learned);
  const map = likelihoodOf(modality);
  const joint = jointOfLane(model, workspace.joint, workspace.posterior, modality.factors, modality.factorCount);
  forget(learned, own);
  if (outcome >= 0) {
    addRow(map, own + <usize>learned.counts, outcome, learned.rate, joint);
  } else {
    const weights = softWeights(batch, modality, m, entry, count);
    for (let o: i32 = 0; o < map.rows; o++) {
      addRow(map, own + <usize>learned.counts, o, learned.rate * load<f32>(weights + (<usize>o << 2)), joint);
    }
  }
  deriveLikelihood(modality, own, workspace);
}

function learnTransition(model: Model, factor: Factor, own: usize, action: i32, workspace: Workspace): void {
  const learned = changetype<Learned>(factor.learned);
  const map = transitionOf(factor, action);
  const first = word(factor.actionStarts, action);
  const counts = own + <usize>learned.counts + (<usize>first << 2);
  const joint = jointOfLane(model, workspace.joint, workspace.prior, factor.parents, factor.parentCount);
  const posterior = row(workspace.posterior, factor.stateOffset);
  forget(learned, own);
  for (let s: i32 = 0; s < map.rows; s++) addRow(map, counts, s, learned.rate * load<f32>(row(posterior, s)), joint);
  if (learned.kept == 1) deriveAction(factor, own, action, workspace);
  else deriveTransition(factor, own, workspace);
}

/** `counts[r, c] += weight q(c)` for the entries of one row. */
function addRow(map: LinearMap, counts: usize, r: i32, weight: f32, joint: usize): void {
  for (let k = firstEntry(map, r), end = firstEntry(map, r + 1); k < end; k++) {
    const at = counts + (<usize>k << 2);
    const count = load<f32>(at);
    if (count > 0) store<f32>(at, count + weight * load<f32>(joint + columnOf(map.indices, k)));
  }
}

/** Moves all counts towards their prior. */
function forget(learned: Learned, own: usize): void {
  if (learned.kept == 1) return;
  const kept = f32x4.splat(learned.kept);
  for (let k: i32 = 0; k < learned.entryCount; k += LANES) {
    const at = <usize>learned.counts + (<usize>k << 2);
    const prior = v128.load(learned.shared + at);
    const gained = f32x4.sub(v128.load(own + at), prior);
    v128.store(own + at, f32x4.add(prior, f32x4.mul(kept, gained)));
  }
}

/**
 * Works out what follows from the counts of a likelihood: values, logarithms and gains.
 *
 * @param own a block of the modality's `Learned`, of an agent or the shared one
 */
export function deriveLikelihood(modality: Modality, own: usize, workspace: Workspace): void {
  const learned = changetype<Learned>(modality.learned);
  const map = likelihoodOf(modality);
  normalizeColumns(learned, map, own, 0, workspace.scratch);
  const values = own + <usize>learned.values;
  const logs = own + <usize>learned.logs;
  const epsilon = f32x4.splat(LIKELIHOOD_EPSILON);
  for (let k: i32 = 0; k < learned.entryCount; k += LANES) {
    const at = <usize>k << 2;
    v128.store(logs + at, log4(f32x4.add(v128.load(values + at), epsilon)));
  }
  const gains = own + <usize>learned.gains;
  const columns = modality.jointCount;
  for (let step: i32 = 0; step < modality.stepCount; step++) {
    const stepGains = gains + <usize>(step * modality.gainStride);
    memory.fill(stepGains, 0, <usize>columns << 2);
    for (let o: i32 = 0; o < map.rows; o++) {
      const utility: f32 = modality.logPreference
        ? load<f32>(modality.logPreference + (<usize>(step * map.rows + o) << 2))
        : 0;
      for (let k = firstEntry(map, o), end = firstEntry(map, o + 1); k < end; k++) {
        const to = stepGains + (columnOf(map.indices, k) >> 2);
        const information: f32 = modality.useInformation ? load<f32>(logs + (<usize>k << 2)) : 0;
        store<f32>(to, load<f32>(to) + load<f32>(values + (<usize>k << 2)) * (utility + information));
      }
    }
  }
}

/** Works out the values of a transition, under every action, from its counts. */
export function deriveTransition(factor: Factor, own: usize, workspace: Workspace): void {
  for (let action: i32 = 0; action < factor.actionCount; action++) deriveAction(factor, own, action, workspace);
}

function deriveAction(factor: Factor, own: usize, action: i32, workspace: Workspace): void {
  const learned = changetype<Learned>(factor.learned);
  const at = <usize>word(factor.actionStarts, action) << 2;
  normalizeColumns(learned, transitionOf(factor, action), own, at, workspace.scratch);
}

/**
 * `values[r, c] = counts[r, c] / sum`, and, if asked for, `novelty[r, c] = 1 / counts[r, c] - 1 / sum`, with the sum
 * over the rows of the column.
 *
 * @param at   bytes from the first entry of the block to the first of the map
 * @param sums scratch, block[columns]
 */
function normalizeColumns(learned: Learned, map: LinearMap, own: usize, at: usize, sums: usize): void {
  const counts = own + <usize>learned.counts + at;
  const values = own + <usize>learned.values + at;
  for (let c: i32 = 0; c < map.columns; c++) store<f32>(row(sums, c), 0);
  const end = firstEntry(map, map.rows);
  for (let k: i32 = 0; k < end; k++) {
    const sum = sums + columnOf(map.indices, k);
    store<f32>(sum, load<f32>(sum) + load<f32>(counts + (<usize>k << 2)));
  }
  for (let k: i32 = 0; k < end; k++) {
    const place = <usize>k << 2;
    store<f32>(values + place, load<f32>(counts + place) / load<f32>(sums + columnOf(map.indices, k)));
  }
  if (!learned.novelty) return;
  const novelty = own + <usize>learned.novelty + at;
  for (let k: i32 = 0; k < end; k++) {
    const place = <usize>k << 2;
    const count = load<f32>(counts + place);
    const sum = load<f32>(sums + columnOf(map.indices, k));
    store<f32>(novelty + place, count > 0 ? 1 / count - 1 / sum : 0);
  }
}
