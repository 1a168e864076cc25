/**
 * How contributions of agents become one result on their way up a swarm's tree.
 *
 * Laws, for partial results a, b, c of neighbours in index order: `join` is associative, and `empty()` is its
 * identity, as far as `read` can tell; so the result does not depend on how the tree cuts the agents into
 * cohorts, nor on who reported first, as cohorts join in index order. What `join` and `of` are given is not
 * changed, and may be part of what they give. Partial results are plain data: they cross threads.
 */
export interface Combiner<Contribution, Partial, Result> {
  /** What nobody contributes. */
  empty(): Partial;
  /** What one agent contributes. */
  of(contribution: Contribution, index: number): Partial;
  /** Partial results of agents next to each other; all indices on the left are below those on the right. */
  join(left: Partial, right: Partial): Partial;
  /** The end result, once everybody's contributions are joined. */
  read(partial: Partial): Result;
  /**
   * All of them joined, in order; at least one. Left out: one `join` after the other. For those whose `join` copies
   * what it is given.
   */
  joinAll?(partials: readonly Partial[]): Partial;
  /**
   * What several agents contribute, in index order, joined; at least one. Left out: `joinAll` of `of` of each. For those that
   * are spared an object for each agent.
   */
  ofAll?(contributions: readonly Contribution[], indices: ArrayLike<number>): Partial;
}

/** A combiner whose types are known only to who named it. */
// biome-ignore lint/suspicious/noExplicitAny: a table holds combiners of all types, found by name
export type AnyCombiner = Combiner<any, any, any>;

/** What an agent reports: one number, or a column of the width that it declares. */
export type Numbers = number | ArrayLike<number>;

/** The i-th number of a report. */
export function numberAt(numbers: Numbers, i: number): number {
  return typeof numbers === 'number' ? numbers : numbers[i]!;
}

/** Partial results joined in order; `empty()` for none. */
export function joinAll<Partial>(
  combiner: Combiner<never, Partial, unknown>,
  partials: readonly Partial[],
): Partial {
  if (partials.length === 0) return combiner.empty();
  if (combiner.joinAll !== undefined) return combiner.joinAll(partials);
  return partials.reduce((left, right) => combiner.join(left, right));
}

/** What several agents contribute, in index order, joined; `empty()` for none. */
export function combineAll<Contribution, Partial>(
  combiner: Combiner<Contribution, Partial, unknown>,
  contributions: readonly Contribution[],
  indices: ArrayLike<number>,
): Partial {
  if (contributions.length === 0) return combiner.empty();
  if (combiner.ofAll !== undefined) return combiner.ofAll(contributions, indices);
  return joinAll(
    combiner as unknown as Combiner<never, Partial, unknown>,
    contributions.map((contribution, i) => combiner.of(contribution, indices[i]!)),
  );
}
