import type { Beliefs, LearnedCounts } from '@skein/inference';
import type { ActorContext } from '@skein/runtime';
import type { StateValue } from 'xstate';
import { FIRST_STAGE, type LaneLifecycle } from '../lifecycle/lane-lifecycle.js';
import type { StageNumber } from '../lifecycle/lifecycle-table.js';
import type { AgentArgs, AgentProtocol } from './agent-actor.js';
import type { Company } from './batch-contributions.js';
import { drawKey } from './draw-key.js';
import { Formations } from './formation.js';
import { LaneView } from './lane-view.js';
import type { Thought } from './model-mind.js';
import type { LaneObservation } from './observation-columns.js';
import type { Place, PopulationHost } from './population-host.js';
import { type AgentNumber, Roster } from './roster.js';
import { withRoom } from './with-room.js';

/** What a life of an agent begins with instead of its prior. Plain data. */
export interface Beginning {
  /** For each factor `[S]`, probability. */
  readonly beliefs: Beliefs;
  readonly lastAction: readonly number[] | null;
  /** What it has learned; null where nothing is. */
  readonly counts: LearnedCounts | null;
  /** The last step of the life before. */
  readonly tick: number;
  /** Where its lifecycle was. */
  readonly stage: StageNumber;
}

/** What a definition says of its agents, types erased. */
export interface LaneSpec {
  readonly name: string;
  readonly observe: ((observation: unknown) => LaneObservation) | undefined;
  readonly act: ((thought: Thought) => unknown) | undefined;
  readonly lifecycle: LaneLifecycle | undefined;
}

/** The messages that agents in lanes meet together. */
export type LaneProtocol = Pick<AgentProtocol, 'step' | 'observe' | 'take' | 'share'>;

/** Of an agent that has not begun: it has no place. */
export const NOWHERE = -1;

/** What all agents of one definition on one shard have in common, and what each of them is. How a batch of them perceives and acts: `LaneInference`. */
export class LaneAgents implements Company {
  readonly host: PopulationHost;
  readonly roster: Roster = new Roster();
  /** Shows what an agent believes to the functions of its definition. */
  readonly view: LaneView = new LaneView(this);
  readonly spec: LaneSpec;
  /** Who met the last steps together; told of each agent that comes, goes or moves. */
  readonly formations: Formations = new Formations();
  /** By number of the agent: where its belief is, {@link NOWHERE} until its first message. */
  #places = new Int32Array(0);
  /** Where its lifecycle is; without one the first. */
  #stages = new Int32Array(0);
  #incarnations = new Uint32Array(0);
  /** What those without a place will begin with, of those who will not begin with their prior. */
  readonly #beginnings = new Map<AgentNumber, Beginning>();

  constructor(spec: LaneSpec, host: PopulationHost) {
    this.host = host;
    this.spec = spec;
  }

  /** A new life. It takes its place with its first message: when it begins to act decides what it draws. */
  begin(args: AgentArgs, context: ActorContext<LaneProtocol>, beginning: Beginning | undefined): AgentNumber {
    const agent = this.roster.enroll(args, context);
    this.#places = withRoom(this.#places, agent);
    this.#stages = withRoom(this.#stages, agent);
    this.#incarnations = withRoom(this.#incarnations, agent);
    this.#place(agent, NOWHERE);
    this.#stages[agent] = beginning?.stage ?? FIRST_STAGE;
    this.#incarnations[agent] = context.incarnation;
    if (beginning !== undefined) {
      this.roster.ticks[agent] = beginning.tick;
      this.#beginnings.set(agent, beginning);
    }
    return agent;
  }

  /** The end of a life. */
  end(agent: AgentNumber): void {
    this.#leave(agent);
    this.roster.dismiss(agent);
    if (this.roster.size === 0) this.formations.clear();
  }

  /** What the agent would go on with after a restart; undefined for one that has not begun. */
  snapshot(agent: AgentNumber): Beginning | undefined {
    const place = this.#places[agent]!;
    if (place === NOWHERE) return this.#beginnings.get(agent);
    const population = this.host.populationOf(place);
    const learns = population.compiled.settings.learning !== null;
    return {
      beliefs: this.beliefsOf(agent),
      lastAction: this.lastActionOf(agent),
      counts: learns ? population.readCounts(this.host.handleOf(place)) : null,
      tick: this.roster.ticks[agent]!,
      stage: this.#stages[agent]!,
    };
  }

  /** What an agent believes, for each factor `[S]`, probability; before its first message what it will begin with. */
  beliefsOf(agent: AgentNumber): Beliefs {
    const place = this.#places[agent]!;
    if (place === NOWHERE) return this.#beginnings.get(agent)?.beliefs ?? this.host.compiled.model.D;
    return this.host.populationOf(place).readBeliefs(this.host.handleOf(place));
  }

