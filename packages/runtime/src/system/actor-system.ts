import type { ActorRef, AnyRef } from '../actor/actor-ref.js';
import { type ActorAddress, NOBODY, pathOfId } from '../actor/address.js';
import type { SpawnArguments, SpawnOptions, StopOptions } from '../actor/context.js';
import {
  type ActorDefinition,
  defineActor,
  type RunnableDefinition,
  type TerminatedNotice,
} from '../actor/definition.js';
import { STOPPING } from '../actor/lifecycle.js';
import type { Protocol } from '../actor/protocol.js';
import { InvalidOptionError, SystemStoppedError } from '../errors.js';
import { createMessageCodec } from '../remote/message-codec.js';
import type { ShardLauncher } from '../scheduling/shard-launcher.js';
import { WorkerPool } from '../scheduling/worker-pool.js';
import { superviseFloatingRejections } from '../shard/floating-rejections.js';
import { rehearse } from '../shard/rehearsal.js';
import { Shard } from '../shard/shard.js';
import type { ShardEnvironment } from '../shard/shard-environment.js';
import { closeShard } from '../shard/shutdown.js';
import type { Clock } from '../time/clock.js';
import { DeadLetterOffice } from './dead-letter-office.js';
import type { DeadLetters } from './dead-letters.js';
import { DefinitionRegistry } from './definition-registry.js';
import { extensionIn } from './extension-in.js';
import type { InspectionEvent, InspectionObserver, InspectionOptions } from './inspection.js';
import { InspectionOffice } from './inspection-office.js';
import { createLedgerMemory, LedgerRow } from './ledger.js';
import { LedgerWatch } from './ledger-watch.js';
import { guardSink } from './log.js';
import { readMetrics, type SystemMetrics } from './metrics.js';
import { onProcessEnd } from './process-signals.js';
import { untilQuiet } from './quiet.js';
import { SideShards } from './side-shards.js';
import { type ResolvedOptions, resolveOptions, type SystemOptions } from './system-options.js';
import { joinTraffic, type Traffic, type TrafficCount } from './traffic.js';
import type { SlowHandler, Watchdog } from './watchdog.js';
import { WatchdogOffice } from './watchdog-office.js';

/** How a system came to its end. */
export interface SystemTermination {
  readonly reason: 'stopped' | 'signal' | 'escalated';
  /** What escalated to the root, or the signal's name. */
  readonly cause: unknown;
}

/** What is decided for a system from outside, in tests and simulations. */
export interface SystemSeams extends Pick<ShardEnvironment, 'createPump' | 'createWitness'> {
  /** Where the shards beside the main one live. */
  readonly createLauncher: (options: ResolvedOptions) => ShardLauncher;
  readonly clock?: Clock;
  /** The definitions, if they are loaded. */
  readonly registry?: DefinitionRegistry;
}

/** How long to wait until nothing moves, and for what. */
export interface QuietOptions {
  /** Longest wait, ms of real time; default 10 000. */
  readonly deadlineMs?: number;
  /** Whether async calls must have ended; default true. */
  readonly withCalls?: boolean;
}

/** A thread that has not come to rest this long after the deadline of a stop is ended by force, ms. */
const KILL_AFTER_MS = 1000;

/**
 * A running system: one tree of actors over the main shard and, if asked for, shards on worker threads.
 * Made by {@link createSystem}.
 *
 * At the root stands a guardian, on the main shard; what {@link spawn} starts are its children.
 */
export class ActorSystem implements AsyncDisposable {
  readonly seed: number;
  /** Worker threads, count; shards are numbered from 0, the main one, to this. */
  readonly threads: number;
  /** Whose time deadlines, delays and backoffs of this system are. */
  readonly clock: Clock;
  readonly deadLetters: DeadLetters;
  /** Reports handlers that keep their thread. */
  readonly watchdog: Watchdog;
  /** Resolves when the system has ended, by whatever cause. */
  readonly terminated: Promise<SystemTermination>;

