import type { Transport } from '@skein/transport';
import { ActorRef } from '../actor/actor-ref.js';
import {
  type ActorAddress,
  generationOf,
  isOrdered,
  NOBODY,
  originOf,
  pathOfId,
  placedId,
  slotOf,
} from '../actor/address.js';
import { STOPPED, STOPPING } from '../actor/lifecycle.js';
import type { Protocol } from '../actor/protocol.js';
import { AskRejectedError } from '../errors.js';
import {
  BLOCKED,
  FIRST_CHILD,
  GENERATION,
  INCARNATION,
  LAST_CHILD,
  LIFECYCLE_MASK,
  NEXT_SIBLING,
  ORDERED_HERE,
  ORDINAL,
  PARENT,
  PREVIOUS_SIBLING,
  QUEUED,
  ROLE,
  STATUS,
} from '../kernel/actor-record.js';
import { ActorTable, columnOf, offsetOf, pageOf } from '../kernel/actor-table.js';
import { Roles } from '../kernel/role.js';
import { Mailboxes } from '../mailbox/mailboxes.js';
import { Links, type MessageCodec } from '../remote/links.js';
import { Dispatcher } from '../scheduling/dispatcher.js';
import type { DispatcherChoices } from '../scheduling/dispatcher-choices.js';
import type { DeadLetter } from '../system/dead-letters.js';
import type { DefinitionRegistry } from '../system/definition-registry.js';
import type { InspectionBatch, InspectionLevel } from '../system/inspection.js';
import { LEDGER, type LedgerRow } from '../system/ledger.js';
import { createLogger, type Logger, type LogSink } from '../system/log.js';
import { OpenQuestions } from '../system/open-questions.js';
import type { SlowHandler } from '../system/watchdog.js';
import type { Clock } from '../time/clock.js';
import { TimerWheel } from '../time/timer-wheel.js';
import { ActorCell, type ChildRecord, type ChildTerms, newChildRecord } from './actor-cell.js';
import { BatchTurns } from './batch-turn.js';
import { Burial } from './burial.js';
import { Children } from './children.js';
import { Delivery } from './delivery.js';
import { Endings } from './endings.js';
import { Envelopes } from './envelopes.js';
import { Inspector } from './inspector.js';
import { Life } from './life.js';
import { Limbo } from './limbo.js';
import { LinkedActors } from './linked-actors.js';
import { LocalPost } from './local-post.js';
import { cutCallsOff, dropMail } from './loose-ends.js';
import { Orders } from './orders.js';
import { Pace } from './pace.js';
import { Parking } from './parking.js';
import { Passivation } from './passivation.js';
import { Peers } from './peers.js';
import { PostOffice } from './post-office.js';
import { Pump } from './pump.js';
import { Rejections } from './rejections.js';
import { Replies } from './replies.js';
import { Restarts } from './restarts.js';
import { ScheduledMessages } from './scheduled-messages.js';
import { isLiving, type LifeOf } from './scope.js';
import { SignalBox } from './signal-box.js';
import { Sources } from './sources.js';
import { Spawner } from './spawner.js';
import { Stash } from './stash.js';
import { Stops } from './stops.js';
import { Supervisor } from './supervisor.js';
import { runTurn } from './turn.js';

/** What the world around a shard gives it: everything a seed or a test may want to decide. */
export interface ShardEnvironment {
  readonly index: number;
  readonly shardCount: number;
  readonly seed: number;
  /** Encode and decode every message, also between actors of one shard. */
  readonly strict: boolean;
  readonly mailboxBytesMax: number;
  readonly stopDeadlineMs: number;
  readonly registry: DefinitionRegistry;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  readonly choices: DispatcherChoices;
  readonly row: LedgerRow;
  /** The order counts of all shards now: ids up to these were given out before this shard started. */
  readonly orderCounts: readonly number[];
  readonly createCodec: (refOf: (address: ActorAddress) => ActorRef) => MessageCodec;
  readonly transport: Transport | undefined;
  readonly logSink: LogSink;
  readonly onDeadLetter: (letter: DeadLetter) => void;
  readonly onInspection: (batch: InspectionBatch) => void;
  /** After how long a handler is slow, ms; infinite if nobody wants to know. */
  readonly slowHandlerMs: number;
  readonly onSlowHandler: (slow: SlowHandler) => void;
  /** The root of the tree has stopped or failed; on the main shard only. */
  readonly onRootStopped: () => void;
  readonly onRootFailed: (error: unknown) => void;
}

