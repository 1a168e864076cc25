import type { Beliefs, LearnedCounts } from '@skein/inference';
import type { ActorAddress, ActorContext, ActorRef, Batch, Rows } from '@skein/runtime';
import type { StateValue } from 'xstate';
import { CoalitionMember } from '../coalitions/coalition-member.js';
import { AgentInferenceError } from '../errors.js';
import { FIRST_STAGE, type LaneLifecycle } from '../lifecycle/lane-lifecycle.js';
import type { StageNumber } from '../lifecycle/lifecycle-table.js';
import type { CohortProtocol } from '../swarm/cohort.js';
import { ActionTable } from './action-table.js';
import type { AgentArgs, AgentProtocol } from './agent-actor.js';
import { drawKey } from './draw-key.js';
import { Gossiper } from './gossiper.js';
import { laneThought } from './lane-thought.js';
import { LaneView } from './lane-view.js';
import type { Thought } from './model-mind.js';
import type { LaneObservation } from './observation-columns.js';
import type { ItemFailure, Place, PopulationHost } from './population-host.js';

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

/** An agent whose belief is kept in a lane: the state of its actor. */
export interface LaneAgent {
  readonly agents: LaneAgents;
  readonly index: number;
  /** Its seed is there: a number of many digits would be boxed anew in each agent's state. */
  readonly args: AgentArgs;
  readonly incarnation: number;
  readonly parent: ActorRef<CohortProtocol>;
  /** Where its belief is; {@link NOWHERE} until its first message. */
  place: Place;
  /** Its last step, from 1; 0 before the first. */
  tick: number;
  /** Where its lifecycle is; without one the first. */
  stage: StageNumber;
  /** Until it has a place: what it will begin with there, if not with its prior. */
  beginning: Beginning | undefined;
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
type LaneBatch = Batch<LaneProtocol, LaneAgent, 'step'> | Batch<LaneProtocol, LaneAgent, 'observe'>;

type StepRows = Rows<LaneProtocol, 'step'>;

const NOWHERE = -1;
const NO_OBSERVATIONS = new Int32Array(0);

/** The round that all rows of a batch are of; undefined if there are several. */
function roundOfAll(frames: readonly (StepRows | undefined)[], size: number): number | undefined {
  const round = frames[0]!.common!.round!;
  for (let item = 1; item < size; item++)
    if (frames[item] !== frames[item - 1] && frames[item]!.common!.round !== round) return undefined;
  return round;
}

/** Whether all of a batch has come as rows of whole numbers, and numbers are wanted back. */
function areNumeric(frames: readonly (StepRows | undefined)[], size: number): boolean {
  let last: StepRows | undefined;
  for (let item = 0; item < size; item++) {
    const frame = frames[item];
    if (frame === last && item > 0) continue;
    last = frame;
    if (frame?.common?.numeric !== true || !(frame.columns.observation instanceof Int32Array)) return false;
  }
  return true;
}

/** What all agents of one definition on one shard have in common, and how a batch of them perceives and acts. */
export class LaneAgents {
  readonly host: PopulationHost;
  readonly #spec: LaneSpec;
  readonly #actions: ActionTable;
  readonly #view: ReturnType<typeof laneThought>;
  /** Shows what an agent believes to the functions of its definition. */
  readonly view: LaneView = new LaneView(this);
  /** Of those that gossip, which few swarms do. */
  readonly #gossipers = new Map<LaneAgent, Gossiper>();
  /** Of those that were asked about coalitions. */
  readonly #coalitionMembers = new Map<LaneAgent, CoalitionMember>();
  /** To whom the items of a batch contribute; used again by the next. */
  readonly #targets: ActorRef<CohortProtocol>[] = [];
  /** Items of the batch in hand whose agents go on by another model, and their next stages. */
  readonly #movers: { readonly item: number; readonly stage: StageNumber }[] = [];
  #parent: ActorRef<CohortProtocol> | undefined;

