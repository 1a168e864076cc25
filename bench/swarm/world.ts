import { entryAt, type GenerativeModel } from '@skein/inference';
import type { BenchModel } from '../inference/models.js';

const MOVES = 0x9e3779b9;
const SIGHTS = 0x85ebca6b;

/** What may come of something: the first whose bound is above a random number does. */
interface Lot {
  readonly values: Int32Array;
  readonly bounds: Float64Array;
}

/**
 * Where the agents of a model truly are, one factor and one modality: they move by B and see by A, drawn by (seed, agent, step). So beliefs are
 * those of agents at work, and equal agents see the same whoever computes them.
 */
export class World {
  /** What each agent sees now, an outcome, as `stepColumns` takes it. */
  readonly outcomes: readonly [Int32Array];
  /** The state that each agent is in. */
  readonly states: Int32Array;
  readonly #seed: number;
  readonly #sights: readonly Lot[];
  /** `[state][action]`. */
  readonly #moves: readonly (readonly Lot[])[];
  #step = 0;

  constructor({ model, start }: BenchModel, agentCount: number, seed: number) {
    const { stateCounts, outcomeCounts } = model.shape;
    if (stateCounts.length !== 1 || outcomeCounts.length !== 1)
      throw new Error(`a world of ${stateCounts.length} factors and ${outcomeCounts.length} modalities`);
    this.#seed = seed;
    this.#sights = sightsOf(model);
    this.#moves = movesOf(model);
    this.states = Int32Array.from({ length: agentCount }, (_, agent) => start(agent)[0]!);
    this.outcomes = [new Int32Array(agentCount)];
    this.#look();
  }

  /** Moves all agents by what they did, and shows them where they are. @param actions i32[agents] */
  move(actions: Int32Array): void {
    const { states } = this;
    this.#step++;
    for (let agent = 0; agent < states.length; agent++) {
      const uniform = uniformOf(this.#seed ^ MOVES, agent, this.#step);
      states[agent] = draw(this.#moves[states[agent]!]![actions[agent]!]!, uniform);
    }
    this.#look();
  }

  #look(): void {
    const [outcomes] = this.outcomes;
    for (let agent = 0; agent < outcomes.length; agent++) {
      const uniform = uniformOf(this.#seed ^ SIGHTS, agent, this.#step);
      outcomes[agent] = draw(this.#sights[this.states[agent]!]!, uniform);
    }
  }
}

/**
 * A number in [0, 1) for each key, by mixing bits: poorer than `keyedUniform`, and so fast that the world takes less time than its agents.
 */
function uniformOf(seed: number, agent: number, step: number): number {
  let bits = Math.imul(agent + 1, 0x9e3779b1) ^ Math.imul(step + seed, 0x85ebca77);
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}

function draw({ values, bounds }: Lot, uniform: number): number {
  let at = 0;
  while (at < values.length - 1 && uniform >= bounds[at]!) at++;
  return values[at]!;
}

function sightsOf({ A, shape }: GenerativeModel): Lot[] {
  const outcomeCount = shape.outcomeCounts[0]!;
  return indices(shape.stateCounts[0]!).map((s) => lotOf(outcomeCount, (o) => entryAt(A[0]!, [o, s])));
}

function movesOf({ B, shape }: GenerativeModel): Lot[][] {
  const stateCount = shape.stateCounts[0]!;
  return indices(stateCount).map((s) =>
    indices(shape.actionCounts[0]!).map((u) => lotOf(stateCount, (next) => entryAt(B[0]!, [next, s, u]))),
  );
}

/** What is impossible is left out. */
function lotOf(count: number, probabilityOf: (value: number) => number): Lot {
  const values = indices(count).filter((value) => probabilityOf(value) > 0);
  let bound = 0;
  const bounds = values.map((value) => {
    bound += probabilityOf(value);
    return bound;
  });
  return { values: Int32Array.from(values), bounds: Float64Array.from(bounds) };
}

const indices = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
