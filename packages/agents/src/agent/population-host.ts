import type { AddAgentOptions, CompiledModel, Population } from '@skein/inference';
import type { Variant } from '../lifecycle/lifecycle-variants.js';
import type { LaneObservation } from './observation-columns.js';
import { LANE_BITS, LANE_MASK, PopulationSegment, type RowItems } from './population-segment.js';

/** Lanes of the first segment, count. Each further one has twice as many as the one before it, up to {@link LANES_MAX}. */
const LANES_MIN = 64;
/** Lanes of a segment at most, count: so many agents come and go at once at a step's boundary. */
const LANES_MAX: number = LANE_MASK + 1;
/** Marks, among actions, an item whose agent did not act. */
const NONE = -1;

/** Where an agent's belief is kept: its segment and its lane there. */
export type Place = number;

/** An item of a round whose agent could not be inferred. */
export interface ItemFailure {
  readonly item: number;
  readonly error: unknown;
}

/**
 * The beliefs of all agents of one definition on one shard, and what steps them together.
 *
 * They are kept in segments, each a population, which is stepped by one kernel call. The host grows by whole segments, so that nothing
 * that exists moves; when its last agent has gone it gives all memory back. Where a lifecycle changes between variants, compiled models of
 * one shape, each segment is of one of them, and agents move. A round is `begin`, `enter` for each item, `run`; then its
 * results stand in columns by item until the next. Agents are independent: no result depends on who shares a round or a segment.
 *
 * ```
 *   item     0   1   2   3   4          segment 0: lanes 0..63      entries: items 0, 3
 *   place   0:5 1:0 1:7 0:2 1:3         segment 1: lanes 0..127     entries: items 1, 2, 4
 * ```
 */
