import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { InvalidOptionError } from '../../errors.js';
import { FRAME_KIND } from '../../remote/frame-kind.js';
import { payloadBytesMax } from '../../remote/message-limits.js';
import type { Shard } from '../../shard/shard.js';
import { ActorSystem } from '../../system/actor-system.js';
import { DefinitionRegistry } from '../../system/definition-registry.js';
import { LEDGER } from '../../system/ledger.js';
import type { LogSink } from '../../system/log.js';
import { resolveOptions } from '../../system/system-options.js';
import type { Clock } from '../../time/clock.js';
import { SimulatedClock } from '../../time/simulated-clock.js';
import { UncontrolledError } from '../errors.js';
import { Disturbances } from './disturbances.js';
import { RunHash } from './run-hash.js';
import type { Scheduler } from './scheduler.js';
import { SimulatedLauncher } from './simulated-launcher.js';
import { type SimulatedLink, SimulatedNetwork } from './simulated-network.js';
import { SimulatedChoices, SimulatedPump } from './simulated-pump.js';
import { SimulatedShards } from './simulated-shards.js';
import { type RunObserver, type RunRecord, SimulatedWitness } from './simulated-witness.js';
import type { SimulationOptions } from './simulation-options.js';
import { StepTouches } from './step-touches.js';
import { Ways } from './ways.js';

/** Turns that an actor has in a row in the calmest run, as in production. */
const TURNS_IN_A_ROW = 64;
/** On its way on one link, bytes, as in a ring. */
const LINK_BYTES = 1024 * 1024;

/** How far promises are heard in a step: until nothing is left to go on, or only by those who can go on now. */
const ALL_CONTINUATIONS = 0;
const NEXT_CONTINUATIONS = 1;
/** Of such short steps there are so many in a row at most: whether more would do anything cannot be seen. */
const HOPS_IN_A_ROW = 3;

/** Weights that tell one count from another in a sum. */
const ASKED = 2 ** 26;
const OPEN = 2 ** 13;

/** Something the test does when it is chosen. */
export interface PendingCommand {
  run(): void;
}

/**
 * A whole system in one thread that does nothing by itself: each {@link step} asks a scheduler which of the things that could happen next
 * does. The code is that of production, with other clocks, links, control ports and pumps: what happens in a run could happen on threads, and
 * the same choices make the same run.
 */
export class Simulation {
  readonly system: ActorSystem;
  readonly clock: SimulatedClock;
  readonly hash: RunHash = new RunHash();
  readonly network: SimulatedNetwork;
  readonly shards: SimulatedShards = new SimulatedShards();
  /** What can go wrong in it. */
  readonly disturbances: Disturbances;
  /** Steps taken, count. */
  steps = 0;
  /** What the test does next, as soon as the scheduler wants it. */
  command: PendingCommand | undefined;

  readonly #launcher: SimulatedLauncher | undefined;
  readonly #touches = new StepTouches();
  readonly #ways = new Ways();
  readonly #delays: boolean;
  readonly #betweenPromises: boolean;
  #hears = ALL_CONTINUATIONS;
  #hopsInARow = 0;
  readonly #observers: readonly RunObserver[];
  #scheduler: Scheduler;
  #choicePoints = 0;
  #lastProcess = -1;
  #inARow = 0;
  #process = -1;
  /** Of questions and calls, as of the last step: where it changes, one has begun or ended. */
  #calls = 0;
  /** Something has happened that somebody may await. */
  #promisesMoved = false;
  /** The step that was taken last lets promises be heard: it is over after {@link settle}. */
  isUnsettled = false;

