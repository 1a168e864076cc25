import type { RefColumn } from './ref-column.js';

/**
 * Those actors of a column that live on its shard and are of one role. Mostly they were spawned one after the other, and are a range: two
 * numbers instead of two arrays, which is what counts where a step meets thousands of columns, none of them in a cache any more.
 */
export class ColumnPart {
  readonly refs: RefColumn<never>;
  /** The role, by index. */
  readonly role: number;
  /** Count. */
  readonly count: number;
  /** Where in the column each stands; undefined where the part is the column. */
  readonly indices: Int32Array | undefined;
  /** Of a range: its first slot, and the generation of all. 0 if it is none. */
  readonly #firstSlot: number;
  readonly #generation: number;
  readonly #slots: Int32Array;
  readonly #generations: Int32Array;

  /** @param indices in the column; undefined: all */
  constructor(refs: RefColumn<never>, role: number, indices: readonly number[] | undefined) {
    this.refs = refs;
    this.role = role;
    this.count = indices === undefined ? refs.length : indices.length;
    this.indices = indices === undefined ? undefined : Int32Array.from(indices);
    this.#slots = this.indices?.map((index) => refs.slots[index]!) ?? refs.slots;
    this.#generations = this.indices?.map((index) => refs.generations[index]!) ?? refs.generations;
    const [first, generation] = [this.#slots[0]!, this.#generations[0]!];
    const isRange =
      this.#slots.every((slot, place) => slot === first + place) &&
      this.#generations.every((other) => other === generation);
    this.#firstSlot = isRange ? first : 0;
    this.#generation = isRange ? generation : 0;
  }

  slotAt(place: number): number {
    return this.#firstSlot === 0 ? this.#slots[place]! : this.#firstSlot + place;
  }

  generationAt(place: number): number {
    return this.#firstSlot === 0 ? this.#generations[place]! : this.#generation;
  }
}
