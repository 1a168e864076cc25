/** What a bare thread is given. */
export interface BareWork {
  /** i32: {@link ROUND}, {@link DONE}, {@link RESULT}. */
  readonly memory: SharedArrayBuffer;
  /** Of a loop, count: the work of one round. */
  readonly turns: number;
}

/** The round in hand, written by the main thread; a cache line away from that, how many have done their part of it. */
export const ROUND = 0;
export const DONE = 16;
/** Where results go, so that no compiler leaves the work out. */
export const RESULT = 32;

/** Work that no memory and no collector has a part in. */
export function count(turns: number): number {
  let x = 1;
  for (let turn = 0; turn < turns; turn++) x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0;
  return x;
}

/** Turns that take so long here, count: by the fastest of several trials, the first of which compile it. */
export function turnsIn(ms: number): number {
  const trial = 1_000_000;
  let leastMs = Number.POSITIVE_INFINITY;
  for (let again = 0; again < 8; again++) {
    const startedMs = performance.now();
    count(trial);
    leastMs = Math.min(leastMs, performance.now() - startedMs);
  }
  return Math.ceil((trial * ms) / leastMs);
}
