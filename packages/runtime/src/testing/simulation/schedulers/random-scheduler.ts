import type { ChoicePoint, Scheduler } from '../scheduler.js';
import { Draws } from './draws.js';

/** What a random scheduler can be told. */
export interface RandomOptions {
  /** Any whole number. */
  readonly seed: number;
}

/**
 * Every way is as likely as any other, at every point: the plainest search, by which the others are measured.
 *
 * @throws InvalidOptionError if the seed is no whole number
 */
export class RandomScheduler implements Scheduler {
  readonly name = 'random';
  readonly #draws: Draws;
  #runs = 0;

  constructor({ seed }: RandomOptions) {
    this.#draws = new Draws(seed, 'random');
  }

  beginRun(): boolean {
    this.#draws.begin(this.#runs++);
    return true;
  }

  choose(point: ChoicePoint): number {
    return this.#draws.below(point.count);
  }
}
