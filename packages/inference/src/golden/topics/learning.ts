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
import { goldenModel } from './golden-model.js';
import { learnInLanes } from './learning-in-lanes.js';
import { subset } from './subset.js';
import type { Answers, Topic } from './topic.js';

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
    const after = learnAll(goldenModel(inputs), inputs);
    return inputs.has('steps')
      ? { checkpoints: () => checkpoints(after, golden.expected) }
      : answers(report(after[0]!));
  },
  answerInLanes: (inputs, _settings, golden) => {
    const model = goldenModel(inputs);
    const inLanes = (kind: 'A' | 'B' | 'D') =>
      inputs.has(`p${kind}`) ? learnInLanes(model, kind, inputs, stepsOf(inputs)) : null;
    const learned = { pA: inLanes('A'), pB: inLanes('B'), pD: inLanes('D') };
    const { pA, pB, pD } = learned;
    const after = stepsOf(inputs).map((_, i) => ({
      pA: pA?.[i] ?? null,
      pB: pB?.[i] ?? null,
      pD: pD?.[i] ?? null,
    }));
    if (!inputs.has('steps')) return answers(report(after[0]!));
    // A checkpoint is one field, so lanes have all of it or none.
    const isWhole = KINDS.every((kind) => learned[kind] !== null || !inputs.has(kind));
    return isWhole ? { checkpoints: () => checkpoints(after, golden.expected) } : null;
  },
};

const KINDS = ['pA', 'pB', 'pD'] as const;

/** The steps of a sequence; a case without is one step itself. */
const stepsOf = (inputs: Fields): readonly Fields[] =>
  inputs.has('steps') ? inputs.objects('steps') : [inputs];

/** The counts after each step. */
function learnAll(start: GenerativeModel, inputs: Fields): AllCounts[] {
  let learned: AllCounts = { pA: read(inputs, 'pA'), pB: read(inputs, 'pB'), pD: read(inputs, 'pD') };
  const rate = inputs.number('lr', 1);
  let model = start;
  return stepsOf(inputs).map((step, i) => {
    // Of a case's first step the tensors are its own, which are rounded otherwise than its counts.
    if (i > 0) {
      const { pA, pB } = learned;
      model = expectedModel(model, { ...(pA === null ? {} : { pA }), ...(pB === null ? {} : { pB }) });
    }
    learned = learnOnce(model, learned, inputs, step, rate);
    return learned;
  });
}

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

function checkpoints(after: readonly AllCounts[], expected: GoldenExpected): Answer {
  const wanted = new Fields(expected, 'expected').objects('checkpoints').map((at) => at.number('after'));
  return wanted.map((step) => {
    const counts = after[step - 1];
    return counts === undefined ? null : { after: step, ...report(counts) };
  });
}

type GoldenExpected = ConstructorParameters<typeof Fields>[0];

const answers = (fields: Record<string, Answer>): Answers =>
  Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, () => value]));

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
