import { isBare } from '../mailbox/envelope.js';
import type { RowFrame } from './row-frame.js';

/** Messages that differ and lie in one run, at most, count. */
const RUN_LENGTH_MAX = 32;
/**
 * Messages that are all the same and lie in one run, at most, count: they take no place. The first run of a row is short and each
 * further one twice as long, so that the end of a run is nothing V8 has not seen when it compiles who meets them.
 */
const FIRST_ECHO = 16;
const ECHOES_MAX: number = 2 ** 30;
/** Runs kept for use again, count. */
const SPARE_RUNS_MAX = 1024;

/**
 * Messages in a row from one sender to one mailbox, of one type and weight, in one node: a sender that floods a mailbox
 * pays for a place in an array instead of a node for each message. The messages are met one by one all the same.
 *
 * ```text
 *   items  [ - - - c d e . . . ]     at = 3, count = 6: `c` is next
 * ```
 *
 * Where the row is of one and the same message over and over, or of messages that hold nothing but their type, it is an
 * *echo*: it only counts, and a flood takes no memory at all. Of those that hold nothing but their type, each is met as an object of its own.
 */
export class MailRun {
  /** Empty until the first run that is no echo. */
  declare readonly items: unknown[];
  /** The next to be met. */
  declare at: number;
  /** One past the last. */
  declare count: number;
  /** The node it lies in. */
  declare node: number;
  /** Whose mailbox it is in. */
  declare slot: number;
  /** Who sends: slot, 0 for the world outside. */
  declare sender: number;
  declare type: string;
  /** What each message weighs, units. */
  declare units: number;
  /** Messages that may still be added before one is measured again. */
  declare room: number;
  /** What each message is, if it is always the same one. */
  declare echoed: object | undefined;
  /** Each message holds nothing but its type. */
  declare isBare: boolean;
  /** It stands for one such message, in as many nodes as need be: see {@link bareMail}. */
  declare isShared: boolean;
  /** Of rows: where they lie; `at` and `count` are rows of it. */
  declare frame: RowFrame | undefined;
  /** Of rows from several senders: each row's slot, and then each row's generation. */
  declare senders: Int32Array | undefined;
  /** The next in the list of spare runs. */
  declare next: MailRun | undefined;

  constructor() {
    this.items = [];
    this.at = 0;
    this.count = 0;
    this.node = 0;
    this.slot = 0;
    this.sender = 0;
    this.type = '';
    this.units = 0;
    this.room = 0;
    this.echoed = undefined;
    this.isBare = false;
    this.isShared = false;
    this.frame = undefined;
    this.senders = undefined;
    this.next = undefined;
  }

  /**
   * Begins with `message`.
   *
   * @param type the message's, read before: a getter may say something else the second time
   * @param repeats whether the one before it in the mailbox was the very same object
   * @param unmeasured how many messages of this type may still come unmeasured
   * @param before how long the run is that this one goes on from, 0 for none
   */
  begin(
    message: { readonly type: string },
    type: string,
    repeats: boolean,
    unmeasured: number,
    before: number,
  ): void {
    this.at = 0;
    this.count = 1;
    this.type = type;
    this.isBare = isBare(message);
    this.echoed = repeats && !this.isBare ? message : undefined;
    if (this.isBare || repeats) this.room = Math.min(Math.max(before * 2, FIRST_ECHO), ECHOES_MAX) - 1;
    else {
      if (this.items.length === 0) this.items.length = RUN_LENGTH_MAX;
      this.items[0] = message;
      this.room = Math.min(RUN_LENGTH_MAX - 1, unmeasured);
    }
  }

  /** Adds a message of the same sender, type and receiver; false, with nothing done, if it does not fit in. There must be room. */
  add(message: { readonly type: string }): boolean {
    if (this.isBare) {
      if (!isBare(message)) return false;
    } else if (this.echoed === undefined) this.items[this.count] = message;
    else if (this.echoed !== message) return false;
    this.count++;
    this.room--;
    return true;
  }

  /** Becomes the rows `from` to `to`, exclusive, of a frame. Nothing is added to it. */
  beginRows(frame: RowFrame, from: number, to: number, senders: Int32Array | undefined): void {
    this.at = from;
    this.count = to;
    this.type = frame.type;
    this.frame = frame;
    this.senders = senders;
    this.room = 0;
  }

  /** What was added last, if it waits and is kept as an object. */
  get latest(): unknown {
    return this.echoed ?? this.items[this.count - 1];
  }

  /** What was taken last, as long as nothing has been taken since, and the run has its node. */
  get met(): { readonly type: string } {
    if (this.frame !== undefined) return this.frame.message(this.at - 1);
    if (this.isBare) return { type: this.type };
    return (this.echoed ?? this.items[this.at - 1]) as { readonly type: string };
  }

  /** The next message; the one before it is let go of. */
  shift(): { readonly type: string } {
    if (this.isShared) return { type: this.type };
    const at = this.at++;
    if (this.frame !== undefined) return this.frame.message(at);
    if (this.isBare) return { type: this.type };
    if (this.echoed !== undefined) return this.echoed as { readonly type: string };
    if (at > 0) this.items[at - 1] = undefined;
    return this.items[at] as { readonly type: string };
  }
}

/**
 * What lies in the node of a single message that holds nothing but its type, where many messages wait: the message is made anew when
 * it is met, so that V8 need not move those that wait out of its nursery one by one. One for each type of a role.
 */
export function bareMail(type: string): MailRun {
  const run = new MailRun();
  run.type = type;
  run.isBare = true;
  run.isShared = true;
  return run;
}

/** Runs of one shard that are not in use. */
export class SpareRuns {
  #first: MailRun | undefined;
  #count = 0;

  take(): MailRun {
    const run = this.#first;
    if (run === undefined) return new MailRun();
    this.#first = run.next;
    this.#count--;
    run.next = undefined;
    return run;
  }

  /** Takes an empty run back. */
  giveBack(run: MailRun): void {
    run.echoed = undefined;
    if (run.items.length > 0) run.items[Math.min(run.count, run.items.length) - 1] = undefined;
    if (run.frame !== undefined) {
      run.frame = undefined;
      run.senders = undefined;
    }
    if (this.#count >= SPARE_RUNS_MAX) return;
    run.next = this.#first;
    this.#first = run;
    this.#count++;
  }
}
