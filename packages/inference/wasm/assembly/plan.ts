import { loadBlock } from './belief-store';
import { exp4 } from './exp';
import { LANES, ROW, row } from './lanes';
import { quadEnd } from './quads';
import { selectActions } from './select';
import { Batch, Model, Plan, Population, word, Workspace } from './structs';
import { walkTree } from './walk-tree';

/**
 * Evaluates every policy for every agent of a batch and chooses what each does next.
 *
 *     G    = - sum over steps and modalities of [ H(A q') + gains . q' ]      q' = B[u] q along the policy
 *     q_pi = softmax( -gamma G + ln E )
 *
 * `gains` holds what is linear in the belief, expected log preference less ambiguity, so that only the entropy of
 * the predicted outcomes takes logarithms.
 *
 * Policies that begin alike are evaluated together, see `walk-tree.ts`. Agents whose status is not 0 are left alone.
 *
 * An agent whose policies have no posterior, because its belief is none or a number left single precision, gets status
 * `NO_PLAN` and no action.
 *
 * @param count entries of the batch in use
 * @returns agents that got that status, count
 */
export function planActions(
  model: Model, plan: Plan, population: Population, batch: Batch, workspace: Workspace, count: i32,
): i32 {
  let invalid: i32 = 0;
  for (let entry: i32 = 0, end: i32 = 0; entry < count; entry = end) {
    end = quadEnd(population, batch, entry, count);
    loadBlock(model, population, batch, workspace.beliefs, entry, end);
    walkTree(model, plan, population, batch, workspace, entry, end);
    keepColumns(plan, batch, batch.expectedFreeEnergy, workspace.policies, entry, end);
    const valid = inferPolicies(plan, workspace);
    if (valid != 15) invalid += markInvalid(model, batch, entry, end, valid);
    keepColumns(plan, batch, batch.policyPosterior, workspace.policies, entry, end);
    selectActions(model, plan, population, batch, workspace, entry, end);
  }
  return invalid;
}

/** The status, as in `AGENT_STATUS`, of an agent whose policies have no posterior. */
const NO_PLAN: i32 = 4;
const NO_ACTION: i32 = -1;

/** Sets the status of lanes that are not valid, unless they have one already. */
function markInvalid(model: Model, batch: Batch, entry: i32, end: i32, valid: i32): i32 {
  let marked: i32 = 0;
  for (let k: i32 = 0; k < LANES && entry + k < end; k++) {
    if ((valid >> k) & 1 || word(batch.status, entry + k) != 0) continue;
    store<i32>(batch.status + (<usize>(entry + k) << 2), NO_PLAN);
    for (let f: i32 = 0; f < model.factorCount; f++) {
      store<i32>(batch.actions + (<usize>(f * batch.capacity + entry + k) << 2), NO_ACTION);
    }
    marked++;
  }
  return marked;
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
function keepColumns(plan: Plan, batch: Batch, column: usize, block: usize, entry: i32, end: i32): void {
  if (!column) return;
  for (let k: i32 = 0; k < LANES && entry + k < end; k++) {
    if (word(batch.status, entry + k) != 0) continue;
    let to = column + (<usize>((entry + k) * plan.policyCount) << 2);
    const from = block + (<usize>k << 2);
    for (let p: i32 = 0; p < plan.policyCount; p++) {
      store<f32>(to, load<f32>(row(from, p)));
      to += 4;
    }
  }
}
