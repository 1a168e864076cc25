import { T_MAZE_LOCATIONS, T_MAZE_REWARDS } from '@skein/inference';
import { keyedUniform, streamOf } from '@skein/runtime';

const { right, left, cue, centre } = T_MAZE_LOCATIONS;
const { none, reward, loss } = T_MAZE_REWARDS;
const REWARD = streamOf('t-maze: reward');
const CUE = streamOf('t-maze: cue');
const CONTEXT = streamOf('t-maze: context');

/** How often the rewarded arm rewards, and the other one punishes. */
const REWARD_PROBABILITY = 0.98;

/** Which side holds the reward when nobody says: decided by the seed. */
export function contextOf(seed: number): 'right' | 'left' {
  return keyedUniform(seed, CONTEXT, 0, 0) < 0.5 ? 'right' : 'left';
}

/** The true maze, whose context the mouse does not see. */
export class Maze {
  location: number = centre;
  readonly context: 'right' | 'left';
  readonly #cueReliability: number;
  readonly #seed: number;

  constructor(context: 'right' | 'left', cueReliability: number, seed: number) {
    this.context = context;
    this.#cueReliability = cueReliability;
    this.#seed = seed;
  }

  /** What a mouse at this place sees at this step: its location, the reward, and the cue. */
  look(step: number): readonly [location: number, reward: number, cue: number] {
    return [this.location, this.#reward(step), this.#cue(step)];
  }

  #reward(step: number): number {
    if (this.location !== right && this.location !== left) return none;
    const rewarded = this.location === (this.context === 'right' ? right : left);
    const asExpected = keyedUniform(this.#seed, REWARD, step, 0) < REWARD_PROBABILITY;
    return rewarded === asExpected ? reward : loss;
  }

  /** Away from its place the cue shows one side or the other, like a coin. */
  #cue(step: number): number {
    const truth = this.context === 'right' ? 0 : 1;
    const truthful = this.location === cue ? this.#cueReliability : 0.5;
    return keyedUniform(this.#seed, CUE, step, 0) < truthful ? truth : 1 - truth;
  }
}
