import type { CoalitionPart } from '../coalitions/coalition-part.js';

/**
 * What an operation of a swarm asks of each agent beside perceiving and acting. Plain data, the same for all agents.
 */
export type AgentOperation = Contribution | GossipPart | CoalitionPart;

/**
 * What an agent answers out of itself.
 *
 * - `report`: what the definition declares under that name in `reports`; with `precision`, that report behind it.
 * - `accept`: takes in a value, by what is declared in `accepts`: that of the operation, or the agent's own row.
 * - `vote`: a ballot, by what is declared in `votes`.
 * - `lot`: a number in [0, 1), decided by (seed, draw, index) alone.
 * - `elected`: takes in who leads a term.
 * - `begin`: begins an episode, if its own row is 1.
 * - `arrive`: says that everything sent to it before has been handled.
 */
export type Contribution =
  | { readonly kind: 'report'; readonly name: string; readonly precision?: string }
  | { readonly kind: 'accept'; readonly name: string; readonly value?: unknown }
  | { readonly kind: 'vote'; readonly name: string; readonly about: unknown }
  | { readonly kind: 'lot'; readonly draw: number }
  | { readonly kind: 'elected'; readonly term: number; readonly leader: number }
  | { readonly kind: 'begin' }
  | { readonly kind: 'arrive' };

/**
 * One part of gossip (push-sum).
 *
 * - `meet`: begins with a report, and gives the agent's own ref, for others to gossip with.
 * - `gossip`: one round, named by `key`, with the peers in the agent's row.
 * - `gossiped`: what the agent believes to be the mean.
 */
export type GossipPart =
  | { readonly kind: 'meet'; readonly name: string }
  | { readonly kind: 'gossip'; readonly key: number }
  | { readonly kind: 'gossiped' };
