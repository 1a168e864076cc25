import { nextInTurn } from './round-robin.js';
import type { RoutingStrategy } from './strategy.js';

/** The position of least depth; of several, the first one from `from` on, going round. */
export function shallowest(count: number, depthOf: (position: number) => number, from: number): number {
  let best = from < count ? from : 0;
  let position = best;
  for (let seen = 1; seen < count; seen++) {
    position = nextInTurn(position, count);
    if (depthOf(position) < depthOf(best)) best = position;
  }
  return best;
}

/**
 * The routee with the fewest messages before it; those that are level take turns. For routees on the router's shard:
 * those elsewhere all seem to be idle.
 */
export function smallestMailbox(): RoutingStrategy {
  return {
    to: 'one',
    start: () => {
      let from = 0;
      return (_message, pool) => {
        const count = pool.slots.length;
        const position = shallowest(count, (at) => pool.depthOf(at), from);
        from = nextInTurn(position, count);
        return position;
      };
    },
  };
}
