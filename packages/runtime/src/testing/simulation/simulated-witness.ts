import { type ActorAddress, NOBODY } from '../../actor/address.js';
import type { LifecycleEvent, LifecycleState } from '../../actor/lifecycle.js';
import { FAILED, RUNNING, STOPPED } from '../../actor/lifecycle.js';
import { ROLE } from '../../kernel/actor-record.js';
import type { Envelope } from '../../mailbox/envelope.js';
import type { Inspector } from '../../shard/inspector.js';
import type { Question } from '../../shard/question.js';
import type { Shard } from '../../shard/shard.js';
import type { ShardInspector, ShardWitness } from '../../shard/shard-witness.js';
import type { Signal } from '../../shard/signals.js';
import type { DeadLetterReason } from '../../system/dead-letters.js';
import type { RunHash } from './run-hash.js';
import type { StepTouches } from './step-touches.js';

/** What is written down of one run for whoever tells or judges it. Messages are told apart by who sent them to whom, in order. */
export interface RunObserver {
  sent(shard: Shard, target: ActorAddress, envelope: Envelope, handedOn: boolean): void;
  replied(shard: Shard, replier: number, question: Question, value: unknown, isRejection: boolean): void;
  handed(shard: Shard, slot: number, node: number, message: { readonly type: string }): void;
  stashed(shard: Shard, slot: number, node: number): void;
  buried(
    shard: Shard,
    reason: DeadLetterReason,
    target: ActorAddress | undefined,
    sender: ActorAddress | undefined,
    message: { readonly type: string },
  ): void;
  spawned(shard: Shard, slot: number): void;
  stepped(shard: Shard, slot: number, event: LifecycleEvent, next: LifecycleState, error: unknown): void;
  /** The reply to a question of that shard has come from another. */
  replyArrived?(shard: number, correlation: number): void;
  /** Virtual time is about to pass, ms. */
  timePasses?(fromMs: number, toMs: number): void;
}

/** What all witnesses of one run write to. */
export interface RunRecord {
  readonly hash: RunHash;
  readonly touches: StepTouches;
  readonly observers: readonly RunObserver[];
  /** Told when something has happened that a promise may wait for. */
  readonly promiseMoved: () => void;
  readonly onUncontrolled: (shard: Shard, path: string, what: string) => Error;
  /** Is told the hash of something new or old that an actor came to: see `Scheduler.noted`. */
  readonly noted: ((feature: number) => void) | undefined;
}

/** Sees what happens on one shard of a simulated system, for the hash of the run, for what its steps touch, and for its observers. */
export class SimulatedWitness implements ShardWitness {
  readonly #shard: Shard;
  readonly #record: RunRecord;
  /** By slot: number of the last message type or lifecycle it met. */
  readonly #last: number[] = [];
  #inspector: Inspector | undefined;

  constructor(shard: Shard, record: RunRecord) {
    this.#shard = shard;
    this.#record = record;
  }

  with(inspector: Inspector | undefined): ShardInspector {
    this.#inspector = inspector;
    return this;
  }

  posted(target: ActorAddress, envelope: Envelope, handedOn: boolean): void {
    const shard = this.#shard;
    const { hash, touches, observers } = this.#record;
    hash.add(1);
    hash.addWhole(envelope.sender);
    hash.addWhole(target.id);
    hash.addValue(envelope.message);
    if (target.shard !== shard.index) touches.touch(touches.link(shard.index, target.shard));
    else {
      const slot = shard.resolve(target.id);
      if (slot !== 0) touches.touch(touches.mailbox(shard.index, slot));
    }
    for (const observer of observers) observer.sent(shard, target, envelope, handedOn);
  }

  replied(replier: number, question: Question, value: unknown, isRejection: boolean): void {
    const shard = this.#shard;
    const { hash, touches, observers } = this.#record;
    hash.add(2);
    hash.addWhole(question.correlation);
    hash.addValue(value);
    this.#touchAsker(question.senderId, question.senderShard, touches);
    for (const observer of observers) observer.replied(shard, replier, question, value, isRejection);
  }

