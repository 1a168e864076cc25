import type { ActorRef } from '../actor/actor-ref.js';
import { doubled } from '../kernel/doubled.js';
import type { RowFrame } from '../kernel/row-frame.js';
import type { Sending } from '../kernel/scattered-rows.js';
import { ValueRuns } from '../kernel/value-runs.js';
import { BatchEffects } from './batch-effects.js';

/** Items that there is room for at first, count. */
const ITEMS_AT_FIRST = 16;

/** Rows that the items of a batch are to send, one each. */
export interface RowEffect {
  readonly targets: readonly (ActorRef | undefined)[];
  readonly frame: RowFrame;
}

/** The items of the batch at hand, in columns that are used again by the next. */
export class BatchItems {
  size = 0;
  slots: Int32Array = new Int32Array(ITEMS_AT_FIRST);
  /** The mail of each, taken out of its mailbox; 0 for a row that was in none. */
  nodes: Int32Array = new Int32Array(ITEMS_AT_FIRST);
  generations: Int32Array = new Int32Array(ITEMS_AT_FIRST);
  readonly states: unknown[] = [];
  /** Of items whose message is a row, undefined until it is asked for. */
  readonly messages: unknown[] = [];
  /** The rows that each message is one of, if it is a row, and which one. */
  readonly frames: ValueRuns<RowFrame | undefined> = new ValueRuns();
  /** Of items whose row was in no mailbox: what it is one of, and who sent it. Of no others. */
  readonly sendings: ValueRuns<Sending> = new ValueRuns();
  rows: Int32Array = new Int32Array(ITEMS_AT_FIRST);
  /** Whether there is an item whose message is a row. */
  hasRows = false;
  /** Whether an item has a message: made of its row, or come as such. */
  #hasMessages = false;
  readonly effects: BatchEffects = new BatchEffects();
  readonly rowEffects: RowEffect[] = [];
  /** Items that fail, and why. */
  readonly failures: Map<number, unknown> = new Map();

  /** Has room for so many items, none of whose mail was in a mailbox. */
  beginScattered(count: number): void {
    while (this.slots.length < count) this.#lengthen();
    this.nodes.fill(0, 0, count);
    this.hasRows = true;
  }

  add(slot: number, generation: number, node: number, state: unknown, message: unknown): void {
    const item = this.#addMail(slot, generation, node, state, message);
    this.frames.extend(undefined, item);
  }

  /** The same for a message that is a row. */
  addRow(slot: number, generation: number, node: number, state: unknown, frame: RowFrame, row: number): void {
    const item = this.#addMail(slot, generation, node, state, undefined);
    this.frames.extend(frame, item);
    this.rows[item] = row;
    this.hasRows = true;
  }

  #addMail(slot: number, generation: number, node: number, state: unknown, message: unknown): number {
    const item = this.size++;
    if (item === this.slots.length) this.#lengthen();
    this.slots[item] = slot;
    this.generations[item] = generation;
    this.nodes[item] = node;
    this.states[item] = state;
    this.messages[item] = message;
    this.#hasMessages = true;
    return item;
  }

  #lengthen(): void {
    this.slots = doubled(this.slots);
    this.nodes = doubled(this.nodes);
    this.rows = doubled(this.rows);
    this.generations = doubled(this.generations);
  }

  message(item: number): unknown {
    const frame = this.frames.at(item);
    if (frame !== undefined) {
      this.messages[item] ??= frame.message(this.rows[item]!);
      this.#hasMessages = true;
    }
    return this.messages[item];
  }

  /** Lets go of everything. */
  clear(): void {
    this.states.fill(undefined, 0, this.size);
    if (this.#hasMessages) this.messages.fill(undefined, 0, this.size);
    this.frames.clear();
    this.sendings.clear();
    this.hasRows = false;
    this.#hasMessages = false;
    this.rowEffects.length = 0;
    this.effects.clear();
    this.failures.clear();
    this.size = 0;
  }
}
