import { keyedUniform, streamOf } from '@skein/runtime';
import { WorldError } from './world-error.js';

const CHANCE = streamOf('environments: chance');
/** Draws of one copy in one tick at most, count. */
export const DRAWS_MAX: number = 2 ** 16;

/**
 * Random numbers of a world: the n-th of a copy's turn is decided by (seed, copy, tick, n) alone, so it does not matter who else has a
 * turn, nor where.
 */
export interface Draws {
  /** In [0, 1). @throws WorldError `AGENTS_WORLD_DRAWS` after {@link DRAWS_MAX} of them */
  next(): number;
}

/** The draws of one copy after the other. */
export class KeyedDraws implements Draws {
  #seed = 0;
  #copy = 0;
  #tick = 0;
  #count = 0;

  /** Whose turn it is, and which of its turns. @param tick an integer in [0, 2^37) */
  turnTo(seed: number, copy: number, tick: number): this {
    this.#seed = seed;
    this.#copy = copy;
    this.#tick = tick;
    this.#count = 0;
    return this;
  }

  next(): number {
    if (this.#count === DRAWS_MAX)
      throw new WorldError(
        'AGENTS_WORLD_DRAWS',
        `Copy ${this.#copy} has made ${DRAWS_MAX} draws in tick ${this.#tick}.`,
        'Draw less in one step; of a search for something rare, bound the tries.',
      );
    return keyedUniform(this.#seed, CHANCE, this.#copy, this.#tick * DRAWS_MAX + this.#count++);
  }
}
