import type { Batch } from '@skein/runtime';
import { AgentInferenceError } from '../errors.js';
import type { LaneLifecycle } from '../lifecycle/lane-lifecycle.js';
import type { StageNumber } from '../lifecycle/lifecycle-table.js';
import type { CohortProtocol } from '../swarm/cohort-protocol.js';
import { ActionTable } from './action-table.js';
import type { FormationSource } from './formation.js';
import { type LaneAgents, type LaneProtocol, NOWHERE } from './lane-agents.js';
import { type LaneThought, laneThought } from './lane-thought.js';
import type { LaneObservation } from './observation-columns.js';
import type { ItemFailure, Place } from './population-host.js';
import type { AgentNumber } from './roster.js';
import { StepFrames } from './step-frames.js';

type LaneBatch = Batch<LaneProtocol, AgentNumber, 'step'> | Batch<LaneProtocol, AgentNumber, 'observe'>;

/** Stands for what a function of the definition gave that threw. */
const FAILED: unique symbol = Symbol('failed');

/** How a batch of the agents of one definition on one shard perceives and acts. */
export class LaneInference {
  readonly #agents: LaneAgents;
  readonly #actions: ActionTable;
  readonly #thought: LaneThought;
  readonly #step = new StepFrames();
  /** Tells a formation of its agents, and gives them their places. */
  readonly #source: FormationSource;
  /** The last that has come as rows: an agent that gets no place fails there. */
  #batch: LaneBatch | undefined;
  /** Items of the batch in hand whose agents go on by another model, and their next stages. */
  readonly #movers: { readonly item: number; readonly stage: StageNumber }[] = [];

  constructor(agents: LaneAgents) {
    this.#agents = agents;
    const { host, spec } = agents;
    this.#actions = new ActionTable(host.compiled.model.shape.actionCounts);
    this.#thought = laneThought(agents, this.#actions, spec.lifecycle);
    const { roster } = agents;
    this.#source = {
      get size() {
        return roster.size;
      },
      placeOf: (agent, item) => this.#placeOf(agent, item),
      indexOf: (agent) => roster.indices[agent]!,
      cohortOf: (agent) => roster.cohortOf(agent),
    };
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
    const { size, states, rows } = batch;
    const step = this.#step;
    if (!step.read(batch)) return false;
    const { ticks } = roster;
    for (let stretch = 0; stretch < step.count; stretch++) {
      const { tick } = step.frameOf(stretch).common!;
      const end = step.endOf(stretch);
      for (let item = step.startOf(stretch); item < end; item++) ticks[states[item]!] = tick!;
    }
    this.#batch = batch;
    const { places, indices, cohorts } = this.#agents.formations.of(states, size, this.#source);
    host.begin(size);
    for (let stretch = 0; stretch < step.count; stretch++) {
      const { columns, count } = step.frameOf(stretch);
      const column = columns.observation as Int32Array;
      host.enterRows({ places, rows, column, count }, step.startOf(stretch), step.endOf(stretch));
    }
    host.run();
    for (const failure of host.failures) this.#fail(batch, failure);
    const { lifecycle } = spec;
    if (lifecycle !== undefined) {
      const taken = host.actions[0]!;
      for (let item = 0; item < size; item++) if (taken[item]! >= 0) this.#live(batch, item, lifecycle);
      this.#move(batch);
    }
    const value = host.actionRows(size);
    const { round } = step;
    batch.sendRows<CohortProtocol, 'contributed'>(cohorts, {
      type: 'contributed',
      count: size,
      ...(round === undefined
        ? { columns: { round: step.rounds(), index: indices, value } }
        : { common: { round }, columns: { index: indices, value } }),
    });
    step.clear();
    this.#batch = undefined;
    return true;
  }

  /** Where an agent is, now if not before; below 0 if there is no room for it, and it has failed. */
  #placeOf(agent: AgentNumber, item: number): Place {
    try {
      return this.#agents.placeOf(agent);
    } catch (error) {
      this.#fail(this.#batch!, { item, error });
      return NOWHERE;
    }
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
