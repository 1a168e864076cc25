import type { Links } from '../remote/links.js';
import { LEDGER } from '../system/ledger.js';
import type { OpenQuestion } from '../system/open-question.js';
import * as scope from './scope.js';
import type { Shard } from './shard.js';
import type { ShardPump } from './shard-pump.js';

/** Frames taken between two looks at the event loop. */
const FRAMES_PER_SLICE = 1024;
/** Work done in microtasks, in messages, before the event loop must have turned; a slice counts as one at least. */
const MICROTASK_MESSAGES_MAX = 8192;

/** What a slice in a microtask is chained to: cheaper than `queueMicrotask`, which makes an async resource. */
const RESOLVED = Promise.resolve();

// See `local-post.ts`.
const { outsideActors, turnNow } = scope;
const { busy: BUSY, mailWaiting: MAIL_WAITING, runningId: RUNNING_ID } = LEDGER;

/**
 * Keeps a shard going on its thread's event loop: takes frames, runs turns, moves outboxes, in slices; and
 * sleeps when there is nothing to do.
 *
 * The first slice after a sleep is a microtask, so that what was sent in one stretch of code is begun
 * before the event loop turns; later slices are immediates, so that timers and ports are not starved, also
 * not by somebody who asks one question after another.
 */
export class Pump implements ShardPump {
  readonly #shard: Shard;
  readonly #links: Links;
  /** Bound, not an arrow: V8 folds what a method refers to, as it has one closure only, and a bound function is no frame of its own. */
  readonly #slice: () => unknown = this.#runSlice.bind(this);
  /** A slice is woken by whoever sends, and works for all: not in the name of the one. */
  readonly #sliceOutsideActors = (): unknown => outsideActors(this.#slice);
  readonly #sliceOfNewLoop = (): void => {
    this.#microtaskMessages = 0;
    outsideActors(this.#slice);
  };
  #microtaskMessages = 0;
  scheduled = false;
  /** The question whose promise brings the next slice, or has brought this one: it is given its reply at the end of it. */
  bringer: OpenQuestion | undefined;
  /** Somebody drives it by hand. Slices run then that nobody brought, and the one that a question brings may not be the next. */
  #isDriven = false;
  #waiting = false;
  #closed = false;

  constructor(shard: Shard) {
    this.#shard = shard;
    this.#links = shard.links;
  }

  wake(): void {
    if (this.scheduled || this.#closed) return;
    this.scheduled = true;
    this.#shard.row.cells[BUSY] = 1;
    if (this.#microtaskMessages > MICROTASK_MESSAGES_MAX) setImmediate(this.#sliceOfNewLoop);
    else void RESOLVED.then(turnNow.callsHaveRun ? this.#sliceOutsideActors : this.#slice);
  }

  /**
   * Where no slice is on its way yet, the question's own promise brings it: most questions inside a shard are answered in the slice
   * that they wake, and cost one promise then.
   */
  promiseReply(question: OpenQuestion): Promise<unknown> {
    if (
      this.scheduled ||
      this.#closed ||
      this.#microtaskMessages > MICROTASK_MESSAGES_MAX ||
      this.#isDriven
    ) {
      this.wake();
      return RESOLVED.then(() => question.reply());
    }
    this.scheduled = true;
    this.#shard.row.cells[BUSY] = 1;
    this.bringer = question;
    return RESOLVED.then(turnNow.callsHaveRun ? this.#sliceOutsideActors : this.#slice);
  }

  /**
   * One slice of work at once, not when its turn comes: for who drives a shard by hand, and does so from before the first question on.
   * False when there is no more to do.
   */
  runSlice(): boolean {
    if (this.#closed) return false;
    this.#isDriven = true;
    this.scheduled = true;
    this.#runSlice();
    return this.scheduled;
  }

  close(): void {
    this.#closed = true;
    this.#shard.row.set('busy', 0);
  }

  /**
   * One slice of work: frames, then turns until enough mails are handled, the time of a slice is over or nobody is ready. All in one function,
   * as each frame on the stack of a handler that throws makes its error dearer. Returns the reply to the question that brought it.
   */
  #runSlice(): unknown {
    const { bringer } = this;
    if (this.#closed) return bringer?.reply();
    const shard = this.#shard;
    const { hasPeers } = this.#links;
    if (hasPeers) {
      this.#links.hold();
      this.#links.receive(FRAMES_PER_SLICE);
    }
    const { dispatcher, signals, turns, pace, atHand } = shard;
    pace.beginSlice();
    if (signals.waiting) signals.handleAll();
    if (dispatcher.criticalWaits) atHand.putBack();
    turnNow.shard = shard;
    turnNow.slot = 0;
    try {
      if (atHand.slot !== 0 && atHand.meet(bringer!)) {
        dispatcher.countTurn();
        if (signals.waiting) signals.handleAll();
        pace.turnEnded(1);
      }
      while (!pace.isSliceOver) {
        const slot = dispatcher.next();
        if (slot === 0) break;
        const mails = turns.run(slot, pace.turnMessagesMax(dispatcher.turnMessagesMax()));
        if (mails < 0) continue;
        if (signals.waiting) signals.handleAll();
        pace.turnEnded(mails);
      }
    } finally {
      this.bringer = undefined;
      turnNow.shard = undefined;
    }
    shard.parking.admitAll();
    const { cells } = shard.row;
    cells[RUNNING_ID] = 0;
    pace.endSlice();
    this.#microtaskMessages += pace.sliceMessages === 0 ? 1 : pace.sliceMessages;
    cells[MAIL_WAITING] = shard.mail.envelopes;
    if (hasPeers) {
      const outboxesEmpty = this.#links.flush();
      shard.row.set('outboxFrames', outboxesEmpty ? 0 : this.#links.outboxFrames);
    }
    shard.inspector?.flush();
    shard.questions.setDeadlines(); // last, for listeners that were told just now may have asked
    if (dispatcher.readyCount > 0 || signals.waiting || (hasPeers && this.#links.ready())) {
      setImmediate(this.#sliceOfNewLoop);
      return bringer?.reply();
    }
    this.scheduled = false;
    cells[BUSY] = 0;
    if (hasPeers) this.#waitForPeers();
    return bringer?.reply();
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