/**
 * The actors of one thread, and the parts that look after them:
 *
 * - `post-office.ts` routes envelopes and keeps the books, `signal-box.ts` lifecycle signals, `links.ts` both
 *   to and from other shards
 * - `turn.ts` is what happens in a turn, `life.ts` in a life, `supervisor.ts` after a failure
 * - `peers.ts` is what the loss of another shard means here
 * - `pump.ts` keeps it all going
 */
export class Shard {
  readonly index: number;
  readonly shardCount: number;
  readonly seed: number;
  readonly stopDeadlineMs: number;
  readonly registry: DefinitionRegistry;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  readonly row: LedgerRow;
  readonly logSink: LogSink;
  readonly log: Logger;
  readonly table: ActorTable<ActorCell>;
  readonly roles: Roles;
  readonly mail: Mailboxes;
  readonly parking: Parking;
  readonly stash: Stash;
  readonly passivation: Passivation;
  readonly sources: Sources;
  readonly timers: TimerWheel;
  readonly codec: MessageCodec;
  readonly dispatcher: Dispatcher;
  readonly batchTurns: BatchTurns;
  readonly life: Life;
  readonly orders: Orders;
  readonly stops: Stops;
  readonly restarts: Restarts;
  readonly endings: Endings;
  readonly children: Children;
  readonly supervisor: Supervisor;
  readonly linked: LinkedActors;
  readonly spawner: Spawner;
  readonly questions: OpenQuestions;
  /** See `ActorContext.shardLocal`. */
  readonly locals: WeakMap<object, unknown> = new WeakMap();
  /** Whether dead letters are described and handed on; they are counted anyway. */
  describesDeadLetters = false;
  /** Writes down what happens, while somebody wants to be told of it. */
  inspector: Inspector | undefined = undefined;

  readonly post: PostOffice;
  readonly scheduledMessages: ScheduledMessages;
  readonly envelopes: Envelopes;
  readonly delivery: Delivery;
  readonly replies: Replies;
  readonly burial: Burial;
  readonly rejections: Rejections;
  readonly local: LocalPost;
  readonly signals: SignalBox;
  readonly peers: Peers;
  readonly links: Links;
  readonly limbo: Limbo;
  /** The root of the tree has stopped or failed. */
  readonly rootStopped: () => void;
  readonly rootFailed: (error: unknown) => void;
  readonly pump: Pump;
  readonly pace: Pace;
  readonly #strict: boolean;
  readonly #onInspection: (batch: InspectionBatch) => void;
  /** Actors that other shards ordered: slots by id. */
  readonly #ordered = new Map<number, number>();
  /** The slot of the root; 0 on side shards. */
  rootSlot = 0;
  /** No more turns, no more frames. */
  isClosed = false;

