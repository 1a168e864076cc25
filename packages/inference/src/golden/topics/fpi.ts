import type { GenerativeModel } from '../../model/generative-model.js';
import { prepareModel } from '../../model/prepare-model.js';
import { readEvidence } from '../../perception/evidence.js';
import { FREE_ENERGY_TOLERANCE, ITERATIONS_MAX } from '../../perception/infer-states.js';
import { meanField, type StatePosterior } from '../../perception/mean-field.js';
import type { Fields } from '../fields.js';
import { NotSupportedError } from '../golden-case.js';
import { goldenModel } from './golden-model.js';
import type { Topic } from './topic.js';

/** Sweeps after which a fixed point that exists has been reached to ten digits. */
const CONVERGED_ITERATIONS = 2000;

/** State inference by mean-field fixed-point iteration; golden files read a prior of 0 as 1e-16. */
export const fpi: Topic = {
  ignored: new Set(),
  answer: (inputs, settings) => {
    checkVariant(settings);
    const model = goldenModel(inputs, inputs.has('num_states') ? inputs.integers('num_states') : undefined);
    const infer = inference(model, inputs);
    const once = lazily(() =>
      infer(settings.number('num_iter', ITERATIONS_MAX), settings.number('dF_tol', FREE_ENERGY_TOLERANCE)),
    );
    const converged = lazily(() => infer(CONVERGED_ITERATIONS, 0));
    return {
      qs: () => once().posterior,
      vfe: () => once().variationalFreeEnergy,
      n_iter: () => once().iterations,
      vfe_per_iter: () => once().freeEnergyPerIteration,
      qs_converged: () => converged().posterior,
      vfe_converged: () => converged().variationalFreeEnergy,
    };
  },
};

function inference(model: GenerativeModel, inputs: Fields) {
  const observations = inputs.has('obs_dist') ? inputs.vectors('obs_dist') : inputs.integers('obs');
  const evidence = readEvidence(prepareModel(model), observations);
  const prior = inputs.has('prior') ? inputs.vectors('prior') : model.D;
  return (iterationsMax: number, freeEnergyTolerance: number): StatePosterior =>
    meanField(evidence, prior, { iterationsMax, freeEnergyTolerance, priorZeros: 'epsilon' });
}

function checkVariant(settings: Fields): void {
  const start = settings.string('init', 'uniform');
  const update = settings.string('update', 'simultaneous');
  if (start !== 'uniform') throw new NotSupportedError(`start ${start}`);
  if (update !== 'simultaneous') throw new NotSupportedError(`update ${update}`);
}

function lazily<T>(work: () => T): () => T {
  let result: { readonly value: T } | undefined;
  return () => {
    result ??= { value: work() };
    return result.value;
  };
}
