import { EPISODE, type World, type WorldBatch, type WorldCopies } from './world.js';
import { WorldError } from './world-error.js';

/** What came of one step of a single world. */
export interface SingleStep {
  /** One outcome a modality; of one modality also the bare outcome. */
  readonly observation: number | readonly number[];
  readonly reward: number;
  /** The episode has come to its end. */
  readonly terminated: boolean;
  /** The episode is broken off. */
  readonly truncated: boolean;
  /** With `terminated`: whether that is a success; default true. */
  readonly succeeded?: boolean;
}

/** One copy of a world, as Gymnasium has it. */
export interface SingleWorld {
  /** Begins an episode. @param seed an integer in [0, 2^32), another for each episode */
  reset(seed: number): number | readonly number[];
  /** Takes the world one step on. @param action one index a factor; of one factor the bare index */
  step(action: number | readonly number[]): SingleStep;
}

/** How a world is made of single ones. */
export interface SingleWorldSpec {
  /** Outcomes of each modality, count. */
  readonly outcomeCounts: readonly number[];
  /** Actions of each factor, count. */
  readonly actionCounts: readonly number[];
  readonly fingerprint?: string;
  /**
   * Makes a copy. `random` gives numbers in [0, 1) that depend on nothing but seed, copy and tick, as all chance of the copy must; within
   * `reset` and `step`.
   */
  readonly make: (random: () => number) => SingleWorld;
}

/**
 * A world of copies that know nothing of each other: what a user writes is one of them.
 *
 * @example
 * const corridor = worldOf({
 *   outcomeCounts: [5],
 *   actionCounts: [2],
 *   make: () => {
 *     let at = 0;
 *     return {
 *       reset: () => (at = 0),
 *       step: (action) => {
 *         at = Math.max(0, at + (action === 1 ? 1 : -1));
 *         return { observation: at, reward: -1, terminated: at === 4, truncated: false };
 *       },
 *     };
 *   },
 * });
 */
export function worldOf({ make, ...shape }: SingleWorldSpec): World {
  return { ...shape, open: () => new SingleCopies(make) };
}

class SingleCopies implements WorldCopies {
  readonly #make: SingleWorldSpec['make'];
  readonly #copies: (SingleWorld | undefined)[] = [];
  #batch: WorldBatch | undefined;
  #draws: ReturnType<WorldBatch['draws']> | undefined;

  constructor(make: SingleWorldSpec['make']) {
    this.#make = make;
  }

  reset(batch: WorldBatch): void {
    this.#each(batch, (item) => {
      const lane = batch.lanes[item]!;
      this.#copies[lane] ??= this.#make(() => this.#random());
      const seed = Math.floor(this.#random() * 2 ** 32);
      this.#show(batch, item, this.#copies[lane].reset(seed));
    });
  }

  step(batch: WorldBatch): void {
    const { actions } = batch;
    this.#each(batch, (item) => {
      const action = actions.length === 1 ? actions[0]![item]! : actions.map((column) => column[item]!);
      const step = this.#copies[batch.lanes[item]!]!.step(action);
      const { observation, reward, terminated, truncated, succeeded = true } = step;
      this.#show(batch, item, observation);
      batch.rewards[item] = reward;
      if (terminated) batch.endings[item] = succeeded ? EPISODE.succeeded : EPISODE.failed;
      else if (truncated) batch.endings[item] = EPISODE.truncated;
    });
  }

  release(lane: number): void {
    this.#copies[lane] = undefined;
  }

  #each(batch: WorldBatch, run: (item: number) => void): void {
    this.#batch = batch;
    for (let item = 0; item < batch.size; item++) {
      this.#draws = batch.draws(item);
      try {
        run(item);
      } catch (error) {
        batch.fail(item, error);
      }
    }
    this.#batch = undefined;
  }

  #random(): number {
    if (this.#batch === undefined)
      throw new WorldError(
        'AGENTS_WORLD_DRAWS',
        'A draw outside of `reset` and `step`.',
        'Draw within them, where it is known whose turn it is.',
      );
    return this.#draws!.next();
  }

  #show(batch: WorldBatch, item: number, observation: number | readonly number[]): void {
    const { outcomes } = batch;
    if (typeof observation === 'number' && outcomes.length === 1) outcomes[0]![item] = outcomeOf(observation);
    else if (typeof observation === 'number' || observation?.length !== outcomes.length)
      throw new WorldError(
        'AGENTS_WORLD_OUTCOME',
        `A copy showed ${JSON.stringify(observation)}, expected ${outcomes.length} outcomes.`,
        'Show one outcome for each of `outcomeCounts`.',
      );
    else for (let m = 0; m < outcomes.length; m++) outcomes[m]![item] = outcomeOf(observation[m]!);
  }
}

/** What is no integer would become one in a column. */
function outcomeOf(outcome: number): number {
  if (Number.isInteger(outcome)) return outcome;
  throw new WorldError(
    'AGENTS_WORLD_OUTCOME',
    `A copy showed ${outcome}, expected the index of an outcome.`,
    'Show one outcome for each of `outcomeCounts`.',
  );
}
