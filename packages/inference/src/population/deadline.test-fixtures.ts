import { compileModel } from '../compile/compile-model.js';
import type { CompileOptions } from '../compile/compile-options.js';
import type { GenerativeModel } from '../model/generative-model.js';
import { createPopulation } from './create-population.js';
import { LanePopulation } from './lane-population.js';
import type { PopulationOptions } from './population.js';

/** A population whose time is worked out from what it is asked to do, and the clock that shows it. */
export interface TimedPopulation {
  readonly population: LanePopulation;
  readonly now: () => number;
  /** What planning takes, ms an agent and node of the policy tree; may be changed at any time. */
  cost: { perNode: number; perception: number };
}

export function timedPopulation(
  model: GenerativeModel,
  compile: CompileOptions,
  options: PopulationOptions,
): TimedPopulation {
  const population = createPopulation(compileModel(model, compile), { keepCourses: true, ...options });
  if (!(population instanceof LanePopulation)) throw new Error('not a population of ours');
  const nodeCounts = population.compiled.explain().plans.map(({ nodeCount }) => nodeCount);
  let clockMs = 0;
  const timed: TimedPopulation = { population, now: () => clockMs, cost: { perNode: 0, perception: 0 } };
  const inferStates = population.inferStates.bind(population);
  const planEntries = population.planEntries.bind(population);
  population.inferStates = (batch) => {
    clockMs += timed.cost.perception;
    return inferStates(batch);
  };
  population.planEntries = (agents, entries, count, plan) => {
    clockMs += timed.cost.perNode * nodeCounts[plan]! * count;
    planEntries(agents, entries, count, plan);
  };
  return timed;
}
