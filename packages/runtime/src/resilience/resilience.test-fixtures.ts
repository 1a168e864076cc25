import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { AskOptions } from '../actor/actor-ref.js';
import type { Ask } from '../actor/protocol.js';
import { AskAbortedError, AskRejectedError, AskTimeoutError } from '../errors.js';
import type { RejectionReason } from '../system/dead-letters.js';
import { SimulatedClock } from '../time/simulated-clock.js';
import type { GuardedRef } from './askable.js';
import { seededPace } from './pace.js';

/** Answers a number with the number. */
export type Echo = { echo: Ask<{ n: number }, number> };
export const echo = (n: number) => ({ type: 'echo', n }) as const;

/** What becomes of one question after a while: a reply, unless there is an error. */
export interface Fate {
  readonly afterMs: number;
  readonly error?: Error;
}

/** One question that a {@link FakeTarget} was asked. */
export interface Asked extends AskOptions {
  readonly n: number;
  readonly atMs: number;
}

/** An actor's side of `ask` without an actor: what becomes of each question is up to the test. */
export class FakeTarget implements GuardedRef<Echo> {
  readonly address = { path: '/fake', id: 1, shard: 0 };
  readonly asked: Asked[] = [];
  inFlight = 0;
  inFlightMost = 0;
  readonly #clock: SimulatedClock;
  readonly #fateOf: (n: number, askedBefore: number) => Fate;

  constructor(clock: SimulatedClock, fateOf: (n: number, askedBefore: number) => Fate) {
    this.#clock = clock;
    this.#fateOf = fateOf;
  }

  async ask({ n }: { readonly n: number }, { deadlineMs, ...rest }: AskOptions): Promise<never> {
    const { path } = this.address;
    if (rest.signal?.aborted) throw new AskAbortedError(path);
    const { afterMs, error } = this.#fateOf(n, this.asked.length);
    this.asked.push({ n, atMs: this.#clock.now(), deadlineMs, ...rest });
    this.inFlightMost = Math.max(this.inFlightMost, ++this.inFlight);
    try {
      return await new Promise<never>((resolve, reject) => {
        const late = this.#clock.setTimer(deadlineMs, () => {
          due.cancel();
          reject(new AskTimeoutError(path, 'echo', deadlineMs));
        });
        const due = this.#clock.setTimer(afterMs, () => {
          late.cancel();
          if (error === undefined) resolve(n as never);
          else reject(error);
        });
        rest.signal?.addEventListener('abort', () => {
          late.cancel();
          due.cancel();
          reject(new AskAbortedError(path));
        });
      });
    } finally {
      this.inFlight--;
    }
  }
}

/** A target, and the clock and pace of whoever asks it. */
export function startFake(fateOf: (n: number, askedBefore: number) => Fate) {
  const clock = new SimulatedClock();
  return { clock, target: new FakeTarget(clock, fateOf), pace: seededPace(clock, 1) };
}

export const rejected = (reason: RejectionReason): AskRejectedError =>
  new AskRejectedError('/fake', 'echo', reason);

/** Moves the clock from timer to timer until a promise has settled, and gives what it settled with. */
export async function settled<T>(
  clock: SimulatedClock,
  promise: Promise<T>,
  pause: () => Promise<unknown> = turnOfTheLoop,
): Promise<PromiseSettledResult<T>> {
  let outcome: PromiseSettledResult<T> | undefined;
  promise.then(
    (value) => {
      outcome = { status: 'fulfilled', value };
    },
    (reason) => {
      outcome = { status: 'rejected', reason };
    },
  );
  for (;;) {
    await pause();
    if (outcome !== undefined) return outcome;
    if (clock.nextTimerMs === undefined) throw new Error('nothing is going to happen any more');
    clock.advance(clock.nextTimerMs - clock.now());
  }
}
