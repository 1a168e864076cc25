import type { ChoicePoint, StepKind } from './scheduler.js';

/** The ways to go on from a moment, with what it takes to go them. Used again and again; see {@link ChoicePoint}. */
export class Ways implements ChoicePoint {
  index = -1;
  count = 0;
  processes: Int32Array = new Int32Array(16);
  readonly kinds: StepKind[] = [];
  /** What a way is about: numbers of a shard, and of a place in line, a peer, or a way of orders. */
  whos: Int32Array = new Int32Array(16);
  whats: Int32Array = new Int32Array(16);

  clear(): void {
    this.count = 0;
  }

  add(kind: StepKind, process: number, who: number, what: number): void {
    const at = this.count++;
    if (at === this.processes.length) this.#grow();
    this.kinds[at] = kind;
    this.processes[at] = process;
    this.whos[at] = who;
    this.whats[at] = what;
  }

  /** Moves the way at `from` forward to `to`; those between come after it, in their order. */
  bringTo(to: number, from: number): void {
    const { processes, whos, whats, kinds } = this;
    const kind = kinds[from]!;
    for (let at = from; at > to; at--) kinds[at] = kinds[at - 1]!;
    kinds[to] = kind;
    for (const column of [processes, whos, whats]) {
      const value = column[from]!;
      column.copyWithin(to + 1, to, from);
      column[to] = value;
    }
  }

  #grow(): void {
    this.processes = doubled(this.processes);
    this.whos = doubled(this.whos);
    this.whats = doubled(this.whats);
  }
}

function doubled(array: Int32Array): Int32Array {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