  constructor(environment: ShardEnvironment) {
    this.index = environment.index;
    this.shardCount = environment.shardCount;
    this.seed = environment.seed;
    this.stopDeadlineMs = environment.stopDeadlineMs;
    this.registry = environment.registry;
    this.extensions = environment.extensions;
    this.clock = environment.clock;
    this.row = environment.row;
    this.logSink = environment.logSink;
    this.log = createLogger(this.logSink, this.index, '/', () => this.clock.now());
    this.table = new ActorTable(this.row);
    this.roles = new Roles(environment.registry, this.table);
    this.mail = new Mailboxes(this.table, environment.mailboxBytesMax);
    this.parking = new Parking(this);
    this.stash = new Stash(this);
    this.timers = new TimerWheel(this.clock);
    this.dispatcher = new Dispatcher(environment.choices, this.table, this.roles.all);
    this.batchTurns = new BatchTurns(this);
    this.life = new Life(this);
    this.orders = new Orders(this);
    this.stops = new Stops(this);
    this.restarts = new Restarts(this);
    this.endings = new Endings(this);
    this.children = new Children(this);
    this.supervisor = new Supervisor(this);
    this.linked = new LinkedActors(this);
    this.spawner = new Spawner(this);
    this.questions = new OpenQuestions(this.timers, this.row);
    this.rootStopped = environment.onRootStopped;
    this.rootFailed = environment.onRootFailed;
    this.#onInspection = environment.onInspection;
    const codec = environment.createCodec((address) => this.ref(address));
    this.codec = codec;
    this.passivation = new Passivation(this, codec);
    this.sources = new Sources(this);
    this.#strict = environment.strict;
    this.post = new PostOffice(this);
    this.scheduledMessages = new ScheduledMessages(this);
    this.envelopes = new Envelopes(this);
    this.delivery = new Delivery(this);
    this.replies = new Replies(this);
    this.burial = new Burial(this, environment.onDeadLetter);
    this.rejections = new Rejections(this);
    this.local = new LocalPost(this, environment.strict);
    this.signals = new SignalBox(this);
    this.peers = new Peers(this);
    this.limbo = new Limbo(environment.orderCounts);
    this.links = new Links(environment.transport, codec, this);
    this.pump = new Pump(this, this.links);
    this.pace = new Pace(this, environment.slowHandlerMs, environment.onSlowHandler);
  }

  // --- who is who --------------------------------------------------------------------------------------

  /** A ref for any address; of an actor that lives here, one that knows its place. */
  ref<P extends Protocol>(address: ActorAddress): ActorRef<P> {
    const slot = address.shard === this.index ? this.resolve(address.id) : 0;
    return new ActorRef<P>(this.local, slot, slot === 0 ? 0 : this.generationOf(slot), address);
  }

  refOf(slot: number): ActorRef {
    return new ActorRef(this.local, slot, this.generationOf(slot), undefined);
  }

  /** The slot of an actor that lives here; 0 if none of that id does. */
  resolve(id: number): number {
    if (isOrdered(id)) return this.#ordered.get(id) ?? 0;
    const slot = slotOf(id);
    return originOf(id) === this.index && this.table.isAlive(slot, generationOf(id)) ? slot : 0;
  }

  /** The id of the actor in a slot, or of one that was there. */
  idOf(slot: number, generation: number = this.generationOf(slot)): number {
    const status = this.table.get(slot, STATUS);
    return (status & ORDERED_HERE) !== 0 && this.generationOf(slot) === generation
      ? this.cellOf(slot).address.id
      : placedId(this.index, slot, generation);
  }

  /** The address of the actor in a slot, or of one that was there, whose path is lost. */
  addressOf(slot: number, generation: number = this.generationOf(slot)): ActorAddress {
    if (!this.table.isAlive(slot, generation)) {
      const id = placedId(this.index, slot, generation);
      return { path: pathOfId(id), id, shard: this.index };
    }
    const cell = this.peekCell(slot);
    if (cell !== undefined) return cell.address;
    return { path: this.#pathOf(slot), id: placedId(this.index, slot, generation), shard: this.index };
  }

  /** The address of an actor of which only the id and the shard came along; undefined for the world outside. */
  addressOfId(id: number, shard: number): ActorAddress | undefined {
    if (id === NOBODY) return undefined;
    const slot = this.resolve(id);
    return slot === 0 ? { path: pathOfId(id), id, shard } : this.addressOf(slot);
  }

  /** The address of the supervisor of the actor in a slot. */
  parentOf(slot: number): ActorAddress {
    const parent = this.table.get(slot, PARENT);
    return parent === 0 ? this.cellOf(slot).parent : this.addressOf(parent);
  }

  #pathOf(slot: number): string {
    const parent = this.addressOf(this.table.get(slot, PARENT)).path;
    const role = this.roles.all[this.table.get(slot, ROLE)]!;
    const name =
      this.table.names[pageOf(slot)]![columnOf(slot)] ??
      `${role.definition.name}~${this.table.get(slot, ORDINAL)}`;
    return parent === '/' ? `/${name}` : `${parent}/${name}`;
  }

