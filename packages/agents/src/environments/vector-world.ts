import { CopyHost } from './copy-host.js';
import { COMMAND, CopyRows, IDLE } from './copy-row.js';
import { EPISODE, type World } from './world.js';
import { WorldError } from './world-error.js';

/** What some copies showed, in columns of one value for each that was asked, in that order. */
export interface VectorStep {
  /** For each modality the outcome; -1 for nothing. */
  readonly outcomes: readonly Int32Array[];
  readonly rewards: Float64Array;
  /** 1 where the episode has come to its end. */
  readonly terminated: Uint8Array;
  /** 1 where it came to a good one. */
  readonly succeeded: Uint8Array;
  /** 1 where it was broken off. */
  readonly truncated: Uint8Array;
}

/** How many copies of a world. */
export interface VectorWorldOptions {
  /** Copies, count, at least 1. */
  readonly count: number;
  /** Decides all chance. */
  readonly seed: number;
  /** An episode that still runs after so many steps is truncated, count, at least 1. Default: never. */
  readonly stepsMax?: number;
}

/** The lane of a copy that was never reset. */
const NOWHERE = -1;

/**
 * Copies of a world without actors: what Gymnasium calls a vector environment. The same copies, step for step, as those that stand
 * beside agents.
 *
 * @example
 * const grid = new VectorWorld(worldOfModel(gridWorld({ width: 3, height: 3 })), { count: 2, seed: 1 });
 * grid.reset([0, 1]);
 * grid.step([1], [Int32Array.of(GRID_ACTIONS.right)]).outcomes[0]; // what copy 1 sees
 */
export class VectorWorld {
  readonly count: number;
  readonly #host: CopyHost;
  readonly #lanes: Int32Array;
  readonly #seed: number;
  readonly #rows = new CopyRows();
  #tick = 0;

  /** @throws WorldError `AGENTS_WORLD_OPTION` */
  constructor(world: World, { count, seed, stepsMax = Number.POSITIVE_INFINITY }: VectorWorldOptions) {
    if (!(Number.isInteger(count) && count >= 1))
      throw new WorldError('AGENTS_WORLD_OPTION', `${count} copies.`, 'Pass a `count` of at least 1.');
    checkStepsMax(stepsMax);
    this.count = count;
    this.#host = new CopyHost(world, stepsMax);
    this.#lanes = new Int32Array(count).fill(NOWHERE);
    this.#seed = seed;
  }

  /** Calls so far, count: the key of all chance of the last. */
  get tick(): number {
    return this.#tick;
  }

  /** Begins an episode of some copies. @throws what the world throws, for the first copy that fails */
  reset(copies: ArrayLike<number>): VectorStep {
    return this.#round(copies, () => COMMAND.begin);
  }

  /**
   * One step of some copies.
   *
   * @param actions for each factor one action for each of `copies`
   * @throws WorldError `AGENTS_WORLD_ACTION`, also where no episode is running; what the world throws, for the first copy that fails
   */
  step(copies: ArrayLike<number>, actions: readonly ArrayLike<number>[]): VectorStep {
    return this.#round(copies, (item) => actions.map((column) => column[item]!));
  }

  #round(copies: ArrayLike<number>, toldOf: (item: number) => number | readonly number[]): VectorStep {
    const tick = ++this.#tick;
    const host = this.#host;
    const size = copies.length;
    host.begin(size);
    for (let item = 0; item < size; item++) {
      const copy = copies[item]!;
      if (this.#lanes[copy] === undefined)
        throw new WorldError(
          'AGENTS_WORLD_OPTION',
          `There is no copy ${copy}.`,
          'Name copies below `count`.',
        );
      if (this.#lanes[copy] === NOWHERE) this.#lanes[copy] = host.add();
      const lane = this.#lanes[copy]!;
      host.enter(item, { lane, copy, seed: this.#seed, tick }, toldOf(item));
    }
    host.run();
    if (host.failures.length > 0) throw host.failures[0]!.error;
    const columns = Array.from({ length: host.width }, (_, c) =>
      Int32Array.from({ length: size }, (_, item) => host.rows[item * host.width + c]!),
    );
    const { outcomes, rewards, standings } = this.#rows.read(columns, size);
    const idle = standings.indexOf(IDLE);
    if (idle !== -1)
      throw new WorldError(
        'AGENTS_WORLD_ACTION',
        `Copy ${copies[idle]} was to act, and has no episode.`,
        'Reset it first, and again when its episode has ended, or it has failed.',
      );
    const where = (...endings: readonly number[]): Uint8Array =>
      standings.map((standing) => Number(endings.includes(standing)));
    return {
      outcomes,
      rewards,
      terminated: where(EPISODE.succeeded, EPISODE.failed),
      succeeded: where(EPISODE.succeeded),
      truncated: where(EPISODE.truncated),
    };
  }
}

/** @throws WorldError `AGENTS_WORLD_OPTION` */
export function checkStepsMax(stepsMax: number): void {
  if (stepsMax === Number.POSITIVE_INFINITY || (Number.isInteger(stepsMax) && stepsMax >= 1)) return;
  throw new WorldError(
    'AGENTS_WORLD_OPTION',
    `An episode of ${stepsMax} steps.`,
    'Pass a `stepsMax` of at least 1.',
  );
}
