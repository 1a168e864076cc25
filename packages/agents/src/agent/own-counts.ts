/** The largest count of one agent, in magnitude: what a row of 32 bits can say. */
const COUNT_MAX = 2 ** 31 - 1;

/**
 * What each of many agents has counted and its swarm has not: for each lane a short list of counts that are not zero. An
 * agent whose evidence is fused every step has seen a step's worth; only one that keeps to itself has much.
 */
export class OwnCounts {
  /** Counts there could be of an agent. */
  readonly length: number;
  /** For each lane `at, count, at, count, …`, in the order in which they were first seen. */
  readonly #entries: number[][] = [];
  /** For each lane the tick through which the swarm counts its agent; -1 before its first turn. */
  readonly #countedThrough: number[] = [];

  constructor(length: number) {
    this.length = length;
  }

  /** A new life in a lane: it has seen nothing. */
  begin(lane: number): void {
    this.#entries[lane] = [];
    this.#countedThrough[lane] = -1;
  }

  /** The life in a lane has ended. */
  end(lane: number): void {
    this.#entries[lane] = [];
  }

  /**
   * A turn of an agent begins: it hears through which tick its swarm counts it; undefined where nothing is fused yet. What it had before that is its
   * swarm's now. See `SharedEvidence.accept`.
   */
  accept(lane: number, countedThrough: number | undefined): void {
    const before = this.#countedThrough[lane]!;
    const now = countedThrough ?? Math.max(before, 0);
    if (before === now) return;
    this.#countedThrough[lane] = now;
    if (before !== -1) this.#entries[lane]!.length = 0;
  }

  /** Counts `times` more. False, with nothing counted, for what cannot be. */
  add(lane: number, at: number, times: number): boolean {
    if (!(Number.isInteger(at) && at >= 0 && at < this.length && Number.isInteger(times))) return false;
    const entries = this.#entries[lane]!;
    let entry = 0;
    while (entry < entries.length && entries[entry] !== at) entry += 2;
    const count = (entries[entry + 1] ?? 0) + times;
    if (Math.abs(count) > COUNT_MAX) return false;
    if (count !== 0) {
      entries[entry] = at;
      entries[entry + 1] = count;
    } else if (entry < entries.length) entries.splice(entry, 2);
    return true;
  }

  isEmpty(lane: number): boolean {
    return this.#entries[lane]!.length === 0;
  }

  /** Adds an agent's counts to `sum`, f64[length]. */
  addTo(lane: number, sum: Float64Array): void {
    const entries = this.#entries[lane]!;
    for (let i = 0; i < entries.length; i += 2) sum[entries[i]!]! += entries[i + 1]!;
  }

  /** Numbers that `write` writes for an agent, count. */
  widthOf(lane: number): number {
    return 1 + this.#entries[lane]!.length;
  }

  /** Writes an agent's counts as a row of `countsCombiner`. */
  write(lane: number, row: Int32Array, offset: number): void {
    row[offset] = this.length;
    const entries = this.#entries[lane]!;
    for (let i = 0; i < entries.length; i++) row[offset + 1 + i] = entries[i]!;
  }
}
