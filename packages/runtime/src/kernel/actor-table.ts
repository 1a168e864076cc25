import { GENERATION_MAX, SLOT_COUNT_MAX } from '../actor/address.js';
import * as lifecycle from '../actor/lifecycle.js';
import { TooManyActorsError } from '../errors.js';
import type { LedgerRow } from '../system/ledger.js';
import * as record from './actor-record.js';

// See `local-post.ts`.
const { GENERATION, INCARNATION, LIFECYCLE_MASK, NEXT_READY, RECORD_SHIFT, STATUS } = record;
const { STOPPED } = lifecycle;

/** Actors a page, count: what is allocated at once when the table grows. */
export const PAGE_SHIFT = 10;
const PAGE_SLOTS: number = 1 << PAGE_SHIFT;
/** Slots of the first page: tests make systems by the thousand, each with few actors. The slots from here to the second page do not exist. */
const FIRST_PAGE_SLOTS = 64;
export const PAGE_MASK: number = PAGE_SLOTS - 1;
const RECORD_FIELDS: number = 1 << RECORD_SHIFT;
/** What bounds a table: given only by tests, which cannot wait for the real bounds. */
export interface TableLimits {
  /** Slots, slot 0 among them, count. */
  readonly slotCountMax: number;
  /** The last generation of a slot. */
  readonly generationMax: number;
  /** Free slots that are kept back, so that a generation lasts for at least this many spawns, count. */
  readonly freeSlotsKept: number;
}

const LIMITS: TableLimits = {
  slotCountMax: SLOT_COUNT_MAX,
  generationMax: GENERATION_MAX,
  freeSlotsKept: 1024,
};

/**
 * The actors of one shard by slot: a record of int32 each (see `actor-record.ts`) and columns of pointers, in pages that never move, so
 * that growing never copies; the first page is a short one. A slot that becomes free is used again, oldest first, with its next generation; a
 * slot whose generations are used up is not used again.
 *
 * No id is given twice, also not by the tables of threads that replace one another: a new thread goes on above the
 * generations of the last one, and where few are left, beyond its pages.
 *
 * A slot is looked up in two steps, `pages[slot >> 10]` and `(slot & 1023) * 16`, which {@link pageOf} and {@link offsetOf} spell; the hottest code writes them out, for what a function may inline is bounded.
 */
export class ActorTable<Cell> {
  readonly pages: Int32Array[] = [];
  readonly states: unknown[][] = [];
  /** Columns that most actors have nothing in: a page is shared, and blank, until something is written to it, by {@link put}. */
  readonly args: unknown[][] = [];
  readonly names: (string | undefined)[][] = [];
  readonly cells: (Cell | undefined)[][] = [];
  /** As long as the longest page. */
  readonly #blank: undefined[] = [];
  readonly #row: LedgerRow;
  readonly #limits: TableLimits;
  readonly #firstGeneration: number;
  /** As in the row, which costs more to read. */
  #generationTop = 0;
  #unused = 1;
  /** Where the last page ends. */
  #pagesEnd = 1;
  #freeHead = 0;
  #freeTail = 0;
  #freeCount = 0;

