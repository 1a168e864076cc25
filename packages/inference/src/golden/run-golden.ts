import type { Backend } from '../compile/compile-options.js';
import { compare, type Mismatch } from './compare.js';
import { Fields } from './fields.js';
import { type GoldenCase, type GoldenFile, GoldenFormatError, NotSupportedError } from './golden-case.js';
import { actions } from './topics/actions.js';
import { bmr } from './topics/bmr.js';
import { efe } from './topics/efe.js';
import { fpi } from './topics/fpi.js';
import { hmmExact } from './topics/hmm-exact.js';
import { inductive } from './topics/inductive.js';
import { learning } from './topics/learning.js';
import { maths } from './topics/maths.js';
import { mmp } from './topics/mmp.js';
import { rollout } from './topics/rollout.js';
import { sophisticated } from './topics/sophisticated.js';
import type { Answers, Topic } from './topics/topic.js';

/** What computed the answers of a case: lanes, the reference, or some fields by either. */
export type RanOn = Backend | 'both';

/** The topics that this package reproduces, by name. */
const TOPICS: Readonly<Record<string, Topic>> = {
  actions,
  bmr,
  efe,
  fpi,
  'hmm-exact': hmmExact,
  inductive,
  learning,
  maths,
  mmp,
  'rollout-grid': rollout,
  'rollout-multi': rollout,
  'rollout-tmaze': rollout,
  sophisticated,
};

/** Why one case did not pass. */
export interface CaseFailure {
  readonly case: string;
  /** The first values that are off. */
  readonly mismatches: readonly Mismatch[];
  /** How many values are off in all, count. */
  readonly mismatchCount: number;
  /** The error that stopped the case, when one did. */
  readonly error?: string;
}

export interface TopicReport {
  readonly topic: string;
  readonly passed: number;
  readonly failed: number;
  readonly notSupported: number;
  /** How many of the cases that could be run were run where, count. */
  readonly ranOn: Readonly<Record<RanOn, number>>;
  readonly failures: readonly CaseFailure[];
}

export interface GoldenReport {
  /** What was asked for; the reference runs what lanes do not cover. */
  readonly backend: Backend;
  readonly topics: readonly TopicReport[];
  readonly passed: number;
  readonly failed: number;
  readonly notSupported: number;
}

/** Mismatches kept of one case, count: enough to see a pattern. */
const MISMATCHES_KEPT_MAX = 5;

/**
 * Runs every case of some golden files.
 *
 * @param backend `simd`: by compiled populations in lanes, as far as these cover a case
 * @throws GoldenFormatError for a case whose inputs are not what its topic needs
 */
export function runGolden(files: readonly GoldenFile[], backend: Backend = 'reference'): GoldenReport {
  const topics = files.map((file) => runFile(file, backend));
  const total = (key: 'passed' | 'failed' | 'notSupported'): number =>
    topics.reduce((sum, topic) => sum + topic[key], 0);
  return {
    backend,
    topics,
    passed: total('passed'),
    failed: total('failed'),
    notSupported: total('notSupported'),
  };
}

function runFile({ path, topic, cases }: GoldenFile, backend: Backend): TopicReport {
  const runs = cases.map((golden) => runCase(topic, golden, path, backend));
  const results = runs.map(({ result }) => result);
  const supported = runs.filter(({ result }) => result !== 'not supported');
  const ran = (where: RanOn): number => supported.filter(({ ranOn }) => ranOn === where).length;
  const failures = results.filter((result) => typeof result === 'object');
  return {
    topic,
    passed: results.filter((result) => result === 'passed').length,
    failed: failures.length,
    notSupported: results.length - supported.length,
    ranOn: { simd: ran('simd'), both: ran('both'), reference: ran('reference') },
    failures,
  };
}

export type CaseResult = 'passed' | 'not supported' | CaseFailure;

/** What came of a case, and what computed it. */
export interface CaseRun {
  readonly result: CaseResult;
  readonly ranOn: RanOn;
}

/** Runs one case of the topic of this name. */
export function runCase(
  topicName: string,
  golden: GoldenCase,
  path: string,
  backend: Backend = 'reference',
): CaseRun {
  const topic = Object.hasOwn(TOPICS, topicName) ? TOPICS[topicName] : undefined;
  if (topic === undefined) return { result: 'not supported', ranOn: 'reference' };
  return runTopic(topic, golden, path, backend);
}

/** Runs one case. A field that the topic has no answer for makes it not supported. */
export function runTopic(
  topic: Topic,
  golden: GoldenCase,
  path: string,
  backend: Backend = 'reference',
): CaseRun {
  const where = `${path}: ${golden.id}`;
  let ranOn: RanOn = 'reference';
  const end = (result: CaseResult): CaseRun => ({ result, ranOn });
  try {
    const inputs = new Fields(golden.inputs, `${where}.inputs`);
    const settings = new Fields(golden.settings, `${where}.settings`);
    const inLanes = backend === 'simd' ? topic.answerInLanes?.(inputs, settings, golden) : null;
    const fields = Object.entries(golden.expected).filter(([field]) => !topic.ignored.has(field));
    if (fields.length === 0) throw new GoldenFormatError(`${where}.expected: nothing to compare with`);
    const covered = fields.filter(([field]) => Object.hasOwn(inLanes ?? {}, field)).length;
    if (covered > 0) ranOn = covered === fields.length ? 'simd' : 'both';
    const rest = ranOn === 'simd' ? {} : topic.answer(inputs, settings, golden);
    const answers: Answers = { ...rest, ...inLanes };
    if (fields.some(([field]) => !Object.hasOwn(answers, field))) return end('not supported');
    const mismatches = fields.flatMap(([field, expected]) =>
      compare(field, expected, answers[field]!(), golden.tolerance, topic.ignored),
    );
    if (mismatches.length === 0) return end('passed');
    const kept = mismatches.slice(0, MISMATCHES_KEPT_MAX);
    return end({ case: golden.id, mismatches: kept, mismatchCount: mismatches.length });
  } catch (error) {
    if (error instanceof NotSupportedError) return end('not supported');
    if (error instanceof GoldenFormatError) throw error;
    return end({ case: golden.id, mismatches: [], mismatchCount: 0, error: String(error) });
  }
}
