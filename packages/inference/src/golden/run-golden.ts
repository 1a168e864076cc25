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
import type { Topic } from './topics/topic.js';

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
  readonly failures: readonly CaseFailure[];
}

export interface GoldenReport {
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
 * @throws GoldenFormatError for a case whose inputs are not what its topic needs
 */
export function runGolden(files: readonly GoldenFile[]): GoldenReport {
  const topics = files.map(runFile);
  const total = (key: 'passed' | 'failed' | 'notSupported'): number =>
    topics.reduce((sum, topic) => sum + topic[key], 0);
  return {
    topics,
    passed: total('passed'),
    failed: total('failed'),
    notSupported: total('notSupported'),
  };
}

function runFile({ path, topic, cases }: GoldenFile): TopicReport {
  const results = cases.map((golden) => runCase(topic, golden, path));
  const failures = results.filter((result) => typeof result === 'object');
  return {
    topic,
    passed: results.filter((result) => result === 'passed').length,
    failed: failures.length,
    notSupported: results.filter((result) => result === 'not supported').length,
    failures,
  };
}

export type CaseResult = 'passed' | 'not supported' | CaseFailure;

/** Runs one case of the topic of this name. */
export function runCase(topicName: string, golden: GoldenCase, path: string): CaseResult {
  const topic = Object.hasOwn(TOPICS, topicName) ? TOPICS[topicName] : undefined;
  return topic === undefined ? 'not supported' : runTopic(topic, golden, path);
}

/** Runs one case. A field that the topic has no answer for makes it not supported. */
export function runTopic(topic: Topic, golden: GoldenCase, path: string): CaseResult {
  const where = `${path}: ${golden.id}`;
  try {
    const inputs = new Fields(golden.inputs, `${where}.inputs`);
    const answers = topic.answer(inputs, new Fields(golden.settings, `${where}.settings`), golden);
    const fields = Object.entries(golden.expected).filter(([field]) => !topic.ignored.has(field));
    if (fields.length === 0) throw new GoldenFormatError(`${where}.expected: nothing to compare with`);
    if (fields.some(([field]) => !Object.hasOwn(answers, field))) return 'not supported';
    const mismatches = fields.flatMap(([field, expected]) =>
      compare(field, expected, answers[field]!(), golden.tolerance, topic.ignored),
    );
    if (mismatches.length === 0) return 'passed';
    const kept = mismatches.slice(0, MISMATCHES_KEPT_MAX);
    return { case: golden.id, mismatches: kept, mismatchCount: mismatches.length };
  } catch (error) {
    if (error instanceof NotSupportedError) return 'not supported';
    if (error instanceof GoldenFormatError) throw error;
    return { case: golden.id, mismatches: [], mismatchCount: 0, error: String(error) };
  }
}
