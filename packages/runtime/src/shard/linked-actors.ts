import type { ActorAddress } from '../actor/address.js';
import { FAILED, RESTARTING, RUNNING, STOPPING } from '../actor/lifecycle.js';
import { InvalidOptionError, LinkedActorError, ShardLostError } from '../errors.js';
import type { ActorCell } from './actor-cell.js';
import type { Shard } from './shard.js';

/**
 * Links between pairs of actors: when one fails for good, the other fails too, and its supervisor decides about
 * it. Failing for good is to be stopped while failed, or to be lost with a thread; a restart or a stop in good
 * order is none, and only the stop ends the link. Both sides keep the link, and hear from each other.
 */
export class LinkedActors {
  readonly #shard: Shard;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  /** Links an actor of this shard to another one. @throws InvalidOptionError for itself */
  link(slot: number, target: ActorAddress): void {
    const own = this.#shard.addressOf(slot);
    if (target.id === own.id)
      throw new InvalidOptionError('target', target.path, 'another actor than the one that links');
    linksOf(this.#shard.cellOf(slot)).set(target.id, target);
    const { signals } = this.#shard;
    if (signals.send(target.shard, { kind: 'link', to: target.id, peer: own })) return;
    this.#break(own, target, new ShardLostError(target.shard));
  }

  unlink(slot: number, target: ActorAddress): void {
    if (this.#shard.peekCell(slot)?.links?.delete(target.id) !== true) return;
    this.#shard.signals.send(target.shard, { kind: 'unlink', to: target.id, peer: this.#shard.idOf(slot) });
  }

  /** Another actor has linked itself to this one. */
  accept(slot: number, peer: ActorAddress): void {
    if (this.#shard.life.lifecycle(slot) >= STOPPING) this.refuse(this.#shard.addressOf(slot), peer);
    else linksOf(this.#shard.cellOf(slot)).set(peer.id, peer);
  }

  /** Another actor takes the link back, or has stopped in good order. */
  forget(slot: number, peer: number): void {
    this.#shard.peekCell(slot)?.links?.delete(peer);
  }

  /** Another actor has failed for good, or was not there to be linked to. */
  broken(slot: number, peer: ActorAddress, error: unknown): void {
    const { life } = this.#shard;
    const cell = this.#shard.peekCell(slot);
    if (cell?.links?.delete(peer.id) !== true) return;
    const lifecycle = life.lifecycle(slot);
    const failure = new LinkedActorError(peer.path, { cause: error });
    if (lifecycle === FAILED || lifecycle === RESTARTING) cell.brokenLink ??= failure;
    else if (lifecycle < STOPPING) life.fail(slot, failure);
  }

  /** Back in service after a failure, or anew: fails for a link that broke meanwhile. */
  backInService(cell: ActorCell): void {
    const { brokenLink, slot } = cell;
    if (brokenLink === undefined || this.#shard.life.lifecycle(slot) !== RUNNING) return;
    cell.brokenLink = undefined;
    this.#shard.life.fail(slot, brokenLink);
  }

  /** An actor has ended; `failed`: because of `error`. Tells those that are linked to it. */
  ended({ slot, links }: ActorCell, failed: boolean, error: unknown): void {
    for (const peer of links?.values() ?? [])
      if (failed) this.#break(peer, this.#shard.addressOf(slot), error);
      else
        this.#shard.signals.send(peer.shard, { kind: 'unlink', to: peer.id, peer: this.#shard.idOf(slot) });
  }

  /** Answers a link to an actor that is not here any more, or will never come. */
  refuse(target: ActorAddress, peer: ActorAddress): void {
    this.#break(peer, target, undefined);
  }

  /** The thread of another shard has ended, and whoever lived there. */
  shardLost({ slot, links }: ActorCell, shard: number): void {
    for (const peer of links?.values() ?? [])
      if (peer.shard === shard) this.broken(slot, peer, new ShardLostError(shard));
  }

  #break({ id, shard }: ActorAddress, peer: ActorAddress, error: unknown): void {
    this.#shard.signals.send(shard, { kind: 'link-broken', to: id, peer, error });
  }
}

function linksOf(cell: ActorCell): Map<number, ActorAddress> {
  cell.links ??= new Map();
  return cell.links;
}
