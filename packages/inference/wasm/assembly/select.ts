import { LANES, row } from './lanes';
import { laneAt } from './predict';
import { Batch, factorAt, Model, Plan, Population, word, Workspace } from './structs';

/**
 * Chooses each agent's next action from the posterior over policies and notes it as its last one.
 *
 * Deterministic: of equals, the first.
 */
export function selectActions(
  model: Model, plan: Plan, population: Population, batch: Batch, workspace: Workspace, entry: i32, count: i32,
): void {
  for (let k: i32 = 0; k < LANES && entry + k < count; k++) {
    if (word(batch.status, entry + k) != 0) continue;
    const lane = laneAt(batch, entry + k, count);
    const policies = workspace.policies + (<usize>k << 2);
    const chosen = plan.sampling == 1 ? argmax(policies, plan.policyCount) : -1;
    for (let f: i32 = 0; f < model.factorCount; f++) {
      const action = chosen >= 0
        ? word(plan.firstActions, chosen * model.factorCount + f)
        : bestAction(model, plan, workspace, policies, f, k);
      store<i32>(batch.actions + (<usize>(f * batch.capacity + entry + k) << 2), action);
      store<i32>(population.lastActions + (<usize>(lane * model.factorCount + f) << 2), action);
    }
    const step = population.steps + (<usize>lane << 2);
    store<u32>(step, load<u32>(step) + 1);
  }
}

function bestAction(model: Model, plan: Plan, workspace: Workspace, policies: usize, f: i32, k: i32): i32 {
  const count = factorAt(model, f).actionCount;
  const marginals = workspace.actions + (<usize>k << 2);
  for (let u: i32 = 0; u < count; u++) store<f32>(row(marginals, u), 0);
  for (let p: i32 = 0; p < plan.policyCount; p++) {
    const at = row(marginals, word(plan.firstActions, p * model.factorCount + f));
    store<f32>(at, load<f32>(at) + load<f32>(row(policies, p)));
  }
  return argmax(marginals, count);
}

/** The first of the greatest values of one lane. */
function argmax(values: usize, count: i32): i32 {
  let best: i32 = 0;
  let most = load<f32>(values);
  for (let i: i32 = 1; i < count; i++) {
    const value = load<f32>(row(values, i));
    if (value > most) {
      most = value;
      best = i;
    }
  }
  return best;
}
