import type { Environment, GenerativeModel } from '@skein/inference';
import { ColumnSampler } from './column-sampler.js';
import type { Draws } from './draws.js';
import { fingerprintOf } from './fingerprint.js';
import { EPISODE, type World, type WorldBatch, type WorldCopies } from './world.js';
import { WorldError } from './world-error.js';

/** What a copy has come to: the true state of each factor, and the outcome of each modality that shows it. Good for one call. */
export interface ModelWorldView {
  readonly states: readonly number[];
  readonly outcomes: readonly number[];
  /** Steps of the episode, count. */
  readonly steps: number;
}

/** How a model is made a world of. The functions must depend on what they are shown alone. */
export interface ModelWorldOptions {
  /**
   * Certain moves and a certain beginning in place of B and D: what `gridWorld` and `tMaze` bring along as `environment`. Default:
   * states move by B.
   */
  readonly environment?: Environment;
  /**
   * The true first state of each factor; null for one that is drawn from D. Default: that of `environment`; without it, all drawn.
   */
  readonly start?: readonly (number | null)[];
  /** Default: what C says of the outcomes, nats (with a C for each step, of the first). */
  readonly reward?: (view: ModelWorldView) => number;
  /** Whether the episode has come to its end. Default: it never does. */
  readonly ending?: (view: ModelWorldView) => 'succeeded' | 'failed' | undefined;
}

/**
 * A generative model as its own generative process: states move by B, outcomes are drawn from A of the true state. So the agent's beliefs
 * are right, unless it has another model.
 *
 * @throws WorldError `AGENTS_WORLD_OPTION` for a table or a start that does not fit the model
 * @example
 * const model = gridWorld({ width: 5, height: 5 });
 * const world = worldOfModel(model, { environment: model.environment });
 */
export function worldOfModel(model: GenerativeModel, options: ModelWorldOptions = {}): World {
  const { stateCounts, outcomeCounts, actionCounts } = model.shape;
  const { environment, start = environment?.start ?? stateCounts.map(() => null) } = options;
  checkStart(start, stateCounts);
  if (environment !== undefined) checkTable(environment, stateCounts, actionCounts);
  const { A, B, C, D, shape } = model;
  let fingerprint: string | undefined; // of large tables it takes a while, and only recordings ask
  return {
    outcomeCounts,
    actionCounts,
    get fingerprint(): string {
      fingerprint ??= fingerprintOf([shape, ...A, ...B, ...C, ...D, environment, start]);
      return fingerprint;
    },
    open: () => new ModelCopies(model, { ...options, start }),
  };
}

type CopiesOptions = ModelWorldOptions & { readonly start: readonly (number | null)[] };

class ModelCopies implements WorldCopies {
  readonly #model: GenerativeModel;
  readonly #options: CopiesOptions;
  readonly #likelihoods: readonly ColumnSampler[];
  /** Of each factor; undefined with a table. */
  readonly #transitions: readonly ColumnSampler[] | undefined;
  readonly #priors: readonly ColumnSampler[];
  /** i32[lane, factor]. */
  #states: Int32Array;
  readonly #view: { states: number[]; outcomes: number[]; steps: number };

  constructor(model: GenerativeModel, options: CopiesOptions) {
    this.#model = model;
    this.#options = options;
    this.#likelihoods = model.A.map((tensor) => new ColumnSampler(tensor));
    this.#transitions = options.environment ? undefined : model.B.map((tensor) => new ColumnSampler(tensor));
    this.#priors = model.D.map((data) => new ColumnSampler({ shape: [data.length, 1], data }));
    this.#states = new Int32Array(0);
    this.#view = { states: model.D.map(() => 0), outcomes: model.A.map(() => 0), steps: 0 };
  }

