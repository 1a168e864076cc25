import type { LifecycleEvent, LifecycleState } from '../actor/lifecycle.js';
import { ROLE } from '../kernel/actor-record.js';
import type { Traffic, TrafficLink } from '../system/traffic.js';
import type { Shard } from './shard.js';
import type { ShardInspector } from './shard-witness.js';
import type { Signal } from './signals.js';

/** Links that one shard tells apart, count. */
const LINKS_MAX: number = 2 ** 22;

/** One that still grows. */
type OpenLink = { -readonly [Field in keyof TrafficLink]: TrafficLink[Field] };

/** Counts the messages that one shard hands to handlers, while somebody wants to know. Whoever else inspects is told as before. */
export class TrafficCounter implements ShardInspector {
  readonly #shard: Shard;
  readonly #inner: () => ShardInspector | undefined;
  readonly #links = new Map<number, Map<number, OpenLink>>();
  #linkCount = 0;
  #leftOut = 0;

  constructor(shard: Shard, inner: () => ShardInspector | undefined) {
    this.#shard = shard;
    this.#inner = inner;
  }

  get traffic(): Traffic {
    const links = [...this.#links.values()].flatMap((fromAll) => [...fromAll.values()]);
    return { links, leftOut: this.#leftOut };
  }

  handed(slot: number, node: number, message: { readonly type: string }): void {
    this.#inner()?.handed(slot, node, message);
    const shard = this.#shard;
    const link = this.#linkBetween(shard.envelopes.senderIdOf(node), slot);
    if (link === undefined) {
      this.#leftOut++;
      return;
    }
    link.messages++;
    try {
      link.bytes += shard.codec.encode(message).byteLength;
    } catch {
      // It stays within its shard, and has no size.
    }
  }

  spawned(slot: number): void {
    this.#inner()?.spawned(slot);
  }

  stepped(slot: number, event: LifecycleEvent, next: LifecycleState, error: unknown): void {
    this.#inner()?.stepped(slot, event, next, error);
  }

  signalled(signal: Signal, fromShard: number): void {
    this.#inner()?.signalled(signal, fromShard);
  }

  flush(): void {
    this.#inner()?.flush();
  }

  taken(): void {
    this.#inner()?.taken();
  }

  #linkBetween(from: number, slot: number): OpenLink | undefined {
    const to = this.#shard.idOf(slot);
    let senders = this.#links.get(to);
    const known = senders?.get(from);
    if (known !== undefined) return known;
    if (this.#linkCount === LINKS_MAX) return undefined;
    this.#linkCount++;
    if (senders === undefined) {
      senders = new Map();
      this.#links.set(to, senders);
    }
    const definition = this.#shard.roles.all[this.#shard.table.get(slot, ROLE)]!.definition.name;
    const link = { from, to, definition, messages: 0, bytes: 0 };
    senders.set(from, link);
    return link;
  }
}
