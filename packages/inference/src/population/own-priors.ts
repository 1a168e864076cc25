import type { LearningSettings } from '../compile/compile-options.js';
import type { Counts } from '../learning/counts.js';
import { expectedModel } from '../learning/expected-model.js';
import { forgetCounts } from '../learning/forget-counts.js';
import { learnPrior } from '../learning/learn-prior.js';
import type { GenerativeModel } from '../model/generative-model.js';
import type { Beliefs } from '../perception/beliefs.js';

/** What agents have learned about how episodes begin: counts of D, kept for those that have learned any. */
export class OwnPriors {
  readonly #model: GenerativeModel;
  readonly #settings: LearningSettings;
  readonly #counts: Map<number, Counts> = new Map();

  constructor(model: GenerativeModel, settings: LearningSettings) {
    this.#model = model;
    this.#settings = settings;
  }

  /** Whether anything about beginnings is learned at all. */
  get isLearned(): boolean {
    return this.#settings.pD.some((counts) => counts !== null);
  }

  /** Teaches a lane the belief about the first states of an episode. */
  learn(lane: number, posterior: Beliefs): void {
    const { pD, rates, forgetting } = this.#settings;
    const kept =
      forgetting === 0 ? this.counts(lane) : forgetCounts(this.counts(lane), pD, { rate: forgetting });
    this.#counts.set(lane, learnPrior(this.#model, kept, { posterior, learningRate: rates.D }));
  }

  /** Has a lane know what was learned elsewhere. */
  write(lane: number, counts: Counts): void {
    this.#counts.set(lane, counts);
  }

  counts(lane: number): Counts {
    return this.#counts.get(lane) ?? this.#settings.pD;
  }

  /** What a lane expects an episode to begin with, for each factor `[S]`, probability. */
  expected(lane: number): Beliefs {
    const counts = this.#counts.get(lane);
    return counts === undefined ? this.#model.D : expectedModel(this.#model, { pD: counts }).D;
  }

  release(lane: number): void {
    this.#counts.delete(lane);
  }
}
