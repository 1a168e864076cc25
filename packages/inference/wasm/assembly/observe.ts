import { LANES, ROW, row } from './lanes';
import { columnOf, firstEntry, sumOf } from './linear-map';
import { laneAt } from './quads';
import {
  Batch, Form, Learned, LinearMap, likelihoodOf, Modality, modalityAt, Model, ownBlock, Population, word, Workspace,
} from './structs';

/** What is added to a likelihood before it is used; that of the golden vectors. */
export const LIKELIHOOD_EPSILON: f32 = 1e-16;
/**
 * Below this evidence a lane is left to the reference: the epsilon alone could have made it, or products have
 * underflowed. It is far above both.
 */
export const EVIDENCE_MIN: f32 = 1e-12;
/** Smaller probabilities are raised to this. They stay possible, and no arithmetic meets a denormal number. */
export const PROBABILITY_MIN: f32 = 1e-30;

/** Marks of `Batch.outcomes`. */
export const NOT_OBSERVED: i32 = -1;
export const SOFT: i32 = -2;

/**
 * Bayes' rule for a model of one factor: `q = prior L / evidence`, `evidence = sum prior L`, `F = -ln evidence`,
 * with L the product over modalities of `A[o] + 1e-16`.
 *
 * Reads `workspace.prior` and fills `workspace.posterior`.
 *
 * @returns the evidence of each lane, probability
 */
export function filterExactly(
  model: Model, population: Population, batch: Batch, workspace: Workspace, entry: i32, end: i32,
): v128 {
  const stateCount = model.stateTotal;
  const epsilon = f32x4.splat(model.priorEpsilon);
  let current = workspace.posterior;
  for (let s: i32 = 0; s < stateCount; s++) {
    v128.store(row(current, s), f32x4.add(v128.load(row(workspace.prior, s)), epsilon));
  }
  let next = workspace.message;
  for (let m: i32 = 0; m < model.modalityCount; m++) {
    const modality = modalityAt(model, m);
    weighByLikelihood(modality, m, population, batch, workspace, next, current, entry, end);
    const last = current;
    current = next;
    next = last;
  }
  const evidence = sumOf(current, stateCount);
  const scale = f32x4.div(f32x4.splat(1), evidence);
  const least = f32x4.splat(PROBABILITY_MIN);
  for (let s: i32 = 0; s < stateCount; s++) {
    const p = f32x4.mul(v128.load(row(current, s)), scale);
    // What the prior allows stays possible, also where the product came out too small for single precision.
    const isAllowed = f32x4.gt(f32x4.add(v128.load(row(workspace.prior, s)), epsilon), f32x4.splat(0));
    v128.store(row(workspace.posterior, s), v128.and(f32x4.pmax(p, least), isAllowed));
  }
  return evidence;
}

/** `out = x (A[o] + 1e-16)` for the outcome of each lane; lanes that saw nothing are copied. */
function weighByLikelihood(
  modality: Modality, m: i32, population: Population, batch: Batch, workspace: Workspace, out: usize, x: usize,
  entry: i32, end: i32,
): void {
  const map = likelihoodOf(modality);
  const states = map.columns;
  if (map.form != Form.DENSE) {
    const scale = v128.load(backgroundScales(map, m, batch, workspace.outcomes, entry, end));
    for (let s: i32 = 0; s < states; s++) v128.store(row(out, s), f32x4.mul(v128.load(row(x, s)), scale));
  }
  for (let k: i32 = 0; k < LANES; k++) {
    const at = <usize>k << 2;
    const outcome = outcomeAt(batch, m, entry + k, end);
    const values = likelihoodValues(modality, m, population, laneAt(batch, entry + k, end));
    if (outcome >= 0) {
      if (map.form == Form.DENSE) weighDenseRow(map, outcome, out + at, x + at);
      else weighEntries(map, values, outcome, out + at, x + at);
    } else if (outcome == SOFT) {
      const likelihood = workspace.scratch + at;
      expectedLikelihood(map, values, softWeights(batch, modality, m, entry + k, end), likelihood);
      for (let s: i32 = 0; s < states; s++) {
        const l = load<f32>(row(likelihood, s)) + LIKELIHOOD_EPSILON;
        store<f32>(row(out + at, s), load<f32>(row(x + at, s)) * l);
      }
    } else if (map.form == Form.DENSE) {
      for (let s: i32 = 0; s < states; s++) store<f32>(row(out + at, s), load<f32>(row(x + at, s)));
    }
  }
}

