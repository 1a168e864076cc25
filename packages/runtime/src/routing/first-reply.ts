import type { RoutingStrategy } from './strategy.js';

/**
 * Every routee is asked, and the first reply is the reply. The other questions are withdrawn: what comes of
 * them later is a dead letter (`late-reply`). When none of them replies there is a NoRouteeAnsweredError.
 */
export function firstReply(): RoutingStrategy {
  return { to: 'first' };
}
