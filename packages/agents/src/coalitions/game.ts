import type { GenerativeModel } from '@skein/inference';

/**
 * Who can do what, and what there is to be done, in numbers: what coalitions are formed from. Plain data.
 *
 * A *formation* puts each agent into at most one coalition and each coalition to one task, whose requirements its members cover. The
 * best has the least expected free energy in sum; a task that nobody takes on adds nothing.
 */
export interface CoalitionGame {
  /** Names; strengths and requirements stand in their order. */
  readonly capabilities: readonly string[];
  /** Numbers of a candidate's belief, count; 0 where none is looked at. */
  readonly stateCount: number;
  /** What each member costs its coalition, nats, at least 0. */
  readonly memberCost: number;
  readonly tasks: readonly GameTask[];
  /** Agents in no coalition that a cohort names to the one above it, count, at most. */
  readonly freeMax: number;
}

/** A task in numbers. */
export interface GameTask {
  readonly name: string;
  /** f64 by capability: what the strengths of a coalition's members must sum up to, at least. */
  readonly requires: Float64Array;
  /** What it is worth to take the task on, nats. */
  readonly value: number;
  /** Coalitions that may take it on, count; may be infinite. */
  readonly atMost: number;
  /** How the task is gone about; left out where only its value counts. */
  readonly plan?: GamePlan;
}

/** What a coalition that takes a task on can do, and what comes of it. */
export interface GamePlan {
  /** The members' beliefs are about the states of its first factor; the others begin with D. */
  readonly model: GenerativeModel;
  /** Steps of a policy, count. */
  readonly horizon: number;
  /** `[factor][action]`: the capabilities, index, each of which a member must have. */
  readonly needs: readonly (readonly (readonly number[])[])[];
}

/** An agent that can be a member. */
export interface Candidate {
  readonly index: number;
  /** f64[capabilities + states]: its strengths, at least 0, and behind them its belief, probability. */
  readonly numbers: Float64Array;
}

/** A coalition as it is formed. */
export interface FormedCoalition {
  /** Which of the game's tasks, index. */
  readonly task: number;
  /** Ascending in index, at least one. */
  readonly members: readonly Candidate[];
  /** G, nats, below 0. */
  readonly expectedFreeEnergy: number;
}

/** A formation, and who is in none of its coalitions. */
export interface Formation {
  readonly coalitions: readonly FormedCoalition[];
  /** Ascending in index. */
  readonly free: readonly Candidate[];
}

/** G of a formation: the sum of that of its coalitions, nats, lower is better, at most 0. */
export function formationEnergy({ coalitions }: Pick<Formation, 'coalitions'>): number {
  return coalitions.reduce((sum, { expectedFreeEnergy }) => sum + expectedFreeEnergy, 0);
}

export function byIndex(a: Candidate, b: Candidate): number {
  return a.index - b.index;
}
