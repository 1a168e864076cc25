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

  /** Makes the way at `from` the first; those before it come after it, in their order. */
  bringFirst(from: number): void {
    const { processes, whos, whats, kinds } = this;
    const kind = kinds[from]!;
    const process = processes[from]!;
    const who = whos[from]!;
    const what = whats[from]!;
    processes.copyWithin(1, 0, from);
    whos.copyWithin(1, 0, from);
    whats.copyWithin(1, 0, from);
    for (let at = from; at > 0; at--) kinds[at] = kinds[at - 1]!;
    kinds[0] = kind;
    processes[0] = process;
    whos[0] = who;
    whats[0] = what;
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
