import { exp4 } from './exp';
import { LANES, row } from './lanes';
import { log4 } from './log';
import { uniform4 } from './philox';
import { laneAt } from './quads';
import { Batch, factorAt, Model, Plan, Population, word, Workspace } from './structs';

/** The stream of the first factor's draws, and of whole policies; factor f's is f further. */
const ACTION_STREAM: u32 = 0x61637400;
/** Values of `Plan.sampling` and `Plan.selection`. */
const FULL: i32 = 1;
const STOCHASTIC: i32 = 1;

/**
 * Chooses each agent's next action from the posterior over policies and notes it as its last one: for each factor
 * from the marginal of its actions, or the first action of a whole policy. Where courses are kept, notes the policy
 * that each is now on: the whole one, or the most probable of those that begin with what was chosen.
 *
 * Lanes whose status is not 0 are left alone. Destroys `workspace.policies`.
 */
export function selectActions(
  model: Model, plan: Plan, population: Population, batch: Batch, workspace: Workspace, entry: i32, end: i32,
): void {
  let policies = i32x4.splat(-1);
  if (plan.sampling == FULL) {
    policies = choose(plan, population, batch, workspace.policies, plan.policyCount, ACTION_STREAM, entry, end);
  }
  for (let f: i32 = 0; f < model.factorCount; f++) {
    let actions = policies;
    if (plan.sampling != FULL) {
      const actionCount = factorAt(model, f).actionCount;
      sumMarginals(model, plan, workspace, f, actionCount);
      actions = choose(plan, population, batch, workspace.actions, actionCount, ACTION_STREAM + f, entry, end);
    }
    v128.store(workspace.sums, actions);
    for (let k: i32 = 0; k < LANES && entry + k < end; k++) {
      if (word(batch.status, entry + k) != 0) continue;
      let action = word(workspace.sums, k);
      if (plan.sampling == FULL) action = word(plan.firstActions, action * model.factorCount + f);
      const lane = laneAt(batch, entry + k, end);
      store<i32>(batch.actions + (<usize>(f * batch.capacity + entry + k) << 2), action);
      store<i32>(population.lastActions + (<usize>(lane * model.factorCount + f) << 2), action);
    }
  }
  for (let k: i32 = 0; k < LANES && entry + k < end; k++) {
    if (word(batch.status, entry + k) != 0) continue;
    const step = population.steps + (<usize>laneAt(batch, entry + k, end) << 2);
    store<u32>(step, load<u32>(step) + 1);
  }
  if (population.courses) setCourses(model, plan, population, batch, workspace, policies, entry, end);
}

/** @param chosen the policy of each lane, i32[4]; used if policies are chosen as a whole */
function setCourses(
  model: Model, plan: Plan, population: Population, batch: Batch, workspace: Workspace, chosen: v128,
  entry: i32, end: i32,
): void {
  v128.store(workspace.sums, chosen);
  for (let k: i32 = 0; k < LANES && entry + k < end; k++) {
    if (word(batch.status, entry + k) != 0) continue;
    const lane = laneAt(batch, entry + k, end);
    const policy = plan.sampling == FULL
      ? word(workspace.sums, k)
      : mostProbable(model, plan, workspace, population.lastActions + (<usize>(lane * model.factorCount) << 2), k);
    const course = population.courses + (<usize>lane << 3);
    store<i32>(course, policy < 0 ? -1 : plan.policyStart + policy);
    store<i32>(course, 1, 4);
  }
}

/** The most probable policy of a lane that begins with an action, of equals the first; -1: none begins with it. */
function mostProbable(model: Model, plan: Plan, workspace: Workspace, action: usize, k: i32): i32 {
  const posterior = workspace.policies + (<usize>k << 2);
  let best: i32 = -1;
  let most: f32 = -1;
  for (let p: i32 = 0; p < plan.policyCount; p++) {
    const probability = load<f32>(row(posterior, p));
    if (probability <= most) continue;
    let begins = true;
    for (let f: i32 = 0; f < model.factorCount; f++) {
      if (word(plan.firstActions, p * model.factorCount + f) != word(action, f)) begins = false;
    }
    if (!begins) continue;
    best = p;
    most = probability;
  }
  return best;
}

