import { SwarmError } from '../errors.js';
import type { CohortNode } from './swarm-tree.js';

/**
 * Which places of a swarm's tree are taken. It is kept outside of all actors, so it outlives every crash: cohorts learn of
 * it with each operation, and spawn and stop agents until they agree with it.
 */
export class Membership {
  /** Places, count. */
  readonly capacity: number;
  readonly #leaves: readonly CohortNode[];
  /** Members of each leaf, count. */
  readonly #fills: Int32Array;
  /** For each place how many agents have joined there. */
  readonly #tenures: Int32Array;
  #current: Int32Array;
  #isPristine: boolean;
  #count = 0;

  /**
   * @param counts members from the start: each leaf has as many as any other, or one more or fewer. Of a mixed tree those of each child of its
   *   root, in which the same holds
   */
  constructor(tree: CohortNode, counts: number | readonly number[]) {
    this.capacity = tree.to;
    this.#leaves = leavesOf(tree);
    this.#fills = new Int32Array(this.#leaves.length);
    this.#tenures = new Int32Array(tree.to);
    this.#current = new Int32Array(tree.to);
    if (typeof counts === 'number') this.#fill(tree, counts);
    else for (const [part, count] of counts.entries()) this.#fill(tree.children[part]!, count);
    this.#isPristine = this.#count === tree.to;
  }

  /** Members, count. */
  get count(): number {
    return this.#count;
  }

  /** For each place the tenure of its agent, from 1, or 0; undefined while all have the first. Not changed any more. */
  get tenures(): Int32Array | undefined {
    return this.#isPristine ? undefined : this.#current;
  }

  /** Whether an agent has that index. */
  has(index: number): boolean {
    return Number.isInteger(index) && (this.#current[index] ?? 0) > 0;
  }

  /** All members, index, ascending. */
  indices(): Int32Array {
    const indices = new Int32Array(this.#count);
    let at = 0;
    for (let place = 0; place < this.capacity; place++) if (this.#current[place]! > 0) indices[at++] = place;
    return indices;
  }

  /**
   * The first vacant place of the leaf with the fewest members, of equals the first.
   *
   * @param among places `from` to `to - 1`, those of a node of the tree; default: all
   * @throws SwarmError `AGENTS_SWARM_FULL`
   */
  join(among: Pick<CohortNode, 'from' | 'to'> = { from: 0, to: this.capacity }): number {
    let least = -1;
    for (const [leaf, { from, to }] of this.#leaves.entries()) {
      if (from < among.from || to > among.to || this.#fills[leaf] === to - from) continue;
      if (least === -1 || this.#fills[leaf]! < this.#fills[least]!) least = leaf;
    }
    if (least === -1)
      throw new SwarmError(
        'AGENTS_SWARM_FULL',
        `All ${among.to - among.from} places of the swarm are taken.`,
        'Spawn the swarm with a larger `capacity`, or let an agent leave first.',
      );
    this.#change();
    const index = this.#current.indexOf(0, this.#leaves[least]!.from);
    this.#take(least, index);
    return index;
  }

  /**
   * Makes a place vacant.
   *
   * @param index a member
   */
  leave(index: number): void {
    this.#change();
    this.#current[index] = 0;
    this.#fills[this.#leaves.findIndex(({ to }) => index < to)]!--;
    this.#count--;
  }

  #fill(node: CohortNode, count: number): void {
    for (let round = 0, taken = 0; taken < count; round++)
      for (let leaf = 0; leaf < this.#leaves.length && taken < count; leaf++) {
        const { from, to } = this.#leaves[leaf]!;
        if (from < node.from || to > node.to || round >= to - from) continue;
        this.#take(leaf, from + round);
        taken++;
      }
  }

  #take(leaf: number, index: number): void {
    this.#current[index] = ++this.#tenures[index]!;
    this.#fills[leaf]!++;
    this.#count++;
  }

  /** What was handed out stays as it is: messages under way hold it. */
  #change(): void {
    this.#isPristine = false;
    this.#current = this.#current.slice();
  }
}

function leavesOf(node: CohortNode): CohortNode[] {
  return node.children.length === 0 ? [node] : node.children.flatMap(leavesOf);
}
