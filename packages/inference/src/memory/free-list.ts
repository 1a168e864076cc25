/** A stretch of memory that nobody uses. */
interface Gap {
  readonly address: number;
  readonly bytes: number;
}

/** Freed regions, neighbours merged, for first-fit reuse. */
export class FreeList {
  /** By address, ascending; no two touch. */
  #gaps: Gap[] = [];

  /** Takes a region of this size out of the first gap that has it. */
  take(bytes: number): number | undefined {
    const index = this.#gaps.findIndex((gap) => gap.bytes >= bytes);
    const gap = this.#gaps[index];
    if (gap === undefined) return undefined;
    const rest = { address: gap.address + bytes, bytes: gap.bytes - bytes };
    this.#gaps.splice(index, 1, ...(rest.bytes > 0 ? [rest] : []));
    return gap.address;
  }

  /** Takes the gap that ends at an address: where it begins. */
  takeEndingAt(end: number): number | undefined {
    const last = this.#gaps.at(-1);
    if (last === undefined || last.address + last.bytes !== end) return undefined;
    this.#gaps.pop();
    return last.address;
  }

  add(address: number, bytes: number): void {
    let index = this.#gaps.findIndex((gap) => gap.address > address);
    if (index < 0) index = this.#gaps.length;
    const before = this.#gaps[index - 1];
    const after = this.#gaps[index];
    const joinsBefore = before !== undefined && before.address + before.bytes === address;
    const joinsAfter = after !== undefined && address + bytes === after.address;
    const start = joinsBefore ? before.address : address;
    const end = joinsAfter ? after.address + after.bytes : address + bytes;
    const first = index - (joinsBefore ? 1 : 0);
    const removed = (joinsBefore ? 1 : 0) + (joinsAfter ? 1 : 0);
    this.#gaps.splice(first, removed, { address: start, bytes: end - start });
  }
}
