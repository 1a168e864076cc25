import type { ActorAddress } from '../actor/address.js';
import type { RunnableDefinition } from '../actor/definition.js';
import type { LinkedActorError } from '../errors.js';
import { RestartWindow } from '../supervision/restart-intensity.js';
import type { AsyncCall } from './async-call.js';
import type { ChildRecord } from './child-record.js';
import type { GroupRestart } from './group-restart.js';
import type { KeptQuestion } from './question.js';
import type { Source } from './source.js';
import type { StopRound } from './stop-order.js';

/** Between two lives of an actor: the next one begins at once, is to wait for the supervisor's word, or waits. */
export type Hold = 'none' | 'asked' | 'held';

/**
 * What only some actors need, made when it is first needed: an actor without timers, watchers, calls and failed or distant children has
 * none. Of what is in it most cells need one thing or two, so each collection is made by whoever first puts something into it. Data only:
 * what happens to it is decided in the files beside.
 */
export class ActorCell {
  readonly slot: number;
  readonly generation: number;
  /** Once somebody has asked the directory for it; from the start if the tree here does not tell it. */
  address: ActorAddress | undefined;
  /** Only if the tree here does not tell it. */
  readonly parent: ActorAddress | undefined;
  readonly definition: RunnableDefinition;
  #restarts: RestartWindow | undefined;

  /** By id: the children that live elsewhere, and those here that have failed. */
  children: Map<number, ChildRecord> | undefined;
  /** Names given to living children. */
  childNames: Set<string> | undefined;
  /** Who watches this actor: id to shard. */
  watchers: Map<number, number> | undefined;
  /** Whom this actor watches. */
  watching: Map<number, ActorAddress> | undefined;
  /** Whom this actor is linked to, by id. */
  links: Map<number, ActorAddress> | undefined;
  /** A link broke while it had failed or was between two lives: what it fails with when it is back. */
  brokenLink: LinkedActorError | undefined;
  /** Why it failed last; kept for those that it is linked to. */
  failure: unknown;
  /** Its state as of some message, encoded: see `snapshots.ts`. */
  snapshot: Uint8Array | undefined;
  handledSinceSnapshot = 0;
  timers: Set<number> | undefined;
  calls: Set<AsyncCall> | undefined;
  /** Questions kept for a later turn. */
  kept: Set<KeptQuestion> | undefined;
  /** By number: what its mailbox is fed from. */
  sources: Map<number, Source> | undefined;
  sourcesStarted = 0;
  /** Calls that keep the mail waiting. */
  blockingCalls = 0;
  /** A draining stop has been reached, and open calls are all it waits for. */
  stopAfterCalls = false;
  /** When a stop that has been asked for turns into one by force, ms. */
  stopByMs: number = Number.POSITIVE_INFINITY;
  stopTimer = 0;
  /** It lives again after a stop of its own, and only its supervisor's. */
  permanent = false;
  /** A permanent one has asked for its own stop in this life. */
  ownStop = false;
  /** It has done so in `initial` already. */
  stillborn = false;
  /** Somebody else has told it to stop. */
  orderedStop = false;
  hold: Hold = 'none';
  /** Its children are being stopped. */
  stopRound: StopRound | undefined;
  /** Its children are being restarted together. */
  groupRestart: GroupRestart | undefined;
  /** Mail put aside, oldest first: nodes linked in the mail pool. */
  stashHead = 0;
  stashTail = 0;
  stashCount = 0;
  /** Mail whose senders wait for room, oldest first. */
  parkedHead = 0;
  parkedTail = 0;

  /** A stop that it has asked for only ends its life. */
  get outlivesStop(): boolean {
    return this.permanent && !this.orderedStop;
  }

  /** Something of it is under way that its state must be at hand for. */
  get needsState(): boolean {
    const { children, timers, calls, kept, sources, stashCount, parkedHead, stopByMs } = this;
    if (sizeOf(children) + sizeOf(timers) + sizeOf(calls) + sizeOf(kept) + sizeOf(sources) > 0) return true;
    return stashCount > 0 || parkedHead !== 0 || stopByMs !== Number.POSITIVE_INFINITY;
  }

  /** Of its children, all together. */
  get restarts(): RestartWindow {
    this.#restarts ??= new RestartWindow(this.definition.supervision);
    return this.#restarts;
  }

  constructor(
    slot: number,
    generation: number,
    definition: RunnableDefinition,
    address?: ActorAddress,
    parent?: ActorAddress,
  ) {
    this.slot = slot;
    this.generation = generation;
    this.address = address;
    this.parent = parent;
    this.definition = definition;
  }
}

function sizeOf(collection: { readonly size: number } | undefined): number {
  return collection === undefined ? 0 : collection.size;
}
