import type { Answer } from '../compare.js';
import type { Fields } from '../fields.js';
import type { GoldenCase } from '../golden-case.js';

/**
 * How one topic answers a case: for every field it can be asked for, a function that works it out.
 *
 * Functions, because a field may be expensive and only the expected ones are called.
 */
export interface Topic {
  /** Keys that describe the case and are not results. */
  readonly ignored: ReadonlySet<string>;
  answer(inputs: Fields, settings: Fields, golden: GoldenCase): Answers;
  /**
   * The same by a compiled population in lanes, for the fields that one can be asked for; null for a case that the
   * lanes do not cover, as `explain()` says. Absent: none of the topic's cases is.
   */
  answerInLanes?(inputs: Fields, settings: Fields, golden: GoldenCase): Answers | null;
}

export type Answers = Readonly<Record<string, () => Answer>>;
