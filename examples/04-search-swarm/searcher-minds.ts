import type { ActingTurn, BatchedMind, PerceivingTurn } from '@skein/agents';
import { randomStep, type SearcherPlanner } from '@skein/agents/environments';
import { ChaosError } from './chaos-error.js';
import type { Belief, Knowledge } from './knowledge.js';
import { bitOf, eachTarget, wordOf } from './searcher-rows.js';

/** How a searcher that stands in a sector chooses where to go. */
export type Way = 'plans' | 'wanders';

const NOBODY = -1;

/**
 * The minds of all searchers of a shard: what `SearcherMind` is to one, without anything of the size of the map for each.
 *
 * Searchers whose evidence is all in the pool know the same. They share one belief, and those of a sector one posterior over policies:
 * to decide for one of them is to draw from it. Only who has seen what the pool does not count yet is thought about alone.
 */
export class SearcherMinds implements BatchedMind<ArrayLike<number>, readonly number[]> {
  readonly #knowledge: Knowledge;
  readonly #way: Way;
  /** By lane: where the searcher stands. */
  readonly #sectors: number[] = [];
  /** By lane, `words` each: what it has heard was carried off. */
  readonly #found: number[] = [];
  /** What all know; and what one does. */
  readonly #common: Thoughts;
  readonly #single: Thoughts;
  /** Searchers that share the common belief, by sector: the first item, and after each item the next. */
  readonly #first: Int32Array;
  #next = new Int32Array(0);

  constructor(knowledge: Knowledge, way: Way) {
    this.#knowledge = knowledge;
    this.#way = way;
    this.#common = new Thoughts(knowledge);
    this.#single = new Thoughts(knowledge);
    this.#first = new Int32Array(knowledge.graph.sectorCount).fill(NOBODY);
  }

  add(lane: number): void {
    const { words } = this.#knowledge.rows;
    this.#sectors[lane] = 0;
    for (let word = 0; word < words; word++) this.#found[lane * words + word] = 0;
  }

  remove(): void {} // the next life in the lane begins with an observation

  perceive(turn: PerceivingTurn<ArrayLike<number>>): void {
    const { rows, counts } = this.#knowledge;
    const { words } = rows;
    const evidence = turn.evidence!;
    for (let item = 0; item < turn.size; item++) {
      const row = turn.observation(item);
      if (row[rows.crash] === 1) {
        turn.fail(item, new ChaosError('chaos struck'));
        continue;
      }
      const lane = turn.lanes[item]!;
      const sector = row[rows.sector]!;
      const claimed = row[rows.claimed]!;
      this.#sectors[lane] = sector;
      for (let word = 0; word < words; word++) this.#found[lane * words + word] = row[rows.found + word]!;
      eachTarget(row, rows.refused, words, (target) => evidence.add(item, counts.refusalAt(target, claimed)));
      evidence.add(item, counts.lookAt(sector));
      eachTarget(row, rows.alarms, words, (target) => evidence.add(item, counts.alarmAt(target, sector)));
    }
  }

