import type { Counts } from '../../learning/counts.js';
import { expectedModel } from '../../learning/expected-model.js';
import { learnLikelihood } from '../../learning/learn-likelihood.js';
import { learnPrior } from '../../learning/learn-prior.js';
import { learnTransition } from '../../learning/learn-transition.js';
import { normalizeColumns } from '../../math/normalize.js';
import type { GenerativeModel } from '../../model/generative-model.js';
import { toNested } from '../../model/tensor.js';
import type { Answer } from '../compare.js';
import { Fields } from '../fields.js';
import { NotSupportedError } from '../golden-case.js';
import { goldenModel } from './golden-model.js';
import type { Topic } from './topic.js';

/** Counts of A, B and D as far as a case has them. */
interface AllCounts {
  readonly pA: Counts | null;
  readonly pB: Counts | null;
  readonly pD: Counts | null;
}

/** Dirichlet updates, one or a sequence with checkpoints. */
export const learning: Topic = {
  ignored: new Set(),
  answer: (inputs, _settings, golden) => {
    const model = goldenModel(inputs);
    const counts: AllCounts = { pA: read(inputs, 'pA'), pB: read(inputs, 'pB'), pD: read(inputs, 'pD') };
    const rate = inputs.number('lr', 1);
    if (!inputs.has('steps')) {
      const after = learnOnce(model, counts, inputs, inputs, rate);
      return Object.fromEntries(Object.entries(report(after)).map(([field, value]) => [field, () => value]));
    }
    return { checkpoints: () => checkpoints(model, counts, inputs, rate, golden.expected) };
  },
};

/** Applies every update that the case has counts for and the step has the beliefs for. */
function learnOnce(
  model: GenerativeModel,
  { pA, pB, pD }: AllCounts,
  inputs: Fields,
  step: Fields,
  learningRate: number,
): AllCounts {
  const posterior = step.vectors('qs');
  const modalities = subset(inputs, 'modalities');
  const factors = subset(inputs, 'factors');
  return {
    pA:
      pA === null || !step.has('obs')
        ? pA
        : learnLikelihood(model, pA, {
            observations: step.integers('obs'),
            posterior,
            learningRate,
            ...(modalities === null ? {} : { modalities }),
          }),
    pB:
      pB === null || !step.has('qs_prev')
        ? pB
        : learnTransition(model, pB, {
            previousPosterior: step.vectors('qs_prev'),
            action: step.integers('action'),
            posterior,
            learningRate,
            ...(factors === null ? {} : { factors }),
          }),
    pD:
      pD === null
        ? pD
        : learnPrior(model, pD, { posterior, learningRate, ...(factors === null ? {} : { factors }) }),
  };
}

function checkpoints(
  start: GenerativeModel,
  counts: AllCounts,
  inputs: Fields,
  rate: number,
  expected: GoldenExpected,
): Answer {
  const wanted = new Fields(expected, 'expected').objects('checkpoints').map((at) => at.number('after'));
  let model = start;
  let learned = counts;
  const seen = new Map<number, Answer>();
  inputs.objects('steps').forEach((step, i) => {
    learned = learnOnce(model, learned, inputs, step, rate);
    model = expectedModel(model, {
      ...(learned.pA === null ? {} : { pA: learned.pA }),
      ...(learned.pB === null ? {} : { pB: learned.pB }),
    });
    if (wanted.includes(i + 1)) seen.set(i + 1, { after: i + 1, ...report(learned) });
  });
  return wanted.map((after) => seen.get(after) ?? null);
}

type GoldenExpected = ConstructorParameters<typeof Fields>[0];

/** The counts, and what they lead one to expect. */
function report({ pA, pB, pD }: AllCounts): Record<string, Answer> {
  const fields: Record<string, Answer> = {};
  for (const [name, counts] of [
    ['A', pA],
    ['B', pB],
    ['D', pD],
  ] as const) {
    if (counts === null) continue;
    fields[`p${name}`] = counts.map((count) => (count === null ? null : (toNested(count) as Answer)));
    fields[name] = counts.map((count) =>
      count === null ? null : (toNested(normalizeColumns(count)) as Answer),
    );
  }
  return fields;
}

function read(inputs: Fields, key: string): Counts | null {
  return inputs.has(key) ? inputs.tensors(key) : null;
}

/** `all` or a list of indices; null stands for all. */
export function subset(fields: Fields, key: string): number[] | null {
  if (!fields.has(key)) return null;
  if (!fields.isString(key)) return fields.integers(key);
  if (fields.string(key) === 'all') return null;
  throw new NotSupportedError(`${key}: ${fields.string(key)}`);
}