  constructor(spec: LaneSpec, host: PopulationHost) {
    this.host = host;
    this.#spec = spec;
    this.#actions = new ActionTable(host.compiled.model.shape.actionCounts);
    this.#view = laneThought(host, this.#actions, spec.lifecycle);
  }

  /** The state of a new life. It takes its place with its first message: when it begins to act decides what it draws. */
  begin(args: AgentArgs, context: ActorContext<LaneProtocol>, beginning: Beginning | undefined): LaneAgent {
    const { index } = args;
    const { incarnation } = context;
    const parent = this.#parentRef(context, context.parent);
    const { tick, stage } = beginning ?? { tick: 0, stage: FIRST_STAGE };
    return { agents: this, index, args, incarnation, parent, place: NOWHERE, tick, stage, beginning };
  }

  /** What the agent would go on with after a restart; undefined for one that has not begun. */
  snapshot(agent: LaneAgent): Beginning | undefined {
    const { place, tick, stage, beginning } = agent;
    if (place === NOWHERE) return beginning;
    const population = this.host.populationOf(place);
    const learns = population.compiled.settings.learning !== null;
    return {
      beliefs: this.beliefsOf(agent),
      lastAction: this.lastActionOf(agent),
      counts: learns ? population.readCounts(this.host.handleOf(place)) : null,
      tick,
      stage,
    };
  }

  /** What an agent believes, for each factor `[S]`, probability; before its first message what it will begin with. */
  beliefsOf({ place, beginning }: LaneAgent): Beliefs {
    if (place === NOWHERE) return beginning?.beliefs ?? this.host.compiled.model.D;
    return this.host.populationOf(place).readBeliefs(this.host.handleOf(place));
  }

  /** F of an agent's last observation in this life, nats; 0 before the first. */
  freeEnergyOf({ place }: LaneAgent): number {
    return place === NOWHERE ? 0 : this.host.freeEnergyOf(place);
  }

  /** What an agent did last, one index for each factor; null before the first. */
  lastActionOf({ place, beginning }: LaneAgent): readonly number[] | null {
    if (place === NOWHERE) return beginning?.lastAction ?? null;
    return this.host.populationOf(place).lastAction(this.host.handleOf(place));
  }

  /** Where an agent's lifecycle is; undefined where there is none. */
  stateOf({ stage }: LaneAgent): StateValue | undefined {
    return this.#spec.lifecycle?.valueOf(stage);
  }

  seedOf({ args }: LaneAgent): number {
    return args.seed;
  }

  /** An agent's part in gossip; undefined for one that has not begun it in this life. */
  gossiperOf(agent: LaneAgent): Gossiper | undefined {
    return this.#gossipers.get(agent);
  }

  beginGossip(agent: LaneAgent, value: number): void {
    this.#gossipers.set(agent, new Gossiper(agent.index, agent.parent, value));
  }

  /** Begins an episode: with the prior, as far as the agent has learned it, and where its lifecycle begins. */
  beginEpisode(agent: LaneAgent): void {
    agent.beginning = undefined;
    if (agent.stage !== FIRST_STAGE) {
      const variant = this.#spec.lifecycle!.variantOf(FIRST_STAGE);
      if (agent.place !== NOWHERE) agent.place = this.host.move(agent.place, variant);
      agent.stage = FIRST_STAGE;
    }
    if (agent.place === NOWHERE) return;
    if (this.host.compiled.settings.learning === null) this.release(agent);
    else this.host.populationOf(agent.place).reset(this.host.handleOf(agent.place));
  }

  /** An agent's side of coalitions, in this life. */
  memberOf(agent: LaneAgent): CoalitionMember {
    let member = this.#coalitionMembers.get(agent);
    if (member === undefined) {
      member = new CoalitionMember();
      this.#coalitionMembers.set(agent, member);
    }
    return member;
  }

