/** Messages a run holds at most. */
export const RUN_LENGTH_MAX = 32;
/** Runs kept for use again, count. */
const SPARE_RUNS_MAX = 1024;

/**
 * Messages in a row from one sender to one mailbox, of one type and weight, in one node: a sender that floods a mailbox
 * pays for a place in an array instead of a node for each message. The messages are met one by one all the same.
 *
 * ```text
 *   items  [ - - - c d e . . . ]     at = 3, count = 6: `c` is next
 * ```
 */
export class MailRun {
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

  constructor() {
    this.items = new Array<unknown>(RUN_LENGTH_MAX).fill(undefined);
    this.at = 0;
    this.count = 0;
    this.node = 0;
    this.slot = 0;
    this.sender = 0;
    this.type = '';
    this.units = 0;
    this.room = 0;
  }

  /** The next message, which is let go of. */
  shift(): unknown {
    const message = this.items[this.at];
    this.items[this.at++] = undefined;
    return message;
  }
}

/** Runs of one shard that are not in use. */
export class SpareRuns {
  readonly #spare: MailRun[] = [];

  take(): MailRun {
    const run = this.#spare.pop() ?? new MailRun();
    run.at = 0;
    run.count = 0;
    return run;
  }

  /** Takes an empty run back. */
  giveBack(run: MailRun): void {
    if (this.#spare.length < SPARE_RUNS_MAX) this.#spare.push(run);
  }
}
