import type { CompileSettings } from '../compile/compile-options.js';
import type { Action } from '../perception/predict-states.js';
import type { Policy } from '../planning/enumerate-policies.js';

/** No policy: nothing was planned yet, or the last inference failed. */
const NONE = -1;

/**
 * The policy that each agent is on, and how far: the whole policy that it chose, or, where factors choose on their
 * own, the most probable of those that begin with what it did.
 */
export class Courses {
  /** The policies of all plans, those of the full horizon first. */
  readonly #policies: readonly Policy[];
  /** Where the policies of each plan begin among them. */
  readonly #starts: readonly number[];
  /** `[lane, 2]`: an index into `#policies`, and steps taken of that policy, count. */
  readonly #columns: Int32Array;

  /** @param columns i32[capacity, 2]; the kernels write to it too */
  constructor({ plans }: CompileSettings, columns: Int32Array) {
    this.#policies = plans.flatMap(({ policies }) => policies);
    let start = 0;
    this.#starts = plans.map(({ policies }) => {
      start += policies.length;
      return start - policies.length;
    });
    this.#columns = columns.fill(NONE);
  }

  /** Notes that a lane has taken the first step of a policy of a plan; -1 for none of them. */
  begin(lane: number, plan: number, policy: number): void {
    this.#columns[2 * lane] = policy < 0 ? NONE : this.#starts[plan]! + policy;
    this.#columns[2 * lane + 1] = 1;
  }

  clear(lane: number): void {
    this.#columns[2 * lane] = NONE;
  }

  /**
   * Steps left of a lane's policy, count.
   *
   * @param lastActions `[lane, factorCount]`; whoever did something else than the policy says is on none
   */
  stepsLeft(lane: number, lastActions: Int32Array): number {
    const policy = this.#policies[this.#columns[2 * lane]!];
    if (policy === undefined) return 0;
    const taken = this.#columns[2 * lane + 1]!;
    const action = policy[taken - 1]!;
    for (let f = 0; f < action.length; f++) {
      if (lastActions[lane * action.length + f] !== action[f]) return 0;
    }
    return policy.length - taken;
  }

  /** Takes the next step of a lane's policy, which has one. */
  advance(lane: number): Action {
    const taken = this.#columns[2 * lane + 1]!;
    this.#columns[2 * lane + 1] = taken + 1;
    return this.#policies[this.#columns[2 * lane]!]![taken]!;
  }
}
