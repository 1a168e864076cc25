import { defineAgent, type Mind, type MindTurn } from '@skein/agents';
import { randomStep, type SearcherPlanner } from '@skein/agents/environments';
import { ChaosError } from './chaos-error.js';
import { type Belief, type Knowledge, knowledgeOf } from './knowledge.js';
import { supervision } from './searcher.js';
import type { Way } from './searcher-minds.js';
import { bitOf, eachTarget, wordOf } from './searcher-rows.js';

/**
 * One searcher: it believes by Bayes, and decides by expected free energy. The plain version, which says what a searcher is: `SearcherMinds` must
 * do the same, for all at once.
 */
class SearcherMind implements Mind<ArrayLike<number>, readonly number[]> {
  readonly #knowledge: Knowledge;
  readonly #way: Way;
  readonly #belief: Belief;
  readonly #planner: SearcherPlanner;
  readonly #found: Uint8Array;
  #sector = 0;

  constructor(knowledge: Knowledge, way: Way) {
    this.#knowledge = knowledge;
    this.#way = way;
    this.#belief = knowledge.createBelief();
    this.#planner = knowledge.createPlanner();
    this.#found = new Uint8Array(knowledge.rows.targetCount);
  }

  perceive(row: ArrayLike<number>, { evidence }: MindTurn): void {
    const { rows, counts } = this.#knowledge;
    if (row[rows.crash] === 1) throw new ChaosError('chaos struck');
    const { own } = evidence!;
    const sector = row[rows.sector]!;
    const claimed = row[rows.claimed]!;
    eachTarget(row, rows.refused, rows.words, (target) => {
      own[counts.refusalAt(target, claimed)]! += 1;
    });
    own[counts.lookAt(sector)]! += 1;
    eachTarget(row, rows.alarms, rows.words, (target) => {
      own[counts.alarmAt(target, sector)]! += 1;
    });
    this.#sector = sector;
    this.#found.fill(0);
    eachTarget(row, rows.found, rows.words, (target) => {
      this.#found[target] = 1;
    });
  }

  act({ uniform, evidence }: MindTurn): readonly number[] {
    const { rows, graph } = this.#knowledge;
    const { pool, own } = evidence!;
    const sector = this.#sector;
    this.#belief.update(
      pool.map((count, at) => count + own[at]!),
      this.#found,
    );
    const claims = new Array<number>(rows.words).fill(0);
    for (const [target, gone] of this.#found.entries())
      if (gone === 0 && this.#belief.isSure(target, sector)) claims[wordOf(target)]! |= bitOf(target);
    if (this.#way === 'wanders') return [randomStep(graph, sector, uniform), ...claims];
    this.#planner.believe(this.#belief.probability);
    return [this.#planner.choose(sector, uniform), ...claims];
  }
}

export const plainSearcher = defineAgent<ArrayLike<number>, readonly number[]>({
  name: 'plain-searcher',
  mind: (setup) => new SearcherMind(knowledgeOf(setup), 'plans'),
  evidenceLength: (setup) => knowledgeOf(setup).counts.length,
  supervision,
});

export const plainWalker = defineAgent<ArrayLike<number>, readonly number[]>({
  name: 'plain-walker',
  mind: (setup) => new SearcherMind(knowledgeOf(setup), 'wanders'),
  evidenceLength: (setup) => knowledgeOf(setup).counts.length,
  supervision,
});
