/** What a bare thread is given. */
export interface BareWork {
  /** Of a loop, count: its half of a round. */
  readonly turns: number;
  /** See {@link count}. */
  readonly result: Int32Array;
}

/** Work that no memory and no collector has a part in. @param result out, i32[1]: it goes somewhere, so that no compiler leaves the work out */
export function count(turns: number, result: Int32Array): void {
  let x = 1;
  for (let turn = 0; turn < turns; turn++) x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0;
  result[0] = x;
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