  readonly #options: ResolvedOptions;
  readonly #rows: readonly LedgerRow[];
  readonly #office: DeadLetterOffice;
  readonly #inspections: InspectionOffice;
  readonly #watchdog: WatchdogOffice;
  /** What the shards have counted; undefined while nobody counts. */
  #traffic: Traffic[] | undefined;
  readonly #shard: Shard;
  readonly #root: number;
  readonly #sides: SideShards;
  readonly #waitingForTermination = new Map<number, (() => void)[]>();
  readonly #letGo: (() => void)[] = [];
  #announceEnd!: (termination: SystemTermination) => void;
  #rootStopped!: () => void;
  readonly #rootHasStopped: Promise<void>;
  #ending: Promise<void> | undefined;
  #hasEnded = false;

  private constructor(
    options: ResolvedOptions,
    registry: DefinitionRegistry,
    launcher: ShardLauncher | undefined,
    seams: Pick<SystemSeams, 'createPump' | 'createWitness'>,
  ) {
    const shardCount = options.threads + 1;
    const ledger = createLedgerMemory(shardCount);
    this.#options = options;
    this.seed = options.seed;
    this.threads = options.threads;
    this.clock = options.clock;
    this.#rows = Array.from({ length: shardCount }, (_, index) => new LedgerRow(ledger, index));
    this.terminated = new Promise((resolve) => {
      this.#announceEnd = resolve;
    });
    this.#rootHasStopped = new Promise((resolve) => {
      this.#rootStopped = resolve;
    });
    this.#office = new DeadLetterOffice(
      (on) => {
        this.#shard.describesDeadLetters = on;
        this.#sides.tellAll({ kind: 'describe-dead-letters', on });
      },
      (error) => this.#shard.log.error('a dead letter listener threw', { error }),
    );
    this.deadLetters = this.#office;
    // Each by name: two spreads would cost a tenth of all that a fresh system does.
    this.#shard = new Shard({
      index: 0,
      shardCount,
      seed: options.seed,
      strict: options.strict,
      mailboxBytesMax: options.mailboxBytesMax,
      stopDeadlineMs: options.stopDeadlineMs,
      registry,
      extensions: options.extensions,
      clock: options.clock,
      choices: options.choices,
      row: this.#rows[0]!,
      orderCounts: new Array<number>(shardCount).fill(0),
      createCodec: (refOf) => createMessageCodec(options, refOf),
      transport: launcher?.transport,
      logSink: options.log,
      onDeadLetter: (letter) => this.#office.publish(letter),
      onInspection: (batch) => this.#inspections.publish(batch),
      slowHandlerMs: options.watchdog.slowHandlerMs,
      onSlowHandler: (slow) => this.#watchdog.publish(slow),
      createPump: seams.createPump,
      createWitness: seams.createWitness,
      onRootStopped: () => this.#rootStopped(),
      onRootFailed: (error) => void this.#end({ reason: 'escalated', cause: error }, { now: true }),
    });
    this.#rows[0]!.set('epoch', 1);
    this.#root = this.#createRoot();
    this.#watchdog = new WatchdogOffice(this.#shard.log);
    this.watchdog = this.#watchdog;
    this.#inspections = new InspectionOffice(
      this.#shard.log,
      this.#shard.idOf(this.#root),
      (payload) => this.#shard.codec.decode(payload),
      (level) => {
        this.#shard.inspect(level);
        this.#sides.tellAll({ kind: 'inspect', level });
      },
    );
    this.#sides = new SideShards({
      launcher,
      main: this.#shard,
      rows: this.#rows,
      office: this.#office,
      inspections: this.#inspections,
      onTraffic: (traffic) => this.#traffic?.push(traffic),
      watchdog: this.#watchdog,
      log: options.log,
      boot: {
        shardCount,
        seed: options.seed,
        strict: options.strict,
        messageLimits: { messageBytesMax: options.messageBytesMax, columnBytesMax: options.columnBytesMax },
        mailboxBytesMax: options.mailboxBytesMax,
        stopDeadlineMs: options.stopDeadlineMs,
        slowHandlerMs: options.watchdog.slowHandlerMs,
        modules: options.modules,
        extensions: options.extensions,
        ledger,
      },
      onGivenUp: (cause) => void this.#end({ reason: 'escalated', cause }, { now: true }),
    });
  }

  /**
   * What {@link createSystem} does; a test says where the side shards live, and whose time it is.
   *
   * @internal
   */
  static async create(options: SystemOptions, seams: SystemSeams): Promise<ActorSystem> {
    const resolved = resolveOptions(options);
    const registry = seams.registry ?? (await DefinitionRegistry.load(resolved.modules));
    const { system, ready } = ActorSystem.begin(resolved, registry, seams);
    await ready;
    return system;
  }

  /**
   * The same in two steps: the system, whose main shard is up, and when the others are.
   *
   * @internal
   */
  static begin(
    given: ResolvedOptions,
    registry: DefinitionRegistry,
    { createLauncher, clock, ...seams }: SystemSeams,
  ): { readonly system: ActorSystem; readonly shard: Shard; readonly ready: Promise<void> } {
    const options = { ...given, log: guardSink(given.log), clock: clock ?? given.clock };
    const launcher = options.threads > 0 ? createLauncher(options) : undefined;
    const system = new ActorSystem(options, registry, launcher, seams);
    return { system, shard: system.#shard, ready: system.#begin() };
  }

  async #begin(): Promise<void> {
    try {
      await this.#sides.start();
    } catch (error) {
      await this.stop({ now: true });
      throw error;
    }
    this.#letGo.push(superviseFloatingRejections(), this.#watchSideShards());
    if (this.#options.handleProcessSignals)
      this.#letGo.push(onProcessEnd((signal) => this.#end({ reason: 'signal', cause: signal }, {})));
  }

  /** What the system was given as `extensions[name]`. @throws InvalidOptionError for a name that it was not given */
  extension(name: string): unknown {
    return extensionIn(this.#options.extensions, name);
  }

  /**
   * Starts a top-level actor. Returns at once. Unless `shard` says otherwise, the worker shards take turns.
   *
   * @throws UnknownDefinitionError, DuplicateNameError, InvalidOptionError, SystemStoppedError
   */
  spawn<P extends Protocol, Args>(
    definition: ActorDefinition<P, Args>,
    ...rest: SpawnArguments<Args>
  ): ActorRef<P>;
  spawn(definition: { readonly name: string }, args?: unknown, options?: SpawnOptions): ActorRef {
    if (this.#ending !== undefined || this.#rootStops) throw new SystemStoppedError('spawn');
    return this.#shard.spawner.spawn(this.#root, definition, args, options);
  }

  /**
   * Starts a top-level actor on the main shard whose definition no module exports, for it shares memory with who calls:
   * a test's.
   *
   * @internal
   */
  spawnHere(definition: RunnableDefinition, name: string | undefined): ActorRef {
    this.#shard.roles.of(definition);
    return this.spawn(definition as never, undefined as never, {
      shard: 0,
      ...(name !== undefined && { name }),
    });
  }

  /** A ref for an address, to send to from outside. */
  ref<P extends Protocol>(address: ActorAddress): ActorRef<P> {
    return this.#shard.ref(address);
  }

  /** Stops one actor and its children. Resolves when it is gone, also if it was gone before. */
  async stopActor(target: AnyRef, options: StopOptions = {}): Promise<void> {
    const gone = this.whenTerminated(target);
    this.#shard.signals.stop(target.address, options);
    return gone;
  }

  /** Lets an actor's mail wait; signals still reach it. */
  suspend(target: AnyRef): void {
    this.#shard.signals.send(target.address.shard, { kind: 'suspend', to: target.address.id });
  }

  /** Ends a suspension. */
  resume(target: AnyRef): void {
    this.#shard.signals.send(target.address.shard, {
      kind: 'resume',
      to: target.address.id,
      from: 'suspended',
    });
  }

  /** Gives an actor a new life: its children are stopped, its state is built anew, its mail is kept. */
  restart(target: AnyRef): void {
    this.#shard.signals.send(target.address.shard, { kind: 'restart', to: target.address.id });
  }

  /** Resolves when an actor is gone for good; at once if it is gone already. */
  whenTerminated(target: AnyRef): Promise<void> {
    if (this.#rootStops) return this.#rootHasStopped;
    return new Promise((resolve) => {
      const { id } = target.address;
      const waiting = this.#waitingForTermination.get(id);
      if (waiting !== undefined) {
        waiting.push(resolve);
        return;
      }
      this.#waitingForTermination.set(id, [resolve]);
      this.#shard.signals.watch(this.#root, target.address);
    });
  }

  /**
   * Resolves when nothing moves any more: no turn and no async call running, rings and outboxes empty, no
   * shard being replaced, two equal snapshots of all counters in a row. Timers that are not due, and mail of suspended actors, may
   * still wait. With `withCalls: false` so may async calls: one that waits for time that a test has yet to move, or for the world
   * outside, is no reason to wait for it.
   *
   * @throws QuietTimeoutError after `deadlineMs` (default 10 000) of real time
   */
  quiet({ deadlineMs = 10_000, withCalls = true }: QuietOptions = {}): Promise<void> {
    return this.#hasEnded ? Promise.resolve() : untilQuiet(this.#rows, this.#sides, deadlineMs, withCalls);
  }

  /**
   * Tells of each actor that starts, each message that is handed to a handler, each signal, and each step of a
   * lifecycle: see {@link InspectionEvent}. On this shard from now on, on the others when they have heard of it, at the latest
   * after `await system.quiet()`. Returns how to stop. While nobody inspects, this costs nothing; what a shard can tell at a time is bounded, and what is left out is counted and logged.
   *
   * @throws InvalidOptionError
   * @example
   * const stop = system.inspect(({ type, actorRef }) => console.log(type, actorRef.id));
   */
  inspect(
    listener: InspectionObserver | ((event: InspectionEvent) => void),
    options: InspectionOptions = {},
  ): () => void {
    return this.#inspections.subscribe(listener, options);
  }

  /**
   * Counts the messages that handlers are given, by sender and receiver, until the end of the count: for laws about who says how much
   * to whom. On this shard from now on, on the others when they have heard of it, at the latest after `await system.quiet()`.
   * While nobody counts, this costs nothing; a message that is counted is encoded for its size. One count at a time.
   *
   * @throws InvalidOptionError while another count has not ended
   * @example
   * const count = system.countTraffic();
   * ref.send({ type: 'add', by: 2 });
   * const { links } = await count.end(); // [{ from: 0, to: …, messages: 1, … }]
   */
  countTraffic(): TrafficCount {
    if (this.#traffic !== undefined)
      throw new InvalidOptionError(
        'countTraffic',
        'a second count',
        'one count at a time: end the other first',
      );
    this.#traffic = [];
    this.#shard.countTraffic(true);
    this.#sides.tellAll({ kind: 'count-traffic', on: true });
    return {
      end: async () => {
        await this.quiet();
        const parts = this.#traffic ?? [];
        parts.push(this.#shard.countTraffic(false));
        this.#sides.tellAll({ kind: 'count-traffic', on: false });
        await this.quiet();
        this.#traffic = undefined;
        return joinTraffic(parts);
      },
    };
  }

  /** Counts and queue depths of all shards, read from shared memory without disturbing them. */
  metrics(): SystemMetrics {
    if (!this.#hasEnded) this.#rows[0]!.set('mailWaiting', this.#shard.mail.envelopes);
    return readMetrics(this.#rows);
  }

  /**
   * Stops everything: actors children first, each after the mail that waits, then the threads. What is not
   * done by the deadline is stopped by force; a thread whose handler does not even return is ended a second
   * later. The accounting stays readable.
   */
  stop(options: StopOptions = {}): Promise<void> {
    return this.#end({ reason: 'stopped', cause: undefined }, options);
  }

  /** `stop`, at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #end(termination: SystemTermination, options: StopOptions): Promise<void> {
    if (this.#ending === undefined)
      this.#ending = this.#stopAll(options).then(() => this.#announceEnd(termination));
    else if (options.now) this.#shard.signals.stop(this.#shard.addressOf(this.#root), options); // no use draining any more
    return this.#ending;
  }

  async #stopAll(options: StopOptions): Promise<void> {
    this.#shard.signals.stop(this.#shard.addressOf(this.#root), options);
    const { deadlineMs = this.#options.stopDeadlineMs } = options;
    const overdue = this.#options.clock.setTimer(deadlineMs + KILL_AFTER_MS, () => this.#sides.killOverdue());
    await this.#rootHasStopped;
    overdue.cancel();
    await this.#sides.stop();
    closeShard(this.#shard);
    this.#sides.bookUnread();
    await this.#sides.close();
    this.#hasEnded = true;
    for (const letGo of this.#letGo) letGo();
    for (const resolves of this.#waitingForTermination.values()) for (const resolve of resolves) resolve();
  }

  get #rootStops(): boolean {
    return this.#hasEnded || this.#shard.life.lifecycle(this.#root) >= STOPPING;
  }

  /** Returns how to stop. */
  #watchSideShards(): () => void {
    const { slowHandlerMs } = this.#options.watchdog;
    if (this.threads === 0 || slowHandlerMs === Number.POSITIVE_INFINITY) return () => undefined;
    const rows = new Map([...this.#rows.entries()].slice(1));
    const addressOf = (id: number, shard: number): ActorAddress => {
      for (const { children } of this.#shard.cells()) {
        const child = children?.get(id);
        if (child !== undefined) return child.address;
      }
      return { path: pathOfId(id), id, shard };
    };
    const onSlow = (slow: SlowHandler): void => this.#watchdog.publish(slow);
    return new LedgerWatch(rows, slowHandlerMs, this.#shard.registry, addressOf, onSlow).start();
  }

  #createRoot(): number {
    const terminated = (_: undefined, { address }: TerminatedNotice): void => {
      const resolves = this.#waitingForTermination.get(address.id) ?? [];
      this.#waitingForTermination.delete(address.id);
      for (const resolve of resolves) resolve();
    };
    const guardian = defineActor<Record<never, never>>()({
      name: 'guardian',
      initial: () => undefined,
      receive: {},
      terminated,
      supervision: this.#options.supervision,
    });
    const nobody = { path: '', id: NOBODY, shard: 0 };
    this.#shard.rootSlot = this.#shard.spawner.createRoot(guardian as unknown as RunnableDefinition, nobody);
    return this.#shard.rootSlot;
  }
}

/**
 * Creates a system and resolves when all of its shards are ready.
 *
 * @throws InvalidOptionError, ModuleLoadError, DuplicateDefinitionError, DefinitionMismatchError,
 *   ShardStartError; nothing is left running then
 * @example
 * await using system = await createSystem({ modules: [new URL('./counter.js', import.meta.url)], threads: 2 });
 * const ref = system.spawn(counter, { start: 0 });
 * ref.send({ type: 'add', by: 2 });
 * await ref.ask({ type: 'read' }, { deadlineMs: 100 }); // 2
 */
export async function createSystem(options: SystemOptions): Promise<ActorSystem> {
  await rehearse();
  return ActorSystem.create(options, {
    createLauncher: (resolved) => new WorkerPool(resolved.threads, resolved.ringBytes, resolved),
  });
}
