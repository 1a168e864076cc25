import type { ActorAddress } from '../actor/address.js';
import type { RunnableDefinition } from '../actor/definition.js';
import { RestartWindow } from '../supervision/restart-intensity.js';
import type { AsyncCall } from './async-call.js';
import type { KeptQuestion } from './question.js';
import type { Source } from './source.js';

/** What a supervisor keeps of a child that lives elsewhere, or that has failed. */
export interface ChildRecord {
  readonly address: ActorAddress;
  /** Its supervisor. */
  readonly parent: ActorAddress;
  /** Its place among the children of its supervisor's present life. */
  readonly ordinal: number;
  /** As given to `spawn`; undefined for one that was named by default. */
  readonly name: string | undefined;
  readonly definition: RunnableDefinition;
  /** As given to `spawn`: a lost child is built from them again. */
  readonly args: unknown;
  /** Restarts in a row, for the backoff. */
  attempts: number;
  /** When it was last started, ms. */
  startedMs: number;
  /** A restart that waits for its backoff: a timer, or 0. */
  restartTimer: number;
  /** It has failed, and nothing was done about it: its supervisor escalated, or was itself out of service. */
  failed: boolean;
  /** Its backoff ended while its supervisor was itself out of service. */
  restartDue: boolean;
  /** Its shard is gone, and it with it. */
  lost: boolean;
}

/**
 * What only some actors need, made when it is first needed: an actor without timers, watchers, calls and failed or distant children has
 * none. Data only: what happens to it is decided in the files beside.
 */
export class ActorCell {
  readonly slot: number;
  readonly generation: number;
  readonly address: ActorAddress;
  readonly parent: ActorAddress;
  readonly definition: RunnableDefinition;
  readonly restarts: RestartWindow;

  /** By id: the children that live elsewhere, and those here that have failed. */
  readonly children: Map<number, ChildRecord> = new Map();
  /** Names given to living children. */
  readonly childNames: Set<string> = new Set();
  /** Who watches this actor: id to shard. */
  readonly watchers: Map<number, number> = new Map();
  /** Whom this actor watches. */
  readonly watching: Map<number, ActorAddress> = new Map();
  readonly timers: Set<number> = new Set();
  readonly calls: Set<AsyncCall> = new Set();
  /** Questions kept for a later turn. */
  readonly kept: Set<KeptQuestion> = new Set();
  /** By number: what its mailbox is fed from. */
  readonly sources: Map<number, Source> = new Map();
  sourcesStarted = 0;
  /** Calls that keep the mail waiting. */
  blockingCalls = 0;
  /** A draining stop has been reached, and open calls are all it waits for. */
  stopAfterCalls = false;
  /** When a stop that has been asked for turns into one by force, ms. */
  stopByMs: number = Number.POSITIVE_INFINITY;
  stopTimer = 0;
  /** Mail put aside, oldest first: nodes linked in the mail pool. */
  stashHead = 0;
  stashTail = 0;
  stashCount = 0;
  /** Mail whose senders wait for room, oldest first. */
  parkedHead = 0;
  parkedTail = 0;

  /** Something of it is under way that its state must be at hand for. */
  get needsState(): boolean {
    const { children, timers, calls, kept, sources, stashCount, parkedHead, stopByMs } = this;
    if (children.size + timers.size + calls.size + kept.size + sources.size > 0) return true;
    return stashCount > 0 || parkedHead !== 0 || stopByMs !== Number.POSITIVE_INFINITY;
  }

  constructor(
    slot: number,
    generation: number,
    address: ActorAddress,
    parent: ActorAddress,
    definition: RunnableDefinition,
  ) {
    this.slot = slot;
    this.generation = generation;
    this.address = address;
    this.parent = parent;
    this.definition = definition;
    this.restarts = new RestartWindow(definition.supervision);
  }
}
