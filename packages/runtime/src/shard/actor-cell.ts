import type { ActorAddress } from '../actor/address.js';
import type { RunnableDefinition } from '../actor/definition.js';
import {
  type LifecycleEventName,
  type LifecycleState,
  nextLifecycleState,
  REFUSED,
  RUNNING,
  STARTING,
  STOPPING,
} from '../actor/lifecycle.js';
import { type ByteBudget, Mailbox } from '../mailbox/mailbox.js';
import { RestartWindow } from '../supervision/restart-intensity.js';
import type { QueuedTimer } from '../time/timer-queue.js';
import type { AsyncCall } from './async-call.js';
import type { Scope } from './scope.js';

/** What a supervisor keeps of a child, wherever the child lives. */
export interface ChildRecord {
  readonly address: ActorAddress;
  /** Its supervisor. */
  readonly parent: ActorAddress;
  readonly name: string;
  readonly definition: RunnableDefinition;
  /** As given to `spawn`: a lost child is built from them again. */
  readonly args: unknown;
  /** Restarts in a row, for the backoff. */
  attempts: number;
  /** When it was last started, ms. */
  startedMs: number;
  /** A restart that waits for its backoff. */
  restartTimer: QueuedTimer | undefined;
  /** It has failed, and nothing was done about it: its supervisor escalated, or was itself out of service. */
  failed: boolean;
  /** Its backoff ended while its supervisor was itself out of service. */
  restartDue: boolean;
  /** Its shard is gone, and it with it. */
  lost: boolean;
}

/** One living actor. Data only: what happens to it is decided in the files beside. */
export class ActorCell {
  readonly address: ActorAddress;
  readonly parent: ActorAddress;
  readonly definition: RunnableDefinition;
  readonly args: unknown;
  readonly mailbox: Mailbox;
  readonly restarts: RestartWindow;

  lifecycle: LifecycleState = STARTING;
  state: unknown = undefined;
  /** True from the moment `initial` returned until `stopped` was called. */
  hasState = false;
  incarnation = 1;
  scope: Scope | undefined;

  readonly children: Map<number, ChildRecord> = new Map();
  readonly childNames: Set<string> = new Set();
  /** Children ever spawned, for their default names. */
  childCount = 0;
  /** Who watches this actor: id to shard. */
  readonly watchers: Map<number, number> = new Map();
  /** Whom this actor watches. */
  readonly watching: Map<number, ActorAddress> = new Map();
  readonly timers: Set<QueuedTimer> = new Set();
  readonly calls: Set<AsyncCall> = new Set();
  /** Calls that keep the mail waiting. */
  blockingCalls = 0;
  /** A draining stop has been reached, and open calls are all it waits for. */
  stopAfterCalls = false;
  /** When a stop that has been asked for turns into one by force, ms. */
  stopByMs: number = Number.POSITIVE_INFINITY;
  stopTimer: QueuedTimer | undefined;
  /** Already in the dispatcher's queue. */
  queued = false;
  /** Random numbers drawn. */
  draws = 0;

  constructor(
    address: ActorAddress,
    parent: ActorAddress,
    definition: RunnableDefinition,
    args: unknown,
    budget: ByteBudget,
  ) {
    this.address = address;
    this.parent = parent;
    this.definition = definition;
    this.args = args;
    this.mailbox = new Mailbox(definition.capacity, definition.overflow, budget);
    this.restarts = new RestartWindow(definition.supervision);
  }

  /** Moves along the lifecycle. False when the event means nothing in this state. */
  step(event: LifecycleEventName): boolean {
    const next = nextLifecycleState(this.lifecycle, event);
    if (next === REFUSED) return false;
    this.lifecycle = next;
    return true;
  }

  /** Whether a turn would do anything. */
  get isReady(): boolean {
    if (this.lifecycle === STARTING) return true;
    return (
      this.lifecycle === RUNNING &&
      this.blockingCalls === 0 &&
      !this.stopAfterCalls &&
      this.mailbox.length > 0
    );
  }

  /** Whether new mail is taken. */
  get takesMail(): boolean {
    return this.lifecycle < STOPPING;
  }
}
