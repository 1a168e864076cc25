// Steps agents of a compiled model and tells all they came to. As a worker thread it does so with a model that the
// main thread shares; see src/population/shared-model.threads.test.ts.

import { isMainThread, parentPort } from 'node:worker_threads';
import { attachCompiledModel, createPopulation } from '../dist/index.js';

const STEPS = 20;

/** Agents with keys from `first` on; what they see follows from their keys. */
export function stepAgents(compiled, first, count) {
  const population = createPopulation(compiled, { capacity: count });
  const agents = Array.from({ length: count }, (_, i) => population.add({ key: first + i }));
  const outcomeCount = compiled.model.shape.outcomeCounts[0];
  const lives = agents.map(() => []);
  for (let t = 0; t < STEPS; t++) {
    const outcomes = [agents.map((_, i) => (7 * (first + i) + 3 * t) % outcomeCount)];
    population.step({ agents, outcomes });
    for (const [i, life] of lives.entries()) {
      life.push(population.results.actions[0][i], population.results.freeEnergy[i]);
    }
  }
  return agents.map((agent, i) => [...lives[i], ...population.readBeliefs(agent)[0]]);
}

if (!isMainThread && parentPort !== null) {
  parentPort.once('message', ({ shared, first, count }) => {
    const compiled = attachCompiledModel(shared);
    parentPort.postMessage({
      lives: stepAgents(compiled, first, count),
      backend: compiled.backend,
      table: String(compiled.explain()),
    });
  });
}
