import { type AgentDefinition, type StepResult, type Swarm, spawnSwarm } from '@skein/agents';
import type { SimulatedWorld } from '@skein/runtime/testing';
import { type Look, type ScoutMind, TICKS_MAX, type Told } from './scouts.js';

/** Longest time of each way down and up the tree, ms: shorter than most stalls. */
export const DEADLINE_MS = 100;

/** Which scout, if any, is told to fail, and where. */
export interface Mishap {
  readonly index: number;
  readonly fails: NonNullable<Look['fails']>;
}

/** A step as it went. */
export interface Step {
  readonly looks: readonly Look[];
  readonly beganMs: number;
  readonly endedMs: number;
  /** What it gave; undefined if it was rejected. */
  readonly result: StepResult<Told> | undefined;
  /** Why it was rejected, if it was. */
  readonly error: unknown;
  /** For each agent the last step that the evidence counts; undefined where nothing is fused. */
  readonly countedThrough: Float64Array | undefined;
  /** The evidence, by cell; undefined where nothing is fused. */
  readonly pool: Float64Array | undefined;
}

/** A swarm of scouts in a simulated world. It takes one step after the other, and keeps what came of each. */
export class Expedition {
  readonly swarm: Swarm<Look, Told>;
  readonly definition: AgentDefinition<Look, Told>;
  /** In order; the first is that of tick 1. */
  readonly steps: Step[] = [];
  /** All lives that were ever seen. */
  readonly lives: Set<ScoutMind> = new Set();
  readonly #world: SimulatedWorld;
  #begun = 0;
  #last: Promise<void> = Promise.resolve();

  private constructor(
    world: SimulatedWorld,
    definition: AgentDefinition<Look, Told>,
    swarm: Swarm<Look, Told>,
  ) {
    this.#world = world;
    this.definition = definition;
    this.swarm = swarm;
  }

  static async begin(
    world: SimulatedWorld,
    definition: AgentDefinition<Look, Told>,
    shape: { readonly count: number; readonly fanOut: number },
  ): Promise<Expedition> {
    return new Expedition(world, definition, await spawnSwarm(world.system, definition, shape));
  }

  /** Whether no step is under way. */
  get isIdle(): boolean {
    return this.steps.length === this.#begun;
  }

  /** Takes a step after those that were asked for before; none if there is no room for its evidence. */
  step(mishap?: Mishap): void {
    if (this.#begun === TICKS_MAX) return;
    const tick = ++this.#begun;
    this.#last = this.#last.then(() => this.#take(tick, mishap));
  }

  /** To be called after each step of the simulation, so that no life goes by unseen. */
  lookAround(): void {
    for (const { state } of this.#world.actors<{ readonly mind: ScoutMind }>(this.definition.agent))
      this.lives.add(state.mind);
  }

  /** How often something is in the notes of all lives of an agent. */
  countNotes(notes: 'perceived' | 'acted', index: number, tick: number): number {
    let count = 0;
    for (const life of this.lives)
      if (life.index === index) count += life[notes].filter((noted) => noted === tick).length;
    return count;
  }

  async #take(tick: number, mishap: Mishap | undefined): Promise<void> {
    const { swarm } = this;
    const beganMs = this.#world.now();
    const looks = Array.from({ length: swarm.count }, (_, index): Look => {
      const value = 1000 * tick + index;
      return mishap?.index === index ? { value, fails: mishap.fails } : { value };
    });
    const { result, error } = await swarm.step(looks, { deadlineMs: DEADLINE_MS }).then(
      (given) => ({ result: given, error: undefined }),
      (thrown: unknown) => ({ result: undefined, error: thrown }),
    );
    const endedMs = this.#world.now();
    const { countedThrough, pool } = swarm;
    this.steps.push({ looks, beganMs, endedMs, result, error, countedThrough, pool });
  }
}
