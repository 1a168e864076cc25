import type { Links } from '../remote/links.js';
import { LEDGER } from '../system/ledger.js';
import type { OpenQuestion } from '../system/open-question.js';
import { outsideActors, turnNow } from './scope.js';
import type { Shard } from './shard.js';

/** Between two looks at the event loop: frames taken, and messages handled or turns run. */
const FRAMES_PER_SLICE = 1024;
const MESSAGES_PER_SLICE = 4096;
/** Work done in microtasks, in messages, before the event loop must have turned; a slice counts as one at least. */
const MICROTASK_MESSAGES_MAX = 8192;

/** What a slice in a microtask is chained to: cheaper than `queueMicrotask`, which makes an async resource. */
const RESOLVED = Promise.resolve();

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
  readonly #slice = (): void => (turnNow.callsHaveRun ? outsideActors(this.#body) : this.#runSlice());
  readonly #sliceOfNewLoop = (): void => {
    this.#microtaskMessages = 0;
    this.#slice();
  };
  #microtaskMessages = 0;
  /** A slice is on its way. */
  scheduled = false;
  #waiting = false;
  #closed = false;

  constructor(shard: Shard, links: Links) {
    this.#shard = shard;
    this.#links = links;
  }

  /** Something may have to be done. */
  wake(): void {
    if (this.scheduled || this.#closed) return;
    this.scheduled = true;
    this.#shard.row.cells[LEDGER.busy] = 1;
    if (this.#microtaskMessages > MICROTASK_MESSAGES_MAX) setImmediate(this.#sliceOfNewLoop);
    else void RESOLVED.then(this.#slice);
  }

  /**
   * Promises `question`, about to be posted, its reply, and sees that the shard goes on. Where no slice is on its way yet, the question's own promise brings it:
   * most questions inside a shard are answered in the slice that they wake, and cost one promise then.
   */
  promiseReply(question: OpenQuestion): Promise<unknown> {
    if (this.scheduled || this.#closed || this.#microtaskMessages > MICROTASK_MESSAGES_MAX) {
      this.wake();
      return RESOLVED.then(() => question.reply());
    }
    this.scheduled = true;
    this.#shard.row.cells[LEDGER.busy] = 1;
    return RESOLVED.then(() => {
      this.#slice();
      return question.reply();
    });
  }

  close(): void {
    this.#closed = true;
    this.#shard.row.set('busy', 0);
  }

  #runSlice(): void {
    if (this.#closed) return;
    const { hasPeers } = this.#links;
    if (hasPeers) this.#links.receive(FRAMES_PER_SLICE);
    this.#microtaskMessages += this.#shard.runTurns(MESSAGES_PER_SLICE);
    this.#shard.questions.setDeadlines();
    this.#shard.row.cells[LEDGER.mailWaiting] = this.#shard.mail.envelopes;
    if (hasPeers) {
      const outboxesEmpty = this.#links.flush();
      this.#shard.row.set('outboxFrames', outboxesEmpty ? 0 : this.#links.outboxFrames);
    }
    const { dispatcher, signals, inspector } = this.#shard;
    inspector?.flush();
    if (dispatcher.readyCount > 0 || signals.waiting || (hasPeers && this.#links.ready())) {
      setImmediate(this.#sliceOfNewLoop);
      return;
    }
    this.scheduled = false;
    this.#shard.row.cells[LEDGER.busy] = 0;
    if (hasPeers) this.#waitForPeers();
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