/** `workspace.actions` = the probability of each action of a factor. */
function sumMarginals(model: Model, plan: Plan, workspace: Workspace, f: i32, actionCount: i32): void {
  for (let u: i32 = 0; u < actionCount; u++) v128.store(row(workspace.actions, u), f32x4.splat(0));
  for (let p: i32 = 0; p < plan.policyCount; p++) {
    const at = row(workspace.actions, word(plan.firstActions, p * model.factorCount + f));
    v128.store(at, f32x4.add(v128.load(at), v128.load(row(workspace.policies, p))));
  }
}

/** The index chosen among some options in each lane, i32[4]. */
function choose(
  plan: Plan, population: Population, batch: Batch, probabilities: usize, optionCount: i32, stream: u32,
  entry: i32, end: i32,
): v128 {
  if (plan.selection != STOCHASTIC) return firstGreatest(probabilities, optionCount);
  let keys = i32x4.splat(0);
  let steps = i32x4.splat(0);
  const first = <usize>laneAt(batch, entry, end) << 2;
  const second = <usize>laneAt(batch, entry + 1, end) << 2;
  const third = <usize>laneAt(batch, entry + 2, end) << 2;
  const fourth = <usize>laneAt(batch, entry + 3, end) << 2;
  keys = v128.load_lane<u32>(population.keys + first, keys, 0);
  keys = v128.load_lane<u32>(population.keys + second, keys, 1);
  keys = v128.load_lane<u32>(population.keys + third, keys, 2);
  keys = v128.load_lane<u32>(population.keys + fourth, keys, 3);
  steps = v128.load_lane<u32>(population.steps + first, steps, 0);
  steps = v128.load_lane<u32>(population.steps + second, steps, 1);
  steps = v128.load_lane<u32>(population.steps + third, steps, 2);
  steps = v128.load_lane<u32>(population.steps + fourth, steps, 3);
  const uniform = uniform4(keys, steps, stream, plan.seedLow, plan.seedHigh);
  return drawSharpened(probabilities, optionCount, plan.alpha, uniform);
}

/** The first of the greatest values of each lane, i32[4]. */
export function firstGreatest(values: usize, count: i32): v128 {
  let best = i32x4.splat(0);
  let most = v128.load(values);
  for (let i: i32 = 1; i < count; i++) {
    const value = v128.load(row(values, i));
    const greater = f32x4.gt(value, most);
    most = v128.bitselect(value, most, greater);
    best = v128.bitselect(i32x4.splat(i), best, greater);
  }
  return best;
}

/**
 * Draws from `softmax(alpha ln p)` by inverting its cumulative sum; what has probability 0 keeps it.
 *
 * The logarithm is that of p over the greatest p: near 0, hence exact, for all that stand a chance.
 *
 * @param p block[count], probability; destroyed
 * @returns the index drawn in each lane, i32[4]
 */
function drawSharpened(p: usize, count: i32, alpha: f32, uniform: v128): v128 {
  const zero = f32x4.splat(0);
  let most = zero;
  for (let i: i32 = 0; i < count; i++) most = f32x4.pmax(most, v128.load(row(p, i)));
  let total = zero;
  for (let i: i32 = 0; i < count; i++) {
    const own = v128.load(row(p, i));
    const sharpened = exp4(f32x4.mul(f32x4.splat(alpha), log4(f32x4.div(own, most))));
    const weight = v128.and(sharpened, f32x4.gt(own, zero));
    total = f32x4.add(total, weight);
    v128.store(row(p, i), weight);
  }
  const threshold = f32x4.mul(uniform, total);
  let below = zero;
  let index = i32x4.splat(0);
  let found = i32x4.splat(0);
  for (let i: i32 = 0; i < count; i++) {
    const weight = v128.load(row(p, i));
    below = f32x4.add(below, weight);
    // The last possible option so far, until one was found to hold the number: it owns what rounding leaves over.
    const candidate = v128.andnot(f32x4.gt(weight, zero), found);
    index = v128.bitselect(i32x4.splat(i), index, candidate);
    found = v128.or(found, v128.and(candidate, f32x4.lt(threshold, below)));
  }
  return index;
}
