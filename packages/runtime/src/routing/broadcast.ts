import type { RoutingStrategy } from './strategy.js';

/**
 * Every routee gets a copy, as a message that is told. A protocol promises one reply to a question, and a pool
 * has many: a question is rejected as `unanswered`, and the replies of the routees are dead letters.
 */
export function broadcast(): RoutingStrategy {
  return { to: 'all' };
}
