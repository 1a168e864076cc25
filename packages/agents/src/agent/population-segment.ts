import {
  type AddAgentOptions,
  AGENT_STATUS,
  type AgentFailure,
  type CompiledModel,
  createPopulation,
  type Population,
  type PopulationBatch,
} from '@skein/inference';
import { ObservationColumns } from './observation-columns.js';

/** Of a place those bits that say which lane of its segment it is; the others say which segment. */
export const LANE_BITS = 12;
export const LANE_MASK: number = 2 ** LANE_BITS - 1;

/** Items of a batch whose observations are rows of one column. */
export interface RowItems {
  /** Where the agent of each item is; below 0 for an item that takes no part. */
  readonly places: Int32Array;
  /** Which row each item is, index. */
  readonly rows: Int32Array;
  /** Row-major: for each row one number a modality. */
  readonly column: Int32Array;
  /** Rows of the column, count. */
  readonly count: number;
}

/** A population of fixed capacity, and the columns in which batches of its agents are gathered. */
export class PopulationSegment {
  readonly population: Population;
  readonly observations: ObservationColumns;
  /** For each entry of the batch in hand what it is to whoever gathers it. */
  readonly items: Int32Array;
  /** F of the last observation of each lane's agent, nats. */
  readonly freeEnergies: Float32Array;
  /** Entries of the batch in hand, count. */
  count = 0;
  /** The handle of each lane. */
  readonly #handles: Float64Array;
  readonly #agents: Float64Array;
  readonly #batch: PopulationBatch & { count: number };

  /** @throws PopulationError `INFERENCE_MEMORY_EXHAUSTED` */
  constructor(compiled: CompiledModel, capacity: number) {
    this.population = createPopulation(compiled, { capacity });
    this.observations = new ObservationColumns(compiled.model.shape, capacity);
    this.items = new Int32Array(capacity);
    this.freeEnergies = new Float32Array(capacity);
    this.#handles = new Float64Array(capacity);
    this.#agents = new Float64Array(capacity);
    const { outcomes, weights } = this.observations;
    this.#batch = { agents: this.#agents, count: 0, outcomes, weights };
  }

  get isFull(): boolean {
    return this.population.size === this.population.capacity;
  }

  /** Takes a free lane and returns it. @throws InputError `INFERENCE_BELIEF_INVALID`; the lane stays free */
  add(options: AddAgentOptions): number {
    const handle = this.population.add(options);
    const lane = handle >>> 0;
    this.#handles[lane] = handle;
    this.freeEnergies[lane] = 0;
    return lane;
  }

  /** Takes the agent of a lane of another segment over. Returns its lane here. @throws what `Population.adopt` throws */
  adopt(from: PopulationSegment, fromLane: number): number {
    const handle = this.population.adopt(from.#handles[fromLane]!, from.population);
    const lane = handle >>> 0;
    this.#handles[lane] = handle;
    this.freeEnergies[lane] = from.freeEnergies[fromLane]!;
    return lane;
  }

  remove(lane: number): void {
    this.population.remove(this.#handles[lane]!);
  }

  handleOf(lane: number): number {
    return this.#handles[lane]!;
  }

  /** The handle of an entry of the batch in hand. */
  handleAt(entry: number): number {
    return this.#agents[entry]!;
  }

  /** Puts the agent of `lane`, whose observation stands at `count` already, into the batch in hand. */
  commit(lane: number, item: number): void {
    this.#agents[this.count] = this.#handles[lane]!;
    this.items[this.count] = item;
    this.count++;
  }

  /**
   * Puts items `from` to `to`, exclusive, into the batch in hand as far as their agents are here: stops before the first whose place is another's.
   * Of item `i` the observation is row `rows[i]` of `count` in a column of one number for each modality.
   *
   * @param segment this one's number in `places`
   * @param entryOf out, i32: the entry of each item
   * @param fail called for an item that cannot see what it is shown; it is then no part of the batch
   * @returns the first item that is another's, or `to`
   */
  enterRows(
    { places, rows, column, count }: RowItems,
    from: number,
    to: number,
    segment: number,
    entryOf: Int32Array,
    fail: (item: number, error: unknown) => void,
  ): number {
    const { items, observations } = this;
    const agents = this.#agents;
    const handles = this.#handles;
    const [outcomes] = observations.outcomes;
    // Of one modality the common case is decided here; whatever else there is, by the columns.
    const outcomeCount = column.length === count ? observations.outcomeCountOfOne : 0;
    let entry = this.count;
    let item = from;
    for (; item < to; item++) {
      const place = places[item]!;
      if (place >>> LANE_BITS !== segment) break;
      const row = rows[item]!;
      const outcome = column[row]!;
      if (outcome >= 0 && outcome < outcomeCount) outcomes![entry] = outcome;
      else
        try {
          observations.writeRow(entry, column, row, count);
        } catch (error) {
          fail(item, error);
          continue;
        }
      agents[entry] = handles[place & LANE_MASK]!;
      items[entry] = item;
      entryOf[item] = entry;
      entry++;
    }
    this.count = entry;
    return item;
  }

  /** Keeps F of all that were stepped with success. */
  keepFreeEnergies(): void {
    const { status, freeEnergy } = this.population.results;
    for (let entry = 0; entry < this.count; entry++)
      if (status[entry] === AGENT_STATUS.ok)
        this.freeEnergies[this.#agents[entry]! >>> 0] = freeEnergy[entry]!;
  }

  /** Steps the batch in hand. @throws PopulationError `INFERENCE_MEMORY_EXHAUSTED`; nobody has changed then */
  step(): readonly AgentFailure[] {
    this.#batch.count = this.count;
    return this.population.step(this.#batch).failures;
  }
}
