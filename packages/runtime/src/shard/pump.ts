import type { Links } from '../remote/links.js';
import { outsideActors } from './scope.js';
import type { Shard } from './shard.js';

/** Between two looks at the event loop: frames taken, and turns run. */
const FRAMES_PER_SLICE = 1024;
const TURNS_PER_SLICE = 64;
/** Slices that may begin in a microtask before the event loop must have turned. */
const MICROTASK_SLICES_MAX = 32;

/**
 * Keeps a shard going on its thread's event loop: takes frames, runs turns, moves outboxes, in slices; and
 * sleeps when there is nothing to do.
 *
 * The first slice after a sleep is a microtask, so that what was sent in one stretch of code is begun
 * before the event loop turns; later slices are immediates, so that timers and ports are not starved, also
 * not by somebody who asks one question after another.
 */
export class Pump {
  readonly #shard: Shard;
  readonly #links: Links;
  readonly #body = (): void => this.#runSlice();
  /** A slice is woken by whoever sends, and works for all: not in the name of the one. */
  readonly #slice = (): void => outsideActors(this.#body);
  readonly #sliceOfNewLoop = (): void => {
    this.#microtaskSlices = 0;
    this.#slice();
  };
  #microtaskSlices = 0;
  #scheduled = false;
  #waiting = false;
  #closed = false;

  constructor(shard: Shard, links: Links) {
    this.#shard = shard;
    this.#links = links;
  }

  /** Something may have to be done. */
  wake(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    this.#shard.row.set('busy', 1);
    if (++this.#microtaskSlices > MICROTASK_SLICES_MAX) setImmediate(this.#sliceOfNewLoop);
    else queueMicrotask(this.#slice);
  }

  close(): void {
    this.#closed = true;
    this.#shard.row.set('busy', 0);
  }

  #runSlice(): void {
    if (this.#closed) return;
    this.#links.receive(FRAMES_PER_SLICE);
    const turnsLeft = this.#shard.runTurns(TURNS_PER_SLICE);
    const outboxesEmpty = this.#links.flush();
    this.#shard.row.set('outboxFrames', outboxesEmpty ? 0 : this.#links.outboxFrames);
    if (turnsLeft || this.#links.ready()) {
      setImmediate(this.#sliceOfNewLoop);
      return;
    }
    this.#scheduled = false;
    this.#shard.row.set('busy', 0);
    this.#waitForPeers();
  }

  /** One waiter is enough; it may outlast several sleeps. */
  #waitForPeers(): void {
    if (this.#waiting || !this.#links.hasPeers) return;
    this.#waiting = true;
    void this.#links.wait().then(() => {
      this.#waiting = false;
      if (this.#links.ready()) this.wake();
      else setImmediate(() => this.wake()); // an early return must not keep the event loop from turning
    });
  }
}
