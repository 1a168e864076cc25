import { type CompiledModel, createPopulation, type Population } from '@skein/inference';
import type { Stepper } from './stepper.js';

/** The step of a population, all agents in one batch, or those of some lanes in an order of their own. */
export class SimdStep implements Stepper, Disposable {
  readonly agentCount: number;
  readonly population: Population;
  readonly actions: readonly Int32Array[];
  readonly #batch: { readonly agents: Float64Array; outcomes: readonly Int32Array[] };

  constructor(compiled: CompiledModel, capacity: number, lanes?: readonly number[]) {
    this.population = createPopulation(compiled, { capacity });
    const all = this.population.addMany(capacity);
    const agents = lanes === undefined ? all : Float64Array.from(lanes, (lane) => all[lane]!);
    this.agentCount = agents.length;
    this.#batch = { agents, outcomes: [] };
    this.actions = this.population.results.actions;
  }

  reset(): void {
    for (let i = 0; i < this.agentCount; i++) this.population.reset(this.#batch.agents[i]!);
  }

  /** @throws Error when single precision did not decide every agent: then something else would be measured */
  step(outcomes: readonly Int32Array[]): void {
    this.#batch.outcomes = outcomes;
    const { referred, failures } = this.population.step(this.#batch);
    if (referred > 0 || failures.length > 0) throw new Error(`${referred} agents went to the reference`);
  }

  [Symbol.dispose](): void {
    this.population[Symbol.dispose]();
  }
}