  /** F of an agent's last observation in this life, nats; 0 before the first. */
  freeEnergyOf(agent: AgentNumber): number {
    const place = this.#places[agent]!;
    return place === NOWHERE ? 0 : this.host.freeEnergyOf(place);
  }

  /** What an agent did last, one index for each factor; null before the first. */
  lastActionOf(agent: AgentNumber): readonly number[] | null {
    const place = this.#places[agent]!;
    if (place === NOWHERE) return this.#beginnings.get(agent)?.lastAction ?? null;
    return this.host.populationOf(place).lastAction(this.host.handleOf(place));
  }

  /** Where an agent's lifecycle is; undefined where there is none. */
  stateOf(agent: AgentNumber): StateValue | undefined {
    return this.spec.lifecycle?.valueOf(this.#stages[agent]!);
  }

  /** Begins an episode: with the prior, as far as the agent has learned it, and where its lifecycle begins. */
  beginEpisode(agent: AgentNumber): void {
    this.#beginnings.delete(agent);
    const place = this.#places[agent]!;
    if (place !== NOWHERE && this.host.compiled.settings.learning === null) this.#leave(agent);
    else if (place !== NOWHERE) {
      const back =
        this.#stages[agent] === FIRST_STAGE
          ? place
          : this.host.move(place, this.spec.lifecycle!.variantOf(FIRST_STAGE));
      this.#place(agent, back);
      this.host.populationOf(back).reset(this.host.handleOf(back), this.#drawKey(agent));
    }
    this.#stages[agent] = FIRST_STAGE;
  }

  /**
   * Replaces what an agent believes about one factor.
   *
   * @param posterior `[S]`, probability; sums to 1
   * @throws InputError `INFERENCE_BELIEF_INVALID`
   */
  believe(agent: AgentNumber, factor: number, posterior: ArrayLike<number>): void {
    const beliefs = [...this.beliefsOf(agent)];
    beliefs[factor] = Float64Array.from(posterior);
    const place = this.#places[agent]!;
    if (place !== NOWHERE) {
      this.host.populationOf(place).writeBeliefs(this.host.handleOf(place), beliefs);
      return;
    }
    const [tick, stage] = [this.roster.ticks[agent]!, this.#stages[agent]!];
    const before = this.#beginnings.get(agent) ?? { lastAction: null, counts: null, tick, stage };
    this.#beginnings.set(agent, { ...before, beliefs });
  }

  stageOf(agent: AgentNumber): StageNumber {
    return this.#stages[agent]!;
  }

  /**
   * An agent's lifecycle goes on. Not between `begin` and `run` of the host if that is another model's.
   *
   * @throws PopulationError `INFERENCE_MEMORY_EXHAUSTED`; it is where it was then
   */
  goTo(agent: AgentNumber, stage: StageNumber): void {
    const lifecycle = this.spec.lifecycle!;
    const variant = lifecycle.variantOf(stage);
    if (variant !== lifecycle.variantOf(this.#stages[agent]!))
      this.#place(agent, this.host.move(this.#places[agent]!, variant));
    this.#stages[agent] = stage;
  }

  /** Where an agent's belief is. One that has not begun takes its place. @throws PopulationError `INFERENCE_MEMORY_EXHAUSTED` */
  placeOf(agent: AgentNumber): Place {
    const place = this.#places[agent]!;
    return place === NOWHERE ? this.#settle(agent) : place;
  }

  #settle(agent: AgentNumber): Place {
    const beginning = this.#beginnings.get(agent);
    const key = this.#drawKey(agent);
    const variant = this.spec.lifecycle?.variantOf(this.#stages[agent]!);
    const place = this.host.add(beginning ? { key, beliefs: beginning.beliefs } : { key }, variant);
    this.#place(agent, place);
    if (beginning === undefined) return place;
    const population = this.host.populationOf(place);
    const handle = this.host.handleOf(place);
    population.setLastAction(handle, beginning.lastAction);
    if (beginning.counts !== null) population.writeCounts(handle, beginning.counts);
    this.#beginnings.delete(agent);
    return place;
  }

  #drawKey(agent: AgentNumber): number {
    const { roster } = this;
    const [seed, index, tick] = [roster.seedOf(agent), roster.indices[agent]!, roster.ticks[agent]!];
    return drawKey(seed, index, this.#incarnations[agent]!, tick);
  }

  /** Gives the agent's lane back. */
  #leave(agent: AgentNumber): void {
    this.#beginnings.delete(agent);
    const place = this.#places[agent]!;
    if (place !== NOWHERE) this.host.remove(place);
    this.#place(agent, NOWHERE);
  }

  #place(agent: AgentNumber, place: Place): void {
    this.#places[agent] = place;
    this.formations.version++;
  }
}
