import { type ActorAddress, pathOfId } from '../actor/address.js';
import type { StopOptions } from '../actor/context.js';
import { RUNNING, STARTING } from '../actor/lifecycle.js';
import { InvalidOptionError } from '../errors.js';
import type { ActorCell } from './actor-cell.js';
import type { Shard } from './shard.js';
import type { Signal } from './signals.js';

/** Sends the lifecycle signals of one shard, and handles those that come for its actors. */
export class SignalBox {
  readonly #shard: Shard;
  #waiting: { signal: Signal; fromShard: number }[] = [];
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

  /** Asks for the `terminated` of another actor on behalf of `cell`. */
  watch(cell: ActorCell, target: ActorAddress): void {
    cell.watching.set(target.id, target);
    const watcher = { watcher: cell.address.id, watcherShard: this.#shard.index };
    if (this.send(target.shard, { kind: 'watch', to: target.id, ...watcher })) return;
    const notice = { address: target, reason: 'shard-lost' } as const;
    this.send(this.#shard.index, { kind: 'terminated', to: cell.address.id, notice });
  }

  /** Asks for an actor's stop. @throws InvalidOptionError */
  stop(target: ActorAddress, { now = false, deadlineMs = this.#shard.stopDeadlineMs }: StopOptions): void {
    if (!(deadlineMs >= 0)) throw new InvalidOptionError('deadlineMs', deadlineMs, 'at least 0 ms');
    this.send(target.shard, { kind: 'stop', to: target.id, now, deadlineMs });
  }

  /**
   * A signal for an actor of this shard: handled before any further mail. Two kinds have a place in the order
   * of the mail, and are handled as they come: a start, so that mail finds its actor, and a draining stop.
   */
  take(signal: Signal, fromShard: number): void {
    if (signal.kind === 'spawn') this.#takeSpawn(signal);
    else if (signal.kind !== 'stop' || signal.now || !this.#markStop(signal))
      this.#waiting.push({ signal, fromShard });
    this.#shard.wake();
  }

  /** False when the actor is not in a state to drain. */
  #markStop({ to, deadlineMs }: Extract<Signal, { kind: 'stop' }>): boolean {
    const cell = this.#shard.cell(to);
    if (cell?.lifecycle !== RUNNING && cell?.lifecycle !== STARTING) return false;
    this.#shard.life.stop(cell, false, deadlineMs);
    return true;
  }

  /** Handles the signals that wait, and those they cause here, in order. */
  handleAll(): void {
    if (this.#handling) return;
    if (this.#waiting.length === 0) return;
    this.#handling = true;
    let handled = 0;
    try {
      while (handled < this.#waiting.length) {
        const { signal, fromShard } = this.#waiting[handled++]!;
        this.#handle(signal, fromShard);
      }
    } finally {
      this.#waiting.splice(0, handled);
      this.#handling = false;
    }
  }

  #handle(signal: Signal, fromShard: number): void {
    const cell = this.#shard.cell(signal.to);
    if (cell === undefined) {
      if (this.#shard.limbo.holds(signal.to, this.#shard.index))
        this.#shard.limbo.keepSignal(signal.to, signal, fromShard);
      else if (signal.kind === 'watch') this.tellGone(signal.to, signal.watcher, signal.watcherShard);
      return;
    }
    switch (signal.kind) {
      case 'stop':
        this.#shard.life.stop(cell, signal.now, signal.deadlineMs);
        return;
      case 'restart':
        this.#shard.life.restart(cell);
        return;
      case 'suspend':
        if (cell.lifecycle === STARTING) this.#shard.life.start(cell);
        this.#shard.life.suspend(cell);
        return;
      case 'resume':
        if (signal.from === 'failed') this.#shard.life.resume(cell);
        else this.#shard.life.unsuspend(cell);
        return;
      case 'child-failed':
        this.#shard.supervisor.childFailed(cell, signal.child, signal.error);
        return;
      case 'child-terminated':
        this.#shard.life.childGone(cell, signal.child);
        return;
      case 'watch':
        cell.watchers.set(signal.watcher, signal.watcherShard);
        return;
      case 'unwatch':
        cell.watchers.delete(signal.watcher);
        return;
      case 'terminated':
        if (!cell.takesMail) return;
        cell.mailbox.putNotice({ kind: 'terminated', notice: signal.notice });
        this.#shard.dispatcher.offer(cell);
    }
  }

  #takeSpawn(signal: Extract<Signal, { kind: 'spawn' }>): void {
    if (this.#shard.cell(signal.to) !== undefined) return; // ordered again by a supervisor that thought it lost
    this.#shard.spawner.accept(signal.to, signal.spawn);
    for (const held of this.#shard.limbo.arrived(signal.to)) {
      if ('signal' in held) this.#handle(held.signal, held.fromShard);
      else this.#shard.post.deliver(signal.to, held.envelope);
    }
  }

  /** Answers a watch for an actor that is not here any more, or will never come. */
  tellGone(id: number, watcher: number, watcherShard: number): void {
    const address = { path: pathOfId(id), id, shard: this.#shard.index };
    this.send(watcherShard, { kind: 'terminated', to: watcher, notice: { address, reason: 'stopped' } });
  }
}
