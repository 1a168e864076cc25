import { setMaxListeners } from 'node:events';
import type { Protocol, QuestionOf, ReplyOf } from '../actor/protocol.js';
import { AskAbortedError } from '../errors.js';
import type { Askable } from './askable.js';
import { countOf, durationOf } from './check-options.js';
import { isWithdrawal } from './failures.js';
import { linkedAbort } from './linked-abort.js';

/** How {@link askAll} asks. */
export interface AskAllOptions {
  /** Longest wait for each reply, ms, more than 0. */
  readonly deadlineMs: number;
  /** Most questions that are asked and whose reply has not been taken yet, count; default 32. */
  readonly window?: number;
  /** Withdraws what is in flight and ends the replies with AskAbortedError. */
  readonly signal?: AbortSignal;
}

/**
 * Asks many questions, several at a time, and yields the replies in the order of the questions.
 *
 * At most `window` questions are on their way or have a reply that was not taken yet, so a slow reader, or
 * one slow reply, stops the reading of `questions`: nothing piles up. Questions are read from the first
 * `next()` on, one at a time, and also between two `next()`.
 *
 * At the first failure nothing more is asked; the replies to earlier questions still come, then that error
 * is thrown. An error of `questions` itself is thrown after the replies to all that it gave. Whenever the
 * replies end early (failure, withdrawal, a `break` in `for await`) what is in flight is withdrawn and
 * `questions` is told to return.
 *
 * @throws InvalidOptionError, at the first `next()`
 * @example
 * for await (const price of askAll(shop, items, { deadlineMs: 100, window: 16 })) total += price;
 */
export async function* askAll<P extends Protocol, Question extends QuestionOf<P>>(
  target: Askable<P>,
  questions: Iterable<Question> | AsyncIterable<Question>,
  options: AskAllOptions,
): AsyncGenerator<ReplyOf<P, Question['type']>, void, undefined> {
  for await (const outcome of replies(target, questions, options, isFailed)) {
    if (outcome.status === 'rejected') throw outcome.reason;
    yield outcome.value;
  }
}

/**
 * As {@link askAll}, but goes on after failures: yields how each question ended, in their order. Only a
 * withdrawal ends it early, by AskAbortedError or StaleContextError.
 */
export async function* askAllSettled<P extends Protocol, Question extends QuestionOf<P>>(
  target: Askable<P>,
  questions: Iterable<Question> | AsyncIterable<Question>,
  options: AskAllOptions,
): AsyncGenerator<PromiseSettledResult<ReplyOf<P, Question['type']>>, void, undefined> {
  for await (const outcome of replies(target, questions, options, isCutOff)) {
    if (isCutOff(outcome)) throw outcome.reason;
    yield outcome;
  }
}

type Outcome<Reply> = PromiseSettledResult<Reply>;

function isFailed(outcome: Outcome<unknown>): outcome is PromiseRejectedResult {
  return outcome.status === 'rejected';
}

function isCutOff(outcome: Outcome<unknown>): outcome is PromiseRejectedResult {
  return outcome.status === 'rejected' && isWithdrawal(outcome.reason);
}

async function* replies<P extends Protocol, Question extends QuestionOf<P>>(
  target: Askable<P>,
  questions: Iterable<Question> | AsyncIterable<Question>,
  { deadlineMs, window = 32, signal }: AskAllOptions,
  endsAsking: (outcome: Outcome<unknown>) => boolean,
): AsyncGenerator<Outcome<ReplyOf<P, Question['type']>>, void, undefined> {
  durationOf('deadlineMs', deadlineMs);
  countOf('window', window, 1);
  const withdrawal = linkedAbort(signal);
  setMaxListeners(0, withdrawal.signal); // one for each question in flight: `window` is the bound
  const options = { deadlineMs, signal: withdrawal.signal };
  const ask = (question: Question) => target.ask(question, options);
  const flight = new Flight(iteratorOf(questions), ask, window, endsAsking, withdrawal.signal);
  try {
    for (;;) {
      if (withdrawal.signal.aborted)
        throw new AskAbortedError(target.address.path, { cause: withdrawal.signal.reason });
      const outcome = flight.take();
      if (outcome !== undefined) yield outcome;
      else if (flight.isOver) break;
      else await flight.changed();
    }
    if (flight.sourceFailure !== undefined) throw flight.sourceFailure.error;
  } finally {
    withdrawal.unlink();
    withdrawal.abort();
    await flight.close();
  }
}

