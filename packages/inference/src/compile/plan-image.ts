import { planWords } from '../kernels/structs.js';
import { safeLog } from '../math/safe-log.js';
import type { Image, Part } from '../memory/image.js';
import type { Policy } from '../planning/enumerate-policies.js';
import type { GoalDistances } from '../planning/goal-distances.js';
import { type PolicyTree, policyTree } from '../planning/policy-tree.js';

/** How policies are weighed and chosen among. */
export interface PlanSettings {
  readonly gamma: number;
  readonly alpha: number;
  readonly E: ArrayLike<number> | null;
  readonly sampling: 'marginal' | 'full';
  readonly selection: 'deterministic' | 'stochastic';
  readonly seed: number;
  readonly useInformation: boolean;
  /** Whether what outcomes teach about learned parameters counts. */
  readonly useNovelty: boolean;
  /** Moves to the goal; null: none. */
  readonly goalDistances: GoalDistances | null;
  readonly inductiveEpsilon: number;
  /** Policies of plans before this one, count. */
  readonly policyStart: number;
  /** Whether policies that begin alike are evaluated together; without, each is walked from the root. */
  readonly prefixTree: boolean;
}

/** A plan in an image. */
export interface PlanPart {
  readonly part: Part;
  /** Nodes that an evaluation visits, count. */
  readonly nodeCount: number;
  /** Transitions applied and modalities evaluated at all nodes, count: what the tree and its siblings share is left out. */
  readonly pushCount: number;
  readonly evaluationCount: number;
}

/**
 * Adds policies to an image as the tree that `wasm/assembly/walk-tree.ts` walks.
 *
 * A node pushes a factor only if its action differs from that of the sibling before it, whose result still stands;
 * it evaluates a modality only if one of that modality's factors was pushed.
 *
 * @param modalityFactors the factors that each modality depends on
 */
export function addPlan(
  image: Image,
  policies: readonly Policy[],
  modalityFactors: readonly (readonly number[])[],
  settings: PlanSettings,
): PlanPart {
  const tree = settings.prefixTree ? policyTree(policies) : separatePaths(policies);
  const words: number[] = [];
  const siblings = new Map<number, number>();
  let pushCount = 0;
  let evaluationCount = 0;
  for (let node = 0; node < tree.nodeCount; node++) {
    const action = actionOf(tree, node);
    const sibling = siblings.get(tree.parents[node]!);
    const before = sibling === undefined ? null : actionOf(tree, sibling);
    siblings.set(tree.parents[node]!, node);
    const pushes = action.map((choice, f) => before === null || !settings.prefixTree || before[f] !== choice);
    const evaluates = modalityFactors.map((factors) => factors.some((f) => pushes[f]));
    const endings = tree.endings.subarray(tree.endingStarts[node]!, tree.endingStarts[node + 1]!);
    words.push(tree.depths[node]!, bits(pushes), bits(evaluates), endings.length, ...action, ...endings);
    pushCount += pushes.filter(Boolean).length;
    evaluationCount += evaluates.filter(Boolean).length;
  }
  const { E } = settings;
  const part = image.add(
    planWords({
      nodeCount: tree.nodeCount,
      nodes: image.add(Int32Array.from(words)),
      policyCount: policies.length,
      depthMax: tree.depthMax,
      useInformation: settings.useInformation,
      gamma: settings.gamma,
      logHabit: E === null ? null : image.add(Float32Array.from(E, safeLog)),
      firstActions: image.add(Int32Array.from(policies.flatMap((policy) => [...policy[0]!]))),
      samplesPolicies: settings.sampling === 'full',
      isStochastic: settings.selection === 'stochastic',
      alpha: settings.alpha,
      seedLow: settings.seed >>> 0,
      seedHigh: Math.floor(settings.seed / 0x1_0000_0000) >>> 0,
      policyStart: settings.policyStart,
      useNovelty: settings.useNovelty,
      goalDistances: settings.goalDistances === null ? null : addDistances(image, settings.goalDistances),
      logStray: Math.log(settings.inductiveEpsilon),
    }),
  );
  return { part, nodeCount: tree.nodeCount, pushCount, evaluationCount };
}

function addDistances(image: Image, distances: GoalDistances): Part {
  return image.add(distances.map((distance) => (distance === null ? null : image.add(distance))));
}

function actionOf({ actions, factorCount }: PolicyTree, node: number): number[] {
  return Array.from(actions.subarray(node * factorCount, (node + 1) * factorCount));
}

const bits = (flags: readonly boolean[]): number =>
  flags.reduce((word, flag, i) => (flag ? word | (1 << i) : word), 0);

/** Every policy as a path of its own: the plain way, kept to measure what the tree is worth. */
function separatePaths(policies: readonly Policy[]): PolicyTree {
  const steps = policies.flatMap((policy, p) =>
    policy.map((action, step) => ({ action, step, p, length: policy.length })),
  );
  const ends = steps.map(({ step, length }) => step + 1 === length);
  const endingStarts = Int32Array.from(
    { length: steps.length + 1 },
    (_, i) => ends.slice(0, i).filter(Boolean).length,
  );
  return {
    nodeCount: steps.length,
    factorCount: policies[0]![0]!.length,
    depthMax: Math.max(...policies.map((policy) => policy.length)),
    parents: Int32Array.from(steps, ({ step }, node) => (step === 0 ? -1 : node - 1)),
    depths: Int32Array.from(steps, ({ step }) => step + 1),
    actions: Int32Array.from(steps.flatMap(({ action }) => [...action])),
    policyNodes: Int32Array.from(policies, (_, p) => steps.findLastIndex((step) => step.p === p)),
    endingStarts,
    endings: Int32Array.from(policies.keys()),
  };
}
