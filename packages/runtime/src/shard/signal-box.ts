import { type ActorAddress, pathOfId } from '../actor/address.js';
import type { StopOptions } from '../actor/context.js';
import { RESTARTING, RUNNING, STARTING, STOPPING } from '../actor/lifecycle.js';
import { InvalidOptionError } from '../errors.js';
import * as record from '../kernel/actor-record.js';
import { offsetOf, pageOf } from '../kernel/actor-table.js';
import { TERMINATED } from '../kernel/mail-pool.js';
import type { Shard } from './shard.js';
import type { Signal } from './signals.js';

// See `local-post.ts`.
const { LIFECYCLE_MASK, MAIL_HEAD, STATUS } = record;

/** A list of signals longer than this is not kept, count. */
const WAITING_KEPT = 4096;

/** Sends the lifecycle signals of one shard, and handles those that come for its actors. */
export class SignalBox {
  readonly #shard: Shard;
  /** Something is to be handled before any further mail. */
  waiting = false;
  /** Those that wait are the first {@link #count} of these. */
  #waiting: ({ signal: Signal; fromShard: number } | undefined)[] = [undefined];
  #count = 0;
  #handling = false;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  /**
   * Sends a lifecycle signal to an actor on any shard. False when that shard is lost at the moment.
   *
   * @throws TransportError when a spawn order's arguments cannot be encoded
   */
  send(shard: number, signal: Signal): boolean {
    if (shard !== this.#shard.index) return this.#shard.links.sendSignal(shard, signal);
    this.take(signal, this.#shard.index);
    return true;
  }

  /** Asks for the `terminated` of another actor on behalf of `slot`. */
  watch(slot: number, target: ActorAddress): void {
    const cell = this.#shard.cellOf(slot);
    cell.watching ??= new Map();
    cell.watching.set(target.id, target);
    const watcher = this.#shard.idOf(slot);
    const watcherShard = this.#shard.index;
    if (this.send(target.shard, { kind: 'watch', to: target.id, watcher, watcherShard })) return;
    // At once, so that news of what becomes of the target on a new thread cannot overtake it.
    this.#shard.mail.putNotice(slot, TERMINATED, { address: target, reason: 'shard-lost' });
    this.#shard.dispatcher.offer(slot);
  }

  /** Takes a watch back. */
  unwatch(slot: number, target: ActorAddress): void {
    if (this.#shard.peekCell(slot)?.watching?.delete(target.id) !== true) return;
    this.send(target.shard, { kind: 'unwatch', to: target.id, watcher: this.#shard.idOf(slot) });
  }

  /** Asks for the stop of an actor by itself. @throws InvalidOptionError */
  stopSelf(slot: number, options: StopOptions | undefined): void {
    const shard = this.#shard;
    const page = shard.table.pages[pageOf(slot)]!;
    const at = offsetOf(slot);
    const lifecycle = page[at + STATUS]! & LIFECYCLE_MASK;
    if (lifecycle === STARTING || lifecycle === RESTARTING) {
      const cell = shard.peekCell(slot);
      if (cell !== undefined) cell.stillborn = true;
    }
    const hasMail = page[at + MAIL_HEAD] !== 0 || shard.atHand.slot === slot;
    if (options === undefined && lifecycle === RUNNING && !hasMail) shard.stops.mark(slot);
    else this.stop(shard.addressOf(slot), options ?? {}, true);
  }

  /** Asks for an actor's stop; `own`: it does so itself. @throws InvalidOptionError */
  stop(
    target: ActorAddress,
    { now = false, deadlineMs = this.#shard.stopDeadlineMs }: StopOptions,
    own = false,
  ): void {
    if (!(deadlineMs >= 0)) throw new InvalidOptionError('deadlineMs', deadlineMs, 'at least 0 ms');
    this.send(target.shard, { kind: 'stop', to: target.id, now, deadlineMs, own });
  }

  /**
   * A signal for an actor of this shard: handled before any further mail. Some have a place in the order
   * of the mail, and are handled as they come: a start, so that mail finds its actor, the news of what will not
   * start, and a draining stop.
   */
  take(signal: Signal, fromShard: number): void {
    this.#shard.inspector?.signalled(signal, fromShard);
    this.#shard.heldRows.deliver(); // a stop, or the news of one, must not come before them
    if (signal.kind === 'spawn') this.#takeSpawn(signal);
    else if (signal.kind === 'orders-sent') this.#shard.peers.ordersSent(signal.to);
    else if (signal.kind !== 'stop' || signal.now || !this.#markStop(signal))
      this.#enqueue(signal, fromShard);
    this.#shard.wake();
  }

  #enqueue(signal: Signal, fromShard: number): void {
    this.#waiting[this.#count++] = { signal, fromShard };
    this.waiting = true;
  }

  /** False when the actor is not in a state to drain. */
  #markStop({ to, deadlineMs, own }: Extract<Signal, { kind: 'stop' }>): boolean {
    const slot = this.#shard.resolve(to);
    if (slot === 0) return false;
    const lifecycle = this.#shard.life.lifecycle(slot);
    if (lifecycle !== RUNNING && lifecycle !== STARTING) return false;
    this.#shard.stops.stop(slot, false, deadlineMs, own);
    return true;
  }

  /** Handles the signals that wait, and those they cause here, in order. */
  handleAll(): void {
    if (this.#handling) return;
    if (this.#count === 0) return;
    this.#shard.atHand.putBack();
    this.#handling = true;
    let handled = 0;
    try {
      while (handled < this.#count) {
        const { signal, fromShard } = this.#waiting[handled]!;
        this.#waiting[handled++] = undefined;
        this.#handle(signal, fromShard);
      }
    } finally {
      if (handled < this.#count) this.#waiting.splice(0, handled);
      this.#count -= handled;
      if (handled > WAITING_KEPT && this.#count === 0) this.#waiting = [undefined];
      this.waiting = this.#count > 0;
      this.#handling = false;
    }
  }

  #handle(signal: Signal, fromShard: number): void {
    const { life, orders, stops, children, supervisor, linked, limbo, index, dispatcher, mail, passivation } =
      this.#shard;
    const slot = this.#shard.resolve(signal.to);
    if (slot === 0) {
      if (limbo.holds(signal.to, index)) limbo.keepSignal(signal.to, signal, fromShard);
      else this.tellGone(signal);
      return;
    }
    if (passivation.delays(slot, signal)) {
      this.#handleRevived(slot, signal, fromShard);
      return;
    }
    switch (signal.kind) {
      case 'stop':
        stops.stop(slot, signal.now, signal.deadlineMs, signal.own);
        return;
      case 'restart':
        orders.restart(slot);
        return;
      case 'halt':
        orders.halt(slot);
        return;
      case 'revive':
        orders.revive(slot);
        return;
      case 'suspend':
        orders.suspend(slot);
        return;
      case 'resume':
        if (signal.from === 'failed') orders.resume(slot);
        else orders.unsuspend(slot);
        return;
      case 'child-failed':
        supervisor.childFailed(slot, signal.child, signal.error, signal.fruitless);
        return;
      case 'child-halted':
        supervisor.childHalted(slot, signal.child, signal.own, signal.fruitless);
        return;
      case 'child-revived':
        supervisor.childRevived(slot, signal.child);
        return;
      case 'child-terminated':
        children.gone(slot, signal.child);
        return;
      case 'link':
        linked.accept(slot, signal.peer);
        return;
      case 'unlink':
        linked.forget(slot, signal.peer);
        return;
      case 'link-broken':
        linked.broken(slot, signal.peer, signal.error);
        return;
      case 'watch': {
        const cell = this.#shard.cellOf(slot);
        cell.watchers ??= new Map();
        cell.watchers.set(signal.watcher, signal.watcherShard);
        return;
      }
      case 'unwatch':
        this.#shard.peekCell(slot)?.watchers?.delete(signal.watcher);
        return;
      case 'terminated':
        if (life.lifecycle(slot) >= STOPPING) return;
        mail.putNotice(slot, TERMINATED, signal.notice);
        dispatcher.offer(slot);
    }
  }

  /** Apart, for a function that holds a closure keeps its arguments on the heap. */
  #handleRevived(slot: number, signal: Signal, fromShard: number): void {
    this.#shard.passivation.revive(slot, () => this.#handle(signal, fromShard));
  }

  #takeSpawn(signal: Extract<Signal, { kind: 'spawn' }>): void {
    if (this.#shard.resolve(signal.to) !== 0) return; // ordered again by a supervisor that thought it lost
    this.#shard.spawner.accept(signal.to, signal.spawn);
    for (const held of this.#shard.limbo.arrived(signal.to)) {
      if ('signal' in held) this.#handle(held.signal, held.fromShard);
      else this.#shard.delivery.deliver(signal.to, held.envelope);
    }
  }

  /** Answers a signal to an actor that is not here any more, or will never come, if somebody waits for an answer. */
  tellGone(signal: Signal): void {
    const { to } = signal;
    const address = { path: pathOfId(to), id: to, shard: this.#shard.index };
    if (signal.kind === 'link') this.#shard.linked.refuse(address, signal.peer);
    if (signal.kind !== 'watch') return;
    const notice = { address, reason: 'stopped' } as const;
    this.send(signal.watcherShard, { kind: 'terminated', to: signal.watcher, notice });
  }
}
