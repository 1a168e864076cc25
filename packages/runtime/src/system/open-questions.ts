import type { AskOptions } from '../actor/actor-ref.js';
import type { ActorAddress } from '../actor/address.js';
import { AskAbortedError, AskTimeoutError, InvalidOptionError } from '../errors.js';
import type { QueuedTimer, TimerQueue } from '../time/timer-queue.js';
import type { LedgerRow } from './ledger.js';

interface OpenQuestion {
  readonly target: ActorAddress;
  readonly messageType: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: QueuedTimer;
  readonly withdraw: (() => void) | undefined;
}

/**
 * The questions that this shard has asked and that have no reply yet. Each settles exactly once: by the
 * first of reply, rejection, deadline, withdrawal and loss of the target's shard; what comes later finds
 * nothing here.
 */
export class OpenQuestions {
  readonly #timers: TimerQueue;
  readonly #row: LedgerRow;
  readonly #open = new Map<number, OpenQuestion>();

  constructor(timers: TimerQueue, row: LedgerRow) {
    this.#timers = timers;
    this.#row = row;
  }

  /**
   * Opens a question. `correlation` names it on the way.
   *
   * @throws InvalidOptionError, AskAbortedError if it is withdrawn already
   */
  open(
    target: ActorAddress,
    messageType: string,
    { deadlineMs, signal }: AskOptions,
  ): { correlation: number; reply: Promise<unknown> } {
    if (!(deadlineMs > 0)) throw new InvalidOptionError('deadlineMs', deadlineMs, 'more than 0 ms');
    if (signal?.aborted === true) throw new AskAbortedError(target.path, { cause: signal.reason });
    const correlation = this.#row.add('asked', 1);
    const reply = new Promise<unknown>((resolve, reject) => {
      const timer = this.#timers.set(deadlineMs, () =>
        this.reject(correlation, new AskTimeoutError(target.path, messageType, deadlineMs)),
      );
      const abort = (): void => {
        this.reject(correlation, new AskAbortedError(target.path, { cause: signal?.reason }));
      };
      signal?.addEventListener('abort', abort, { once: true });
      const withdraw = signal && (() => signal.removeEventListener('abort', abort));
      this.#open.set(correlation, { target, messageType, resolve, reject, timer, withdraw });
      this.#row.add('questionsOpen', 1);
    });
    return { correlation, reply };
  }

  /** False when the question is not open any more. */
  resolve(correlation: number, value: unknown): boolean {
    const question = this.#close(correlation);
    question?.resolve(value);
    return question !== undefined;
  }

  /** False when the question is not open any more. */
  reject(correlation: number, error: Error): boolean {
    const question = this.#close(correlation);
    question?.reject(error);
    return question !== undefined;
  }

  /** The target and type of an open question, to word an error with. */
  describe(correlation: number): { target: ActorAddress; messageType: string } | undefined {
    return this.#open.get(correlation);
  }

  /** Rejects every question whose target matches. */
  rejectWhere(
    matches: (target: ActorAddress) => boolean,
    error: (target: ActorAddress, messageType: string) => Error,
  ): void {
    for (const [correlation, { target, messageType }] of [...this.#open]) {
      if (matches(target)) this.reject(correlation, error(target, messageType));
    }
  }

  #close(correlation: number): OpenQuestion | undefined {
    const question = this.#open.get(correlation);
    if (question === undefined) return undefined;
    this.#open.delete(correlation);
    this.#row.add('questionsOpen', -1);
    this.#timers.cancel(question.timer);
    question.withdraw?.();
    return question;
  }
}
