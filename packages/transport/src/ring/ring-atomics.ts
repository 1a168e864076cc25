/**
 * The atomic operations that rings and doorbells use: a part of the global `Atomics`. It is passed in, so
 * that a test can step two sides through every order of their operations.
 *
 * All of them are sequentially consistent: every thread sees them in one single order, and plain writes made
 * before an atomic write are visible to whoever reads that write.
 */
export interface RingAtomics {
  load(words: Int32Array, index: number): number;
  store(words: Int32Array, index: number, value: number): number;
  add(words: Int32Array, index: number, value: number): number;
  notify(words: Int32Array, index: number, count?: number): number;
  /** Like `Atomics.wait`, with a promise in place of blocking. Does not keep a thread alive. */
  waitAsync(
    words: Int32Array,
    index: number,
    expected: number,
  ): { async: false; value: 'not-equal' | 'timed-out' } | { async: true; value: Promise<'ok' | 'timed-out'> };
}

/** The real ones. `waitAsync` exists since Node 16; the ES2023 library declarations leave it out. */
export const SHARED_ATOMICS: RingAtomics = Atomics as unknown as RingAtomics;