  reset(batch: WorldBatch): void {
    const { start } = this.#options;
    this.#makeRoom(batch);
    for (let item = 0; item < batch.size; item++) {
      const draws = batch.draws(item);
      const { states } = this.#view;
      for (let f = 0; f < start.length; f++) states[f] = start[f] ?? drawn(this.#priors[f]!, 0, draws);
      this.#keep(batch, item);
      this.#show(batch, item, draws);
    }
  }

  step(batch: WorldBatch): void {
    const { reward, ending } = this.#options;
    for (let item = 0; item < batch.size; item++) {
      const draws = batch.draws(item);
      this.#move(batch, item, draws);
      this.#keep(batch, item);
      this.#show(batch, item, draws);
      if (reward === undefined) batch.rewards[item] = this.#preference(batch, item);
      if (reward === undefined && ending === undefined) continue;
      try {
        this.#judge(batch, item);
      } catch (error) {
        batch.fail(item, error);
      }
    }
  }

  /** Puts the states that follow into the view. */
  #move(batch: WorldBatch, item: number, draws: Draws): void {
    const { transitionFactors, stateCounts, actionCounts } = this.#model.shape;
    const { environment } = this.#options;
    const { states } = this.#view;
    const at = batch.lanes[item]! * states.length;
    for (let f = 0; f < states.length; f++) {
      const action = batch.actions[f]![item]!;
      if (environment !== undefined) {
        states[f] = environment.nextState[f]![this.#states[at + f]!]![action]!;
        continue;
      }
      let column = 0;
      for (const parent of transitionFactors[f]!)
        column = column * stateCounts[parent]! + this.#states[at + parent]!;
      states[f] = drawn(this.#transitions![f]!, column * actionCounts[f]! + action, draws);
    }
  }

  #keep(batch: WorldBatch, item: number): void {
    const { states } = this.#view;
    const at = batch.lanes[item]! * states.length;
    for (let f = 0; f < states.length; f++) this.#states[at + f] = states[f]!;
  }

  #show(batch: WorldBatch, item: number, draws: Draws): void {
    const { likelihoodFactors, stateCounts } = this.#model.shape;
    const { states } = this.#view;
    for (let m = 0; m < this.#likelihoods.length; m++) {
      let column = 0;
      for (const factor of likelihoodFactors[m]!) column = column * stateCounts[factor]! + states[factor]!;
      batch.outcomes[m]![item] = drawn(this.#likelihoods[m]!, column, draws);
    }
  }

  #preference(batch: WorldBatch, item: number): number {
    let nats = 0;
    for (let m = 0; m < this.#likelihoods.length; m++) {
      const { data, shape } = this.#model.C[m]!;
      nats += data[batch.outcomes[m]![item]! * (shape[1] ?? 1)]!;
    }
    return nats;
  }

  /** What the functions of the options say. */
  #judge(batch: WorldBatch, item: number): void {
    const view = this.#view;
    view.steps = batch.steps[item]!;
    for (let m = 0; m < view.outcomes.length; m++) view.outcomes[m] = batch.outcomes[m]![item]!;
    const { reward, ending } = this.#options;
    if (reward !== undefined) batch.rewards[item] = reward(view);
    const end = ending?.(view);
    if (end !== undefined) batch.endings[item] = EPISODE[end];
  }

  #makeRoom({ lanes, size }: WorldBatch): void {
    let laneMax = 0;
    for (let item = 0; item < size; item++) laneMax = Math.max(laneMax, lanes[item]!);
    const length = (laneMax + 1) * this.#view.states.length;
    if (length <= this.#states.length) return;
    const longer = new Int32Array(length * 2);
    longer.set(this.#states);
    this.#states = longer;
  }
}

/** What is certain takes no draw. */
function drawn(sampler: ColumnSampler, column: number, draws: Draws): number {
  const certain = sampler.certain(column);
  return certain === -1 ? sampler.draw(column, draws.next()) : certain;
}

function checkStart(start: readonly (number | null)[], stateCounts: readonly number[]): void {
  const fits = stateCounts.every((count, f) => {
    const state = start[f];
    return state === null || (Number.isInteger(state) && state! >= 0 && state! < count);
  });
  if (fits && start.length === stateCounts.length) return;
  throw new WorldError(
    'AGENTS_WORLD_OPTION',
    `A start of [${start.join(', ')}], where the factors have [${stateCounts.join(', ')}] states.`,
    'Give one state, or null, for each factor.',
  );
}

function checkTable(
  { nextState }: Environment,
  stateCounts: readonly number[],
  actionCounts: readonly number[],
): void {
  for (const [f, count] of stateCounts.entries())
    for (let state = 0; state < count; state++)
      for (let action = 0; action < actionCounts[f]!; action++) {
        const next = nextState[f]?.[state]?.[action];
        if (Number.isInteger(next) && next! >= 0 && next! < count) continue;
        throw new WorldError(
          'AGENTS_WORLD_OPTION',
          `Factor ${f} of the table goes from state ${state} by action ${action} to ${next}.`,
          `Give a state below ${count} for each state and action.`,
        );
      }
}
