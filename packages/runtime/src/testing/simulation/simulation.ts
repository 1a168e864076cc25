import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { AnyRef } from '../../actor/actor-ref.js';
import type { ActorAddress } from '../../actor/address.js';
import { RUNNING, STARTING } from '../../actor/lifecycle.js';
import { InjectedCrashError, InvalidOptionError, UncontrolledError } from '../../errors.js';
import { HAS_STATE, LIFECYCLE_MASK, MAIL_HEAD, ROLE, STATUS } from '../../kernel/actor-record.js';
import { FRAME_KIND } from '../../remote/frame-kind.js';
import type { Shard } from '../../shard/shard.js';
import { ActorSystem } from '../../system/actor-system.js';
import { DefinitionRegistry } from '../../system/definition-registry.js';
import { LEDGER } from '../../system/ledger.js';
import type { LogSink } from '../../system/log.js';
import { resolveOptions, type SystemOptions } from '../../system/system-options.js';
import type { Clock } from '../../time/clock.js';
import { SimulatedClock } from '../../time/simulated-clock.js';
import type { ActorView } from './invariant.js';
import { RunHash } from './run-hash.js';
import type { Scheduler } from './scheduler.js';
import { SimulatedLauncher } from './simulated-launcher.js';
import { type SimulatedLink, SimulatedNetwork } from './simulated-network.js';
import { SimulatedChoices, SimulatedPump } from './simulated-pump.js';
import { type RunObserver, type RunRecord, SimulatedWitness } from './simulated-witness.js';
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

/** What a simulated system is made of. */
export interface SimulationOptions
  extends Omit<
    SystemOptions,
    'threads' | 'clock' | 'choices' | 'watchdog' | 'handleProcessSignals' | 'ringBytes'
  > {
  /** Shards beside the main one, count; default 0. */
  readonly sideShards?: number;
  /** Bytes on their way from one shard to another before frames wait for room; default 1 MiB. */
  readonly linkBytes?: number;
  /** By how much the clock of each shard is ahead, ms, the main one first; default 0. */
  readonly clockSkewsMs?: readonly number[];
  /** Time may pass though there is work to do; default false. */
  readonly delays?: boolean;
  /**
   * Turns may come between two continuations of one chain of promises, as they may on a thread; default true. Without, who awaits goes on
   * until nothing is left to go on with: fewer orders, for those who try all.
   */
  readonly betweenPromises?: boolean;
  /** The definitions, if they are loaded: what many systems of the same modules share. */
  readonly registry?: DefinitionRegistry;
  readonly observers?: readonly RunObserver[];
  /** Told when an actor reaches for what no seed controls; returns what to throw there. */
  readonly onUncontrolled?: (shard: Shard, path: string, what: string) => Error;
}

