import { errorToData } from '@skein/transport';
import { type ActorAddress, NOBODY, pathOfId } from '../actor/address.js';
import {
  FAILED,
  LIFECYCLE_EVENTS,
  LIFECYCLE_STATES,
  type LifecycleEvent,
  type LifecycleState,
  STARTING,
  STOPPED,
} from '../actor/lifecycle.js';
import { ROLE } from '../kernel/actor-record.js';
import type {
  InspectedRef,
  InspectedSnapshotEvent,
  InspectionBatch,
  InspectionNote,
} from '../system/inspection.js';
import type { Shard } from './shard.js';
import type { ShardInspector } from './shard-witness.js';
import type { Signal } from './signals.js';

/** What is kept until it can be told: events, count, and their messages, bytes. What comes then is only counted. */
const NOTES_MAX = 8192;
const PAYLOAD_BYTES_MAX: number = 4 * 1024 * 1024;

/**
 * Writes down what happens on one shard while somebody inspects the system; there is none otherwise. What
 * was written is told at the end of each slice, so that no listener runs in the middle of what it is told of.
 */
export class Inspector implements ShardInspector {
  readonly #shard: Shard;
  readonly #tell: (batch: InspectionBatch) => void;
  /** Whether messages are written down whole. */
  withMessages = false;
  /** The last batch is still on its way: the next one waits for {@link taken}. */
  #awaitsTaking = false;
  readonly #waitsForTaking: boolean;
  #notes: InspectionNote[] = [];
  #payloadBytes = 0;
  #leftOut = 0;

  /** @param waitsForTaking tell no batch before the one before it was {@link taken} */
  constructor(shard: Shard, waitsForTaking: boolean, tell: (batch: InspectionBatch) => void) {
    this.#shard = shard;
    this.#waitsForTaking = waitsForTaking;
    this.#tell = tell;
  }

  spawned(slot: number): void {
    const shard = this.#shard;
    const src = shard.roles.all[shard.table.get(slot, ROLE)]!.definition.name;
    const actorRef = { ...this.#refOf(slot), src, _parent: refTo(shard.parentOf(slot)) };
    this.#write({ type: '@xstate.actor', actorRef });
    this.#writeSnapshot(slot, STARTING, 'xstate.init', undefined);
  }

  stepped(slot: number, event: LifecycleEvent, next: LifecycleState, error: unknown): void {
    this.#writeSnapshot(slot, next, LIFECYCLE_EVENTS[event]!, error);
  }

  handed(slot: number, node: number, message: { readonly type: string }): void {
    const { envelopes } = this.#shard;
    const note = {
      type: '@xstate.event',
      actorRef: this.#refOf(slot),
      sourceRef: this.#source(envelopes.senderIdOf(node), envelopes.senderShardOf(node)),
      event: { type: message.type },
    } as const;
    const payload = this.withMessages ? this.#encoded(message) : undefined;
    this.#write(payload === undefined ? note : { ...note, payload });
  }

  signalled(signal: Signal, fromShard: number): void {
    const slot = this.#shard.resolve(signal.to);
    if (slot === 0 || signal.kind === 'spawn') return;
    this.#write({
      type: '@xstate.event',
      actorRef: this.#refOf(slot),
      sourceRef: this.#sourceOf(slot, signal, fromShard),
      event: { type: `skein.${signal.kind}` },
    });
  }

  /** Tells what was written since the last time, if it is time to. */
  flush(): void {
    if (this.#awaitsTaking || this.#notes.length === 0) return;
    const batch = { shard: this.#shard.index, notes: this.#notes, leftOut: this.#leftOut };
    this.#notes = [];
    this.#payloadBytes = 0;
    this.#leftOut = 0;
    this.#awaitsTaking = this.#waitsForTaking;
    this.#tell(batch);
  }

  /** The last batch has arrived. */
  taken(): void {
    this.#awaitsTaking = false;
    this.flush();
  }

  #writeSnapshot(
    slot: number,
    state: LifecycleState,
    type: InspectedSnapshotEvent['event']['type'],
    error: unknown,
  ): void {
    const status = state === FAILED ? 'error' : state === STOPPED ? 'stopped' : 'active';
    const snapshot = { status, value: LIFECYCLE_STATES[state]! } as const;
    this.#write({
      type: '@xstate.snapshot',
      actorRef: this.#refOf(slot),
      event: { type },
      snapshot: state === FAILED ? { ...snapshot, error: errorToData(error) } : snapshot,
    });
  }

  #write(note: InspectionNote): void {
    const bytes = note.payload?.length ?? 0;
    const hasRoom = this.#notes.length < NOTES_MAX && this.#payloadBytes + bytes <= PAYLOAD_BYTES_MAX;
    // Once one is left out so are all that follow: what is told of an actor has no hole before its end.
    if (!hasRoom || this.#leftOut > 0) {
      this.#leftOut++;
      return;
    }
    this.#notes.push(note);
    this.#payloadBytes += bytes;
  }

  #encoded(message: unknown): Uint8Array | undefined {
    try {
      return this.#shard.codec.encode(message);
    } catch {
      return undefined;
    }
  }

  #refOf(slot: number): InspectedRef {
    return refTo(this.#shard.addressOf(slot));
  }

  #source(id: number, shard: number): InspectedRef | undefined {
    if (id === NOBODY) return undefined;
    const slot = this.#shard.resolve(id);
    return slot === 0 ? refTo({ path: pathOfId(id), id, shard }) : this.#refOf(slot);
  }

  #sourceOf(slot: number, signal: Signal, fromShard: number): InspectedRef | undefined {
    if (signal.kind === 'watch' || signal.kind === 'unwatch') return this.#source(signal.watcher, fromShard);
    if (signal.kind === 'terminated') return refTo(signal.notice.address);
    if (signal.kind !== 'child-failed' && signal.kind !== 'child-terminated') return undefined;
    const child = this.#shard.peekCell(slot)?.children?.get(signal.child);
    return child === undefined ? this.#source(signal.child, fromShard) : refTo(child.address);
  }
}

function refTo(address: ActorAddress): InspectedRef {
  return { sessionId: String(address.id), id: address.path, address };
}
