import {
  BELIEF_TOLERANCE,
  InputError,
  type ModelShape,
  NOT_OBSERVED,
  type Observation,
  SOFT_OUTCOME,
} from '@skein/inference';

/**
 * What one agent of a model may be shown: one outcome a modality; for a model of one modality also the bare outcome. In a typed array of
 * integers, as in a row of columns, and in the bare outcome -1 stands for nothing observed.
 */
export type LaneObservation = number | ArrayLike<Observation>;

/**
 * Observations in columns, `[entry]` for each modality, as a population takes them. Each is checked when it comes in: a population
 * refuses a batch as a whole, and only one agent has been shown what it cannot see.
 */
export class ObservationColumns {
  /** For each modality the outcome of each entry. */
  readonly outcomes: readonly Int32Array[];
  /** For each modality the distributions, f64[entry, O]; null until the first. */
  readonly weights: (Float64Array | null)[];
  readonly #outcomeCounts: readonly number[];
  readonly #capacity: number;

  constructor({ outcomeCounts }: ModelShape, capacity: number) {
    this.outcomes = outcomeCounts.map(() => new Int32Array(capacity));
    this.weights = outcomeCounts.map(() => null);
    this.#outcomeCounts = outcomeCounts;
    this.#capacity = capacity;
  }

  /** Outcomes of the only modality, count; 0 where there are several. */
  get outcomeCountOfOne(): number {
    return this.#outcomeCounts.length === 1 ? this.#outcomeCounts[0]! : 0;
  }

  /** @throws InputError `INFERENCE_OBSERVATION_INVALID` */
  write(entry: number, observation: LaneObservation): void {
    const { outcomes } = this;
    if (typeof observation === 'number') {
      if (outcomes.length !== 1) throw this.#miscounted(1);
      this.#writeOutcome(entry, 0, observation, true);
      return;
    }
    if (observation?.length !== outcomes.length) throw this.#miscounted(observation?.length);
    const mayBeMissing = observation instanceof Int32Array;
    for (let m = 0; m < outcomes.length; m++) {
      const outcome = observation[m]!;
      if (typeof outcome === 'number') this.#writeOutcome(entry, m, outcome, mayBeMissing);
      else if (outcome === null) outcomes[m]![entry] = NOT_OBSERVED;
      else this.#writeWeights(entry, m, outcome);
    }
  }

  /** The same for row `row` of `count` in a column of one number for each modality, -1 where nothing was observed. */
  writeRow(entry: number, column: Int32Array, row: number, count: number): void {
    const { outcomes } = this;
    const width = outcomes.length;
    if (column.length !== width * count) throw this.#miscounted(column.length / count);
    for (let m = 0; m < width; m++) {
      const outcome = column[row * width + m]!;
      if (outcome >= 0 && outcome < this.#outcomeCounts[m]!) outcomes[m]![entry] = outcome;
      else this.#writeOutcome(entry, m, outcome, true);
    }
  }

  #writeOutcome(entry: number, m: number, outcome: number, mayBeMissing: boolean): void {
    const isIndex = (outcome | 0) === outcome && outcome >= 0 && outcome < this.#outcomeCounts[m]!;
    if (!isIndex && !(mayBeMissing && outcome === NOT_OBSERVED))
      throw invalid(`observations[${m}]`, `an outcome in [0, ${this.#outcomeCounts[m]})`, `${outcome}`);
    this.outcomes[m]![entry] = outcome;
  }

  #writeWeights(entry: number, m: number, weights: ArrayLike<number>): void {
    const outcomeCount = this.#outcomeCounts[m]!;
    if (weights?.length !== outcomeCount)
      throw invalid(`observations[${m}]`, `an outcome, ${outcomeCount} weights or null`, describe(weights));
    let sum = 0;
    for (let outcome = 0; outcome < outcomeCount; outcome++) {
      const weight = weights[outcome]!;
      if (!(Number.isFinite(weight) && weight >= 0))
        throw invalid(`observations[${m}][${outcome}]`, 'a weight of at least 0', `${weight}`);
      sum += weight;
    }
    if (Math.abs(sum - 1) > BELIEF_TOLERANCE)
      throw invalid(`observations[${m}]`, 'weights that sum to 1', `a sum of ${sum}`);
    this.weights[m] ??= new Float64Array(this.#capacity * outcomeCount);
    this.weights[m]!.set(weights, entry * outcomeCount);
    this.outcomes[m]![entry] = SOFT_OUTCOME;
  }

  #miscounted(length: unknown): InputError {
    return invalid('observations', `${this.outcomes.length}, one for each modality`, String(length));
  }
}

function invalid(argument: string, expected: string, got: string): InputError {
  return new InputError('INFERENCE_OBSERVATION_INVALID', argument, expected, got);
}

function describe(weights: unknown): string {
  const { length } = (weights ?? {}) as { readonly length?: unknown };
  return length === undefined ? String(weights) : `${length} weights`;
}
