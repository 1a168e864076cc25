import { prepareModel } from '../../model/prepare-model.js';
import { type SmoothedStates, smoothStates } from '../../perception/smooth-states.js';
import { goldenModel } from './golden-model.js';
import type { Topic } from './topic.js';

/** Exact filter, smoother and evidence of one factor over a sequence of observations. */
export const hmmExact: Topic = {
  ignored: new Set(),
  answer: (inputs) => {
    const result: SmoothedStates = smoothStates(prepareModel(goldenModel(inputs)), {
      observations: inputs.integerLists('obs_seq'),
      ...(inputs.has('actions') ? { actions: inputs.integerLists('actions') } : {}),
    });
    return {
      filtered: () => result.filtered,
      smoothed: () => result.smoothed,
      log_evidence: () => result.logEvidence,
    };
  },
};