  /** @param row its `generationTop` and pages outlive the thread: a successor begins above them */
  constructor(row: LedgerRow, limits: TableLimits = LIMITS) {
    this.#row = row;
    this.#limits = limits;
    if (row.get('generationTop') > limits.generationMax / 2 && this.#hasFreshPages()) {
      row.set('pagesRetired', row.get('pagesUsed'));
      row.set('generationTop', 0);
    }
    this.#firstGeneration = row.get('generationTop') + 1;
    row.set('generationTop', this.#firstGeneration);
    this.#generationTop = this.#firstGeneration;
    this.#retirePages(row.get('pagesRetired'));
  }

  /** A slot for a new actor: lifecycle `starting`, incarnation 1, all else 0. @throws TooManyActorsError */
  allocate(): number {
    if (this.#freeCount > this.#limits.freeSlotsKept) return this.#reuse();
    const isFull = this.#unused === this.#pagesEnd;
    const slot = isFull ? this.#nextPageBegin : this.#unused;
    const { slotCountMax, generationMax } = this.#limits;
    if (slot >= slotCountMax || this.#firstGeneration > generationMax) {
      if (this.#freeCount > 0) return this.#reuse();
      const isFirstShort = (this.pages[0]?.length ?? 0) < PAGE_SLOTS << RECORD_SHIFT;
      const missing = isFirstShort && slotCountMax > PAGE_SLOTS ? PAGE_SLOTS - FIRST_PAGE_SLOTS : 0;
      throw new TooManyActorsError(slotCountMax - 1 - missing);
    }
    if (isFull) this.#addPage();
    this.#unused = slot + 1;
    const at = offsetOf(slot);
    const page = this.pages[pageOf(slot)]!;
    page[at + GENERATION] = this.#firstGeneration;
    page[at + STATUS] = 0;
    page[at + INCARNATION] = 1;
    return slot;
  }

  /** Gives a slot back. What was in it must not be looked at again. */
  free(slot: number): void {
    const page = this.pages[pageOf(slot)]!;
    const at = offsetOf(slot);
    const column = slot & PAGE_MASK;
    const number = pageOf(slot);
    const blank = this.#blank;
    this.states[number]![column] = undefined;
    if (this.args[number] !== blank) this.args[number]![column] = undefined;
    if (this.names[number] !== blank) this.names[number]![column] = undefined;
    if (this.cells[number] !== blank) this.cells[number]![column] = undefined;
    const generation = page[at + GENERATION]! + 1;
    for (let field = at; field < at + RECORD_FIELDS; field++) page[field] = 0;
    page[at + GENERATION] = generation;
    page[at + STATUS] = STOPPED;
    if (generation > this.#limits.generationMax) return;
    if (generation > this.#generationTop) {
      this.#generationTop = generation;
      this.#row.set('generationTop', generation);
    }
    if (this.#freeTail === 0) this.#freeHead = slot;
    else this.pages[pageOf(this.#freeTail)]![offsetOf(this.#freeTail) + NEXT_READY] = slot;
    this.#freeTail = slot;
    this.#freeCount++;
  }

  /** Whether an actor lives in the slot, of that generation. */
  isAlive(slot: number, generation: number): boolean {
    const page = this.pages[pageOf(slot)];
    return (
      page !== undefined &&
      page[offsetOf(slot) + GENERATION] === generation &&
      (page[offsetOf(slot) + STATUS]! & LIFECYCLE_MASK) !== STOPPED
    );
  }

  get(slot: number, field: number): number {
    return this.pages[pageOf(slot)]![offsetOf(slot) + field]!;
  }

  set(slot: number, field: number, value: number): void {
    this.pages[pageOf(slot)]![offsetOf(slot) + field] = value;
  }

  /** Writes to one of the columns `args`, `names` and `cells`. */
  put<T>(pages: (T | undefined)[][], slot: number, value: T): void {
    const number = pageOf(slot);
    if (pages[number] === this.#blank) pages[number] = blankPage(slotsOf(number));
    pages[number]![slot & PAGE_MASK] = value;
  }

  /** What lives is below. */
  get slotsEnd(): number {
    return this.#unused;
  }

  /** The next slot that was ever used, also by earlier threads; the first after 0. 0 when there is none. */
  slotAfter(slot: number): number {
    const next = slot + 1 === FIRST_PAGE_SLOTS ? PAGE_SLOTS : slot + 1;
    return next < this.#unused ? next : 0;
  }

  #reuse(): number {
    const slot = this.#freeHead;
    const page = this.pages[pageOf(slot)]!;
    const at = offsetOf(slot);
    this.#freeHead = page[at + NEXT_READY]!;
    if (this.#freeHead === 0) this.#freeTail = 0;
    this.#freeCount--;
    page[at + NEXT_READY] = 0;
    page[at + STATUS] = 0;
    page[at + INCARNATION] = 1;
    return slot;
  }

  #hasFreshPages(): boolean {
    return this.#row.get('pagesUsed') << PAGE_SHIFT < this.#limits.slotCountMax;
  }

  /** Stands in for the pages of earlier threads, whose slots nobody lives in any more. */
  #retirePages(count: number): void {
    if (count === 0) return;
    const page = emptyPage(PAGE_SLOTS);
    this.#lengthenBlank(PAGE_SLOTS);
    for (let i = 0; i < count; i++) {
      this.pages.push(page);
      for (const column of [this.states, this.args, this.names, this.cells]) column.push(this.#blank);
    }
    this.#unused = count << PAGE_SHIFT;
    this.#pagesEnd = this.#unused;
  }

  /** The first slot of a page yet to be added. */
  get #nextPageBegin(): number {
    return this.pages.length === 0 ? 1 : this.pages.length << PAGE_SHIFT;
  }

  #addPage(): void {
    const number = this.pages.length;
    const slots = slotsOf(number);
    this.#lengthenBlank(slots);
    this.pages.push(emptyPage(slots));
    this.#pagesEnd = (number << PAGE_SHIFT) + slots;
    this.#row.set('pagesUsed', Math.max(this.#row.get('pagesUsed'), this.pages.length));
    this.states.push(blankPage(slots));
    for (const column of [this.args, this.names, this.cells]) column.push(this.#blank);
  }

  #lengthenBlank(slots: number): void {
    while (this.#blank.length < slots) this.#blank.push(undefined);
  }
}

function slotsOf(page: number): number {
  return page === 0 ? FIRST_PAGE_SLOTS : PAGE_SLOTS;
}

function blankPage(slots: number): undefined[] {
  return new Array<undefined>(slots).fill(undefined);
}

function emptyPage(slots: number): Int32Array {
  const page = new Int32Array(slots << RECORD_SHIFT);
  for (let at = STATUS; at < page.length; at += 1 << RECORD_SHIFT) page[at] = STOPPED;
  return page;
}

/** The page of a slot. */
export function pageOf(slot: number): number {
  return slot >>> PAGE_SHIFT;
}

/** Where in its page a slot's record begins. */
export function offsetOf(slot: number): number {
  return (slot & PAGE_MASK) << RECORD_SHIFT;
}

/** Where in its page of a column a slot's pointer is. */
export function columnOf(slot: number): number {
  return slot & PAGE_MASK;
}
