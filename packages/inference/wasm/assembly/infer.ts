import { denseAt, storeLane } from './belief-store';
import { copyLane, LANES, ROW, row } from './lanes';
import { columnOf, firstEntry, sumOf } from './linear-map';
import { log4 } from './log';
import { iterateMeanField } from './mean-field';
import {
  EVIDENCE_MIN, filterExactly, LIKELIHOOD_EPSILON, likelihoodValues, outcomeAt, SOFT, softWeights,
} from './observe';
import { predictStates } from './predict';
import { isWholeBlock, laneAt, quadEnd } from './quads';
import {
  Batch, Compression, factorAt, Form, likelihoodOf, LinearMap, modalityAt, Model, Population, word, Workspace,
} from './structs';

/** No prior gives more evidence than this, however it was rounded: something is not finite. */
const EVIDENCE_MAX: f32 = 2;
/**
 * From this free energy on a lane is left to the reference, nats: what was seen is so improbable that states decide
 * whose prior, below e^-87, single precision has lost.
 */
const FREE_ENERGY_MAX: f32 = 70;

/**
 * Infers the hidden states of every agent of a batch: predict through B, weigh by A, normalise.
 *
 * An agent whose result cannot be vouched for in single precision keeps its belief and gets status 1; the caller
 * decides it in double precision. That is so when nothing proves that the observation was possible, or when a number
 * is not finite.
 *
 * @param count entries of the batch in use
 * @returns how many agents have status 1, count
 */
export function inferStates(model: Model, population: Population, batch: Batch, workspace: Workspace, count: i32): i32 {
  let doubtful: i32 = 0;
  for (let entry: i32 = 0, end: i32 = 0; entry < count; entry = end) {
    end = quadEnd(population, batch, entry, count);
    predictStates(model, population, batch, workspace, entry, end);
    doubtful += model.factorCount == 1
      ? inferOneFactor(model, population, batch, workspace, entry, end)
      : inferFactors(model, population, batch, workspace, entry, end);
  }
  return doubtful;
}

function inferOneFactor(
  model: Model, population: Population, batch: Batch, workspace: Workspace, entry: i32, end: i32,
): i32 {
  const evidence = filterExactly(model, population, batch, workspace, entry, end);
  // So much may come of states that the prior excludes, where these count as an epsilon each.
  const epsilons: f32 = 2 * model.priorEpsilon * <f32>model.stateTotal;
  const sure = v128.and(
    f32x4.gt(evidence, f32x4.splat(max<f32>(EVIDENCE_MIN, epsilons))),
    f32x4.lt(evidence, f32x4.splat(EVIDENCE_MAX)),
  );
  v128.store(workspace.joint, f32x4.neg(log4(evidence)));
  v128.store(workspace.joint, i32x4.splat(1), ROW);
  return publish(model, population, batch, workspace, entry, end, i32x4.bitmask(sure));
}

function inferFactors(
  model: Model, population: Population, batch: Batch, workspace: Workspace, entry: i32, end: i32,
): i32 {
  let sure = iterateMeanField(
    model, population, batch, workspace, entry, end, workspace.outcomes, workspace.outcomes + ROW,
  );
  const energy = v128.load(workspace.outcomes);
  sure &= i32x4.bitmask(f32x4.lt(f32x4.abs(energy), f32x4.splat(FREE_ENERGY_MAX)));
  sure &= wholePriors(model, workspace);
  for (let k: i32 = 0; k < LANES; k++) {
    if (!isWitnessed(model, population, batch, workspace, entry, end, k)) sure &= ~(1 << k);
  }
  v128.store(workspace.joint, energy);
  v128.store(workspace.joint, v128.load(workspace.outcomes, ROW), ROW);
  return publish(model, population, batch, workspace, entry, end, sure);
}

/** A bit for each lane whose prior is a distribution over every factor; one with a NaN, or of nothing, is not. */
function wholePriors(model: Model, workspace: Workspace): i32 {
  let whole: i32 = 15;
  for (let f: i32 = 0; f < model.factorCount; f++) {
    const factor = factorAt(model, f);
    const sum = sumOf(row(workspace.prior, factor.stateOffset), factor.stateCount);
    whole &= i32x4.bitmask(f32x4.lt(f32x4.abs(f32x4.sub(sum, f32x4.splat(1))), f32x4.splat(0.5)));
  }
  return whole;
}

