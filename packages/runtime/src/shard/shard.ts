import { ActorRef } from '../actor/actor-ref.js';
import { type ActorAddress, NOBODY, pathOfId } from '../actor/address.js';
import type { Protocol } from '../actor/protocol.js';
import { Locals } from '../actor/shard-locals.js';
import { Mailboxes } from '../mailbox/mailboxes.js';
import { Links, type MessageCodec } from '../remote/links.js';
import { Dispatcher } from '../scheduling/dispatcher.js';
import { BoundedLog } from '../system/bounded-log.js';
import type { DefinitionRegistry } from '../system/definition-registry.js';
import type { InspectionBatch, InspectionLevel } from '../system/inspection.js';
import type { LedgerRow } from '../system/ledger.js';
import { createLogger, type LogSink } from '../system/log.js';
import { OpenQuestions } from '../system/open-questions.js';
import { NO_TRAFFIC, type Traffic } from '../system/traffic.js';
import type { Clock } from '../time/clock.js';
import { TimerWheel } from '../time/timer-wheel.js';
import { ActorDirectory } from './actor-directory.js';
import { BatchTurns } from './batch-turn.js';
import { Burial } from './burial.js';
import { Children } from './children.js';
import { Delivery } from './delivery.js';
import { Endings } from './endings.js';
import { Envelopes } from './envelopes.js';
import { examplesOf } from './examples.js';
import { HeldRows } from './held-rows.js';
import { Inspector } from './inspector.js';
import { Life } from './life.js';
import { Limbo } from './limbo.js';
import { LinkedActors } from './linked-actors.js';
import { LocalPost } from './local-post.js';
import { Orders } from './orders.js';
import { Pace } from './pace.js';
import { Parking } from './parking.js';
import { Passivation } from './passivation.js';
import { Peers } from './peers.js';
import { PostOffice } from './post-office.js';
import { Pump } from './pump.js';
import { QuestionAtHand } from './question-at-hand.js';
import { Rejections } from './rejections.js';
import { Replies } from './replies.js';
import { Restarts } from './restarts.js';
import { ScheduledMessages } from './scheduled-messages.js';
import type { ShardEnvironment } from './shard-environment.js';
import type { ShardPump } from './shard-pump.js';
import type { ShardInspector, ShardWitness } from './shard-witness.js';
import { SignalBox } from './signal-box.js';
import { Sources } from './sources.js';
import { Spawner } from './spawner.js';
import { Stash } from './stash.js';
import { Stops } from './stops.js';
import { Supervisor } from './supervisor.js';
import { TrafficCounter } from './traffic-counter.js';
import { Turns } from './turns.js';

/**
 * The actors of one thread, and the parts that look after them, each a file of its own. As a directory it says who the actors are;
 * through it the parts find each other.
 */
export class Shard extends ActorDirectory {
  // What the world around it gives: see `ShardEnvironment`.
  readonly shardCount: number;
  readonly seed: number;
  readonly stopDeadlineMs: number;
  readonly registry: DefinitionRegistry;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  readonly row: LedgerRow;
  readonly logSink: LogSink;
  readonly codec: MessageCodec;
  readonly rootStopped: () => void;
  readonly rootFailed: (error: unknown) => void;
  /** Values are encoded and decoded also on their way inside this shard. */
  readonly isStrict: boolean;
  readonly #onInspection: (batch: InspectionBatch) => void;
  #inspector: Inspector | undefined;
  #traffic: TrafficCounter | undefined;
  /** Who is told of what happens, whether or not somebody counts. */
  #told: ShardInspector | undefined;

  // Messages, on their way from who sends them to who handles them.
  readonly local: LocalPost;
  readonly heldRows: HeldRows;
  readonly atHand: QuestionAtHand;
  readonly post: PostOffice;
  readonly scheduledMessages: ScheduledMessages;
  readonly envelopes: Envelopes;
  readonly delivery: Delivery;
  readonly replies: Replies;
  readonly burial: Burial;
  readonly rejections: Rejections;
  readonly questions: OpenQuestions;

  // Messages that wait, and what they are made to wait for.
  readonly mail: Mailboxes;
  readonly parking: Parking;
  readonly stash: Stash;
  readonly sources: Sources;
  readonly timers: TimerWheel;

  // Lives.
  readonly spawner: Spawner;
  readonly life: Life;
  readonly orders: Orders;
  readonly stops: Stops;
  readonly restarts: Restarts;
  readonly endings: Endings;
  readonly children: Children;
  readonly supervisor: Supervisor;
  readonly linked: LinkedActors;
  readonly passivation: Passivation;
  readonly signals: SignalBox;

  // Other shards.
  readonly links: Links;
  readonly peers: Peers;
  readonly limbo: Limbo;

  // Turns.
  readonly dispatcher: Dispatcher;
  readonly turns: Turns;
  readonly batchTurns: BatchTurns;
  readonly pump: ShardPump;
  readonly pace: Pace;

