import { countOf } from '../../../resilience/check-options.js';
import type { ChoicePoint, Scheduler, StepKind } from '../scheduler.js';
import { Draws } from './draws.js';

/** What a PCT scheduler can be told. */
export interface PctOptions {
  /** Any whole number. */
  readonly seed: number;
  /** Depth d of the bugs that are looked for, at least 1; default 3. */
  readonly depth?: number;
}

/** Length of a run that is expected before there was one, points. */
const FIRST_ESTIMATE = 64;
/** A run so many times longer than expected goes on by uniform chance. */
const FAIR_AFTER = 8;

/** Steps that nobody goes on from by itself share a slot a kind; those of actors and links have theirs behind these. */
const TIME = 0;
const FAULT = 1;
const FIRST_PROCESS = 2;

/** Priority below all that have fallen. */
const LAST = 0.5;

/**
 * Probabilistic concurrency testing: each process has a random priority, and of those that could act the one of
 * highest priority does. At d - 1 points of a run, drawn beforehand, the one about to act falls below all that have
 * not fallen yet; among those that have, the i-th to be drawn stands on rank i.
 *
 * A bug has depth d if d orders between two steps each, made true, are enough for it to show: a check-then-act has
 * depth 2, a deadlock of two locks as well. **In a run with n processes and k points each bug of depth d is found
 * with a probability of at least 1 / (n · k^(d-1))**, whatever else the program does. Random order has no such
 * bound: its chance falls exponentially with the number of steps that must not come in between.
 *
 * *Process* means what acts and is never swapped with itself: actors, links, and the test that sends its commands. Time
 * and the next fault are different: after one such step nothing says that another should follow. So each step of these
 * kinds is a process of its own, and n counts it. When one was taken the next stands behind all others with a
 * probability of 1/2, and else among them as if it were new: early deadlines and quick faults are tried, and nobody
 * starves for them. Which fault strikes, of several that could, is drawn uniformly.
 *
 * The test is a process as any other since its commands are few: nobody starves for them. Were each a process of its own, three
 * in a row before anybody else acts would be rare, and all that are left, while one actor has fallen, impossible.
 *
 * k is estimated: the longest of the last runs, slowly forgotten. Moments without alternative are not counted: a fall
 * there shows at the next point only. Priorities starve whoever stands low, so a process that always finds work would
 * keep a run going for ever: what is {@link FAIR_AFTER} times longer than expected goes on by uniform chance.
 *
 * @throws InvalidOptionError if an option is out of range
 * @see Burckhardt, Kothari, Musuvathi, Nagarakatte (2010), A randomized scheduler with probabilistic guarantees of
 *   finding bugs
 */
export class PctScheduler implements Scheduler {
  readonly name = 'pct';
  readonly #depth: number;
  readonly #draws: Draws;
  /** Points at which somebody falls, ascending, and the rank to which. */
  readonly #fallAt: Float64Array;
  readonly #fallTo: Float64Array;
  #falls = 0;
  /** By slot; 0 if none was drawn yet, from `depth` if it has not fallen. */
  #priorities = new Float64Array(64);
  #slotsUsed = 0;
  #runs = 0;
  #pointsExpected = FIRST_ESTIMATE;
  #points = 0;

  constructor({ seed, depth = 3 }: PctOptions) {
    this.#depth = countOf('depth', depth, 1);
    this.#draws = new Draws(seed, 'pct');
    this.#fallAt = new Float64Array(depth - 1);
    this.#fallTo = new Float64Array(depth - 1);
  }

  beginRun(): boolean {
    if (this.#points > 0) this.#expect(this.#points);
    this.#points = 0;
    this.#draws.begin(this.#runs++);
    this.#priorities.fill(0, 0, this.#slotsUsed);
    this.#slotsUsed = 0;
    this.#drawFalls();
    return true;
  }

  choose(point: ChoicePoint): number {
    this.#points = point.index + 1;
    if (point.index >= FAIR_AFTER * this.#pointsExpected) return this.#draws.below(point.count);
    let way = this.#highest(point);
    while (this.#fallAt[this.#falls] === point.index) {
      this.#priorities[slotOf(point, way)] = this.#fallTo[this.#falls++]!;
      way = this.#highest(point);
    }
    const slot = slotOf(point, way);
    if (slot < FIRST_PROCESS) this.#priorities[slot] = this.#draws.below(2) === 0 ? LAST : 0;
    return way;
  }

  #expect(points: number): void {
    const shorter = this.#pointsExpected - points;
    this.#pointsExpected = shorter <= 0 ? points : this.#pointsExpected - Math.ceil(shorter / 8);
  }

  /** Which point has which rank is drawn too: insertion sort keeps the two together. */
  #drawFalls(): void {
    this.#falls = 0;
    for (let rank = 1; rank < this.#depth; rank++) {
      const at = this.#draws.below(this.#pointsExpected);
      let place = rank - 1;
      for (; place > 0 && this.#fallAt[place - 1]! > at; place--) {
        this.#fallAt[place] = this.#fallAt[place - 1]!;
        this.#fallTo[place] = this.#fallTo[place - 1]!;
      }
      this.#fallAt[place] = at;
      this.#fallTo[place] = rank;
    }
  }

  /** The way of whoever has the highest priority; of several ways of one slot, any. */
  #highest(point: ChoicePoint): number {
    let best = 0;
    let bestSlot = slotOf(point, 0);
    let bestPriority = this.#priorityOf(bestSlot);
    let ways = 1;
    for (let way = 1; way < point.count; way++) {
      const slot = slotOf(point, way);
      if (slot === bestSlot) {
        if (this.#draws.below(++ways) === 0) best = way;
        continue;
      }
      const priority = this.#priorityOf(slot);
      if (priority <= bestPriority) continue;
      best = way;
      bestSlot = slot;
      bestPriority = priority;
      ways = 1;
    }
    return best;
  }

  #priorityOf(slot: number): number {
    if (slot >= this.#slotsUsed) this.#use(slot);
    const priority = this.#priorities[slot]!;
    if (priority !== 0) return priority;
    this.#priorities[slot] = this.#depth + this.#draws.next();
    return this.#priorities[slot]!;
  }

  #use(slot: number): void {
    this.#slotsUsed = slot + 1;
    if (slot < this.#priorities.length) return;
    const larger = new Float64Array(2 * slot);
    larger.set(this.#priorities);
    this.#priorities = larger;
  }
}

function slotOf({ kinds, processes }: ChoicePoint, way: number): number {
  const kind: StepKind = kinds[way]!;
  if (kind === 'turn') return FIRST_PROCESS + processes[way]!; // nearly always
  if (kind === 'time') return TIME;
  if (kind === 'fault') return FAULT;
  return FIRST_PROCESS + processes[way]!;
}