export class PopulationHost {
  /** That of the first variant. */
  readonly compiled: CompiledModel;
  /** For each factor the action of each item of the last round; -1 for one that failed. May be longer than the round. */
  readonly actions: Int32Array[];
  /** Who failed in the last round. */
  failures: ItemFailure[] = [];
  readonly #variants: readonly CompiledModel[];
  readonly #segments: PopulationSegment[] = [];
  /** Of each variant: no segment of it before this one has a free lane. */
  readonly #firstOpen: Int32Array;
  #size = 0;
  /** Of each item of the last round its segment, and its entry there. */
  #segmentOf = new Int32Array(0);
  #entryOf = new Int32Array(0);
  readonly #failItem = (item: number, error: unknown): void => {
    this.failures.push({ item, error });
  };

  constructor(compiled: CompiledModel, ...others: readonly CompiledModel[]) {
    this.compiled = compiled;
    this.#variants = [compiled, ...others];
    this.#firstOpen = new Int32Array(this.#variants.length);
    this.actions = compiled.model.shape.actionCounts.map(() => new Int32Array(0));
  }

  /** Agents there are, count. */
  get size(): number {
    return this.#size;
  }

  /** Lanes there are, count. */
  get capacity(): number {
    return this.#segments.reduce((sum, { population }) => sum + population.capacity, 0);
  }

  /** @throws InputError `INFERENCE_BELIEF_INVALID`, PopulationError `INFERENCE_MEMORY_EXHAUSTED` */
  add(options: AddAgentOptions, variant: Variant = 0): Place {
    const number = this.#openSegment(variant);
    const lane = this.#segments[number]!.add(options);
    this.#size++;
    return (number << LANE_BITS) | lane; // an int32, which needs no box
  }

  /**
   * Has an agent go on as one of another variant, with all that it has. Not between `begin` and `run`.
   *
   * @returns where it is then
   * @throws PopulationError `INFERENCE_MEMORY_EXHAUSTED`; it is where it was then
   */
  move(place: Place, variant: Variant): Place {
    const number = this.#openSegment(variant);
    const from = place >>> LANE_BITS;
    const lane = this.#segments[number]!.adopt(this.#segments[from]!, place & LANE_MASK);
    this.#reopen(from);
    return (number << LANE_BITS) | lane;
  }

  remove(place: Place): void {
    const number = place >>> LANE_BITS;
    this.#segments[number]!.remove(place & LANE_MASK);
    this.#reopen(number);
    if (--this.#size > 0) return;
    // In the reverse order of their making, as the memory would have it.
    while (this.#segments.length > 0) this.#segments.pop()!.population[Symbol.dispose]();
    this.#firstOpen.fill(0);
  }

  /** The first segment of a variant with a free lane. */
  #openSegment(variant: Variant): number {
    const compiled = this.#variants[variant]!;
    let number = this.#firstOpen[variant]!;
    for (; number < this.#segments.length; number++) {
      const segment = this.#segments[number]!;
      if (segment.population.compiled === compiled && !segment.isFull) break;
    }
    this.#firstOpen[variant] = number;
    if (number === this.#segments.length) {
      const own = this.#segments.filter(({ population }) => population.compiled === compiled).length;
      const capacity = Math.min(LANES_MIN * 2 ** own, LANES_MAX);
      this.#segments.push(new PopulationSegment(compiled, capacity));
    }
    return number;
  }

  /** A lane of a segment has become free. */
  #reopen(number: number): void {
    const variant = this.#variants.indexOf(this.#segments[number]!.population.compiled);
    this.#firstOpen[variant] = Math.min(this.#firstOpen[variant]!, number);
  }

  /** The population that an agent is in. */
  populationOf(place: Place): Population {
    return this.#segments[place >>> LANE_BITS]!.population;
  }

  /** What its population calls an agent. */
  handleOf(place: Place): number {
    return this.#segments[place >>> LANE_BITS]!.handleOf(place & LANE_MASK);
  }

  /** F of the last observation of an agent, nats; 0 before the first. */
  freeEnergyOf(place: Place): number {
    return this.#segments[place >>> LANE_BITS]!.freeEnergies[place & LANE_MASK]!;
  }

  /** Begins a round of so many items. */
  begin(itemCount: number): void {
    if (itemCount > this.#entryOf.length) this.#makeRoom(itemCount);
    for (let number = 0; number < this.#segments.length; number++) this.#segments[number]!.count = 0;
    this.actions[0]!.fill(NONE, 0, itemCount);
    if (this.failures.length > 0) this.failures = [];
  }

  /**
   * Shows the agent at `place` what it sees. Each agent at most once a round.
   *
   * @throws InputError `INFERENCE_OBSERVATION_INVALID`; the item is then no part of the round
   */
  enter(item: number, place: Place, observation: LaneObservation): void {
    const number = place >>> LANE_BITS;
    const segment = this.#segments[number]!;
    segment.observations.write(segment.count, observation);
    this.#segmentOf[item] = number;
    this.#entryOf[item] = segment.count;
    segment.commit(place & LANE_MASK, item);
  }

  /** The same for items `from` to `to`, exclusive. An item that cannot see what it is shown is among the {@link failures}, and no part of the round. */
  enterRows(entering: RowItems, from: number, to: number): void {
    const { places } = entering;
    for (let item = from; item < to; ) {
      const number = places[item]! >> LANE_BITS;
      if (number < 0) {
        item++;
        continue;
      }
      const segment = this.#segments[number]!;
      const next = segment.enterRows(entering, item, to, number, this.#entryOf, this.#failItem);
      this.#segmentOf.fill(number, item, next);
      item = next;
    }
  }

  /** The actions of the first `count` items, a row of one for each factor, -1 for an item that failed. A new array. */
  actionRows(count: number): Int32Array {
    const width = this.actions.length;
    if (width === 1) return this.actions[0]!.slice(0, count);
    const rows = new Int32Array(count * width);
    for (let factor = 0; factor < width; factor++) {
      const column = this.actions[factor]!;
      for (let item = 0; item < count; item++) rows[item * width + factor] = column[item]!;
    }
    return rows;
  }

  /** Steps all that entered: predict, infer, learn, plan, choose. A segment without memory to learn in fails as a whole, unchanged. */
  run(): void {
    for (let number = 0; number < this.#segments.length; number++) {
      const segment = this.#segments[number]!;
      if (segment.count > 0) this.#step(segment);
    }
  }

  /** The population that the agent of an item of the last round is in; its results stand there at {@link entryOf}. */
  populationAt(item: number): Population {
    return this.#segments[this.#segmentOf[item]!]!.population;
  }

  entryOf(item: number): number {
    return this.#entryOf[item]!;
  }

  handleAt(item: number): number {
    return this.#segments[this.#segmentOf[item]!]!.handleAt(this.#entryOf[item]!);
  }

  #step(segment: PopulationSegment): void {
    const { items, count, population } = segment;
    try {
      for (const { entry, error } of segment.step()) this.failures.push({ item: items[entry]!, error });
    } catch (error) {
      for (let entry = 0; entry < count; entry++) this.failures.push({ item: items[entry]!, error });
      return;
    }
    segment.keepFreeEnergies();
    for (let factor = 0; factor < this.actions.length; factor++) {
      const from = population.results.actions[factor]!;
      const to = this.actions[factor]!;
      for (let entry = 0; entry < count; entry++) to[items[entry]!] = from[entry]!;
    }
  }

  #makeRoom(itemCount: number): void {
    const length = 2 ** Math.ceil(Math.log2(Math.max(itemCount, LANES_MIN)));
    this.#segmentOf = new Int32Array(length);
    this.#entryOf = new Int32Array(length);
    for (let factor = 0; factor < this.actions.length; factor++)
      this.actions[factor] = new Int32Array(length);
  }
}
