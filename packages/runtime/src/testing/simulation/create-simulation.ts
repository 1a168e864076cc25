import type { AnyRef } from '../../actor/actor-ref.js';
import { InvalidOptionError } from '../../errors.js';
import type { ActorSystem } from '../../system/actor-system.js';
import { UncontrolledError } from '../errors.js';
import type { ActorView, SimulatedWorld } from './invariant.js';
import type { Scheduler } from './scheduler.js';
import { createScheduler, type SchedulerName } from './schedulers/create-scheduler.js';
import { Simulation } from './simulation.js';
import type { SimulationOptions } from './simulation-options.js';
import { type MessageCosts, Timeline } from './timeline.js';
import { trapUncontrolled } from './uncontrolled.js';

/** Steps of one run until it counts as endless. */
const STEPS_MAX = 1_000_000;

/** What a simulated system is made of; of a production one's options those that make sense in one thread. */
export interface SimulatedSystemOptions
  extends Omit<SimulationOptions, 'registry' | 'observers' | 'onUncontrolled'> {
  /** Who chooses what happens next, by name, with `seed`, or one of your own; default `random`. */
  readonly scheduler?: SchedulerName | Scheduler;
  /**
   * What messages cost: then `timeline` says how long what happens would take if each actor had a processor of its own, and what
   * happens next is what would by that reckoning, instead of what a `scheduler` chooses. All sends are timed in strict systems only.
   */
  readonly costs?: MessageCosts;
}

/** How long a run would take if each actor had a processor of its own. */
export interface RunTimeline {
  /** When all that has happened so far is over, ms. */
  readonly latestMs: number;
  /** Messages that were met after one that arrived later, count: where an order is kept that is not that of arrival. */
  readonly outOfOrder: number;
}

/** A system in one thread that does nothing by itself: the test says when it goes on, a seed what happens then. */
export interface SimulatedSystem extends AsyncDisposable, Omit<SimulatedWorld, 'note' | 'advance'> {
  /** Lets one thing happen. False if nothing can but by time. */
  step(): Promise<boolean>;
  /** Goes on until only time could help. Returns the steps taken. @throws RangeError if there is no end to it */
  run(): Promise<number>;
  /**
   * Goes on until a promise has settled, and gives what it did; time passes where nothing else helps.
   *
   * @throws RangeError if nothing is left that could settle it; UncontrolledError if an actor awaits something of the world
   */
  until<T>(promise: Promise<T>): Promise<T>;
  /** Lets virtual time pass, ms, and what falls due with it happen. */
  advance(durationMs: number): Promise<void>;
  /** Given `costs`. */
  readonly timeline: RunTimeline | undefined;
  /** Of all that has happened: equal for equal runs, on every machine. */
  readonly hash: string;
}

/**
 * Creates a simulated system: the code of `createSystem` on virtual time, with as many shards as wanted in one thread, in which a
 * scheduler decides whatever threads, links and clocks would have decided. Give it back with `await using`: until then actors that reach for the clock
 * of the machine, its timers, files or random numbers fail.
 *
 * @throws InvalidOptionError, also for both `costs` and a `scheduler`; ModuleLoadError, DuplicateDefinitionError
 * @example
 * await using simulation = await createSimulation({ modules, sideShards: 2, seed: 7 });
 * const ref = simulation.system.spawn(counter, { start: 0 });
 * ref.send({ type: 'add', by: 2 });
 * await simulation.until(ref.ask({ type: 'read' }, { deadlineMs: 100 })); // 2
 */
export async function createSimulation(options: SimulatedSystemOptions): Promise<SimulatedSystem> {
  const { scheduler = 'random', costs, ...rest } = options;
  if (costs !== undefined && options.scheduler !== undefined)
    throw new InvalidOptionError('scheduler', options.scheduler, 'left out where messages have costs');
  const timeline = costs && new Timeline(costs);
  const named =
    typeof scheduler === 'string' ? createScheduler(scheduler, { seed: options.seed ?? 1 }) : scheduler;
  const chooses = timeline ?? named;
  const release = trapUncontrolled();
  let simulation: Simulation;
  try {
    simulation = await Simulation.create(timeline === undefined ? rest : { ...rest, observers: [timeline] });
  } catch (error) {
    release();
    throw error;
  }
  chooses.beginRun();
  simulation.scheduler = chooses;
  if (timeline !== undefined) timeline.processOf = (shard, slot) => simulation.processOf(shard, slot);
  return new Driven(simulation, release, timeline);
}

class Driven implements SimulatedSystem {
  readonly #simulation: Simulation;
  readonly #release: () => void;
  readonly system: ActorSystem;
  readonly timeline: RunTimeline | undefined;

  constructor(simulation: Simulation, release: () => void, timeline: RunTimeline | undefined) {
    this.#simulation = simulation;
    this.#release = release;
    this.timeline = timeline;
    this.system = simulation.system;
  }

  get hash(): string {
    return this.#simulation.hash.digest;
  }

  now(): number {
    return this.#simulation.clock.now();
  }

  async step(mayWait = false): Promise<boolean> {
    const simulation = this.#simulation;
    await simulation.settle();
    const went = simulation.step(mayWait);
    await simulation.settle();
    return went;
  }

  async run(): Promise<number> {
    let steps = 0;
    while (await this.step())
      if (++steps > STEPS_MAX) throw new RangeError(`no rest after ${STEPS_MAX} steps`);
    return steps;
  }

  async until<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settled = (): void => {
      isSettled = true;
    };
    promise.then(settled, settled);
    for (let steps = 0; !isSettled; steps++) {
      if (steps > STEPS_MAX) throw new RangeError(`it has not settled after ${STEPS_MAX} steps`);
      if ((await this.step(true)) || isSettled) continue;
      const stray = this.#simulation.strayCall;
      if (stray !== undefined) throw new UncontrolledError(stray.path, stray.what);
      throw new RangeError('nothing is left that could settle it');
    }
    return promise;
  }

  async advance(durationMs: number): Promise<void> {
    this.#simulation.advance(durationMs);
    await this.run();
  }

  actors<State>(definition?: { readonly name: string }): readonly ActorView<State>[] {
    return this.#simulation.shards.actors(definition);
  }

  stateOf<State>(ref: AnyRef): Readonly<State> | undefined {
    return this.#simulation.shards.stateOf(ref);
  }

  crash(ref: AnyRef): boolean {
    return this.#simulation.disturbances.crash(ref) !== undefined;
  }

  loseShard(index: number): boolean {
    return this.#simulation.disturbances.loseShard(index) !== undefined;
  }

  cut(a: number, b: number, durationMs: number): void {
    this.#simulation.disturbances.cut(a, b, durationMs);
  }

  stall(ref: AnyRef, durationMs: number): boolean {
    return this.#simulation.disturbances.stall(ref, durationMs) !== undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#simulation.abandon();
    this.#release();
  }
}
