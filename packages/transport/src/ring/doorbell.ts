import type { Bell, Sleeper } from '../link.js';
import { type RingAtomics, SHARED_ATOMICS } from './ring-atomics.js';

/**
 * The doorbells of a mesh: for each end one cache line of four words.
 *
 * ```text
 *   word 0   bell      counts the rings; a sleeper waits for it to change          written by everybody
 *   word 1   asleep    0 while awake, else the number of this sleep                written by the end
 *   word 2   sleeps    how many times the end has gone to sleep                    written by the end
 *   word 3   closed    1 once the end was closed                                   written by the end
 * ```
 *
 * **Why no wake-up is lost.** A ringer first makes its change (publishes a frame, frees room), then looks at
 * `asleep`. A sleeper first notes `bell`, then sets `asleep`, then looks for changes, then waits for `bell`
 * to differ from what it noted. All of these are in one order that both see. If the sleeper looked before the
 * change, then it had set `asleep` before, so the ringer sees it and rings; that ring comes after `bell` was
 * noted, so the wait either ends or, not having begun, does not begin.
 *
 * A ringer rings each sleep at most once: more rings could not wake it more, and each would cost a call into
 * the kernel for every frame until the sleeper has got up. Each ringer remembers that for itself. A shared
 * "already rung" would be lost together with a thread that dies between claiming it and ringing.
 */
const WORDS_PER_END = 16;
const BELL = 0;
const ASLEEP = 1;
const SLEEPS = 2;
const CLOSED = 3;

const AWAKE = 0;

/** Memory for the doorbells of so many ends. */
export function createDoorbells(endCount: number): SharedArrayBuffer {
  return new SharedArrayBuffer(endCount * WORDS_PER_END * Int32Array.BYTES_PER_ELEMENT);
}

/** Whether this memory can hold the doorbells of so many ends. */
export function isDoorbells(memory: SharedArrayBuffer, endCount: number): boolean {
  return memory.byteLength === endCount * WORDS_PER_END * Int32Array.BYTES_PER_ELEMENT;
}

/** The doorbell of another end, as this end rings it. */
export class Doorbell implements Bell {
  private readonly words: Int32Array;
  private readonly atomics: RingAtomics;
  private readonly base: number;
  private sleepRung = AWAKE;

  constructor(memory: SharedArrayBuffer, end: number, atomics: RingAtomics = SHARED_ATOMICS) {
    this.words = new Int32Array(memory);
    this.atomics = atomics;
    this.base = end * WORDS_PER_END;
  }

  isClosed(): boolean {
    return this.atomics.load(this.words, this.base + CLOSED) !== 0;
  }

  ringIfAsleep(): void {
    // Reads which sleep, if any, began before now. Our change was stored before: see above.
    const sleep = this.atomics.load(this.words, this.base + ASLEEP);
    if (sleep === AWAKE || sleep === this.sleepRung) return;
    ring(this.words, this.base, this.atomics);
    this.sleepRung = sleep;
  }
}

/** The doorbell of this end, as it sleeps by it. */
export class DoorbellSleeper implements Sleeper {
  private readonly words: Int32Array;
  private readonly atomics: RingAtomics;
  private readonly base: number;

  /**
   * Takes the doorbell over. A predecessor that died asleep is still announced as such: that costs each ringer
   * at most one needless ring, and ends when we first get up.
   */
  constructor(memory: SharedArrayBuffer, end: number, atomics: RingAtomics = SHARED_ATOMICS) {
    this.words = new Int32Array(memory);
    this.atomics = atomics;
    this.base = end * WORDS_PER_END;
    // Publishes to all senders that somebody reads here again.
    atomics.store(this.words, this.base + CLOSED, 0);
  }

  async sleep(isReady: () => boolean): Promise<void> {
    const bellNoted = this.lieDown();
    if (!isReady()) {
      // Reads the bell once more, in one step with falling asleep: a ring since it was noted ends it at once.
      const rest = this.atomics.waitAsync(this.words, this.base + BELL, bellNoted);
      if (rest.async) await rest.value;
    }
    this.rise();
  }

  wake(): void {
    ring(this.words, this.base, this.atomics);
  }

  close(): void {
    // Publishes to all senders that nothing sent from now on would be read.
    this.atomics.store(this.words, this.base + CLOSED, 1);
  }

  private lieDown(): number {
    // Reads the bell before the sleep is announced: every ring for this sleep comes after.
    const bellNoted = this.atomics.load(this.words, this.base + BELL);
    // A number that no earlier sleep had, also not one of a predecessor: ringers remember the last they rang.
    const sleep = this.atomics.add(this.words, this.base + SLEEPS, 1) + 1;
    // Publishes the sleep to all ringers. 2^32 sleeps later the numbers begin again; 0 is left out.
    this.atomics.store(this.words, this.base + ASLEEP, (sleep | 0) === AWAKE ? 1 : sleep | 0);
    return bellNoted;
  }

  private rise(): void {
    // Publishes to all ringers that they need not ring.
    this.atomics.store(this.words, this.base + ASLEEP, AWAKE);
  }
}

function ring(words: Int32Array, base: number, atomics: RingAtomics): void {
  // Publishes that something changed to a sleeper that has noted the bell and does not wait yet …
  atomics.add(words, base + BELL, 1);
  // … and wakes the one that does.
  atomics.notify(words, base + BELL);
}
