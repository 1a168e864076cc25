import { keyedUniform, streamOf } from '@skein/runtime';

const LANES = streamOf('agents: lanes');

/**
 * Under which key an agent in a lane makes its random choices, an integer in [0, 2^32): the n-th choice of a life is decided by
 * (seed, index, life, n) alone. Agents of one swarm have keys of their own in each life, and a new life, which begins at a
 * later tick or with a higher incarnation, repeats no draws of the one before.
 *
 * @param incarnation of the actor, from 1
 * @param tick of the first step of this life, or of the last one before it that the agent knows of
 */
export function drawKey(seed: number, index: number, incarnation: number, tick: number): number {
  const life = Math.floor(keyedUniform(seed, LANES, incarnation, tick) * 2 ** 32);
  return (life + index) >>> 0;
}