/**
 * Whether the most probable state of every factor, taken together, could have made the observation. If so it was
 * possible; if not, nothing is known yet.
 */
function isWitnessed(
  model: Model, population: Population, batch: Batch, workspace: Workspace, entry: i32, end: i32, k: i32,
): bool {
  const lane = <usize>k << 2;
  for (let m: i32 = 0; m < model.modalityCount; m++) {
    const outcome = outcomeAt(batch, m, entry + k, end);
    if (outcome != SOFT && outcome < 0) continue;
    const modality = modalityAt(model, m);
    let joint: i32 = 0;
    for (let axis: i32 = 0; axis < modality.factorCount; axis++) {
      const factor = factorAt(model, word(modality.factors, axis));
      const best = argmaxLane(row(workspace.posterior, factor.stateOffset) + lane, factor.stateCount);
      if (best < 0) return false;
      if (!(load<f32>(row(workspace.prior, factor.stateOffset + best) + lane) > 0)) return false;
      joint = joint * factor.stateCount + best;
    }
    const map = likelihoodOf(modality);
    const values = likelihoodValues(modality, m, population, laneAt(batch, entry + k, end));
    if (outcome == SOFT) {
      if (!isExpected(map, values, softWeights(batch, modality, m, entry + k, end), joint)) return false;
    } else if (!(entryAt(map, values, outcome, joint) > LIKELIHOOD_EPSILON)) return false;
  }
  return true;
}

/** Whether an outcome that a distribution gives weight to has a chance in this joint state. */
function isExpected(map: LinearMap, values: usize, weights: usize, joint: i32): bool {
  for (let o: i32 = 0; o < map.rows; o++) {
    if (load<f32>(weights + (<usize>o << 2)) * entryAt(map, values, o, joint) > LIKELIHOOD_EPSILON) return true;
  }
  return false;
}

/** The first state of the greatest probability; -1 where none is positive. */
function argmaxLane(belief: usize, count: i32): i32 {
  let best: i32 = -1;
  let most: f32 = 0;
  for (let s: i32 = 0; s < count; s++) {
    const p = load<f32>(row(belief, s));
    if (p > most) {
      most = p;
      best = s;
    }
  }
  return best;
}

function entryAt(map: LinearMap, values: usize, r: i32, column: i32): f32 {
  if (map.form == Form.DENSE) return load<f32>(map.values + (<usize>(r * map.columns + column) << 2));
  for (let k = firstEntry(map, r), end = firstEntry(map, r + 1); k < end; k++) {
    if (columnOf(map.indices, k) != <usize>column << 4) continue;
    return values ? load<f32>(values + (<usize>k << 2)) : 1;
  }
  return map.background ? load<f32>(map.background + (<usize>r << 2)) : 0;
}

/**
 * Writes what was inferred to the population and the batch, except for lanes that are not sure.
 *
 * @param sure a bit for each lane
 * @returns lanes that are not, count
 */
function publish(
  model: Model, population: Population, batch: Batch, workspace: Workspace, entry: i32, end: i32, sure: i32,
): i32 {
  const isBlock = sure == 15 && !population.compression && isWholeBlock(batch, entry, end);
  if (isBlock) {
    const lane = laneAt(batch, entry, end);
    const bytes = <usize>model.stateTotal * ROW;
    const to = denseAt(model, population.beliefs, lane);
    if (population.previous) memory.copy(denseAt(model, population.previous, lane), to, bytes);
    memory.copy(to, workspace.posterior, bytes);
  }
  let doubtful: i32 = 0;
  for (let k: i32 = 0; k < LANES && entry + k < end; k++) {
    const column = <usize>k << 2;
    const at = <usize>(entry + k) << 2;
    const isSure = (sure >> k) & 1;
    store<i32>(batch.status + at, 1 - isSure);
    doubtful += 1 - isSure;
    if (!isSure) continue;
    store<f32>(batch.freeEnergy + at, load<f32>(workspace.joint + column));
    store<i32>(batch.iterations + at, load<i32>(workspace.joint + column, ROW));
    if (isBlock) continue;
    const lane = laneAt(batch, entry + k, end);
    if (population.previous) {
      copyLane(
        denseAt(model, population.previous, lane), denseAt(model, population.beliefs, lane), model.stateTotal,
      );
    }
    const spread = storeLane(model, population, lane, workspace.posterior + column);
    if (population.compression) store<f32>(changetype<Compression>(population.compression).spread + at, spread);
  }
  return doubtful;
}
