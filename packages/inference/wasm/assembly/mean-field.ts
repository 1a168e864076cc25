import { exp4 } from './exp';
import { LANES, row } from './lanes';
import { columnOf, firstEntry } from './linear-map';
import { log4 } from './log';
import {
  expectedLikelihood, LIKELIHOOD_EPSILON, likelihoodValues, outcomeAt, PROBABILITY_MIN, SOFT, softWeights,
} from './observe';
import { laneAt } from './quads';
import {
  Batch, factorAt, Form, Group, groupAt, Learned, likelihoodOf, LinearMap, Modality, modalityAt, Model, ownBlock,
  Population, word, Workspace,
} from './structs';

/** What the logarithm of a state that the prior excludes counts as; far below any other, and finite. */
const EXCLUDED: f32 = -1e30;
/**
 * A free energy that rises by this in a sweep, nats, belongs to factors that overshoot one another: every sweep then
 * enlarges what rounding did in the one before.
 */
const SWING: f32 = 0.1;
/** The least number whose logarithm is right. */
const NORMAL_MIN: f32 = 1.17549435e-38;
/** ln 1e-16, what the logarithm of an entry that is 0 counts as, nats. */
const LOG_EPSILON: f32 = -36.841361487904734;

/**
 * Posterior over several factors by mean-field fixed-point iteration. Every sweep updates all factors at once,
 *
 *     q_f = softmax( ln prior_f + sum_m E_{q of the other factors}[ ln L_m ] ),
 *     F   = sum_f E_q[ ln q_f - ln prior_f ] - sum_m E_q[ ln L_m ],
 *
 * and a lane whose F moves by less than the tolerance stands still from then on, whatever its neighbours do. The F
 * that the first sweep is compared with leaves out the likelihood.
 *
 * Reads `workspace.prior`, fills `workspace.posterior`.
 *
 * @param freeEnergy out, f32[4], nats
 * @param iterations out, i32[4], sweeps of each lane
 * @returns a bit for each lane that stayed steady: its F never rose by `SWING` from one sweep to the next
 */
export function iterateMeanField(
  model: Model, population: Population, batch: Batch, workspace: Workspace, entry: i32, end: i32,
  freeEnergy: usize, iterations: usize,
): i32 {
  for (let g: i32 = 0; g < model.groupCount; g++) {
    fillTable(model, groupAt(model, g), population, batch, workspace, entry, end);
  }
  let previous = start(model, workspace);
  let active = i32x4.splat(-1);
  let sweeps = i32x4.splat(0);
  let energy = f32x4.splat(0);
  let swinging = i32x4.splat(0);
  for (let sweep: i32 = 0; sweep < model.iterationsMax; sweep++) {
    gatherMessages(model, workspace);
    let current = updateFactors(model, workspace, active);
    for (let g: i32 = 0; g < model.groupCount; g++) {
      const group = groupAt(model, g);
      current = f32x4.sub(current, v128.load(contractAll(model, group, workspace, -1)));
    }
    energy = v128.bitselect(current, energy, active);
    if (sweep > 0) {
      const rises = f32x4.gt(current, f32x4.add(previous, f32x4.splat(SWING)));
      swinging = v128.or(swinging, v128.and(active, rises));
    }
    sweeps = i32x4.sub(sweeps, active);
    const moved = f32x4.abs(f32x4.sub(current, previous));
    const settled = f32x4.lt(moved, f32x4.splat(model.freeEnergyTolerance));
    active = v128.andnot(active, settled);
    previous = current;
    if (!v128.any_true(active)) break;
  }
  v128.store(freeEnergy, energy);
  v128.store(iterations, sweeps);
  const least = f32x4.splat(PROBABILITY_MIN);
  for (let s: i32 = 0; s < model.stateTotal; s++) {
    const at = row(workspace.posterior, s);
    // What the prior allows stays possible, also where its weight came out too small for single precision.
    const isAllowed = f32x4.gt(v128.load(row(workspace.logPrior, s)), f32x4.splat(0.5 * EXCLUDED));
    v128.store(at, v128.and(f32x4.pmax(v128.load(at), least), isAllowed));
  }
  return ~i32x4.bitmask(swinging) & 15;
}

