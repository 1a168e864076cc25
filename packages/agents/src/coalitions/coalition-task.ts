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
  /** The members' beliefs are about the states of its first factor; the others begin with D. */
  readonly model: GenerativeModel;
  /** Steps of a policy, count, at least 1; default 1. */
  readonly horizon?: number;
  /** `[factor][action]`: the capabilities, each of which a member must have. What is left out needs none. */
  readonly needs?: readonly (readonly (readonly string[])[])[];
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
    ...(plan?.needs ?? []).flat(2),
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
  if (stateCounts[0] !== stateCount)
    throw invalid(
      `the first factor of the model of task "${task}" has ${stateCounts[0]} states, the belief of agents ${stateCount}`,
      'Name as `belief` a report with as many numbers as that factor has states.',
    );
  if (!(Number.isInteger(horizon) && horizon >= 1))
    throw invalid(`task "${task}" has a horizon of ${horizon}`, 'Pass a count of at least 1.');
  for (const [factor, { length }] of needs.entries())
    if (length > (actionCounts[factor] ?? 0))
      throw invalid(
        `task "${task}" needs something for ${length} actions of factor ${factor}, its model has ${actionCounts[factor] ?? 0}`,
        'List as many as the factor has actions, or fewer.',
      );
  const indices = needs.map((actions) =>
    actions.map((names) => names.map((name) => capabilities.indexOf(name))),
  );
  return { model, horizon, needs: indices };
}

function invalid(what: string, remedy: string): CoalitionError {
  return new CoalitionError('AGENTS_COALITION_TASK', `${what[0]!.toUpperCase()}${what.slice(1)}.`, remedy);
}
