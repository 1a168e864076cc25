import type { GenerativeModel } from '@skein/inference';
import { CoalitionError } from '../errors.js';
import type { CoalitionGame, GamePlan } from './game.js';

/** Something that a coalition can take on. Plain data. */
export interface CoalitionTask {
  readonly name: string;
  /** By capability: what the strengths of the members must sum up to, at least; above 0. */
  readonly requires: Readonly<Record<string, number>>;
  /** What it is worth to take the task on, nats. */
  readonly value: number;
  /** Coalitions that may take it on, count, at least 1, or infinite; default 1. */
  readonly atMost?: number;
  /** What a coalition can do, and what comes of it. Left out: only its value counts. */
  readonly plan?: CoalitionPlan;
}

/** How a task is gone about. */
export interface CoalitionPlan {
  /** Of one factor, whose states the members' beliefs are about. */
  readonly model: GenerativeModel;
  /** Steps of a policy, count, at least 1; default 1. */
  readonly horizon?: number;
  /** For each action the capability that a member must have; undefined for none. Default: none for any. */
  readonly needs?: readonly (string | undefined)[];
}

/** What else a game is about. */
export interface GameOptions {
  /** Numbers of a belief, count; 0 where none is reported. */
  readonly stateCount: number;
  /** Nats, at least 0. */
  readonly memberCost: number;
  /** Count, at least 1. */
  readonly freeMax: number;
}

/**
 * Tasks in numbers.
 *
 * @throws CoalitionError `AGENTS_COALITION_TASK`
 */
export function gameOf(tasks: readonly CoalitionTask[], options: GameOptions): CoalitionGame {
  const { stateCount, memberCost, freeMax } = options;
  if (!(memberCost >= 0 && memberCost < Number.POSITIVE_INFINITY))
    throw invalid(`memberCost is ${memberCost}`, 'Pass a cost of at least 0 nats.');
  if (!(Number.isInteger(freeMax) && freeMax >= 1))
    throw invalid(`freeMax is ${freeMax}`, 'Pass a count of at least 1.');
  const names = tasks.flatMap(({ requires, plan }) => [
    ...Object.keys(requires),
    ...(plan?.needs ?? []).filter((need) => need !== undefined),
  ]);
  const capabilities = [...new Set(names)];
  return {
    capabilities,
    stateCount,
    memberCost,
    freeMax,
    tasks: tasks.map(({ name, requires, value, atMost = 1, plan }) => {
      if (!Number.isFinite(value))
        throw invalid(`task "${name}" is worth ${value}`, 'Pass a finite `value`, nats.');
      if (!(atMost === Number.POSITIVE_INFINITY || (Number.isInteger(atMost) && atMost >= 1)))
        throw invalid(`task "${name}" may be taken on by ${atMost}`, 'Pass a count of at least 1.');
      for (const [capability, strength] of Object.entries(requires))
        if (!(strength > 0 && strength < Number.POSITIVE_INFINITY))
          throw invalid(
            `task "${name}" requires ${strength} of "${capability}"`,
            'Require strengths above 0, or leave the capability out.',
          );
      return {
        name,
        requires: Float64Array.from(capabilities, (capability) => requires[capability] ?? 0),
        value,
        atMost,
        ...(plan && { plan: planOf(name, plan, capabilities, stateCount) }),
      };
    }),
  };
}

function planOf(
  task: string,
  { model, horizon = 1, needs = [] }: CoalitionPlan,
  capabilities: readonly string[],
  stateCount: number,
): GamePlan {
  const { stateCounts, actionCounts } = model.shape;
  if (stateCounts.length !== 1 || stateCounts[0] !== stateCount)
    throw invalid(
      `the model of task "${task}" has ${stateCounts.join(' × ')} states, the belief of agents ${stateCount}`,
      'Name as `belief` a report with as many numbers as the one factor of the model has states.',
    );
  if (!(Number.isInteger(horizon) && horizon >= 1))
    throw invalid(`task "${task}" has a horizon of ${horizon}`, 'Pass a count of at least 1.');
  if (needs.length > actionCounts[0]!)
    throw invalid(
      `task "${task}" needs something for ${needs.length} actions, its model has ${actionCounts[0]}`,
      'Name at most one capability an action.',
    );
  const indexOf = (action: number): number => {
    const need = needs[action];
    return need === undefined ? -1 : capabilities.indexOf(need);
  };
  return {
    model,
    horizon,
    needs: Int32Array.from({ length: actionCounts[0]! }, (_, action) => indexOf(action)),
  };
}

function invalid(what: string, remedy: string): CoalitionError {
  return new CoalitionError('AGENTS_COALITION_TASK', `${what[0]!.toUpperCase()}${what.slice(1)}.`, remedy);
}
