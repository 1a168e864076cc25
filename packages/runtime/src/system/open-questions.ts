import type { ActorRef } from '../actor/actor-ref.js';
import type { ActorAddress } from '../actor/address.js';
import { AskAbortedError, AskTimeoutError, InvalidOptionError } from '../errors.js';
import type { TimerWheel } from '../time/timer-wheel.js';
import { LEDGER, type LedgerRow } from './ledger.js';
import { OpenQuestion } from './open-question.js';

/** What a question waits with. */
interface QuestionOptions {
  /** Longest wait, ms, more than 0; none: for ever. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

// Constants of this module are folded into its code; imported ones are loaded each time.
const { asked: ASKED, questionsOpen: QUESTIONS_OPEN } = LEDGER;

/** Cells at first, a power of two. */
const CELLS_LEAST = 64;

/**
 * The questions that this shard has asked and that have no reply yet. Each settles exactly once: by the
 * first of reply, rejection, deadline, withdrawal and loss of the target's shard; what comes later finds
 * nothing here.
 *
 * Correlations are counted up, and a question lies in the cell `correlation & (cells - 1)`: where that is taken, by a question that has
 * been open for long, the count skips a step; when half of the cells are taken, they double.
 */
export class OpenQuestions {
  readonly #timers: TimerWheel;
  readonly #row: LedgerRow;
  #cells: (OpenQuestion | undefined)[] = new Array<undefined>(CELLS_LEAST).fill(undefined);
  #count = 0;
  /** The last correlation there was at {@link setDeadlines}. */
  #seen: number;
  readonly #expire = (question: unknown): void => {
    const { correlation, target, messageType, deadlineMs } = question as OpenQuestion;
    this.reject(correlation, new AskTimeoutError(target.address.path, messageType, deadlineMs));
  };

  constructor(timers: TimerWheel, row: LedgerRow) {
    this.#timers = timers;
    this.#row = row;
    this.#seen = row.cells[ASKED]!;
  }

  /**
   * Opens a question.
   *
   * @throws InvalidOptionError, AskAbortedError if it is withdrawn already
   */
  open(target: ActorRef, messageType: string, options: QuestionOptions): OpenQuestion {
    const question = this.begin(target, messageType, options);
    this.enter(question, options.signal);
    return question;
  }

  /**
   * The first half of {@link open}: the question counts as open, and is found by nobody. To be followed by {@link enter} or {@link settle}.
   *
   * @throws as `open` does
   */
  begin(target: ActorRef, messageType: string, { deadlineMs, signal }: QuestionOptions): OpenQuestion {
    if (deadlineMs !== undefined && !(deadlineMs > 0))
      throw new InvalidOptionError('deadlineMs', deadlineMs, 'more than 0 ms');
    if (signal?.aborted === true) throw new AskAbortedError(target.address.path, { cause: signal.reason });
    const correlation = this.#nextCorrelation();
    this.#row.cells[QUESTIONS_OPEN] = ++this.#count;
    return new OpenQuestion(correlation, target, messageType, deadlineMs ?? Number.POSITIVE_INFINITY);
  }

  /** The second half: it is found by its correlation, and what befalls it is seen to. Nothing is done for one that has been entered. */
  enter(question: OpenQuestion, signal: AbortSignal | undefined): void {
    const { correlation, target } = question;
    let cell = correlation & (this.#cells.length - 1);
    while (this.#cells[cell] !== undefined) {
      if (this.#cells[cell] === question) return;
      this.#grow(); // the cell was free until then, and a later question took it
      cell = correlation & (this.#cells.length - 1);
    }
    this.#cells[cell] = question;
    if (signal !== undefined) {
      const abort = (): void => {
        this.reject(correlation, new AskAbortedError(target.address.path, { cause: signal.reason }));
      };
      signal.addEventListener('abort', abort, { once: true });
      question.withdraw = () => signal.removeEventListener('abort', abort);
    }
  }

  /** Gives a question its reply that has not been entered. */
  settle(question: OpenQuestion, value: unknown): void {
    this.#row.cells[QUESTIONS_OPEN] = --this.#count;
    question.resolve(value);
  }

  /**
   * Sets the deadlines of the questions asked since the last call, from now. The shard calls it at the end of each slice of
   * work: most questions inside a shard are answered by then, and need neither a timer nor a look at the clock.
   */
  setDeadlines(): void {
    const asked = this.#row.cells[ASKED]!;
    if (this.#count > 0)
      for (let correlation = this.#seen + 1; correlation <= asked; correlation++) {
        const question = this.#find(correlation);
        if (question !== undefined && question.deadlineMs !== Number.POSITIVE_INFINITY)
          question.timer = this.#timers.set(question.deadlineMs, this.#expire, question);
      }
    this.#seen = asked;
  }

  /** False when the question is not open any more. */
  resolve(correlation: number, value: unknown): boolean {
    const question = this.#close(correlation);
    if (question === undefined) return false;
    question.resolve(value);
    return true;
  }

  /** False when the question is not open any more. */
  reject(correlation: number, error: Error): boolean {
    const question = this.#close(correlation);
    if (question === undefined) return false;
    question.reject(error);
    return true;
  }

  /** The target and type of an open question, to word an error with. */
  describe(correlation: number): { target: ActorRef; messageType: string } | undefined {
    return this.#find(correlation);
  }

  /** The target has handed the question on to an actor of shard `to`. */
  move(correlation: number, to: number): void {
    const question = this.#find(correlation);
    if (question !== undefined) question.movedTo = to;
  }

  /** Rejects every question whose target matches; one that was handed on counts as where it is now. */
  rejectWhere(
    matches: (target: ActorAddress) => boolean,
    error: (target: ActorAddress, messageType: string) => Error,
  ): void {
    for (const question of [...this.#cells]) {
      if (question === undefined) continue;
      const { target, movedTo } = question;
      const address = movedTo < 0 ? target.address : { ...target.address, shard: movedTo };
      if (matches(address)) this.reject(question.correlation, error(address, question.messageType));
    }
  }

  #find(correlation: number): OpenQuestion | undefined {
    const question = this.#cells[correlation & (this.#cells.length - 1)];
    return question?.correlation === correlation ? question : undefined;
  }

  #close(correlation: number): OpenQuestion | undefined {
    const cell = correlation & (this.#cells.length - 1);
    const question = this.#cells[cell];
    if (question === undefined || question.correlation !== correlation) return undefined;
    this.#cells[cell] = undefined;
    this.#row.cells[QUESTIONS_OPEN] = --this.#count;
    if (question.timer !== 0) this.#timers.cancel(question.timer);
    if (question.withdraw !== undefined) question.withdraw();
    return question;
  }

  #nextCorrelation(): number {
    if (this.#count * 2 >= this.#cells.length) this.#grow();
    let correlation: number;
    do correlation = ++this.#row.cells[ASKED]!;
    while (this.#cells[correlation & (this.#cells.length - 1)] !== undefined);
    return correlation;
  }

  #grow(): void {
    const grown = new Array<OpenQuestion | undefined>(this.#cells.length * 2).fill(undefined);
    for (const question of this.#cells)
      if (question !== undefined) grown[question.correlation & (grown.length - 1)] = question;
    this.#cells = grown;
  }
}