  #touchAsker(id: number, senderShard: number, touches: StepTouches): void {
    const { index } = this.#shard;
    if (senderShard !== index) touches.touch(touches.link(index, senderShard));
    else if (id === NOBODY) touches.touch(touches.single('test'));
    else {
      const slot = this.#shard.resolve(id);
      if (slot !== 0) touches.touch(touches.actor(index, slot));
    }
  }

  handed(slot: number, node: number, message: { readonly type: string }): void {
    const shard = this.#shard;
    const { hash, observers, noted, touches } = this.#record;
    const { capacity } = shard.roles.all[shard.table.get(slot, ROLE)]!;
    if (capacity !== Number.POSITIVE_INFINITY) touches.touch(touches.mailbox(shard.index, slot));
    hash.add(3);
    hash.addWhole(shard.idOf(slot));
    hash.addText(message.type);
    if (noted !== undefined) {
      const role = shard.table.get(slot, ROLE);
      const type = shard.roles.all[role]!.numberOf(message.type);
      noted(pairOf(role, this.#last[slot] ?? 0, type));
      this.#last[slot] = type;
    }
    for (const observer of observers) observer.handed(shard, slot, node, message);
    this.#inspector?.handed(slot, node, message);
  }

  stashed(slot: number, node: number): void {
    for (const observer of this.#record.observers) observer.stashed(this.#shard, slot, node);
  }

  buried(
    reason: DeadLetterReason,
    target: ActorAddress | undefined,
    sender: ActorAddress | undefined,
    message: { readonly type: string },
  ): void {
    const { hash, observers } = this.#record;
    hash.add(4);
    hash.addText(reason);
    hash.addWhole(target?.id ?? 0);
    for (const observer of observers) observer.buried(this.#shard, reason, target, sender, message);
  }

  uncontrolled(path: string, what: string): Error {
    return this.#record.onUncontrolled(this.#shard, path, what);
  }

  spawned(slot: number): void {
    const shard = this.#shard;
    const { hash, touches, observers } = this.#record;
    hash.add(5);
    hash.addWhole(shard.idOf(slot));
    touches.touch(touches.actor(shard.index, slot));
    for (const observer of observers) observer.spawned(shard, slot);
    this.#inspector?.spawned(slot);
  }

  stepped(slot: number, event: LifecycleEvent, next: LifecycleState, error: unknown): void {
    const shard = this.#shard;
    const { hash, touches, observers, noted } = this.#record;
    if (next === STOPPED) this.#record.promiseMoved(); // somebody may wait for its end
    hash.add(6 + next * 16);
    hash.addWhole(shard.idOf(slot));
    touches.touch(touches.actor(shard.index, slot));
    if (next === FAILED || next === STOPPED) touches.touchAll(); // watchers, parents and links are told
    if (noted !== undefined && next !== RUNNING) {
      const role = shard.table.get(slot, ROLE);
      noted(pairOf(role, this.#last[slot] ?? 0, -1 - next));
      this.#last[slot] = -1 - next;
    }
    for (const observer of observers) observer.stepped(shard, slot, event, next, error);
    this.#inspector?.stepped(slot, event, next, error);
  }

  signalled(signal: Signal, fromShard: number): void {
    const shard = this.#shard;
    const { hash, touches } = this.#record;
    hash.add(7);
    hash.addText(signal.kind);
    hash.addWhole(signal.to);
    const slot = shard.resolve(signal.to);
    if (slot === 0) touches.touchAll();
    else {
      touches.touch(touches.actor(shard.index, slot));
      touches.touch(touches.mailbox(shard.index, slot));
    }
    this.#inspector?.signalled(signal, fromShard);
  }

  flush(): void {
    this.#inspector?.flush();
  }

  taken(): void {
    this.#inspector?.taken();
  }
}

/** A number for a definition, what its actor met before, and what it meets now. */
function pairOf(role: number, before: number, now: number): number {
  return (
    Math.imul(Math.imul(role + 1, 0x9e37_79b1) ^ (before + 1000), 0x85eb_ca6b) ^
    Math.imul(now + 1000, 0xc2b2_ae35)
  );
}
