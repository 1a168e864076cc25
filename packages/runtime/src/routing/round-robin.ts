import type { RoutingStrategy } from './strategy.js';

/** The position after `previous`, and 0 after the last. */
export function nextInTurn(previous: number, count: number): number {
  return previous + 1 < count ? previous + 1 : 0;
}

/** The routees take turns. */
export function roundRobin(): RoutingStrategy {
  return {
    to: 'one',
    start: () => {
      let position = -1;
      return (_message, { slots }) => {
        position = nextInTurn(position, slots.length);
        return position;
      };
    },
  };
}
