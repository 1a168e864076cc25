import { reduceModel } from '../../learning/bayesian-model-reduction.js';
import { toNested } from '../../model/tensor.js';
import type { Answer } from '../compare.js';
import type { Topic } from './topic.js';

/** Bayesian model reduction of Dirichlet counts; F and its sign are ours. */
export const bmr: Topic = {
  ignored: new Set(),
  answer: (inputs) => {
    const reduction = reduceModel(inputs.tensor('q_dir'), inputs.tensor('p_dir'), inputs.tensor('r_dir'));
    return {
      F: () => reduction.freeEnergyChange,
      s_dir: () => toNested(reduction.counts) as Answer,
    };
  },
};