/** The log likelihood of a group's joint states, `sum_m ln(A_m[o_m] + 1e-16)`, nats, lane by lane. */
function fillTable(
  model: Model, group: Group, population: Population, batch: Batch, workspace: Workspace, entry: i32, end: i32,
): void {
  const table = row(workspace.tables, group.tableOffset);
  for (let j: i32 = 0; j < group.jointCount; j++) v128.store(row(table, j), f32x4.splat(0));
  for (let n: i32 = 0; n < group.modalityCount; n++) {
    const m = word(group.modalities, n);
    const modality = modalityAt(model, m);
    const map = likelihoodOf(modality);
    for (let k: i32 = 0; k < LANES; k++) {
      const at = <usize>k << 2;
      const outcome = outcomeAt(batch, m, entry + k, end);
      const lane = laneAt(batch, entry + k, end);
      if (outcome >= 0) {
        addLogRow(map, logValues(modality, m, population, lane), outcome, table + at, workspace.scratch + at);
      } else if (outcome == SOFT) {
        const values = likelihoodValues(modality, m, population, lane);
        const weights = softWeights(batch, modality, m, entry + k, end);
        addLogExpected(map, values, weights, table + at, workspace.scratch + at);
      }
    }
  }
}

/** The logarithms of a likelihood's entries for one agent: its own where it learns them. */
function logValues(modality: Modality, m: i32, population: Population, lane: i32): usize {
  const own = ownBlock(population.ownLikelihoods, m, lane);
  if (!own) return likelihoodOf(modality).logValues;
  return own + <usize>changetype<Learned>(modality.learned).logs;
}

function addLogRow(map: LinearMap, entryLogs: usize, outcome: i32, table: usize, scratch: usize): void {
  const joint = map.columns;
  if (map.form == Form.DENSE) {
    let logs = map.logValues + (<usize>(outcome * joint) << 2);
    for (let j: i32 = 0; j < joint; j++) {
      store<f32>(row(table, j), load<f32>(row(table, j)) + load<f32>(logs));
      logs += 4;
    }
    return;
  }
  // The listed entries are looked up before the background is added to all, and put in its place after.
  const first = firstEntry(map, outcome);
  const end = firstEntry(map, outcome + 1);
  for (let k = first; k < end; k++) {
    const column = columnOf(map.indices, k);
    const value: f32 = entryLogs ? load<f32>(entryLogs + (<usize>k << 2)) : 0;
    store<f32>(scratch + column, load<f32>(table + column) + value);
  }
  const base: f32 = map.logBackground ? load<f32>(map.logBackground + (<usize>outcome << 2)) : LOG_EPSILON;
  for (let j: i32 = 0; j < joint; j++) store<f32>(row(table, j), load<f32>(row(table, j)) + base);
  for (let k = first; k < end; k++) {
    const column = columnOf(map.indices, k);
    store<f32>(table + column, load<f32>(scratch + column));
  }
}

function addLogExpected(map: LinearMap, values: usize, weights: usize, table: usize, scratch: usize): void {
  expectedLikelihood(map, values, weights, scratch);
  for (let j: i32 = 0; j < map.columns; j++) {
    const likelihood = f32x4.splat(load<f32>(row(scratch, j)) + LIKELIHOOD_EPSILON);
    store<f32>(row(table, j), load<f32>(row(table, j)) + f32x4.extract_lane(log4(likelihood), 0));
  }
}

/**
 * Log priors, and a uniform belief over the states that they allow.
 *
 * @returns the complexity of that belief, nats
 */
function start(model: Model, workspace: Workspace): v128 {
  const zero = f32x4.splat(0);
  const epsilon = f32x4.splat(model.priorEpsilon);
  let complexity = f32x4.splat(0);
  for (let f: i32 = 0; f < model.factorCount; f++) {
    const factor = factorAt(model, f);
    const prior = row(workspace.prior, factor.stateOffset);
    const logPrior = row(workspace.logPrior, factor.stateOffset);
    const posterior = row(workspace.posterior, factor.stateOffset);
    let allowedCount = f32x4.splat(0);
    let sum = f32x4.splat(0);
    for (let s: i32 = 0; s < factor.stateCount; s++) {
      const p = f32x4.add(v128.load(row(prior, s)), epsilon);
      const allowed = f32x4.gt(p, zero);
      const log = log4(f32x4.pmax(p, f32x4.splat(NORMAL_MIN)));
      allowedCount = f32x4.add(allowedCount, v128.and(allowed, f32x4.splat(1)));
      sum = f32x4.add(sum, v128.and(allowed, log));
      v128.store(row(logPrior, s), v128.bitselect(log, f32x4.splat(EXCLUDED), allowed));
      v128.store(row(posterior, s), allowed);
    }
    const uniform = f32x4.div(f32x4.splat(1), allowedCount);
    for (let s: i32 = 0; s < factor.stateCount; s++) {
      v128.store(row(posterior, s), v128.and(v128.load(row(posterior, s)), uniform));
    }
    complexity = f32x4.sub(complexity, f32x4.add(log4(allowedCount), f32x4.mul(sum, uniform)));
  }
  return complexity;
}

