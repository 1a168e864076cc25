import { InputError } from '../errors.js';
import type { ModelShape } from '../model/model-shape.js';
import { describe } from '../model/tensor.js';
import { BELIEF_TOLERANCE } from '../perception/beliefs.js';
import type { LaneTable } from './lane-table.js';
import { NO_ACTION, NOT_OBSERVED, type PopulationBatch, SOFT_OUTCOME } from './population.js';

/**
 * Checks batches, so that nothing behind the door has to: every agent known and there once, every outcome and action
 * in range. Nothing is allocated unless something is wrong.
 */
export class BatchDoor {
  readonly #shape: ModelShape;
  readonly #lanes: LaneTable;
  /** The batch that each lane was last part of, to notice one that is in a batch twice. */
  readonly #seenIn: Uint32Array;
  #batch = 0;

  constructor(shape: ModelShape, lanes: LaneTable) {
    this.#shape = shape;
    this.#lanes = lanes;
    this.#seenIn = new Uint32Array(lanes.capacity);
  }

  /**
   * Reads the lanes of a batch.
   *
   * @param lanes out, i32[count]
   * @returns count of entries
   * @throws PopulationError `INFERENCE_AGENT_UNKNOWN`; InputError `INFERENCE_OPTION_INVALID` for a count out of
   *   range or an agent that is there twice
   */
  admitAgents(batch: Pick<PopulationBatch, 'agents' | 'count'>, lanes: Int32Array): number {
    const count = entryCount(batch, lanes.length);
    const { agents } = batch;
    this.#batch = (this.#batch + 1) >>> 0 || this.#startOver();
    for (let entry = 0; entry < count; entry++) {
      const lane = this.#lanes.laneAt(agents, entry);
      if (this.#seenIn[lane] === this.#batch) {
        throw new InputError('INFERENCE_OPTION_INVALID', `agents[${entry}]`, 'each agent once', 'one twice');
      }
      this.#seenIn[lane] = this.#batch;
      lanes[entry] = lane;
    }
    return count;
  }

  /** @throws InputError `INFERENCE_OBSERVATION_INVALID` */
  admitOutcomes({ outcomes, weights }: PopulationBatch, count: number): void {
    const { outcomeCounts } = this.#shape;
    checkColumns('outcomes', outcomes, outcomeCounts.length, 'modality');
    for (let m = 0; m < outcomeCounts.length; m++) {
      const column = outcomes[m]!;
      checkLength('outcomes', m, column, count);
      for (let entry = 0; entry < count; entry++) {
        const outcome = column[entry]!;
        if (outcome === SOFT_OUTCOME) checkWeights(weights?.[m] ?? null, m, entry, outcomeCounts[m]!);
        else if (!isIndex(outcome, outcomeCounts[m]!) && outcome !== NOT_OBSERVED) {
          const expected = `an outcome in [0, ${outcomeCounts[m]}), or -1 for none`;
          throw new InputError(
            'INFERENCE_OBSERVATION_INVALID',
            `outcomes[${m}][${entry}]`,
            expected,
            describe(outcome),
          );
        }
      }
    }
  }

  /** @throws InputError `INFERENCE_POLICY_INVALID`, also for an agent that acted on some factors only */
  admitActions(lastActions: readonly ArrayLike<number>[], count: number): void {
    const { actionCounts } = this.#shape;
    checkColumns('lastActions', lastActions, actionCounts.length, 'factor');
    for (let f = 0; f < actionCounts.length; f++) {
      const column = lastActions[f]!;
      checkLength('lastActions', f, column, count);
      for (let entry = 0; entry < count; entry++) {
        const action = column[entry]!;
        if (isIndex(action, actionCounts[f]!) || action === NO_ACTION) continue;
        const expected = `an action in [0, ${actionCounts[f]}), or -1 for none`;
        throw new InputError(
          'INFERENCE_POLICY_INVALID',
          `lastActions[${f}][${entry}]`,
          expected,
          describe(action),
        );
      }
    }
    checkAllOrNone(lastActions, count);
  }

