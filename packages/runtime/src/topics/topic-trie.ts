import { ANY_REST, ANY_TOKEN } from './topic-name.js';

/**
 * Which values belong to the patterns that a topic matches: a tree with a branch for each token, where `*`
 * and `>` are tokens like any other, for no name contains them.
 *
 * ```text
 *   city.*.north     city ─┬─ * ── north   {a}
 *   city.berlin            ├─ berlin       {b, c}
 *   city.>                 └─ >            {d}
 * ```
 *
 * A match enters at most three branches below each that it is in, and none that the topic does not lead
 * to: patterns that begin otherwise cost it nothing, however many there are. Patterns and names must have
 * been checked; of neither does it keep more than its branches, and a branch without values is pruned.
 */
export class TopicTrie<T> {
  readonly #root = new Branch<T>();
  #branchCount = 0;

  /** Branches below the root, count. */
  get branchCount(): number {
    return this.#branchCount;
  }

  /** Adds a value under a pattern; once, however often it is added. */
  add(pattern: string, value: T): void {
    let branch = this.#root;
    for (const token of pattern.split('.')) {
      branch.next ??= new Map();
      let next = branch.next.get(token);
      if (next === undefined) {
        next = new Branch();
        branch.next.set(token, next);
        this.#branchCount++;
      }
      branch = next;
    }
    branch.values ??= new Set();
    branch.values.add(value);
  }

  /** Takes a value from under a pattern; does nothing where it is not. */
  delete(pattern: string, value: T): void {
    this.#deleteBelow(this.#root, pattern.split('.'), 0, value);
  }

  /**
   * Calls `found` with the values of every pattern that `topic` matches, a value under two of them twice.
   * Returns how many branches it entered, the root among them.
   */
  match(topic: string, found: (value: T) => void): number {
    return matchBelow(this.#root, topic.split('.'), 0, found);
  }

  /** True when nothing is left on `branch`. */
  #deleteBelow(branch: Branch<T>, tokens: readonly string[], depth: number, value: T): boolean {
    if (depth === tokens.length) {
      branch.values?.delete(value);
      if (branch.values?.size === 0) branch.values = undefined;
    } else {
      const token = tokens[depth]!;
      const next = branch.next?.get(token);
      if (next !== undefined && this.#deleteBelow(next, tokens, depth + 1, value)) {
        branch.next!.delete(token);
        this.#branchCount--;
        if (branch.next!.size === 0) branch.next = undefined;
      }
    }
    return branch.values === undefined && branch.next === undefined;
  }
}

/** The patterns that begin alike. Most branches lead on or end, hence nothing is allotted before it is needed. */
class Branch<T> {
  next: Map<string, Branch<T>> | undefined = undefined;
  /** Of the pattern that ends here. */
  values: Set<T> | undefined = undefined;
}

/** As deep as a name has tokens, which is bounded. */
function matchBelow<T>(
  branch: Branch<T>,
  tokens: readonly string[],
  depth: number,
  found: (value: T) => void,
): number {
  if (depth === tokens.length) return endAt(branch, found);
  const rest = branch.next?.get(ANY_REST);
  const exact = branch.next?.get(tokens[depth]!);
  const any = branch.next?.get(ANY_TOKEN);
  let entered = 1;
  if (rest !== undefined) entered += endAt(rest, found);
  if (exact !== undefined) entered += matchBelow(exact, tokens, depth + 1, found);
  if (any !== undefined) entered += matchBelow(any, tokens, depth + 1, found);
  return entered;
}

function endAt<T>({ values }: Branch<T>, found: (value: T) => void): number {
  if (values !== undefined) for (const value of values) found(value);
  return 1;
}
