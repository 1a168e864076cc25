import { InputError } from '../errors.js';
import type { PreparedModel } from '../model/prepare-model.js';
import { findEntry } from '../model/sparse-columns.js';
import { describe } from '../model/tensor.js';

/** Where an agent wants to be: for each factor the states that will do, or null for a factor that does not matter. */
export type Goals = readonly (readonly number[] | null)[];

/**
 * How far each state is from the goal: for each factor the least number of moves, `[S]`, count.
 *
 * 0 in the goal itself, -1 where it cannot be reached (in as many moves as were allowed); null for a factor without a
 * goal. Plain data: work it out once and share it among agents.
 */
export type GoalDistances = readonly (Int32Array | null)[];

/** Moves less probable than this are not counted on when nothing is said, probability; that of SPM and pymdp. */
export const MOVE_THRESHOLD: number = 1 / 16;

/** Which moves count, and how many. */
export interface GoalDistancesOptions {
  /** A move counts when some action makes it with a probability **above** this, in [0, 1). Default 1/16. */
  readonly threshold?: number;
  /** States further away are reported as -1, count, at least 0. Default: no limit. */
  readonly movesMax?: number;
}

/**
 * Finds for every state how many moves lead from it to the goal, searching **backward from the goal**.
 *
 *     d(s) = 0                                             for a state of the goal
 *     d(s) = 1 + min { d(s') : max_u B[s', s, u] > threshold }   otherwise
 *
 * Backward matters on one-way roads: in a chain 0 -> 1 -> 2 with the goal 2, the states 0 and 1 lead there (2 and 1
 * moves), while nothing can be said about where 2 leads. `I[k][s] = 1` of the papers is `0 <= d(s) <= k` here.
 *
 * Factors are searched one by one, so a factor with a goal must move by itself: a transition that depends on other
 * factors has no distance of its own. Costs one visit of each transition, in time and memory.
 *
 * @param goals for each factor the states that will do, at least one, or null
 * @returns for each factor `[S]`, count, or null; new arrays
 * @throws InputError `INFERENCE_OPTION_INVALID` for goals, a threshold or a limit out of range;
 *   `INFERENCE_GOAL_COUPLED` for a goal of a factor whose transition depends on other factors
 * @see Friston et al. (2023), Active inference and intentional behaviour
 *
 * @example
 * const world = gridWorld({ width: 5, height: 5 });
 * const prepared = prepareModel(world);
 * const distances = goalDistances(prepared, [[cellIndex(world, world.goal)]]);
 * expectedFreeEnergy(prepared, policies, posterior, { goalDistances: distances });
 */
export function goalDistances(
  prepared: PreparedModel,
  goals: Goals,
  options: GoalDistancesOptions = {},
): (Int32Array | null)[] {
  const { threshold = MOVE_THRESHOLD, movesMax = Number.POSITIVE_INFINITY } = options;
  checkGoals(prepared, goals);
  checkOptions(threshold, movesMax);
  const { stateCounts } = prepared.model.shape;
  return goals.map((goal, f) => {
    if (goal === null) return null;
    const predecessors = predecessorsOf(prepared, f, threshold);
    const distances = new Int32Array(stateCounts[f]!).fill(-1);
    for (const state of goal) distances[state] = 0;
    // Breadth first: the states d moves away, then those that lead to them.
    let frontier = Array.from(new Set(goal));
    for (let moves = 1; moves <= movesMax && frontier.length > 0; moves++) {
      const next: number[] = [];
      for (const reached of frontier) {
        for (const state of predecessors[reached]!) {
          if (distances[state] !== -1) continue;
          distances[state] = moves;
          next.push(state);
        }
      }
      frontier = next;
    }
    return distances;
  });
}

/** For each state the states that some action leads from there. */
function predecessorsOf(
  { model, transitions }: PreparedModel,
  factor: number,
  threshold: number,
): number[][] {
  const { stateCounts, actionCounts, transitionFactors } = model.shape;
  const predecessors: number[][] = Array.from({ length: stateCounts[factor]! }, () => []);
  const columns = transitions[factor]!;
  const { background, starts, rows, values } = columns;
  // States that are likely enough from wherever one comes, but for the columns that say otherwise.
  const everywhere = Array.from(background?.keys() ?? []).filter((next) => background![next]! > threshold);
  // Without parents the next state is the same draw from wherever one comes.
  const dependsOnItself = transitionFactors[factor]!.length === 1;
  for (let state = 0; state < stateCounts[factor]!; state++) {
    for (let action = 0; action < actionCounts[factor]!; action++) {
      const column = (dependsOnItself ? state * actionCounts[factor]! : 0) + action;
      for (let k = starts[column]!; k < starts[column + 1]!; k++) {
        if (values[k]! > threshold) predecessors[rows[k]!]!.push(state);
      }
      for (const next of everywhere)
        if (findEntry(columns, column, next) < 0) predecessors[next]!.push(state);
    }
  }
  return predecessors;
}

function checkGoals({ model }: PreparedModel, goals: Goals): void {
  const { stateCounts, transitionFactors } = model.shape;
  const fail = (argument: string, expected: string, got: string): never => {
    throw new InputError('INFERENCE_OPTION_INVALID', argument, expected, got);
  };
  if (goals.length !== stateCounts.length) {
    fail('goals', `${stateCounts.length} goals, one for each factor`, `${goals.length}`);
  }
  goals.forEach((goal, f) => {
    if (goal === null) return;
    if (!Array.isArray(goal) || goal.length === 0) {
      fail(`goals[${f}]`, 'at least 1 state, or null', Array.isArray(goal) ? 'none' : describe(goal));
    }
    goal.forEach((state, i) => {
      if (Number.isInteger(state) && state >= 0 && state < stateCounts[f]!) return;
      fail(`goals[${f}][${i}]`, `a state of ${model.factorNames[f]} in [0, ${stateCounts[f]})`, `${state}`);
    });
    if (transitionFactors[f]!.some((parent) => parent !== f)) {
      const expected = 'null, or a factor that moves by itself';
      const got = `a goal of ${model.factorNames[f]}, which moves by factors [${transitionFactors[f]!.join(', ')}]`;
      throw new InputError('INFERENCE_GOAL_COUPLED', `goals[${f}]`, expected, got);
    }
  });
}

function checkOptions(threshold: number, movesMax: number): void {
  if (!(threshold >= 0 && threshold < 1)) {
    throw new InputError('INFERENCE_OPTION_INVALID', 'threshold', 'a probability below 1', `${threshold}`);
  }
  if (!(movesMax >= 0 && (Number.isInteger(movesMax) || movesMax === Number.POSITIVE_INFINITY))) {
    throw new InputError('INFERENCE_OPTION_INVALID', 'movesMax', 'a count of at least 0', `${movesMax}`);
  }
}
