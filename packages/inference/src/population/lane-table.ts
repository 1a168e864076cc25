import { PopulationError } from '../errors.js';
import { describe } from '../model/tensor.js';
import type { AgentHandle } from './population.js';

const LANE_RANGE = 2 ** 32;

/**
 * Which lanes are taken, and by which agent.
 *
 * A lane's generation is odd while it is taken and grows by one at each change, so a handle of a removed agent
 * matches nothing. Free lanes are used again last in, first out.
 */
export class LaneTable {
  readonly capacity: number;
  readonly #generations: Uint32Array;
  readonly #freeLanes: Int32Array;
  #freeCount = 0;
  #untouched = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#generations = new Uint32Array(capacity);
    this.#freeLanes = new Int32Array(capacity);
  }

  /** Lanes taken, count. */
  get size(): number {
    return this.#untouched - this.#freeCount;
  }

  /** @throws PopulationError `INFERENCE_POPULATION_FULL` */
  take(): AgentHandle {
    const lane = this.#nextFree();
    this.#generations[lane]! += 1;
    return this.#generations[lane]! * LANE_RANGE + lane;
  }

  release(agent: AgentHandle): void {
    const lane = this.laneOf(agent);
    this.#generations[lane]! += 1;
    this.#freeLanes[this.#freeCount++] = lane;
  }

  has(agent: AgentHandle): boolean {
    if (typeof agent !== 'number') return false;
    const lane = agent >>> 0;
    const generation = Math.floor(agent / LANE_RANGE);
    if (generation * LANE_RANGE + lane !== agent) return false; // no handle at all, a fraction say
    return lane < this.#untouched && generation % 2 === 1 && this.#generations[lane] === generation;
  }

  /** @throws PopulationError `INFERENCE_AGENT_UNKNOWN` */
  laneOf(agent: AgentHandle): number {
    if (this.has(agent)) return agent >>> 0;
    throw new PopulationError(
      'INFERENCE_AGENT_UNKNOWN',
      `agent ${describe(agent)}`,
      'an agent of this population',
      'none',
    );
  }

  /**
   * `laneOf(agents[index])`, for batches: a handle is too large to be handed to a function without a box on the heap,
   * unless V8 happens to inline the call.
   *
   * @throws PopulationError `INFERENCE_AGENT_UNKNOWN`
   */
  laneAt(agents: ArrayLike<AgentHandle>, index: number): number {
    const agent = agents[index]!;
    if (typeof agent !== 'number') return this.laneOf(agent);
    const lane = agent >>> 0;
    const generation = Math.floor(agent / LANE_RANGE);
    const isHandle = generation * LANE_RANGE + lane === agent; // and no fraction
    const isTaken = lane < this.#untouched && generation % 2 === 1 && this.#generations[lane] === generation;
    return isHandle && isTaken ? lane : this.laneOf(agent);
  }

  /** @throws PopulationError `INFERENCE_POPULATION_FULL` unless so many lanes are free */
  checkFree(count: number): void {
    if (this.size + count <= this.capacity) return;
    const expected = `room for ${count} within a capacity of ${this.capacity}`;
    throw new PopulationError('INFERENCE_POPULATION_FULL', 'population', expected, `${this.size} agents`);
  }

  #nextFree(): number {
    this.checkFree(1);
    if (this.#freeCount > 0) return this.#freeLanes[--this.#freeCount]!;
    return this.#untouched++;
  }
}