  /**
   * Replaces what an agent believes about one factor.
   *
   * @param posterior `[S]`, probability; sums to 1
   * @throws InputError `INFERENCE_BELIEF_INVALID`
   */
  believe(agent: LaneAgent, factor: number, posterior: ArrayLike<number>): void {
    const beliefs = [...this.beliefsOf(agent)];
    beliefs[factor] = Float64Array.from(posterior);
    const { place, tick, stage, beginning } = agent;
    if (place !== NOWHERE) this.host.populationOf(place).writeBeliefs(this.host.handleOf(place), beliefs);
    else agent.beginning = { lastAction: null, counts: null, tick, stage, ...beginning, beliefs };
  }

  /** Gives the agent's lane back. */
  release(agent: LaneAgent): void {
    this.#gossipers.delete(agent);
    this.#coalitionMembers.delete(agent);
    if (agent.place !== NOWHERE) this.host.remove(agent.place);
    agent.place = NOWHERE;
  }

  /**
   * Has a batch of agents perceive and act, in one kernel call a segment, and hands each effect on. Who fails, fails alone.
   *
   * @param deliver called for each item that succeeded
   */
  infer<B extends LaneBatch>(
    batch: B,
    tickOf: (batch: B, item: number) => number,
    deliver: (batch: B, item: number, effect: unknown) => void,
  ): void {
    const { host } = this;
    const { size, states, messages } = batch;
    const { observe, act, lifecycle } = this.#spec;
    host.begin(size);
    for (let item = 0; item < size; item++) {
      const agent = states[item]!;
      const { observation } = messages[item]!;
      agent.tick = tickOf(batch, item);
      const shown = observe === undefined ? observation : this.#observed(batch, item, observation);
      if (shown !== FAILED) this.#enter(batch, item, agent, shown as LaneObservation);
    }
    host.run();
    for (const failure of host.failures) this.#fail(batch, failure);
    const taken = host.actions[0]!;
    for (let item = 0; item < size; item++) {
      if (taken[item]! < 0) continue;
      const effect = act === undefined ? this.#actions.at(host.actions, item) : this.#acted(batch, item);
      if (effect === FAILED) continue;
      if (lifecycle !== undefined) this.#live(batch, item, lifecycle);
      deliver(batch, item, effect);
    }
    if (lifecycle !== undefined) this.#move(batch, lifecycle);
  }

  /**
   * The same for a step whose observations have come as rows of numbers, and whose actions go as rows: nothing is made for an
   * agent. False, with nothing done, if it is not all that.
   */
  inferRows(batch: Batch<LaneProtocol, LaneAgent, 'step'>): boolean {
    if (this.#spec.observe !== undefined || this.#spec.act !== undefined) return false;
    const { size, states, frames, rows } = batch;
    if (!areNumeric(frames, size)) return false;
    const common = roundOfAll(frames, size);
    const { host } = this;
    const round = new Float64Array(common === undefined ? size : 0);
    const index = new Int32Array(size);
    const targets = this.#targets;
    targets.length = size;
    host.begin(size);
    let frame: StepRows | undefined;
    let observations: Int32Array = NO_OBSERVATIONS;
    let number = 0;
    let tick = 0;
    for (let item = 0; item < size; item++) {
      if (frames[item] !== frame) {
        frame = frames[item] as StepRows;
        observations = frame.columns.observation as Int32Array;
        number = frame.common!.round!;
        tick = frame.common!.tick!;
      }
      const agent = states[item]!;
      agent.tick = tick;
      if (common === undefined) round[item] = number;
      index[item] = agent.index;
      targets[item] = agent.parent;
      this.#enterRow(batch, item, agent, observations, rows[item]!, frame!.count);
    }
    host.run();
    for (const failure of host.failures) this.#fail(batch, failure);
    const { lifecycle } = this.#spec;
    if (lifecycle !== undefined) {
      const taken = host.actions[0]!;
      for (let item = 0; item < size; item++) if (taken[item]! >= 0) this.#live(batch, item, lifecycle);
      this.#move(batch, lifecycle);
    }
    const value = host.actionRows(size);
    batch.sendRows<CohortProtocol, 'contributed'>(targets, {
      type: 'contributed',
      count: size,
      ...(common === undefined
        ? { columns: { round, index, value } }
        : { common: { round: common }, columns: { index, value } }),
    });
    return true;
  }

  #enterRow(
    batch: LaneBatch,
    item: number,
    agent: LaneAgent,
    observations: Int32Array,
    row: number,
    count: number,
  ): void {
    try {
      if (agent.place === NOWHERE) this.#settle(agent);
      this.host.enterRow(item, agent.place, observations, row, count);
    } catch (error) {
      this.#fail(batch, { item, error });
    }
  }

