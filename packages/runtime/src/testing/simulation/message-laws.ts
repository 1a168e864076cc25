import type { ActorAddress } from '../../actor/address.js';
import type { Envelope } from '../../mailbox/envelope.js';
import type { Shard } from '../../shard/shard.js';
import type { DeadLetterReason } from '../../system/dead-letters.js';
import type { SystemMetrics } from '../../system/metrics.js';
import { Flights } from './flights.js';
import type { RunObserver } from './simulated-witness.js';

/** What is promised of every message, watched in every run: from one actor to another in order, each at most once, none lost unseen. */
export class MessageLaws implements RunObserver {
  readonly #flights = new Flights();
  /** Frames that the network has doubled, count. */
  #doubled = 0;
  /** The first break, in words. */
  broken: string | undefined;

  sent(_: Shard, target: ActorAddress, envelope: Envelope, handedOn: boolean): void {
    this.#flights.setOut(target, envelope, handedOn);
  }

  handed(shard: Shard, slot: number, node: number, message: { readonly type: string }): void {
    if (this.#flights.comesBack(message)) return;
    const { envelopes } = shard;
    const target = shard.idOf(slot);
    const [sender, senderShard] = [envelopes.senderIdOf(node), envelopes.senderShardOf(node)];
    const arrival = this.#flights.arrived(sender, senderShard, target, message);
    if (arrival === undefined) this.#again(shard, slot, message.type);
    else if (arrival.overtaken > 0)
      this.broken ??= `order: "${message.type}" reached ${shard.addressOf(slot).path} before ${arrival.overtaken} that its sender had sent earlier`;
  }

  #again(shard: Shard, slot: number, type: string): void {
    if (this.#doubled > 0) this.#doubled--;
    else
      this.broken ??= `duplication: ${shard.addressOf(slot).path} was handed a "${type}" that nobody sent, or twice`;
  }

  stashed(shard: Shard, _: number, node: number): void {
    this.#flights.putAside(shard.envelopes.read(node).message);
  }

  buried(
    _: Shard,
    reason: DeadLetterReason,
    target: ActorAddress | undefined,
    sender: ActorAddress | undefined,
    message: { readonly type: string },
  ): void {
    if (target !== undefined) this.#flights.died(sender?.id ?? 0, target.id, message.type, reason, message);
  }

  /** The network has delivered a message twice. */
  doubled(): void {
    this.#doubled++;
  }

  /** A shard is gone, and what was in it or on its way to it. */
  shardLost(shard: number): void {
    this.#flights.lost(shard);
  }

  /** At rest: each envelope is handled, dead, or where somebody can point at it. */
  checkBooks({ sent, handled, deadLetters, queued, shards }: SystemMetrics, flying: number): void {
    const inMailboxes = shards.reduce((sum, { mailWaiting }) => sum + mailWaiting, 0);
    const inCalls = shards.reduce((sum, { callsRunning }) => sum + callsRunning, 0);
    if (queued !== inMailboxes + inCalls + flying)
      this.broken ??= `accounting: of ${sent} sent, ${handled} were handled and ${deadLetters} died, but ${inMailboxes} wait in mailboxes, ${inCalls} are being handled and ${flying} are on their way`;
  }

  replied(): void {}
  spawned(): void {}
  stepped(): void {}
}
