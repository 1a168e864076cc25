import type { GenerativeModel } from '../../model/generative-model.js';
import { prepareModel } from '../../model/prepare-model.js';
import { readEvidence } from '../../perception/evidence.js';
import { FREE_ENERGY_TOLERANCE, ITERATIONS_MAX } from '../../perception/infer-states.js';
import { meanField, type StatePosterior } from '../../perception/mean-field.js';
import type { Fields } from '../fields.js';
import { NotSupportedError } from '../golden-case.js';
import { goldenModel } from './golden-model.js';
import { observe, soleAgent } from './sole-agent.js';
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
  answerInLanes: (inputs, settings) => {
    checkVariant(settings);
    const model = goldenModel(inputs, inputs.has('num_states') ? inputs.integers('num_states') : undefined);
    const iterationsMax = settings.number('num_iter', ITERATIONS_MAX);
    const once = inferInLanes(model, inputs, iterationsMax, settings.number('dF_tol', FREE_ENERGY_TOLERANCE));
    if (once === null) return null;
    const after = (sweeps: number) => inferInLanes(model, inputs, sweeps, 0) ?? once;
    const converged = lazily(() => after(CONVERGED_ITERATIONS));
    return {
      qs: () => once.posterior,
      vfe: () => once.freeEnergy,
      n_iter: () => once.iterations,
      vfe_per_iter: () => Array.from({ length: once.iterations }, (_, i) => after(i + 1).freeEnergy),
      qs_converged: () => converged().posterior,
      vfe_converged: () => converged().freeEnergy,
    };
  },
};

/** One inference in lanes; null where a population would not, or the lanes do not cover the model. */
function inferInLanes(
  model: GenerativeModel,
  inputs: Fields,
  iterationsMax: number,
  freeEnergyTolerance: number,
): { posterior: Float64Array[]; freeEnergy: number; iterations: number } | null {
  // Nobody plans here; without a policy to name, all would be enumerated.
  const policies = [[model.B.map(() => 0)]];
  const options = { policies, iterationsMax, freeEnergyTolerance, priorZeros: 'epsilon' } as const;
  const sole = soleAgent(
    { ...model, E: null },
    options,
    inputs.has('prior') ? inputs.vectors('prior') : model.D,
  );
  const observations = inputs.has('obs_dist') ? inputs.vectors('obs_dist') : inputs.integers('obs');
  if (sole === null || !observe(sole, observations)) return null;
  const { population, agent } = sole;
  return {
    posterior: population.readBeliefs(agent),
    freeEnergy: population.results.freeEnergy[0]!,
    iterations: population.results.iterations[0]!,
  };
}

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