  /** For what it has to say for itself. */
  readonly log: BoundedLog;
  /** What its actors share. */
  readonly locals: Locals = new Locals();
  /** Of what is made and dropped all day: see `examples.ts`. */
  readonly examples: readonly object[];
  /** Whether dead letters are described and handed on; they are counted anyway. */
  describesDeadLetters = false;
  /** Writes down what happens, while somebody wants to be told of it. */
  inspector: ShardInspector | undefined = undefined;
  /** Sees everything, in a simulation. */
  readonly witness: ShardWitness | undefined;
  /** The slot of the root; 0 on side shards. */
  rootSlot = 0;
  /** No more turns, no more frames: see `shutdown.ts`. */
  isClosed = false;

  constructor(environment: ShardEnvironment) {
    super(environment.index, environment.row, environment.registry);
    this.shardCount = environment.shardCount;
    this.seed = environment.seed;
    this.stopDeadlineMs = environment.stopDeadlineMs;
    this.registry = environment.registry;
    this.extensions = environment.extensions;
    this.clock = environment.clock;
    this.row = environment.row;
    this.logSink = environment.logSink;
    this.codec = environment.createCodec((address) => this.ref(address));
    this.rootStopped = environment.onRootStopped;
    this.rootFailed = environment.onRootFailed;
    this.isStrict = environment.strict;
    this.#onInspection = environment.onInspection;

    const now = (): number => this.clock.now();
    this.timers = new TimerWheel(this.clock);
    this.log = new BoundedLog(createLogger(this.logSink, this.index, '/', now), now, this.timers);
    this.mail = new Mailboxes(this.table, environment.mailboxBytesMax);
    this.parking = new Parking(this);
    this.stash = new Stash(this);
    this.sources = new Sources(this);

    this.local = new LocalPost(this, environment.strict);
    this.heldRows = new HeldRows(this);
    this.atHand = new QuestionAtHand(this);
    this.post = new PostOffice(this);
    this.scheduledMessages = new ScheduledMessages(this);
    this.envelopes = new Envelopes(this);
    this.delivery = new Delivery(this);
    this.replies = new Replies(this);
    this.burial = new Burial(this, environment.onDeadLetter);
    this.rejections = new Rejections(this);
    this.questions = new OpenQuestions(this.timers, this.row);

    this.spawner = new Spawner(this);
    this.life = new Life(this);
    this.orders = new Orders(this);
    this.stops = new Stops(this);
    this.restarts = new Restarts(this);
    this.endings = new Endings(this);
    this.children = new Children(this);
    this.supervisor = new Supervisor(this);
    this.linked = new LinkedActors(this);
    this.passivation = new Passivation(this, this.codec);
    this.signals = new SignalBox(this);

    this.links = new Links(environment.transport, this.codec, this);
    this.peers = new Peers(this);
    this.limbo = new Limbo(environment.orderCounts);

    this.dispatcher = new Dispatcher(environment.choices, this.table, this.roles.all);
    this.turns = new Turns(this);
    this.batchTurns = new BatchTurns(this);
    this.pump = environment.createPump?.(this) ?? new Pump(this);
    this.pace = new Pace(this, environment.slowHandlerMs, environment.onSlowHandler);
    this.examples = examplesOf(this);
    this.witness = environment.createWitness?.(this);
    this.#told = this.witness;
    this.inspector = this.witness;
  }

  /** A ref for any address; of an actor that lives here, one that knows its place. */
  ref<P extends Protocol>(address: ActorAddress): ActorRef<P> {
    const slot = address.shard === this.index ? this.resolve(address.id) : 0;
    return new ActorRef<P>(this.local, slot, slot === 0 ? 0 : this.generationOf(slot), address);
  }

  /** A ref of who sent an envelope; undefined for the world outside. */
  senderOf(id: number, senderShard: number): ActorRef | undefined {
    if (id === NOBODY) return undefined;
    const slot = senderShard === this.index ? this.resolve(id) : 0;
    return slot !== 0 ? this.refOf(slot) : this.ref({ path: pathOfId(id), id, shard: senderShard });
  }

  refOf(slot: number): ActorRef {
    return new ActorRef(this.local, slot, this.generationOf(slot), undefined);
  }

  /** Tells `onInspection` as much from now on. Side shards do so batch by batch: see {@link Inspector.taken}. */
  inspect(level: InspectionLevel): void {
    let inspector: Inspector | undefined;
    if (level !== 'off')
      inspector = this.#inspector ?? new Inspector(this, this.index !== 0, this.#onInspection);
    if (inspector !== undefined) inspector.withMessages = level === 'messages';
    this.#inspector = inspector;
    this.#told = this.witness?.with(inspector) ?? inspector;
    this.inspector = this.#traffic ?? this.#told;
  }

  /** Counts messages from now on, or no longer; returns what was counted. */
  countTraffic(on: boolean): Traffic {
    const counted = this.#traffic?.traffic ?? NO_TRAFFIC;
    this.#traffic = on ? new TrafficCounter(this, () => this.#told) : undefined;
    this.inspector = this.#traffic ?? this.#told;
    return counted;
  }

  /** In strict mode what another thread would get: the value encoded and decoded. Else the value itself. */
  strictCopy<T>(value: T): T {
    return this.isStrict ? (this.codec.decode(this.codec.encode(value)) as T) : value;
  }

  /** Makes sure that work which has come in is done soon. */
  wake(): void {
    this.pump.wake();
  }
}