  generationOf(slot: number): number {
    return this.table.get(slot, GENERATION);
  }

  incarnationOf(slot: number): number {
    return this.table.get(slot, INCARNATION);
  }

  stateOf(slot: number): unknown {
    return this.table.states[pageOf(slot)]![columnOf(slot)];
  }

  // --- cells -------------------------------------------------------------------------------------------

  /** What is kept of an actor beside its record, if anything. */
  peekCell(slot: number): ActorCell | undefined {
    return this.table.cells[pageOf(slot)]![columnOf(slot)];
  }

  /** The same, made if need be. */
  cellOf(slot: number): ActorCell {
    return this.peekCell(slot) ?? this.introduce(slot, this.addressOf(slot), this.parentOf(slot));
  }

  /** Makes the cell of an actor whose addresses the tree here does not tell: an ordered one, or the root. */
  introduce(slot: number, address: ActorAddress, parent: ActorAddress): ActorCell {
    const { definition } = this.roles.all[this.table.get(slot, ROLE)]!;
    const cell = new ActorCell(slot, this.generationOf(slot), address, parent, definition);
    this.table.cells[pageOf(slot)]![columnOf(slot)] = cell;
    if (isOrdered(address.id)) this.#ordered.set(address.id, slot);
    return cell;
  }

  /** All that there are. Those who have none have no children, watchers or parents elsewhere. */
  cells(): ActorCell[] {
    const cells: ActorCell[] = [];
    for (const page of this.table.cells)
      for (const cell of page)
        if (cell !== undefined && this.table.isAlive(cell.slot, cell.generation)) cells.push(cell);
    return cells;
  }

  /** What a supervisor keeps of a child; made if the child lives here and has none. */
  childRecord(
    parent: number,
    childId: number,
    terms: ChildTerms = { restart: 'transient', shutdownMs: this.stopDeadlineMs },
  ): ChildRecord | undefined {
    const cell = this.cellOf(parent);
    const known = cell.children.get(childId);
    if (known !== undefined) return known;
    const child = this.resolve(childId);
    if (child === 0 || this.table.get(child, PARENT) !== parent) return undefined;
    const record = newChildRecord({
      ...terms,
      address: this.addressOf(child),
      parent: cell.address,
      ordinal: this.table.get(child, ORDINAL),
      name: this.table.names[pageOf(child)]![columnOf(child)],
      definition: this.roles.all[this.table.get(child, ROLE)]!.definition,
      args: this.table.args[pageOf(child)]![columnOf(child)],
      startedMs: this.clock.now(),
    });
    cell.children.set(childId, record);
    return record;
  }

  /** Keeps the mail of an actor waiting, or ends that. */
  block(slot: number, blocked: boolean): void {
    const status = this.table.get(slot, STATUS);
    this.table.set(slot, STATUS, blocked ? status | BLOCKED : status & ~BLOCKED);
  }

  /** Takes an actor that has stopped out of the tree and gives its slot back. */
  forget(slot: number): void {
    const { table } = this;
    const page = table.pages[pageOf(slot)]!;
    const at = offsetOf(slot);
    const parent = page[at + PARENT]!;
    if (parent !== 0) {
      const next = page[at + NEXT_SIBLING]!;
      const previous = page[at + PREVIOUS_SIBLING]!;
      if (next === 0) table.set(parent, LAST_CHILD, previous);
      else table.set(next, PREVIOUS_SIBLING, previous);
      if (previous === 0) table.set(parent, FIRST_CHILD, next);
      else table.set(previous, NEXT_SIBLING, next);
    }
    if ((page[at + STATUS]! & ORDERED_HERE) !== 0) this.#ordered.delete(this.cellOf(slot).address.id);
    this.row.add('actors', -1);
    this.local.endRun(); // whoever comes to this slot is another sender
    if ((page[at + STATUS]! & QUEUED) === 0) table.free(slot);
  }

