import type { Combiner, Numbers } from './combiner.js';

/**
 * A combiner that an agent definition declares: named there, as functions do not cross threads. `join` must be
 * associative; it is given partial results in index order. Partial results are plain data.
 */
export interface OwnCombiner<Partial = unknown, Result = unknown> {
  /** Default: what was contributed. */
  of?(contribution: Numbers, index: number): Partial;
  /** Of agents next to each other; all indices on the left are below those on the right. */
  join(left: Partial, right: Partial): Partial;
  /** Not called if nobody contributes. Default: the partial result. */
  read?(partial: Partial): Result;
}

/** By name. */
export type OwnCombiners = Readonly<Record<string, OwnCombiner>>;

/** Nobody's contribution, told apart from any that somebody makes. */
type Maybe = readonly [partial: unknown] | readonly [];

/** It, with an identity added: what nobody contributes is read as undefined. */
export function ownCombiner(own: OwnCombiner): Combiner<Numbers, Maybe, unknown> {
  return {
    empty: () => [],
    of: (contribution, index) => [own.of === undefined ? contribution : own.of(contribution, index)],
    join: (left, right) =>
      left.length === 0 ? right : right.length === 0 ? left : [own.join(left[0], right[0])],
    read: ([...partial]) =>
      partial.length === 0 ? undefined : own.read === undefined ? partial[0] : own.read(partial[0]),
  };
}
