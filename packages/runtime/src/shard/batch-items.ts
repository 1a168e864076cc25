import { BatchEffects } from './batch-effects.js';

/** The items of the batch at hand, in columns that are used again by the next. */
export class BatchItems {
  size = 0;
  slots: Int32Array = new Int32Array(64);
  /** The mail of each, taken out of its mailbox. */
  nodes: Int32Array = new Int32Array(64);
  readonly states: unknown[] = [];
  readonly messages: unknown[] = [];
  readonly effects: BatchEffects = new BatchEffects();
  /** Items that fail, and why. */
  readonly failures: Map<number, unknown> = new Map();

  add(slot: number, node: number, state: unknown, message: unknown): void {
    const item = this.size++;
    if (item === this.slots.length) {
      this.slots = doubled(this.slots);
      this.nodes = doubled(this.nodes);
    }
    this.slots[item] = slot;
    this.nodes[item] = node;
    this.states[item] = state;
    this.messages[item] = message;
  }

  /** Lets go of everything. */
  clear(): void {
    this.states.fill(undefined, 0, this.size);
    this.messages.fill(undefined, 0, this.size);
    this.effects.clear();
    this.failures.clear();
    this.size = 0;
  }
}

function doubled(column: Int32Array): Int32Array {
  const longer = new Int32Array(column.length * 2);
  longer.set(column);
  return longer;
}