  /** Tells `onInspection` as much from now on. Side shards do so batch by batch: see {@link Inspector.taken}. */
  inspect(level: InspectionLevel): void {
    if (level === 'off') this.inspector = undefined;
    else if (this.inspector !== undefined) this.inspector.withMessages = level === 'messages';
    else this.inspector = new Inspector(this, level === 'messages', this.index !== 0, this.#onInspection);
  }

  /** In strict mode what another thread would get: the value encoded and decoded. Else the value itself. */
  strictCopy<T>(value: T): T {
    return this.#strict ? (this.codec.decode(this.codec.encode(value)) as T) : value;
  }

  /** Makes sure that work which has come in is done soon. */
  wake(): void {
    this.pump.wake();
  }

  /** A promise of an actor's code was rejected and nobody handled it: the actor has failed. */
  floatingRejection(life: LifeOf, error: unknown): void {
    if (isLiving(life) && this.life.lifecycle(life.slot) < STOPPING) {
      this.life.fail(life.slot, error);
      this.wake();
    } else {
      const { path } = this.addressOf(life.slot, life.generation);
      this.log.warn('a rejection of a life that is over', { path, error });
    }
  }

  /**
   * Runs turns until about `messagesMax` mails are handled, the time of a slice is over or nobody is ready. Returns how many mails;
   * a turn counts as one at least.
   */
  runTurns(messagesMax: number): number {
    const { dispatcher, signals, table, roles, pace } = this;
    pace.beginSlice();
    if (signals.waiting) signals.handleAll();
    let handled = 0;
    while (handled < messagesMax) {
      const slot = dispatcher.next();
      if (slot === 0) break;
      let mails: number;
      if ((table.get(slot, STATUS) & LIFECYCLE_MASK) === STOPPED) {
        const role = roles.all[table.get(slot, ROLE)]!;
        if (role.group?.standIn !== slot) {
          table.free(slot); // it stopped while it was in line
          continue;
        }
        mails = this.batchTurns.run(role, role.group);
      } else mails = runTurn(this, slot, pace.turnMessagesMax(dispatcher.turnMessagesMax()));
      handled += Math.max(1, mails);
      if (signals.waiting) signals.handleAll();
      if (pace.turnEnded(mails)) break;
    }
    this.parking.admitAll();
    this.row.cells[LEDGER.runningId] = 0;
    pace.endSlice();
    return Math.max(1, handled);
  }

  /** Stops at once and books nothing, as a thread does that ends by itself. Only a simulated one is told. */
  abandon(): void {
    this.isClosed = true;
    this.local.isShut = true;
    this.row.detach();
    this.links.abandon();
    this.pace.close();
    this.timers.close();
    this.pump.close();
  }

  /** No more turns, no more frames. Mail that waits becomes dead letters, calls are cut off. */
  close(): void {
    this.isClosed = true;
    this.local.isShut = true;
    for (const held of this.limbo.clear()) this.peers.giveUp(held, 'stopped', undefined);
    for (let slot = 1; slot < this.table.slotsEnd; slot++) {
      if ((this.table.get(slot, STATUS) & LIFECYCLE_MASK) === STOPPED) continue;
      cutCallsOff(this, slot);
      this.sources.endAll(slot);
      this.stash.putBack(slot);
      dropMail(this, slot);
    }
    this.row.set('mailWaiting', this.mail.envelopes);
    this.questions.rejectWhere(
      () => true,
      (target, messageType) => new AskRejectedError(target.path, messageType, 'stopped'),
    );
    this.supervisor.close();
    this.timers.close();
    this.pace.close();
    this.row.add('dead', this.links.closeAll());
    this.pump.close();
  }
}