  #enter(batch: LaneBatch, item: number, agent: LaneAgent, observation: LaneObservation): void {
    try {
      if (agent.place === NOWHERE) this.#settle(agent);
      this.host.enter(item, agent.place, observation);
    } catch (error) {
      this.#fail(batch, { item, error });
    }
  }

  #settle(agent: LaneAgent): void {
    const { index, args, incarnation, tick, stage, beginning } = agent;
    const key = drawKey(args.seed, index, incarnation, tick);
    const variant = this.#spec.lifecycle?.variantOf(stage);
    const place = this.host.add(beginning ? { key, beliefs: beginning.beliefs } : { key }, variant);
    agent.place = place;
    if (beginning === undefined) return;
    const population = this.host.populationOf(place);
    const handle = this.host.handleOf(place);
    population.setLastAction(handle, beginning.lastAction);
    if (beginning.counts !== null) population.writeCounts(handle, beginning.counts);
    agent.beginning = undefined;
  }

  #observed(batch: LaneBatch, item: number, observation: unknown): unknown {
    try {
      return this.#spec.observe!(observation);
    } catch (error) {
      batch.fail(item, error);
      return FAILED;
    }
  }

  #acted(batch: LaneBatch, item: number): unknown {
    const { thought } = this.#view;
    this.#view.turnTo(batch, item);
    try {
      const effect = this.#spec.act!(thought);
      return effect === thought ? { ...thought } : effect;
    } catch (error) {
      batch.fail(item, error);
      return FAILED;
    }
  }

  /** Lets the agent of an item that has acted go on to its next stage, at once or, where that is another model's, with {@link #move}. */
  #live(batch: LaneBatch, item: number, lifecycle: LaneLifecycle): void {
    const agent = batch.states[item]!;
    this.#view.turnTo(batch, item);
    try {
      const stage = lifecycle.next(agent.stage, this.#view.thought);
      if (stage === agent.stage) return;
      if (lifecycle.variantOf(stage) === lifecycle.variantOf(agent.stage)) agent.stage = stage;
      else this.#movers.push({ item, stage });
    } catch (error) {
      batch.fail(item, error);
    }
  }

  /** When nobody looks at the results any more: agents leave the lanes that these are about. */
  #move(batch: LaneBatch, lifecycle: LaneLifecycle): void {
    for (const { item, stage } of this.#movers) {
      const agent = batch.states[item]!;
      try {
        agent.place = this.host.move(agent.place, lifecycle.variantOf(stage));
        agent.stage = stage;
      } catch (error) {
        batch.fail(item, error);
      }
    }
    this.#movers.length = 0;
  }

  #fail(batch: LaneBatch, { item, error }: ItemFailure): void {
    const agent = batch.states[item]!;
    const { index } = agent;
    const beliefs = this.beliefsOf(agent);
    const { observation } = batch.message(item);
    batch.fail(item, new AgentInferenceError(this.#spec.name, index, observation, beliefs, error));
  }

  /** Agents are spawned cohort by cohort, and those of a cohort share the ref of it. */
  #parentRef(context: ActorContext<LaneProtocol>, address: ActorAddress): ActorRef<CohortProtocol> {
    if (this.#parent?.address.id !== address.id) this.#parent = context.ref<CohortProtocol>(address);
    return this.#parent!;
  }
}

/** Stands for what a function of the definition gave that threw. */
const FAILED: unique symbol = Symbol('failed');
