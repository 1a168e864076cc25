import type { ActorRef } from '../actor/actor-ref.js';

/** Effects of one item that are kept, count. */
export const EFFECTS_PER_ITEM_MAX = 65_536;
/** Items that there is room for at first, count: as many as V8 keeps inside a typed array, which is cheap to make. */
const ITEMS_AT_FIRST = 16;
/** Effects whose memory is kept from one batch to the next, count. */
const EFFECTS_RETAINED = 65_536;

/**
 * What the items of one batch are to send and reply, until it is known which of them succeed: a list an item, in the order of
 * the calls, linked through shared columns. Effect 0 stands for none.
 */
export class BatchEffects {
  /** Where an effect goes; undefined for a reply. */
  readonly targets: (ActorRef | undefined)[] = [undefined];
  readonly values: unknown[] = [undefined];
  readonly #next: number[] = [0];
  #first = new Int32Array(ITEMS_AT_FIRST);
  #last = new Int32Array(ITEMS_AT_FIRST);
  #counts = new Int32Array(ITEMS_AT_FIRST);
  #count = 0;

  /** Begins anew for items 0 to `size`, exclusive. */
  begin(size: number): void {
    if (size > this.#first.length) {
      const length = 2 ** Math.ceil(Math.log2(size));
      this.#first = new Int32Array(length);
      this.#last = new Int32Array(length);
      this.#counts = new Int32Array(length);
    } else {
      this.#first.fill(0, 0, size);
      this.#counts.fill(0, 0, size);
    }
  }

  /** Adds an effect to an item, after its others. False at {@link EFFECTS_PER_ITEM_MAX}. */
  add(item: number, target: ActorRef | undefined, value: unknown): boolean {
    if (this.#counts[item]! === EFFECTS_PER_ITEM_MAX) return false;
    this.#counts[item]!++;
    const effect = ++this.#count;
    this.targets[effect] = target;
    this.values[effect] = value;
    this.#next[effect] = 0;
    if (this.#first[item] === 0) this.#first[item] = effect;
    else this.#next[this.#last[item]!] = effect;
    this.#last[item] = effect;
    return true;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** An item's first effect. */
  firstOf(item: number): number {
    return this.#first[item]!;
  }

  /** The same item's next effect. */
  after(effect: number): number {
    return this.#next[effect]!;
  }

  /** Lets go of everything. */
  clear(): void {
    if (this.#count === 0) return;
    if (this.#count > EFFECTS_RETAINED) {
      this.targets.length = 1;
      this.values.length = 1;
      this.#next.length = 1;
    } else {
      this.targets.fill(undefined, 1, this.#count + 1);
      this.values.fill(undefined, 1, this.#count + 1);
    }
    this.#count = 0;
  }
}
