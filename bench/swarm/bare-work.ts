/** What a bare thread is given. */
export interface BareWork {
  /** Of a loop, count: its half of a round. */
  readonly turns: number;
  /** See {@link count}. */
  readonly result: Int32Array;
}

/**
 * Work that no memory and no collector has a part in, and that fills a core: four chains that do not wait for each other. One alone would leave most of the
 * core idle, and not tell when two threads of a virtual machine are given the two halves of one.
 *
 * @param result out, i32[1]: it goes somewhere, so that no compiler leaves the work out
 */
export function count(turns: number, result: Int32Array): void {
  let a = 1;
  let b = 2;
  let c = 3;
  let d = 4;
  for (let turn = 0; turn < turns; turn++) {
    a = (Math.imul(a, 1_664_525) + 1_013_904_223) | 0;
    b = (Math.imul(b, 1_664_525) + 1_013_904_223) | 0;
    c = (Math.imul(c, 1_664_525) + 1_013_904_223) | 0;
    d = (Math.imul(d, 1_664_525) + 1_013_904_223) | 0;
  }
  result[0] = a ^ b ^ c ^ d;
}

/** Turns that take so long here, count: by the fastest of several trials, the first of which compile it. */
export function turnsIn(ms: number): number {
  const trial = 1_000_000;
  const result = new Int32Array(1);
  let leastMs = Number.POSITIVE_INFINITY;
  for (let again = 0; again < 8; again++) {
    const startedMs = performance.now();
    count(trial, result);
    leastMs = Math.min(leastMs, performance.now() - startedMs);
  }
  return Math.ceil((trial * ms) / leastMs);
}