/** What every state is weighed by that the outcome's row does not list: its background, 1 where nothing was seen. */
function backgroundScales(map: LinearMap, m: i32, batch: Batch, scales: usize, entry: i32, end: i32): usize {
  for (let k: i32 = 0; k < LANES; k++) {
    const outcome = outcomeAt(batch, m, entry + k, end);
    let scale: f32 = 1;
    if (outcome >= 0) {
      scale = (map.background ? load<f32>(map.background + (<usize>outcome << 2)) : 0) + LIKELIHOOD_EPSILON;
    }
    store<f32>(scales + (<usize>k << 2), scale);
  }
  return scales;
}

function weighDenseRow(map: LinearMap, outcome: i32, out: usize, x: usize): void {
  let values = map.values + (<usize>(outcome * map.columns) << 2);
  const end = out + <usize>map.columns * ROW;
  for (; out < end; out += ROW) {
    store<f32>(out, load<f32>(x) * (load<f32>(values) + LIKELIHOOD_EPSILON));
    x += ROW;
    values += 4;
  }
}

function weighEntries(map: LinearMap, values: usize, outcome: i32, out: usize, x: usize): void {
  for (let k = firstEntry(map, outcome), end = firstEntry(map, outcome + 1); k < end; k++) {
    const column = columnOf(map.indices, k);
    const value: f32 = values ? load<f32>(values + (<usize>k << 2)) : 1;
    store<f32>(out + column, load<f32>(x + column) * (value + LIKELIHOOD_EPSILON));
  }
}

/**
 * The likelihood of a distribution over outcomes, `L[s] = sum_o w[o] A[o, s]`, for one lane.
 *
 * @param values  of the entries, from `likelihoodValues`
 * @param weights f32[outcomes]
 * @param out     the lane's first value of block[columns]
 */
export function expectedLikelihood(map: LinearMap, values: usize, weights: usize, out: usize): void {
  const states = map.columns;
  for (let s: i32 = 0; s < states; s++) store<f32>(row(out, s), 0);
  for (let o: i32 = 0; o < map.rows; o++) {
    const w = load<f32>(weights + (<usize>o << 2));
    if (w == 0) continue;
    if (map.form == Form.DENSE) {
      let at = map.values + (<usize>(o * states) << 2);
      for (let s: i32 = 0; s < states; s++) {
        store<f32>(row(out, s), load<f32>(row(out, s)) + w * load<f32>(at));
        at += 4;
      }
      continue;
    }
    let k = firstEntry(map, o);
    const end = firstEntry(map, o + 1);
    if (map.background) {
      // Never the background and then the difference: what cancels to 0 must be 0.
      for (let s: i32 = 0; s < states; s++) {
        const isListed = k < end && columnOf(map.indices, k) == <usize>s << 4;
        const at = isListed ? values + (<usize>k << 2) : map.background + (<usize>o << 2);
        store<f32>(row(out, s), load<f32>(row(out, s)) + w * load<f32>(at));
        k += <i32>isListed;
      }
      continue;
    }
    for (; k < end; k++) {
      const to = out + columnOf(map.indices, k);
      const value: f32 = values ? load<f32>(values + (<usize>k << 2)) : 1;
      store<f32>(to, load<f32>(to) + w * value);
    }
  }
}

// @ts-ignore: AssemblyScript decorates functions, TypeScript does not.
@inline
export function outcomeAt(batch: Batch, m: i32, entry: i32, end: i32): i32 {
  return word(batch.outcomes, m * batch.capacity + min(entry, end - 1));
}

/** f32[outcomes], the distribution over outcomes that an entry saw. */
export function softWeights(batch: Batch, modality: Modality, m: i32, entry: i32, end: i32): usize {
  const column = <usize>word(batch.weights, m);
  return column + (<usize>(min(entry, end - 1) * modality.outcomeCount) << 2);
}

/** The values of a likelihood's entries for one agent: its own where it learns them. */
export function likelihoodValues(modality: Modality, m: i32, population: Population, lane: i32): usize {
  const own = ownBlock(population.ownLikelihoods, m, lane);
  if (!own) return likelihoodOf(modality).values;
  return own + <usize>changetype<Learned>(modality.learned).values;
}
