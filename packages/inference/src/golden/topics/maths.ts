import { columnEntropies } from '../../math/entropy.js';
import { klDivergence } from '../../math/kl-divergence.js';
import { LOG_EPSILON, safeLog } from '../../math/safe-log.js';
import { softmax, softmaxColumns } from '../../math/softmax.js';
import { contract, jointSupport, outerProduct } from '../../math/tensor-contraction.js';
import { type Tensor, toNested } from '../../model/tensor.js';
import { outcomeDistribution } from '../../perception/predict-outcomes.js';
import { type NoveltyForm, noveltyWeights } from '../../planning/parameter-information-gain.js';
import { stateInformationGain } from '../../planning/state-information-gain.js';
import type { Answer } from '../compare.js';
import type { Fields } from '../fields.js';
import { type GoldenCase, NotSupportedError } from '../golden-case.js';
import type { Topic } from './topic.js';

/** Elementary operations; `inputs.op` names the one. */
export const maths: Topic = {
  ignored: new Set(),
  answer: (inputs, _settings, golden) => {
    const operation = OPERATIONS[inputs.string('op')];
    if (operation === undefined) throw new NotSupportedError(`operation ${inputs.string('op')}`);
    return { result: () => operation(inputs, golden) };
  },
};

const OPERATIONS: Readonly<Record<string, (inputs: Fields, golden: GoldenCase) => Answer>> = {
  log_stable: (inputs) => {
    if (inputs.number('eps', LOG_EPSILON) !== LOG_EPSILON) throw new NotSupportedError('another epsilon');
    return nested(map(inputs.tensor('x'), safeLog));
  },
  softmax: (inputs) => softmax(inputs.vector('x')),
  softmax_columns: (inputs) => nested(softmaxColumns(inputs.tensor('x'))),
  spm_dot: (inputs) => {
    const source = inputs.tensor('X');
    const vectors = inputs.vectors('x');
    const omitted = inputs.has('omit') ? inputs.integers('omit') : [];
    // The vectors belong to the last axes; axes before them, and omitted ones, are kept.
    const first = source.shape.length - vectors.length;
    const perAxis = source.shape.map((_, axis) =>
      omitted.includes(axis - first) ? null : (vectors[axis - first] ?? null),
    );
    return nested(contract(source, perAxis));
  },
  spm_cross: (inputs) => nested(outerProduct(inputs.tensors('x'))),
  wnorm: (inputs, golden) => negativeNovelty(inputs, golden, 'approximate'),
  wnorm_exact: (inputs, golden) => negativeNovelty(inputs, golden, 'exact'),
  entropy_columns: (inputs) => {
    const likelihood = inputs.tensor('A');
    return nested({ shape: likelihood.shape.slice(1), data: columnEntropies(likelihood) });
  },
  kl: (inputs) => {
    const q = inputs.vectors('Q');
    return inputs.vectors('P').reduce((sum, p, f) => sum + klDivergence(p, q[f]!), 0);
  },
  state_info_gain: (inputs) => {
    const likelihood = inputs.tensor('A');
    const joint = jointSupport(likelihood.shape.slice(1), inputs.vectors('qs'));
    return stateInformationGain(outcomeDistribution(likelihood, joint), columnEntropies(likelihood), joint);
  },
  observation_likelihood: (inputs) => nested(contract(inputs.tensor('A'), [inputs.vector('o')])),
};

/** What SPM adds to a count before it divides by it; pymdp adds 1e-16. */
const SPM_EPSILON = Math.exp(-16);

/** `wnorm` is our novelty weight with the other sign, after an epsilon was added to every count. */
function negativeNovelty(inputs: Fields, golden: GoldenCase, form: NoveltyForm): Answer {
  const epsilon = golden.source.startsWith('SPM') ? SPM_EPSILON : LOG_EPSILON;
  const counts = map(inputs.tensor('A'), (count) => count + epsilon);
  return nested(map(noveltyWeights(counts, form), (weight) => -weight));
}

function map({ shape, data }: Tensor, transform: (value: number) => number): Tensor {
  return { shape, data: data.map(transform) };
}

function nested(source: Tensor): Answer {
  return toNested(source) as Answer;
}
