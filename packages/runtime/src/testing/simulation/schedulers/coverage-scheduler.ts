import { countOf } from '../../../resilience/check-options.js';
import type { ChoicePoint, Scheduler } from '../scheduler.js';
import { Draws } from './draws.js';

/** What a coverage-guided scheduler can be told. */
export interface CoverageOptions {
  /** Any whole number. */
  readonly seed: number;
  /** Runs that are kept to begin others with, count; default 256. A new one takes the place of any when all are taken. */
  readonly keptMax?: number;
  /** Choices of a run that can be kept, count; default 10 000. What comes later is by chance. */
  readonly choicesMax?: number;
}

/** Features are told apart by so many bits of their hash: 128 KiB, and few mistaken for another below 10⁵. */
const FEATURE_BITS = 20;

/** One run in so many begins with nothing kept. */
const AFRESH_EVERY = 8;

/**
 * Steers to what no run has come to before. The choices of a run that met something new are kept, up to where it
 * did so last; a later run begins with them and goes on from there by chance, or from somewhere before, or with one
 * of them changed, or with the rest of another that was kept. The latest find is tried as often as all others
 * together: what is deep is found from what is almost as deep.
 *
 * Where a state lies behind n choices of which each has w ways, random order needs w^n runs; this needs about n² · w
 * if every right choice shows as something new. Where nothing shows, it is random order.
 *
 * @throws InvalidOptionError if an option is out of range
 */
export class CoverageScheduler implements Scheduler {
  readonly name = 'coverage';
  readonly #draws: Draws;
  readonly #keptMax: number;
  readonly #choicesMax: number;
  readonly #seen: Uint32Array = new Uint32Array(2 ** (FEATURE_BITS - 5));
  readonly #kept: Int32Array[] = [];
  #latest = 0;
  #runs = 0;
  /** What this run begins with, as long as it is not by chance. */
  #plan: Int32Array;
  #planned = 0;
  /** What this run chose so far. */
  #chosen: Int32Array;
  #choices = 0;
  /** Choices before the last new feature of this run; -1 if there was none. */
  #choicesToNews = -1;

  constructor({ seed, keptMax = 256, choicesMax = 10_000 }: CoverageOptions) {
    this.#draws = new Draws(seed, 'coverage');
    this.#keptMax = countOf('keptMax', keptMax, 1);
    this.#choicesMax = countOf('choicesMax', choicesMax, 1);
    this.#plan = new Int32Array(choicesMax);
    this.#chosen = new Int32Array(choicesMax);
  }

  beginRun(): boolean {
    this.#draws.begin(this.#runs++);
    this.#choices = 0;
    this.#choicesToNews = -1;
    this.#planned = 0;
    if (this.#kept.length > 0 && this.#draws.below(AFRESH_EVERY) > 0) this.#makePlan();
    return true;
  }

  choose({ index, count }: ChoicePoint): number {
    const way = index < this.#planned ? this.#plan[index]! % count : this.#draws.below(count);
    this.#choices = index + 1;
    if (index < this.#choicesMax) this.#chosen[index] = way;
    return way;
  }

  noted(feature: number): void {
    const hash = Math.imul(feature, 0x9e3779b1) >>> (32 - FEATURE_BITS);
    const bit = 1 << (hash & 31);
    if ((this.#seen[hash >>> 5]! & bit) !== 0) return;
    this.#seen[hash >>> 5]! |= bit;
    this.#choicesToNews = this.#choices;
  }

  endRun(): void {
    const length = Math.min(this.#choicesToNews, this.#choicesMax);
    if (length <= 0) return;
    this.#latest = this.#kept.length < this.#keptMax ? this.#kept.length : this.#draws.below(this.#keptMax);
    this.#kept[this.#latest] = this.#chosen.slice(0, length);
  }

  #makePlan(): void {
    const draws = this.#draws;
    const base = this.#kept[draws.below(2) === 0 ? this.#latest : draws.below(this.#kept.length)]!;
    this.#plan.set(base);
    this.#planned = base.length;
    const place = draws.below(base.length);
    switch (draws.below(4)) {
      case 0: // as it was, and on from there
        break;
      case 1: // cut
        this.#planned = place;
        break;
      case 2: // one choice changed
        this.#plan[place] = draws.next() >>> 1;
        break;
      default:
        this.#splice(place, this.#kept[draws.below(this.#kept.length)]!);
    }
  }

  /** Goes on as another run did after as many choices. */
  #splice(place: number, other: Int32Array): void {
    for (let i = place; i < other.length; i++) this.#plan[i] = other[i]!;
    this.#planned = Math.max(place, other.length);
  }
}
