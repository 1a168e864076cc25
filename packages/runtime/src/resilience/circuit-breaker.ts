import type { Protocol } from '../actor/protocol.js';
import { CircuitOpenError, InvalidOptionError } from '../errors.js';
import { checkBackoff } from '../supervision/backoff.js';
import { type Askable, askingThrough, type GuardedRef } from './askable.js';
import { type AskBackoff, countOf } from './check-options.js';
import {
  admits,
  type Circuit,
  type CircuitEvent,
  type CircuitRules,
  CLOSED,
  nextCircuit,
} from './circuit.js';
import { type FailureThreshold, FailureWindow } from './failure-window.js';
import { isFailureOfTarget } from './failures.js';
import type { Pace } from './pace.js';

/** When a {@link CircuitBreaker} opens, and how it closes again. */
export interface CircuitBreakerOptions {
  /** Names it in errors and changes. */
  readonly name: string;
  /** Opens it; default 5 failures within 10 000 ms. */
  readonly threshold?: FailureThreshold;
  /** How long it stays open: longer each time that a trial fails. Default from 1 000 ms, doubling, to 60 000 ms. */
  readonly openFor?: AskBackoff;
  /** How many calls in a row must succeed to close it, which is also how many are let through to try. Default 1. */
  readonly trials?: number;
  /** Which errors count; default {@link isFailureOfTarget}. What does not count is as if it had not been asked. */
  readonly isFailure?: (error: unknown) => boolean;
  /** Told of each change, by whoever's call made it. What it throws is a rejection that nobody handles. */
  readonly onChange?: (change: CircuitChange) => void;
}

/** A circuit breaker went from one state to another. */
export interface CircuitChange {
  readonly name: string;
  readonly from: Circuit;
  readonly to: Circuit;
  /** The failure that opened it; undefined when it did not open. */
  readonly cause: unknown;
}

/** How a call ended. */
export type CallEnd =
  | { readonly type: 'success'; readonly nowMs: number }
  | { readonly type: 'failure'; readonly nowMs: number; readonly uniform: number; readonly error: unknown }
  | { readonly type: 'no-news' };

/** What a call was let through with; to be given back with its end, once. */
export type CircuitPass = number;

/**
 * Stops asking whoever keeps failing, and tries again after a while, carefully. One may stand before many
 * callers of one shard, so that all of them learn from each other's failures; it asks nobody for the time,
 * hence belongs to no actor. `withCircuitBreaker` puts it around an ask; `admit` and `end` put it around
 * anything else.
 *
 * An end counts only while the circuit is as it was when the call was let through: a question that was
 * asked before the circuit opened and times out after it has closed says nothing about now.
 *
 * @example
 * const breaker = context.shardLocal(MAPS, () => new CircuitBreaker({ name: 'maps' }));
 */
export class CircuitBreaker {
  readonly name: string;
  /** The failures that its calls are judged by. */
  readonly isFailure: (error: unknown) => boolean;
  readonly #rules: CircuitRules;
  readonly #window: FailureWindow;
  readonly #onChange: ((change: CircuitChange) => void) | undefined;
  #circuit = CLOSED;
  #changes: CircuitPass = 0;
  #lastFailure: unknown;

  /** @throws InvalidOptionError */
  constructor(options: CircuitBreakerOptions) {
    const { name, isFailure = isFailureOfTarget, onChange } = options;
    if (typeof name !== 'string' || name === '') throw new InvalidOptionError('name', name, 'a name');
    if (typeof isFailure !== 'function')
      throw new InvalidOptionError('isFailure', isFailure, 'a function from an error to a boolean');
    this.name = name;
    this.isFailure = isFailure;
    this.#onChange = onChange;
    this.#window = new FailureWindow(options.threshold ?? { failures: 5, withinMs: 10_000 });
    this.#rules = {
      openFor: checkBackoff<AskBackoff>('openFor', options.openFor ?? { minMs: 1000, maxMs: 60_000 }),
      trials: countOf('trials', options.trials ?? 1, 1),
    };
  }

  /** How it stands. It turns half-open only when a call comes. */
  get circuit(): Circuit {
    return this.#circuit;
  }

  /** Lets a call through. @throws CircuitOpenError, whose cause is the failure that opened it */
  admit(nowMs: number): CircuitPass {
    const circuit = this.#circuit;
    if (!admits(circuit, nowMs, this.#rules))
      throw new CircuitOpenError(this.name, circuit.status === 'open' ? circuit.retryAtMs : undefined, {
        cause: this.#lastFailure,
      });
    this.#hear({ type: 'call', nowMs }, undefined);
    return this.#changes;
  }

  /** Hears how a call ended. */
  end(pass: CircuitPass, end: CallEnd): void {
    if (pass !== this.#changes) return;
    if (end.type === 'no-news') {
      this.#hear(end, undefined);
      return;
    }
    const failed = end.type === 'failure';
    const tooMany = this.#window.record(end.nowMs, failed);
    if (failed) this.#lastFailure = end.error;
    this.#hear(failed ? { ...end, tooMany } : end, failed ? end.error : undefined);
  }

  #hear(event: CircuitEvent, cause: unknown): void {
    const from = this.#circuit;
    const to = nextCircuit(from, event, this.#rules);
    this.#circuit = to;
    if (from.status === to.status) return;
    this.#changes++;
    this.#window.clear();
    try {
      this.#onChange?.({ name: this.name, from, to, cause });
    } catch (error) {
      void Promise.reject(error); // the call that is being judged must not suffer for it
    }
  }
}

/**
 * Asks only while `breaker` lets calls through; else rejects at once with CircuitOpenError, which says when
 * to try again. Around a retry, it counts what came of all attempts together; inside of one, each attempt.
 *
 * @example
 * const guarded = withRetry(withCircuitBreaker(ref, pace, breaker), pace);
 */
export function withCircuitBreaker<P extends Protocol>(
  next: Askable<P>,
  pace: Pace,
  breaker: CircuitBreaker,
): GuardedRef<P> {
  return askingThrough(next, async (ask, options) => {
    const pass = breaker.admit(pace.now());
    let end: CallEnd = { type: 'no-news' };
    try {
      const reply = await ask(options);
      end = { type: 'success', nowMs: pace.now() };
      return reply;
    } catch (error) {
      if (breaker.isFailure(error))
        end = { type: 'failure', nowMs: pace.now(), uniform: pace.random(), error };
      throw error;
    } finally {
      breaker.end(pass, end); // whatever happens: a trial that never ended would keep the circuit half-open
    }
  });
}
