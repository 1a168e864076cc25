import type { RoutingStrategy } from './strategy.js';

/** The position that a uniform number in [0, 1) stands for. */
export function positionOf(uniform: number, count: number): number {
  return Math.floor(uniform * count);
}

/** Each message draws its routee from the router's own random stream: the same seed, the same choices. */
export function randomRoutee(): RoutingStrategy {
  return {
    to: 'one',
    start: () => (_message, pool) => positionOf(pool.random(), pool.slots.length),
  };
}
