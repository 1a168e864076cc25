import { type ActorRef, type Batch, type Rows, StableColumn } from '@skein/runtime';
import { AgentInferenceError } from '../errors.js';
import type { LaneLifecycle } from '../lifecycle/lane-lifecycle.js';
import type { StageNumber } from '../lifecycle/lifecycle-table.js';
import type { CohortProtocol } from '../swarm/cohort.js';
import { ActionTable } from './action-table.js';
import { type LaneAgents, type LaneProtocol, NOWHERE } from './lane-agents.js';
import { type LaneThought, laneThought } from './lane-thought.js';
import type { LaneObservation } from './observation-columns.js';
import type { ItemFailure, Place } from './population-host.js';
import type { AgentNumber } from './roster.js';

type LaneBatch = Batch<LaneProtocol, AgentNumber, 'step'> | Batch<LaneProtocol, AgentNumber, 'observe'>;
type StepRows = Rows<LaneProtocol, 'step'>;

const NO_OBSERVATIONS = new Int32Array(0);

/** Stands for what a function of the definition gave that threw. */
const FAILED: unique symbol = Symbol('failed');

/** How a batch of the agents of one definition on one shard perceives and acts. */
export class LaneInference {
  readonly #agents: LaneAgents;
  readonly #actions: ActionTable;
  readonly #thought: LaneThought;
  /** To whom the items of a batch contribute; used again by the next. */
  readonly #targets: ActorRef<CohortProtocol>[] = [];
  readonly #indices = new StableColumn();
  /** Where the agents of a batch are; used again by the next. */
  #places = new Int32Array(0);
  /** Items of the batch in hand whose agents go on by another model, and their next stages. */
  readonly #movers: { readonly item: number; readonly stage: StageNumber }[] = [];

  constructor(agents: LaneAgents) {
    this.#agents = agents;
    const { host, spec } = agents;
    this.#actions = new ActionTable(host.compiled.model.shape.actionCounts);
    this.#thought = laneThought(agents, this.#actions, spec.lifecycle);
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
    const { host, spec, roster } = this.#agents;
    const { size, states, messages } = batch;
    const { observe, act, lifecycle } = spec;
    host.begin(size);
    for (let item = 0; item < size; item++) {
      const { observation } = messages[item]!;
      roster.ticks[states[item]!] = tickOf(batch, item);
      const shown = observe === undefined ? observation : this.#observed(batch, item, observation);
      if (shown !== FAILED) this.#enter(batch, item, shown as LaneObservation);
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
    if (lifecycle !== undefined) this.#move(batch);
  }

  /**
   * The same for a step whose observations have come as rows of numbers, and whose actions go as rows: nothing is made for an
   * agent. False, with nothing done, if it is not all that.
   */
  inferRows(batch: Batch<LaneProtocol, AgentNumber, 'step'>): boolean {
    const { host, spec, roster } = this.#agents;
    if (spec.observe !== undefined || spec.act !== undefined) return false;
    const { size, states, frames, rows } = batch;
    if (!areNumeric(frames, size)) return false;
    const common = roundOfAll(frames, size);
    const round = new Float64Array(common === undefined ? size : 0);
    const { indices, ticks } = roster;
    const targets = this.#targets;
    targets.length = size;
    this.#indices.begin(size, indices[states[0]!]!);
    host.begin(size);
    let frame: StepRows | undefined;
    let column: Int32Array = NO_OBSERVATIONS;
    let first = 0;
    let number = 0;
    let tick = 0;
    const places = this.#placesFor(size);
    for (let item = 0; item < size; item++) {
      if (frames[item] !== frame) {
        if (frame !== undefined) host.enterRows({ places, rows, column, count: frame.count }, first, item);
        first = item;
        frame = frames[item] as StepRows;
        column = frame.columns.observation as Int32Array;
        number = frame.common!.round!;
        tick = frame.common!.tick!;
      }
      const agent = states[item]!;
      ticks[agent] = tick;
      if (common === undefined) round[item] = number;
      this.#indices.set(item, indices[agent]!);
      targets[item] = roster.cohortOf(agent);
      places[item] = this.#place(batch, item);
    }
    host.enterRows({ places, rows, column, count: frame!.count }, first, size);
    host.run();
    for (const failure of host.failures) this.#fail(batch, failure);
    const { lifecycle } = spec;
    if (lifecycle !== undefined) {
      const taken = host.actions[0]!;
      for (let item = 0; item < size; item++) if (taken[item]! >= 0) this.#live(batch, item, lifecycle);
      this.#move(batch);
    }
    const index = this.#indices.end();
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

  /** Where the agent of an item is, now if not before; below 0 if there is no room for it, and it has failed. */
  #place(batch: LaneBatch, item: number): Place {
    try {
      return this.#agents.placeOf(batch.states[item]!);
    } catch (error) {
      this.#fail(batch, { item, error });
      return NOWHERE;
    }
  }

  #placesFor(size: number): Int32Array {
    if (this.#places.length < size) this.#places = new Int32Array(2 ** Math.ceil(Math.log2(size)));
    return this.#places;
  }

  #enter(batch: LaneBatch, item: number, observation: LaneObservation): void {
    try {
      this.#agents.host.enter(item, this.#agents.placeOf(batch.states[item]!), observation);
    } catch (error) {
      this.#fail(batch, { item, error });
    }
  }

  #observed(batch: LaneBatch, item: number, observation: unknown): unknown {
    try {
      return this.#agents.spec.observe!(observation);
    } catch (error) {
      batch.fail(item, error);
      return FAILED;
    }
  }

  #acted(batch: LaneBatch, item: number): unknown {
    const { thought } = this.#thought;
    this.#thought.turnTo(batch, item);
    try {
      const effect = this.#agents.spec.act!(thought);
      return effect === thought ? { ...thought } : effect;
    } catch (error) {
      batch.fail(item, error);
      return FAILED;
    }
  }

  /** Lets the agent of an item that has acted go on to its next stage, at once or, where that is another model's, with {@link #move}. */
  #live(batch: LaneBatch, item: number, lifecycle: LaneLifecycle): void {
    const agent = batch.states[item]!;
    const before = this.#agents.stageOf(agent);
    this.#thought.turnTo(batch, item);
    try {
      const stage = lifecycle.next(before, this.#thought.thought);
      if (stage === before) return;
      if (lifecycle.variantOf(stage) === lifecycle.variantOf(before)) this.#agents.goTo(agent, stage);
      else this.#movers.push({ item, stage });
    } catch (error) {
      batch.fail(item, error);
    }
  }

  /** When nobody looks at the results any more: agents leave the lanes that these are about. */
  #move(batch: LaneBatch): void {
    for (const { item, stage } of this.#movers) {
      try {
        this.#agents.goTo(batch.states[item]!, stage);
      } catch (error) {
        batch.fail(item, error);
      }
    }
    this.#movers.length = 0;
  }

  #fail(batch: LaneBatch, { item, error }: ItemFailure): void {
    const agent = batch.states[item]!;
    const { roster, spec } = this.#agents;
    const beliefs = this.#agents.beliefsOf(agent);
    const { observation } = batch.message(item);
    batch.fail(item, new AgentInferenceError(spec.name, roster.indices[agent]!, observation, beliefs, error));
  }
}

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
