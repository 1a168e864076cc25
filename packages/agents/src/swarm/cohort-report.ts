import type { SumsFrame } from '../coordination/sparse-sums.js';
import type { CohortMessage } from './cohort-protocol.js';
import type { Branch, CohortState } from './cohort-state.js';
import type { CohortReport, Descent } from './operation.js';
import type { Round } from './round.js';
import { SparseLink } from './sparse-link.js';

/**
 * Makes what a cohort tells its parent. A plain object, but not by a literal: V8 would allot those in its old space, see
 * `docs/decisions/0018-rounds-that-leave-little-behind.md`.
 */
export const Reported = function (
  this: { -readonly [Field in keyof CohortMessage<'reported'>]: CohortMessage<'reported'>[Field] },
  round: number,
  from: number,
  missing: Int32Array,
  partial: unknown,
): void {
  this.type = 'reported';
  this.round = round;
  this.from = from;
  this.missing = missing;
  this.partial = partial;
} as unknown as new (
  round: number,
  from: number,
  missing: Int32Array,
  partial: unknown,
) => CohortMessage<'reported'>;
Reported.prototype = Object.prototype;

/** The report of a cohort with its partial result whole; undefined if it tells changes of what is not known. */
export function unpacked(
  branch: Branch,
  report: CohortReport,
  { operation }: Descent,
): CohortReport | undefined {
  if (operation.sparse === undefined) return report;
  branch.heard ??= new SparseLink();
  const sums = branch.heard.hear(operation.sparse, report.round, report.partial as SumsFrame);
  return sums && { ...report, partial: sums };
}

/** Members that the children have not spoken for, in index order. */
export function missingFrom({ args, agents, branches }: CohortState, round: Round): Int32Array {
  const { node } = args;
  if (agents !== undefined && round.isWhole) return NOBODY;
  const { tenures } = round.descent;
  const missing: number[] = [];
  const count = agents?.places ?? branches.length;
  for (let at = 0; at < count; at++) {
    if (round.hasHeard(at)) {
      if (agents === undefined)
        for (const index of (round.said(at) as CohortReport).missing) missing.push(index);
      continue;
    }
    const { from, to } = node.children[at] ?? { from: node.from + at, to: node.from + at + 1 };
    for (let index = from; index < to; index++)
      if (tenures === undefined || tenures[index - node.from]! > 0) missing.push(index);
  }
  return missing.length === 0 ? NOBODY : Int32Array.from(missing);
}

/** Shared, and empty. */
const NOBODY: Int32Array = new Int32Array(0);
