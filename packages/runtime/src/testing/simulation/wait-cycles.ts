import type { ActorAddress } from '../../actor/address.js';
import type { Envelope } from '../../mailbox/envelope.js';
import type { Shard } from '../../shard/shard.js';
import type { RunObserver } from './simulated-witness.js';

interface Wait {
  readonly shard: Shard;
  readonly asker: number;
  readonly correlation: number;
  readonly target: ActorAddress;
}

/** Questions that are seldom forgotten one by one: when there are so many, those that are answered go, count. */
const SWEEP_AT = 1024;

/** Who waits for whom: actors whose mail waits while a call of theirs awaits the answer of another. */
export class WaitCycles implements RunObserver {
  #waits: Wait[] = [];
  #sweepAt = SWEEP_AT;

  sent(shard: Shard, target: ActorAddress, { kind, sender, senderShard, correlation }: Envelope): void {
    if (kind !== 'ask' || sender === 0 || senderShard !== shard.index) return;
    this.#waits.push({ shard, asker: sender, correlation, target });
    if (this.#waits.length < this.#sweepAt) return;
    this.#waits = this.#waits.filter(isOpen);
    this.#sweepAt = Math.max(SWEEP_AT, this.#waits.length * 2);
  }

  /** Paths of actors each of which waits for the next, and the last for the first; undefined if there is no such cycle. */
  find(shards: readonly Shard[]): readonly ActorAddress[] | undefined {
    this.#waits = this.#waits.filter(isOpen);
    const waitsFor = new Map<number, ActorAddress[]>();
    const addresses = new Map<number, ActorAddress>();
    for (const { shard, asker, target } of this.#waits) {
      const slot = shard.resolve(asker);
      if (slot === 0 || !isBlocked(shard, slot)) continue;
      addresses.set(asker, shard.addressOf(slot));
      waitsFor.set(asker, [...(waitsFor.get(asker) ?? []), target]);
    }
    const blocked = ({ id, shard }: ActorAddress): boolean => {
      const home = shards.find(({ index }) => index === shard);
      const slot = home?.resolve(id) ?? 0;
      return slot !== 0 && isBlocked(home!, slot);
    };
    const cleared = new Set<number>();
    const walk = (id: number, path: number[]): number[] | undefined => {
      const at = path.indexOf(id);
      if (at !== -1) return path.slice(at);
      if (cleared.has(id)) return undefined;
      for (const target of waitsFor.get(id) ?? []) {
        const cycle = blocked(target) ? walk(target.id, [...path, id]) : undefined;
        if (cycle !== undefined) return cycle;
      }
      cleared.add(id);
      return undefined;
    };
    for (const id of waitsFor.keys()) {
      const cycle = walk(id, []);
      if (cycle !== undefined) return cycle.map((each) => addresses.get(each)!);
    }
    return undefined;
  }

  handed(): void {}
  replied(): void {}
  stashed(): void {}
  buried(): void {}
  spawned(): void {}
  stepped(): void {}
}

function isOpen({ shard, correlation }: Wait): boolean {
  return !shard.isClosed && shard.questions.describe(correlation) !== undefined;
}

/** Its mail waits until its calls have ended. */
function isBlocked(shard: Shard, slot: number): boolean {
  return (shard.peekCell(slot)?.blockingCalls ?? 0) > 0;
}
