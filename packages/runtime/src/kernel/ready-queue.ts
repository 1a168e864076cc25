import * as record from './actor-record.js';
import { offsetOf, pageOf } from './actor-table.js';

const { NEXT_READY } = record;

/**
 * Slots in line for a turn, first come, first served, linked through the actors' own records: it has no
 * bound to reach and allocates nothing. Who is in it is marked in the record's status.
 */
export class ReadyQueue {
  readonly #pages: readonly Int32Array[];
  #head = 0;
  #tail = 0;
  length = 0;

  constructor(pages: readonly Int32Array[]) {
    this.#pages = pages;
  }

  push(slot: number): void {
    if (this.#tail === 0) this.#head = slot;
    else this.#pages[pageOf(this.#tail)]![offsetOf(this.#tail) + NEXT_READY] = slot;
    this.#tail = slot;
    this.length++;
  }

  /** Puts one back that was taken too early: it is the next. */
  unshift(slot: number): void {
    this.#pages[pageOf(slot)]![offsetOf(slot) + NEXT_READY] = this.#head;
    if (this.#head === 0) this.#tail = slot;
    this.#head = slot;
    this.length++;
  }

  /** The one that has waited longest; 0 when nobody waits. */
  shift(): number {
    const slot = this.#head;
    if (slot === 0) return 0;
    this.#head = this.#next(slot);
    if (this.#head === 0) this.#tail = 0;
    else this.#pages[pageOf(slot)]![offsetOf(slot) + NEXT_READY] = 0;
    this.length--;
    return slot;
  }

  /** Takes the one at `place`, 0 being the head. Costs a walk: for a simulation's choices. */
  takeAt(place: number): number {
    if (place === 0) return this.shift();
    let before = this.#head;
    for (let i = 1; i < place; i++) before = this.#next(before);
    const slot = this.#next(before);
    const after = this.#next(slot);
    this.#pages[pageOf(before)]![offsetOf(before) + NEXT_READY] = after;
    this.#pages[pageOf(slot)]![offsetOf(slot) + NEXT_READY] = 0;
    if (after === 0) this.#tail = before;
    this.length--;
    return slot;
  }

  /** The one that has waited longest, still in line; 0 when nobody waits. */
  get first(): number {
    return this.#head;
  }

  /** Who comes after one that is in line; 0 after the last. */
  after(slot: number): number {
    return slot === this.#tail ? 0 : this.#next(slot);
  }

  #next(slot: number): number {
    return this.#pages[pageOf(slot)]![offsetOf(slot) + NEXT_READY]!;
  }
}