  /** After 2^32 batches the numbers begin again, and no lane may look as if it had been seen. */
  #startOver(): number {
    this.#seenIn.fill(0);
    return 1;
  }
}

/**
 * The entries in use of a batch, count.
 *
 * @throws InputError `INFERENCE_OPTION_INVALID`
 */
export function entryCount(batch: Pick<PopulationBatch, 'agents' | 'count'>, capacity: number): number {
  if (typeof batch !== 'object' || batch === null) {
    throw new InputError('INFERENCE_OPTION_INVALID', 'batch', 'an object', describe(batch));
  }
  const { agents } = batch;
  if (typeof agents !== 'object' || agents === null || !Number.isInteger(agents.length)) {
    throw new InputError('INFERENCE_OPTION_INVALID', 'agents', 'a list of handles', describe(agents));
  }
  const { count = agents.length } = batch;
  if (!Number.isInteger(count) || count < 0 || count > agents.length || count > capacity) {
    const expected = `a count in [0, ${Math.min(agents.length, capacity)}]`;
    throw new InputError('INFERENCE_OPTION_INVALID', 'count', expected, describe(count));
  }
  return count;
}

/** An agent that acted chose for every factor; a part of an action could not be predicted from. */
function checkAllOrNone(lastActions: readonly ArrayLike<number>[], count: number): void {
  for (let entry = 0; entry < count; entry++) {
    const acted = lastActions[0]![entry] !== NO_ACTION;
    for (let f = 1; f < lastActions.length; f++) {
      if ((lastActions[f]![entry] !== NO_ACTION) === acted) continue;
      const expected = 'an action of every factor, or -1 for all of them';
      const got = lastActions.map((column) => column[entry]).join(', ');
      throw new InputError('INFERENCE_POLICY_INVALID', `lastActions of entry ${entry}`, expected, got);
    }
  }
}

const isIndex = (value: number, length: number): boolean =>
  Number.isInteger(value) && value >= 0 && value < length;

function checkColumns(name: string, columns: readonly unknown[], expected: number, each: string): void {
  if (Array.isArray(columns) && columns.length === expected) return;
  const got = Array.isArray(columns) ? `${columns.length}` : describe(columns);
  throw new InputError(
    'INFERENCE_OBSERVATION_INVALID',
    name,
    `${expected} columns, one for each ${each}`,
    got,
  );
}

/** The name is put together only for the error: a string would be made for every column of every batch. */
function checkLength(columns: string, index: number, column: ArrayLike<number>, count: number): void {
  const isColumn = typeof column === 'object' && column !== null;
  if (isColumn && column.length >= count) return;
  throw new InputError(
    'INFERENCE_OBSERVATION_INVALID',
    `${columns}[${index}]`,
    isColumn ? `at least ${count} entries` : 'a column',
    isColumn ? describe(column.length) : describe(column),
  );
}

function checkWeights(
  weights: ArrayLike<number> | null,
  m: number,
  entry: number,
  outcomeCount: number,
): void {
  const first = entry * outcomeCount;
  const got = weights === null ? 'none' : `${weights.length}`;
  if (weights === null || weights.length < first + outcomeCount) {
    throw observationError(`weights[${m}]`, `at least ${first + outcomeCount} numbers`, got);
  }
  let sum = 0;
  for (let outcome = 0; outcome < outcomeCount; outcome++) {
    const weight = weights[first + outcome]!;
    if (!(Number.isFinite(weight) && weight >= 0)) {
      throw observationError(`weights[${m}][${first + outcome}]`, 'a weight of at least 0', describe(weight));
    }
    sum += weight;
  }
  if (Math.abs(sum - 1) > BELIEF_TOLERANCE) {
    throw observationError(`weights[${m}] of entry ${entry}`, 'weights that sum to 1', `a sum of ${sum}`);
  }
}

const observationError = (where: string, expected: string, got: string): InputError =>
  new InputError('INFERENCE_OBSERVATION_INVALID', where, expected, got);