/** A shard, and what drives it. */
interface SimulatedShard {
  readonly shard: Shard;
  readonly pump: SimulatedPump;
}

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
  /** Steps taken, count. */
  steps = 0;
  /** What the test does next, as soon as the scheduler wants it. */
  command: PendingCommand | undefined;

  readonly #shards: SimulatedShard[] = [];
  readonly #launcher: SimulatedLauncher | undefined;
  readonly #touches = new StepTouches();
  readonly #ways = new Ways();
  readonly #delays: boolean;
  readonly #betweenPromises: boolean;
  #hears = ALL_CONTINUATIONS;
  #hopsInARow = 0;
  readonly #observers: readonly RunObserver[];
  readonly #stalled = new Map<number, number>();
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
      if (!simulation.step() || simulation.isUnsettled) await simulation.settle();
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

  private constructor(options: SimulationOptions, registry: DefinitionRegistry) {
    const { sideShards = 0, linkBytes = LINK_BYTES, clockSkewsMs = [], delays = false } = options;
    if (!(Number.isInteger(sideShards) && sideShards >= 0 && sideShards < 64))
      throw new InvalidOptionError('sideShards', sideShards, 'a count from 0 to 63');
    this.#delays = delays;
    this.#betweenPromises = options.betweenPromises ?? true;
    this.#observers = options.observers ?? [];
    this.#scheduler = calm;
    this.clock = new SimulatedClock();
    this.network = new SimulatedNetwork(sideShards + 1, linkBytes);
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
      this.#shards[shard.index] = { shard, pump };
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
    ready.then(() => {
      this.#isUp = true;
    });
  }

  /** Whose choices decide from now on. */
  set scheduler(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** Moments so far at which there was a choice, count. */
  get choicePoints(): number {
    return this.#choicePoints;
  }

  /** The shards that run, by number. */
  get shards(): readonly Shard[] {
    return this.#shards.filter(({ shard }) => !shard.isClosed).map(({ shard }) => shard);
  }

  /**
   * Lets one thing happen: the one that the scheduler chooses. False if nothing can: only time could help, or nothing. Where this
   * leaves {@link isUnsettled}, the step is over with {@link settle}.
   *
   * @param mayWait also let time go on to the next timer, if nothing else can happen
   */
  step(mayWait = false): boolean {
    for (const { shard, pump } of this.#shards) if (!shard.isClosed) pump.rest(); // what the test has done since
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
    for (const { shard } of this.#shards) {
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
    for (const { shard } of this.#shards) if (!shard.isClosed) this.#findTurns(shard);
    if (this.#inARow < TURNS_IN_A_ROW) {
      for (let at = first + 1; at < ways.count; at++) {
        if (ways.processes[at] !== this.#lastProcess) continue;
        ways.bringTo(first, at);
        break;
      }
    }
    for (const [number, link] of this.network.links.entries())
      if (link.flying > 0 && link.cuts === 0 && this.#isOpen(link.to))
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
      if (this.#stalled.size === 0 || !this.#isStalled(process))
        this.#ways.add('turn', process, index, place);
    }
  }

  #take(way: number): void {
    const { kinds, whos, whats } = this.#ways;
    const who = whos[way]!;
    switch (kinds[way]!) {
      case 'turn':
        this.#shards[who]!.pump.turn(whats[way]!);
        return;
      case 'signals':
        this.#touches.touchAll();
        this.#shards[who]!.pump.signals();
        return;
      case 'frame': {
        const link = this.network.links[who]!;
        this.#announceFrame(link);
        this.#shards[link.to]!.pump.frame(link);
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
    const slot = kind === FRAME_KIND.tell ? this.#shards[to]!.shard.resolve(target) : 0;
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

  // --- faults ----------------------------------------------------------------------------------------

  /** Crashes an actor between two messages. False if it is not in service. */
  crash(ref: AnyRef): boolean {
    const found = this.#find(ref);
    if (found === undefined) return false;
    const { shard, slot } = found;
    if (shard.life.lifecycle(slot) !== RUNNING) return false;
    shard.life.fail(slot, new InjectedCrashError(shard.addressOf(slot).path));
    return true;
  }

  /** Ends a side shard as if its thread had ended. False if it does not run. */
  loseShard(index: number): boolean {
    if (this.#launcher?.isRunning(index) !== true) return false;
    this.#launcher.kill(index);
    return true;
  }

  /** Keeps an actor from its turns for so long, as a slow one. */
  stall(ref: AnyRef, durationMs: number): boolean {
    const found = this.#find(ref);
    if (found === undefined) return false;
    const process = this.#touches.actor(found.shard.index, found.slot);
    this.#stalled.set(process, this.clock.now() + durationMs);
    this.clock.setTimer(durationMs, () => this.#stalled.delete(process));
    return true;
  }

  /** Lets the mailboxes of a shard take nothing more for so long, as if its budget of bytes were used up. */
  fillMailboxes(index: number, durationMs: number): void {
    const { mail } = this.#shards[index]!.shard;
    const { bytesMax } = mail;
    if (bytesMax === 0) return;
    mail.bytesMax = 0;
    this.clock.setTimer(durationMs, () => {
      mail.bytesMax = bytesMax;
    });
  }

  #isStalled(process: number): boolean {
    return (this.#stalled.get(process) ?? 0) > this.clock.now();
  }

  /** Cuts both directions between two shards for so long: what is sent meanwhile arrives later. */
  cut(a: number, b: number, durationMs: number): void {
    const links = [this.network.link(a, b), this.network.link(b, a)];
    for (const link of links) link.cuts++;
    this.clock.setTimer(durationMs, () => {
      for (const link of links) link.cuts--;
    });
  }

  /** The next message on a link is lost: it counts as dead, and nobody is told. False if the next frame is none. */
  lose(link: SimulatedLink): boolean {
    if (!link.nextIsCounted || !this.#isOpen(link.to)) return false;
    link.read(() => this.#shards[link.to]!.shard.row.add('dead', 1));
    return true;
  }

  /** The next message on a link will arrive twice: it counts as sent twice, by who has sent it. False if the next frame is none. */
  duplicate(link: SimulatedLink): boolean {
    if (!link.nextIsCounted || !this.#isOpen(link.to) || !this.#isOpen(link.from)) return false;
    link.duplicateNext();
    this.#shards[link.from]!.shard.row.add('sent', 1);
    return true;
  }

  #isOpen(index: number): boolean {
    return this.#shards[index]?.shard.isClosed === false;
  }

  // --- what there is to see --------------------------------------------------------------------------

  actors<State>(definition?: { readonly name: string }): readonly ActorView<State>[] {
    const views: ActorView<State>[] = [];
    for (const { shard } of this.#shards) {
      if (shard.isClosed) continue;
      for (let slot = 1; slot < shard.table.slotsEnd; slot++) {
        const status = shard.table.get(slot, STATUS);
        if (slot === shard.rootSlot || (status & HAS_STATE) === 0) continue;
        const { name } = shard.roles.all[shard.table.get(slot, ROLE)]!.definition;
        if (definition !== undefined && name !== definition.name) continue;
        const { path } = shard.addressOf(slot);
        views.push({ ref: shard.refOf(slot), path, definition: name, state: shard.stateOf(slot) as State });
      }
    }
    return views;
  }

  stateOf<State>(ref: AnyRef): Readonly<State> | undefined {
    const found = this.#find(ref);
    if (found === undefined || (found.shard.table.get(found.slot, STATUS) & HAS_STATE) === 0)
      return undefined;
    return found.shard.stateOf(found.slot) as State;
  }

  #find({ address }: AnyRef): { readonly shard: Shard; readonly slot: number } | undefined {
    const shard = this.#shards[address.shard]?.shard;
    if (shard === undefined || shard.isClosed) return undefined;
    const slot = shard.resolve(address.id);
    return slot === 0 ? undefined : { shard, slot };
  }

  /** Actors that have mail and would take it if they could. */
  get withMail(): readonly ActorAddress[] {
    const addresses: ActorAddress[] = [];
    for (const shard of this.shards)
      for (let slot = 1; slot < shard.table.slotsEnd; slot++) {
        const lifecycle = shard.table.get(slot, STATUS) & LIFECYCLE_MASK;
        if ((lifecycle === RUNNING || lifecycle === STARTING) && shard.table.get(slot, MAIL_HEAD) !== 0)
          addresses.push(shard.addressOf(slot));
      }
    return addresses;
  }

  /**
   * To be asked at rest: what a call awaits that nothing in this system will settle, as no question is open and no timer set, so something of the
   * world; undefined if there is no such call.
   */
  get strayCall(): { readonly shard: Shard; readonly path: string; readonly what: string } | undefined {
    const { shards } = this;
    if (this.clock.nextTimerMs !== undefined) return undefined;
    if (shards.some(({ row }) => row.get('questionsOpen') > 0)) return undefined;
    for (const shard of shards)
      for (const { calls } of shard.cells())
        for (const { path, envelope } of calls ?? [])
          return { shard, path, what: `what its handler of \`${envelope.message.type}\` awaits` };
    return undefined;
  }

  /** Lets go of the system without stopping it: nothing of it runs any more. */
  abandon(): void {
    for (const { shard } of this.#shards) if (!shard.isClosed) shard.isClosed = true;
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
