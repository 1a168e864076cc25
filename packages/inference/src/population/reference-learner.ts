import type { LearningSettings } from '../compile/compile-options.js';
import type { Counts } from '../learning/counts.js';
import { expectedModel, type LearnedCounts } from '../learning/expected-model.js';
import { forgetCounts } from '../learning/forget-counts.js';
import { learnHabit } from '../learning/learn-habit.js';
import { learnLikelihood } from '../learning/learn-likelihood.js';
import { learnPrior } from '../learning/learn-prior.js';
import { learnTransition } from '../learning/learn-transition.js';
import type { GenerativeModel } from '../model/generative-model.js';
import type { ModelTensor } from '../model/sparse-tensor.js';
import type { Experience } from './lane-population.js';

/** What agents have learned, in double precision; those that have learned nothing share the prior counts. */
export class ReferenceLearner {
  readonly #model: GenerativeModel;
  readonly #settings: LearningSettings;
  readonly #counts: Map<number, LearnedCounts> = new Map();

  constructor(model: GenerativeModel, settings: LearningSettings) {
    this.#model = model;
    this.#settings = settings;
  }

  counts(lane: number): LearnedCounts {
    const { pA, pB, pD, pE } = this.#settings;
    return this.#counts.get(lane) ?? { pA, pB, pD, ...(pE === null ? {} : { pE }) };
  }

  /** Teaches A what was seen, B what the last action did, and D how the episode began. */
  learn(lane: number, { observations, posterior, before, action }: Experience): void {
    const { rates } = this.#settings;
    const { pA, pB, pD, pE } = this.#settings;
    const counts = this.counts(lane);
    const model = expectedModel(this.#model, counts);
    const keptA = this.#forget(counts.pA ?? pA, pA);
    // What was not seen is not experienced, and only experience makes one forget.
    const learnedA = keptA.map((kept, m) => (observations[m] === null ? (counts.pA ?? pA)[m]! : kept));
    const next: { pA: Counts<ModelTensor>; pB: Counts<ModelTensor>; pD: Counts } = {
      pA: learnLikelihood(model, learnedA, { observations, posterior, learningRate: rates.A }),
      pB: counts.pB ?? pB,
      pD: counts.pD ?? pD,
    };
    if (action === null) {
      const input = { posterior, learningRate: rates.D };
      next.pD = learnPrior(model, this.#forget(next.pD, pD), input);
    } else {
      const input = { previousPosterior: before, action, posterior, learningRate: rates.B };
      next.pB = learnTransition(model, this.#forget(next.pB, pB), input);
    }
    this.#counts.set(lane, { ...next, ...(pE === null ? {} : { pE: counts.pE ?? pE }) });
  }

  /** Teaches E which policies were preferred. */
  learnHabit(lane: number, policyPosterior: Float64Array): void {
    const { pE, rates } = this.#settings;
    if (pE === null) return;
    const counts = this.counts(lane);
    const kept = this.#forget([counts.pE ?? pE], [pE])[0]!;
    const model = expectedModel(this.#model, counts);
    this.#counts.set(lane, {
      ...counts,
      pE: learnHabit(model, kept, { policyPosterior, learningRate: rates.E }),
    });
  }

  /** Has a lane know what was learned elsewhere. */
  write(lane: number, counts: LearnedCounts): void {
    this.#counts.set(lane, counts);
  }

  release(lane: number): void {
    this.#counts.delete(lane);
  }

  #forget<T extends ModelTensor>(counts: Counts<T>, prior: Counts<T>): Counts<T> {
    const { forgetting } = this.#settings;
    return forgetting === 0 ? counts : forgetCounts(counts, prior, { rate: forgetting });
  }
}
