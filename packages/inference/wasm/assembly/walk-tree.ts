import { factorGain, likelihoodGain, setMoves } from './gains';
import { jointOf } from './joint';
import { ROW, row } from './lanes';
import { apply } from './linear-map';
import { applyOwn, findBlocks } from './own-entries';
import { ownTransitionAt } from './predict';
import { Batch, factorAt, Model, Plan, Population, transitionOf, word, Workspace } from './structs';

/** Words of a node before its actions. */
const HEADER_BYTES: usize = 16;

/**
 * Walks the tree of policies and fills `workspace.policies` with their G. A node is
 *
 *     [depth, factors to push (bits), modalities to evaluate (bits), endings, action of each factor, endings' policies]
 *
 * Nodes stand depth-first, so what was worked out at depth d stays valid until the next node of depth d. A factor is
 * pushed only where its action differs from that of the sibling before, and what is expected of a modality or a factor
 * is worked out again only where a belief it depends on was pushed.
 */
export function walkTree(
  model: Model, plan: Plan, population: Population, batch: Batch, workspace: Workspace, entry: i32, end: i32,
): void {
  const judgesFactors = plan.useNovelty != 0 || plan.goalDistances != 0;
  const termCount = model.modalityCount + model.factorCount;
  if (plan.goalDistances) setMoves(model, plan, workspace);
  v128.store(workspace.sums, f32x4.splat(0));
  let node = plan.nodes;
  for (let n: i32 = 0; n < plan.nodeCount; n++) {
    const depth = word(node, 0);
    const pushed = word(node, 1);
    const evaluated = word(node, 2);
    const endingCount = word(node, 3);
    const actions = node + HEADER_BYTES;
    const terms = row(workspace.terms, depth * termCount);
    for (let f: i32 = 0; f < model.factorCount; f++) {
      if (((pushed >> f) & 1) == 0) continue;
      push(model, population, batch, workspace, entry, end, depth, f, word(actions, f));
    }
    for (let f: i32 = 0; f < model.factorCount; f++) {
      if (!judgesFactors || ((pushed >> f) & 1) == 0) continue;
      const action = word(actions, f);
      const gain = factorGain(model, plan, population, batch, workspace, entry, end, depth, f, action);
      v128.store(row(terms, model.modalityCount + f), gain);
    }
    for (let m: i32 = 0; m < model.modalityCount; m++) {
      if (((evaluated >> m) & 1) == 0) continue;
      v128.store(row(terms, m), likelihoodGain(model, plan, population, batch, workspace, entry, end, depth, m));
    }
    let sum = v128.load(row(workspace.sums, depth - 1));
    const usedCount = judgesFactors ? termCount : model.modalityCount;
    for (let i: i32 = 0; i < usedCount; i++) sum = f32x4.add(sum, v128.load(row(terms, i)));
    v128.store(row(workspace.sums, depth), sum);
    const endings = actions + (<usize>model.factorCount << 2);
    for (let e: i32 = 0; e < endingCount; e++) {
      v128.store(row(workspace.policies, word(endings, e)), f32x4.neg(sum));
    }
    node = endings + (<usize>endingCount << 2);
  }
}

/** One factor's belief at a depth, from the beliefs at the depth before: `q'_f = B_f[u] q`. */
function push(
  model: Model, population: Population, batch: Batch, workspace: Workspace, entry: i32, end: i32,
  depth: i32, f: i32, action: i32,
): void {
  const factor = factorAt(model, f);
  const before = beliefsAt(model, workspace, depth - 1);
  const joint = jointOf(model, workspace.joint, before, factor.parents, factor.parentCount);
  const out = row(beliefsAt(model, workspace, depth), factor.stateOffset);
  const map = transitionOf(factor, action);
  if (findBlocks(population.ownTransitions, f, batch, entry, end, workspace.own)) {
    applyOwn(map, out, joint, workspace.own, ownTransitionAt(factor, action));
  } else apply(map, out, joint);
}

/** The beliefs about all factors after so many steps of the policy in hand. */
// @ts-ignore: AssemblyScript decorates functions, TypeScript does not.
@inline
export function beliefsAt(model: Model, workspace: Workspace, depth: i32): usize {
  return workspace.beliefs + <usize>(depth * model.stateTotal) * ROW;
}
