import type { CompiledModel } from '../compile/compiled-model.js';

/** How fast an estimate follows what was measured at its own horizon, and at another one. */
const OWN_WEIGHT = 1 / 4;
const OTHER_WEIGHT = 1 / 8;
/** Agents that a backend plans together: fewer cost as much. */
const BLOCKS = { simd: 4, reference: 1 } as const;

/**
 * What planning takes, as measured while it happens, for each compiled plan.
 *
 * Plans are expected to differ as the nodes that they evaluate, until each has been measured by itself. A measurement
 * at one horizon moves the estimates of the others a little too: otherwise one slow moment would rule a horizon out
 * for good, since what is not planned is not measured again.
 */
export class PlanningCost {
  /** Agents that are planned together, count. */
  readonly block: number;
  readonly #nodeCounts: readonly number[];
  /** Of each plan, ms an agent and node. */
  readonly #msPerNode: Float64Array;
  #isKnown = false;

  constructor(compiled: CompiledModel) {
    this.block = BLOCKS[compiled.backend];
    this.#nodeCounts = compiled.explain().plans.map(({ nodeCount }) => nodeCount);
    this.#msPerNode = new Float64Array(this.#nodeCounts.length);
  }

  /** Whether anything was measured so far. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** What planning so many agents will take, ms; 0 before anything was measured. */
  expectedMs(plan: number, agentCount: number): number {
    return this.#msPerNode[plan]! * this.#nodesOf(plan, agentCount);
  }

  /** Takes in what planning so many agents took. */
  measure(plan: number, agentCount: number, ms: number): void {
    const measured = ms / this.#nodesOf(plan, agentCount);
    for (let p = 0; p < this.#msPerNode.length; p++) {
      const weight = this.#isKnown ? (p === plan ? OWN_WEIGHT : OTHER_WEIGHT) : 1;
      this.#msPerNode[p]! += weight * (measured - this.#msPerNode[p]!);
    }
    this.#isKnown = true;
  }

  #nodesOf(plan: number, agentCount: number): number {
    return Math.ceil(agentCount / this.block) * this.block * this.#nodeCounts[plan]!;
  }
}