  act(turn: ActingTurn<readonly number[]>): void {
    const { size, lanes } = turn;
    const evidence = turn.evidence!;
    if (this.#next.length < size) this.#next = new Int32Array(size);
    let sharing = 0;
    // From the last to the first, so that the items of a sector are linked from the first to the last.
    for (let item = size - 1; item >= 0; item--) {
      const lane = lanes[item]!;
      if (evidence.isPooled(item) && (sharing === 0 || this.#common.hasHeardOf(this.#found, lane))) {
        if (sharing++ === 0) this.#common.think(evidence.pool, this.#found, lane);
        const sector = this.#sectors[lane]!;
        this.#next[item] = this.#first[sector]!;
        this.#first[sector] = item;
      } else {
        this.#single.thinkOf(turn, item, this.#found);
        this.#decide(turn, item, item, this.#single, this.#sectors[lane]!);
      }
    }
    if (sharing === 0) return;
    for (let sector = 0; sector < this.#first.length; sector++) {
      const first = this.#first[sector]!;
      if (first === NOBODY) continue;
      this.#first[sector] = NOBODY;
      this.#decide(turn, first, NOBODY, this.#common, sector);
    }
  }

  /** Decides for searchers in one sector that believe the same: those linked from `first` on, or only that one. */
  #decide(
    turn: ActingTurn<readonly number[]>,
    first: number,
    last: number,
    thoughts: Thoughts,
    sector: number,
  ): void {
    const { graph } = this.#knowledge;
    const claims = thoughts.claimsAt(sector);
    const plans = this.#way === 'plans';
    const planner = plans ? thoughts.plannerAt(sector) : undefined;
    for (let item = first; item !== NOBODY; item = item === last ? NOBODY : this.#next[item]!) {
      const uniform = turn.uniform(item);
      const next = planner?.draw(uniform) ?? randomStep(graph, sector, uniform);
      turn.effect(item, [next, ...claims]);
    }
  }
}

/** What is believed of the targets by somebody, and what follows from it. */
class Thoughts {
  readonly #knowledge: Knowledge;
  readonly #belief: Belief;
  readonly #planner: SearcherPlanner;
  /** f64: what was seen. */
  readonly #seen: Float64Array;
  /** What was carried off: u8[targets], and its words. */
  readonly #found: Uint8Array;
  readonly #foundWords: number[];
  /** The pool of which this is what it says; undefined if it is somebody's own. */
  #pool: Float64Array | undefined;
  #hasPlanned = false;

  constructor(knowledge: Knowledge) {
    const { counts, rows } = knowledge;
    this.#knowledge = knowledge;
    this.#belief = knowledge.createBelief();
    this.#planner = knowledge.createPlanner();
    this.#seen = new Float64Array(counts.length);
    this.#found = new Uint8Array(rows.targetCount);
    this.#foundWords = new Array<number>(rows.words).fill(0);
  }

  /** Whether a searcher has heard of the same finds. @param found by lane */
  hasHeardOf(found: readonly number[], lane: number): boolean {
    const { words } = this.#knowledge.rows;
    for (let word = 0; word < words; word++)
      if (found[lane * words + word] !== this.#foundWords[word]) return false;
    return true;
  }

  /** Believes what a pool says to a searcher that knows no more. */
  think(pool: Float64Array, found: readonly number[], lane: number): void {
    if (pool === this.#pool && this.hasHeardOf(found, lane)) return;
    this.#pool = pool;
    this.#believe(pool, found, lane);
  }

  /** Believes what a searcher does that has seen more than the pool counts. */
  thinkOf({ evidence, lanes }: ActingTurn<readonly number[]>, item: number, found: readonly number[]): void {
    this.#pool = undefined;
    this.#seen.set(evidence!.pool);
    evidence!.addOwn(item, this.#seen);
    this.#believe(this.#seen, found, lanes[item]!);
  }

  /** The claims to make in a sector, as words. */
  claimsAt(sector: number): readonly number[] {
    const { words, targetCount } = this.#knowledge.rows;
    const claims = new Array<number>(words).fill(0);
    for (let target = 0; target < targetCount; target++)
      if (this.#found[target] === 0 && this.#belief.isSure(target, sector))
        claims[wordOf(target)]! |= bitOf(target);
    return claims;
  }

  /** A planner that has evaluated a sector. */
  plannerAt(sector: number): SearcherPlanner {
    if (!this.#hasPlanned) this.#planner.believe(this.#belief.probability);
    this.#hasPlanned = true;
    this.#planner.evaluate(sector);
    return this.#planner;
  }

  #believe(seen: Float64Array, found: readonly number[], lane: number): void {
    const { words } = this.#knowledge.rows;
    this.#hasPlanned = false;
    this.#found.fill(0);
    for (let word = 0; word < words; word++) this.#foundWords[word] = found[lane * words + word]!;
    eachTarget(this.#foundWords, 0, words, (target) => {
      this.#found[target] = 1;
    });
    this.#belief.update(seen, this.#found);
  }
}