  /** Resolves when all shards are up, in the calmest order. */
  static async create(options: SimulationOptions): Promise<Simulation> {
    const registry = options.registry ?? (await DefinitionRegistry.load(resolveOptions(options).modules));
    const simulation = new Simulation(options, registry);
    while (!simulation.#isUp) {
      const went = simulation.step();
      // One shard alone is up without a turn of the event loop.
      if (!went && simulation.#launcher === undefined) await simulation.#ready;
      else if (!went || simulation.isUnsettled) await simulation.settle();
    }
    simulation.countFromHere();
    return simulation;
  }

  /** Steps and choices are counted from here. */
  countFromHere(): void {
    this.#choicePoints = 0;
    this.steps = 0;
  }

  #isUp = false;
  readonly #ready: Promise<void>;

  private constructor(options: SimulationOptions, registry: DefinitionRegistry) {
    const { sideShards = 0, linkBytes = LINK_BYTES, clockSkewsMs = [], delays = false } = options;
    if (!(Number.isInteger(sideShards) && sideShards >= 0 && sideShards < 64))
      throw new InvalidOptionError('sideShards', sideShards, 'a count from 0 to 63');
    this.#delays = delays;
    this.#betweenPromises = options.betweenPromises ?? true;
    this.#observers = options.observers ?? [];
    this.#scheduler = calm;
    this.clock = new SimulatedClock();
    const record: RunRecord = {
      hash: this.hash,
      touches: this.#touches,
      observers: this.#observers,
      promiseMoved: () => {
        this.#promisesMoved = true;
      },
      onUncontrolled: options.onUncontrolled ?? ((_, path, what) => new UncontrolledError(path, what)),
      noted: (feature) => this.#scheduler.noted?.(feature),
    };
    const choicesOf = new Map<number, SimulatedChoices>();
    const choices = (index: number): SimulatedChoices => {
      const made = choicesOf.get(index) ?? new SimulatedChoices((waiting) => this.#batchSize(waiting));
      choicesOf.set(index, made);
      return made;
    };
    const createPump = (shard: Shard): SimulatedPump => {
      const end = sideShards === 0 ? undefined : this.network.ends[shard.index];
      const pump = new SimulatedPump(shard, end, choices(shard.index));
      this.shards.all[shard.index] = { shard, pump };
      return pump;
    };
    const createWitness = (shard: Shard): SimulatedWitness => new SimulatedWitness(shard, record);
    const log: LogSink = options.log ?? (() => undefined);
    const clockOf = (index: number): Clock => skewed(this.clock, clockSkewsMs[index] ?? 0);
    const resolved = resolveOptions({
      seed: 1,
      strict: true,
      handleProcessSignals: false,
      watchdog: false,
      ...options,
      threads: sideShards,
      log,
    });
    this.network = new SimulatedNetwork(sideShards + 1, linkBytes, payloadBytesMax(resolved));
    let launcher: SimulatedLauncher | undefined;
    const { system, ready } = ActorSystem.begin({ ...resolved, choices: choices(0) }, registry, {
      createLauncher: () => {
        launcher = new SimulatedLauncher(this.network, registry, clockOf, choices, {
          createPump,
          createWitness,
          logSink: log,
        });
        return launcher;
      },
      clock: clockOf(0),
      createPump,
      createWitness,
    });
    this.system = system;
    this.#launcher = launcher;
    this.disturbances = new Disturbances(this.shards, this.network, launcher, this.#touches, this.clock);
    this.#ready = ready.then(() => {
      this.#isUp = true;
    });
  }

  /** Whose choices decide from now on. */
  set scheduler(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** The number under which the actor in a slot acts: see `ChoicePoint.processes`. */
  processOf(shard: Shard, slot: number): number {
    return this.#touches.actor(shard.index, slot);
  }

  /** Moments so far at which there was a choice, count. */
  get choicePoints(): number {
    return this.#choicePoints;
  }

  /**
   * Lets one thing happen: the one that the scheduler chooses. False if nothing can: only time could help, or nothing. Where this
   * leaves {@link isUnsettled}, the step is over with {@link settle}.
   *
   * @param mayWait also let time go on to the next timer, if nothing else can happen
   */
  step(mayWait = false): boolean {
    for (const { shard, pump } of this.shards.all) if (!shard.isClosed) pump.rest(); // what the test has done since
    const ways = this.#ways;
    this.#findWays(mayWait);
    if (ways.count === 0) return false;
    let way = 0;
    if (ways.count > 1) {
      ways.index = this.#choicePoints++;
      way = this.#scheduler.choose(ways);
      if (!(Number.isInteger(way) && way >= 0 && way < ways.count))
        throw new RangeError(`the scheduler ${this.#scheduler.name} chose ${way} of ${ways.count}`);
    }
    const process = ways.processes[way]!;
    this.hash.add(process);
    this.steps++;
    this.#process = process;
    this.#touches.begin();
    this.#touches.touch(process);
    if (ways.kinds[way] === 'promises') {
      this.isUnsettled = true;
      this.#hears = ways.whats[way]!;
      return true;
    }
    this.#hopsInARow = 0;
    this.#inARow = process === this.#lastProcess ? this.#inARow + 1 : 1;
    this.#lastProcess = process;
    this.#take(way);
    this.#endStep();
    return true;
  }

  /** Lets everybody hear of the promises that have been settled, and of those that this settles. */
  async settle(): Promise<void> {
    if (this.isUnsettled && this.#hears === NEXT_CONTINUATIONS) {
      this.#hopsInARow++;
      await undefined;
    } else {
      this.#promisesMoved = false;
      await turnOfTheLoop();
    }
    if (!this.isUnsettled) return;
    this.isUnsettled = false;
    this.#touches.touchAll();
    this.#endStep();
  }

  #endStep(): void {
    let calls = 0;
    for (const { shard } of this.shards.all) {
      const { cells } = shard.row;
      calls +=
        cells[LEDGER.asked]! * ASKED + cells[LEDGER.questionsOpen]! * OPEN + cells[LEDGER.callsRunning]!;
    }
    if (calls !== this.#calls) this.#promisesMoved = true;
    this.#calls = calls;
    this.#scheduler.stepped?.(this.#process, this.#touches.touched, this.#touches.count);
  }

  #findWays(mayWait: boolean): void {
    const ways = this.#ways;
    const touches = this.#touches;
    ways.clear();
    if (this.#promisesMoved) ways.add('promises', touches.single('promises'), 0, ALL_CONTINUATIONS);
    const first = ways.count;
    for (const { shard } of this.shards.all) if (!shard.isClosed) this.#findTurns(shard);
    if (this.#inARow < TURNS_IN_A_ROW) {
      for (let at = first + 1; at < ways.count; at++) {
        if (ways.processes[at] !== this.#lastProcess) continue;
        ways.bringTo(first, at);
        break;
      }
    }
    for (const [number, link] of this.network.links.entries())
      if (link.flying > 0 && link.cuts === 0 && this.shards.isOpen(link.to))
        ways.add('frame', touches.link(link.from, link.to), number, 0);
    // On a thread promises are heard before the next event that is no turn: a timer, or a message on a control port.
    const isHeard = !this.#promisesMoved;
    if (isHeard && this.#launcher !== undefined)
      for (const [number, way] of this.#launcher.ways.entries())
        if (way.waiting > 0) ways.add('control', touches.control(number), number, 0);
    if (this.command !== undefined) ways.add('command', touches.single('test'), 0, 0);
    if (isHeard && this.clock.nextTimerMs !== undefined && (ways.count > 0 ? this.#delays : mayWait))
      ways.add('time', touches.single('time'), 0, 0);
    if (this.#promisesMoved && this.#betweenPromises && this.#hopsInARow < HOPS_IN_A_ROW && ways.count > 1)
      ways.add('promises', touches.single('promises'), 0, NEXT_CONTINUATIONS);
  }

  /** Signals come before further turns, as everywhere. */
  #findTurns(shard: Shard): void {
    const { index, dispatcher, signals } = shard;
    if (signals.waiting) {
      this.#ways.add('signals', this.#touches.actor(index, 0), index, 0);
      return;
    }
    if (dispatcher.readyCount === 0) return;
    const line = dispatcher.nextLine();
    let slot = line.first;
    for (let place = 0; slot !== 0; place++, slot = line.after(slot)) {
      const process = this.#touches.actor(index, slot);
      if (!this.disturbances.isStalled(process)) this.#ways.add('turn', process, index, place);
    }
  }

  #take(way: number): void {
    const { kinds, whos, whats } = this.#ways;
    const who = whos[way]!;
    switch (kinds[way]!) {
      case 'turn':
        this.shards.all[who]!.pump.turn(whats[way]!);
        return;
      case 'signals':
        this.#touches.touchAll();
        this.shards.all[who]!.pump.signals();
        return;
      case 'frame': {
        const link = this.network.links[who]!;
        this.#announceFrame(link);
        this.shards.all[link.to]!.pump.frame(link);
        return;
      }
      case 'control':
        this.#promisesMoved = true;
        this.#touches.touchAll();
        this.#launcher!.ways[who]!.arrive();
        this.#launcher!.arrived();
        return;
      case 'command': {
        this.#touches.touchAll();
        const { command } = this;
        this.#promisesMoved = true;
        this.command = undefined;
        command!.run();
        return;
      }
      default:
        this.#touches.touchAll();
        this.advance();
    }
  }

  /** A message puts something into one mailbox; any other news may concern everybody. */
  #announceFrame({ from, to, next }: SimulatedLink): void {
    const { kind, target, correlation } = next!;
    if (kind !== FRAME_KIND.tell) this.#promisesMoved = true;
    const slot = kind === FRAME_KIND.tell ? this.shards.all[to]!.shard.resolve(target) : 0;
    if (slot === 0) this.#touches.touchAll();
    else this.#touches.touch(this.#touches.mailbox(to, slot));
    this.#touches.touch(this.#touches.link(from, to));
    if (kind === FRAME_KIND.reply)
      for (const observer of this.#observers) observer.replyArrived?.(to, correlation);
  }

  /** Lets time go on to the next timer, or by so much. */
  advance(durationMs: number = (this.clock.nextTimerMs ?? this.clock.now()) - this.clock.now()): void {
    this.hash.add(8);
    this.#promisesMoved = true;
    this.hash.addValue(durationMs);
    const fromMs = this.clock.now();
    for (const observer of this.#observers) observer.timePasses?.(fromMs, fromMs + durationMs);
    this.clock.advance(durationMs);
  }

  /** Which items share a batch is a choice too: all of them at first. */
  #batchSize(waiting: number): number {
    if (waiting < 2) return 1;
    const ways = this.#ways;
    const process = this.#lastProcess;
    ways.clear();
    for (let size = 0; size < waiting; size++) ways.add('turn', process, 0, 0);
    ways.index = this.#choicePoints++;
    const choice = this.#scheduler.choose(ways);
    this.hash.add(choice);
    return waiting - choice;
  }

  /** To be asked at rest: see {@link SimulatedShards.strayCall}. */
  get strayCall(): SimulatedShards['strayCall'] {
    return this.clock.nextTimerMs === undefined ? this.shards.strayCall : undefined;
  }

  /** Lets go of the system without stopping it: nothing of it runs any more. */
  abandon(): void {
    for (const { shard } of this.shards.all) if (!shard.isClosed) shard.isClosed = true;
  }
}

/** Always the plainest way. */
const calm: Scheduler = { name: 'calm', beginRun: () => true, choose: () => 0 };

function skewed(clock: Clock, aheadMs: number): Clock {
  if (aheadMs === 0) return clock;
  return {
    now: () => clock.now() + aheadMs,
    setTimer: (delayMs, callback) => clock.setTimer(delayMs, callback),
  };
}
