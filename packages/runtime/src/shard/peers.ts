import { NOBODY, orderedId, pathOfId } from '../actor/address.js';
import { RESTARTING, STOPPING } from '../actor/lifecycle.js';
import { ShardLostError } from '../errors.js';
import { TERMINATED } from '../kernel/mail-pool.js';
import type { ActorCell } from './actor-cell.js';
import type { Held } from './limbo.js';
import type { Shard } from './shard.js';

/** What the fate of other shards means for the actors of this one. */
export class Peers {
  readonly #shard: Shard;
  /** New threads that were heard of from themselves, before the main shard has told of them. */
  readonly #early = new Set<number>();

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  /** The thread of another shard has ended: nothing comes from it any more, nothing goes to it. */
  lost(index: number): void {
    this.#shard.links.receiveLast(index);
    this.#shard.signals.handleAll();
    this.#shard.row.add('dead', this.#shard.links.close(index));
    const error = (): Error => new ShardLostError(index);
    this.#shard.questions.rejectWhere((target) => target.shard === index, error);
    for (const held of this.#shard.limbo.lost(index)) this.giveUp(held, 'shard-lost', error());
    for (const cell of this.#shard.cells()) this.#tellWatcher(cell, index); // before new lives watch anew
    for (const cell of this.#shard.cells()) {
      const { slot } = cell;
      this.#loseChildren(cell, index);
      if (!this.#shard.table.isAlive(slot, cell.generation)) continue; // the last of them was all it waited for
      this.#shard.linked.shardLost(cell, index);
      for (const [watcher, shard] of cell.watchers ?? []) if (shard === index) cell.watchers?.delete(watcher);
      const { parent } = cell; // told by the tree if it lives here
      if (parent !== undefined && parent.id !== NOBODY && parent.shard === index)
        this.#shard.signals.stop(this.#shard.addressOf(slot), { now: true });
    }
    this.#shard.signals.handleAll(); // at once: the root may just have stopped, and then nobody stops these
    this.#shard.wake();
  }

  #tellWatcher({ slot, watching }: ActorCell, lost: number): void {
    for (const address of watching?.values() ?? []) {
      if (address.shard !== lost || this.#shard.life.lifecycle(slot) >= STOPPING) continue;
      this.#shard.mail.putNotice(slot, TERMINATED, { address, reason: 'shard-lost' });
      this.#shard.dispatcher.offer(slot);
    }
  }

  /** What was held for an actor that will never come. */
  giveUp(held: Held, reason: 'shard-lost' | 'stopped', cause: unknown): void {
    const address = { path: pathOfId(held.id), id: held.id, shard: this.#shard.index };
    if ('envelope' in held) this.#shard.burial.bury(held.envelope, address, reason, cause);
    else this.#shard.signals.tellGone(held.signal);
  }

  /** A supervisor that is in service decides when there is a thread to restart on; one that stops need not wait. */
  #loseChildren({ slot, children }: ActorCell, lost: number): void {
    for (const record of [...(children?.values() ?? [])]) {
      if (record.address.shard !== lost) continue;
      record.lost = true;
      const lifecycle = this.#shard.life.lifecycle(slot);
      if (lifecycle === STOPPING || lifecycle === RESTARTING)
        this.#shard.children.gone(slot, record.address.id);
    }
  }

  /** The main shard says: a new thread has taken the place of a lost one. */
  back(shard: number): void {
    if (!this.#early.delete(shard)) this.#takeBack(shard);
  }

  /**
   * A frame has come from a shard that is lost: the new thread's first words may overtake the news of it, as they come by
   * another way. They are answered only if the way back is open.
   */
  spoke(shard: number): void {
    this.#early.add(shard);
    this.#takeBack(shard);
  }

  #takeBack(shard: number): void {
    this.#shard.links.open(shard);
    for (const { slot } of this.#shard.cells()) this.#shard.supervisor.childrenLost(slot, shard);
    const { index, row, signals } = this.#shard;
    signals.send(shard, { kind: 'orders-sent', to: orderedId(index, row.get('orderCount')) });
    this.#shard.wake();
  }

  /**
   * Another shard has ordered again what it still wants here: what it ordered while this one was not to be reached, and has
   * given up since, will not come.
   */
  ordersSent(last: number): void {
    const error = new ShardLostError(this.#shard.index);
    for (const held of this.#shard.limbo.passed(last)) this.giveUp(held, 'shard-lost', error);
  }

  /** Books what was on its way to the thread that this one replaces. */
  bookInheritedAsLost(): void {
    this.#shard.links.receiveInherited();
  }
}
