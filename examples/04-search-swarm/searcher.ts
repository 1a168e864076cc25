import { defineAgent } from '@skein/agents';
import { oneForOne, type Supervision } from '@skein/runtime';
import { knowledgeOf } from './knowledge.js';
import { SearcherMinds } from './searcher-minds.js';

/** Chaos may strike as often as it likes: a searcher that crashes is always restarted. */
export const supervision: Supervision = oneForOne({ maxRestarts: Number.POSITIVE_INFINITY });

/** Believes by Bayes, and decides by expected free energy. What it perceives and does: see `SearcherRows`. */
export const searcher = defineAgent<ArrayLike<number>, readonly number[]>({
  name: 'searcher',
  minds: (setup) => new SearcherMinds(knowledgeOf(setup), 'plans'),
  evidenceLength: (setup) => knowledgeOf(setup).counts.length,
  supervision,
});

/** The same detector, beliefs and claims, and no plan at all. */
export const walker = defineAgent<ArrayLike<number>, readonly number[]>({
  name: 'walker',
  minds: (setup) => new SearcherMinds(knowledgeOf(setup), 'wanders'),
  evidenceLength: (setup) => knowledgeOf(setup).counts.length,
  supervision,
});