type Source<Question> = Iterator<Question> | AsyncIterator<Question>;

function iteratorOf<Question>(questions: Iterable<Question> | AsyncIterable<Question>): Source<Question> {
  return Symbol.asyncIterator in questions ? questions[Symbol.asyncIterator]() : questions[Symbol.iterator]();
}

/** The questions between their source and the reader, oldest first. */
class Flight<Question, Reply> {
  /** What the source threw, if it did. */
  sourceFailure: { readonly error: unknown } | undefined;
  readonly #source: Source<Question>;
  readonly #ask: (question: Question) => Promise<Reply>;
  readonly #window: number;
  readonly #endsAsking: (outcome: Outcome<Reply>) => boolean;
  readonly #places: { outcome: Outcome<Reply> | undefined }[] = [];
  #isReading = false;
  #isExhausted = false;
  #mayAsk = true;
  #wake: () => void = () => undefined;

  constructor(
    source: Source<Question>,
    ask: (question: Question) => Promise<Reply>,
    window: number,
    endsAsking: (outcome: Outcome<Reply>) => boolean,
    withdrawal: AbortSignal,
  ) {
    this.#source = source;
    this.#ask = ask;
    this.#window = window;
    this.#endsAsking = endsAsking;
    withdrawal.addEventListener('abort', () => this.#stopAsking(), { once: true });
    if (withdrawal.aborted) this.#mayAsk = false;
    else this.#read();
  }

  /** Nothing is left to take, and nothing will be. */
  get isOver(): boolean {
    return this.#places.length === 0 && (this.#isExhausted || !this.#mayAsk);
  }

  /** The oldest outcome, which makes room for another question; undefined if it is not there yet. */
  take(): Outcome<Reply> | undefined {
    const outcome = this.#places[0]?.outcome;
    if (outcome === undefined) return undefined;
    this.#places.shift();
    this.#read();
    return outcome;
  }

  /** Resolves when it is worth looking again. For one reader. */
  changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Lets go of the source. A read that is under way is not waited for: it may never end. */
  async close(): Promise<void> {
    this.#stopAsking();
    if (this.#isExhausted) return;
    const returned = Promise.resolve(this.#source.return?.());
    if (this.#isReading) returned.catch(() => undefined);
    else await returned;
  }

  #stopAsking(): void {
    this.#mayAsk = false;
    this.#wake();
  }

  #read(): void {
    if (this.#isReading || this.#isExhausted || !this.#mayAsk) return;
    if (this.#places.length === this.#window) return;
    this.#isReading = true;
    this.#next().then(
      (result) => {
        this.#isReading = false;
        if (result.done) this.#isExhausted = true;
        else if (this.#mayAsk) this.#put(result.value);
        this.#read();
        this.#wake();
      },
      (error) => {
        this.#isReading = false;
        this.#isExhausted = true;
        this.sourceFailure = { error };
        this.#wake();
      },
    );
  }

  // Async, so that what a synchronous source throws is a rejection too.
  async #next(): Promise<IteratorResult<Question, unknown>> {
    return this.#source.next();
  }

  #put(question: Question): void {
    const place: { outcome: Outcome<Reply> | undefined } = { outcome: undefined };
    const settle = (outcome: Outcome<Reply>): void => {
      place.outcome = outcome;
      if (this.#endsAsking(outcome)) this.#mayAsk = false;
      this.#wake();
    };
    this.#places.push(place);
    this.#asked(question).then(
      (value) => settle({ status: 'fulfilled', value }),
      (reason) => settle({ status: 'rejected', reason }),
    );
  }

  // Async, so that an ask that throws is a rejection too.
  async #asked(question: Question): Promise<Reply> {
    return this.#ask(question);
  }
}
