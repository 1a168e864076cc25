import { type CompiledModel, createPopulation, type Population } from '@skein/inference';
import type { Stepper } from '../inference/stepper.js';

const LANES_MIN = 64;
const LANES_MAX = 4096;

interface Segment {
  readonly population: Population;
  readonly from: number;
  readonly batch: { readonly agents: Float64Array; readonly outcomes: Int32Array[] };
}

/**
 * What a swarm's agents compute and nothing else: populations as large as those that a shard keeps its agents in, one kernel call each.
 * What an agent's step takes beyond it is the price of being an actor.
 */
export class BareKernels implements Stepper {
  readonly agentCount: number;
  readonly actions: readonly [Int32Array];
  readonly #segments: Segment[] = [];

  /** @param actions where they go, i32[agentCount] */
  constructor(compiled: CompiledModel, agentCount: number, actions: Int32Array = new Int32Array(agentCount)) {
    this.agentCount = agentCount;
    this.actions = [actions];
    for (
      let from = 0, capacity = LANES_MIN;
      from < agentCount;
      capacity = Math.min(2 * capacity, LANES_MAX)
    ) {
      const count = Math.min(capacity, agentCount - from);
      const population = createPopulation(compiled, { capacity });
      this.#segments.push({ population, from, batch: { agents: population.addMany(count), outcomes: [] } });
      from += count;
    }
  }

  reset(): void {
    for (const { population, batch } of this.#segments)
      for (const agent of batch.agents) population.reset(agent);
  }

  step([outcomes]: readonly Int32Array[]): void {
    for (const { population, from, batch } of this.#segments) {
      const to = from + batch.agents.length;
      batch.outcomes[0] = outcomes!.subarray(from, to);
      const { failures } = population.step(batch);
      if (failures.length > 0) throw failures[0]!.error;
      this.actions[0].set(population.results.actions[0]!.subarray(0, to - from), from);
    }
  }

  /** Gives their memory back. */
  dispose(): void {
    while (this.#segments.length > 0) this.#segments.pop()!.population[Symbol.dispose]();
  }
}