/** `workspace.message` = what all modalities say about each factor, given the beliefs about the others. */
function gatherMessages(model: Model, workspace: Workspace): void {
  for (let s: i32 = 0; s < model.stateTotal; s++) v128.store(row(workspace.message, s), f32x4.splat(0));
  for (let g: i32 = 0; g < model.groupCount; g++) {
    const group = groupAt(model, g);
    for (let axis: i32 = 0; axis < group.factorCount; axis++) {
      const factor = factorAt(model, word(group.factors, axis));
      const said = contractAll(model, group, workspace, axis);
      const message = row(workspace.message, factor.stateOffset);
      for (let s: i32 = 0; s < factor.stateCount; s++) {
        v128.store(row(message, s), f32x4.add(v128.load(row(message, s)), v128.load(row(said, s))));
      }
    }
  }
}

/**
 * A group's table, summed along every axis but one with the beliefs of `workspace.posterior`, last axis first.
 *
 * @param kept the axis that stays, -1 for none
 * @returns block of that axis's states, or of one value
 */
function contractAll(model: Model, group: Group, workspace: Workspace, kept: i32): usize {
  let from = row(workspace.tables, group.tableOffset);
  let size = group.jointCount;
  let inner: i32 = 1;
  let out = workspace.joint;
  let spare = workspace.scratch;
  for (let axis = group.factorCount - 1; axis >= 0; axis--) {
    const factor = factorAt(model, word(group.factors, axis));
    if (axis == kept) {
      inner = factor.stateCount;
      continue;
    }
    const marginal = row(workspace.posterior, factor.stateOffset);
    const states = factor.stateCount;
    const outer = size / (states * inner);
    for (let i: i32 = 0; i < outer; i++) {
      for (let j: i32 = 0; j < inner; j++) {
        let sum = f32x4.splat(0);
        for (let s: i32 = 0; s < states; s++) {
          sum = f32x4.add(sum, f32x4.mul(v128.load(row(from, (i * states + s) * inner + j)), v128.load(row(marginal, s))));
        }
        v128.store(row(out, i * inner + j), sum);
      }
    }
    size = outer * inner;
    from = out;
    out = spare;
    spare = from;
  }
  return from;
}

/**
 * `q_f = softmax(ln prior_f + message_f)` in active lanes.
 *
 * @returns sum_f E_q[ ln q_f - ln prior_f ], nats, by way of `ln q = ln prior + message - ln Z`
 */
function updateFactors(model: Model, workspace: Workspace, active: v128): v128 {
  let complexity = f32x4.splat(0);
  for (let f: i32 = 0; f < model.factorCount; f++) {
    const factor = factorAt(model, f);
    const states = factor.stateCount;
    const logPrior = row(workspace.logPrior, factor.stateOffset);
    const message = row(workspace.message, factor.stateOffset);
    const posterior = row(workspace.posterior, factor.stateOffset);
    let most = f32x4.splat(EXCLUDED);
    for (let s: i32 = 0; s < states; s++) {
      most = f32x4.pmax(most, f32x4.add(v128.load(row(logPrior, s)), v128.load(row(message, s))));
    }
    let sum = f32x4.splat(0);
    for (let s: i32 = 0; s < states; s++) {
      const logit = f32x4.add(v128.load(row(logPrior, s)), v128.load(row(message, s)));
      const weight = exp4(f32x4.sub(logit, most));
      sum = f32x4.add(sum, weight);
      v128.store(row(workspace.scratch, s), weight);
    }
    const scale = f32x4.div(f32x4.splat(1), sum);
    let said = f32x4.splat(0);
    for (let s: i32 = 0; s < states; s++) {
      const q = f32x4.mul(v128.load(row(workspace.scratch, s)), scale);
      said = f32x4.add(said, f32x4.mul(q, v128.load(row(message, s))));
      v128.store(row(posterior, s), v128.bitselect(q, v128.load(row(posterior, s)), active));
    }
    complexity = f32x4.add(complexity, f32x4.sub(said, f32x4.add(most, log4(sum))));
  }
  return complexity;
}
