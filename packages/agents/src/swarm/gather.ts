/** What some agents did in one round, in index order. Plain data. */
export interface Report {
  /** Which round it answers. */
  readonly round: number;
  /** The first agent it is about, index. */
  readonly from: number;
  /** For each agent its effect; undefined for one that did not report. */
  readonly effects: readonly unknown[];
  /** u8 for each agent: 1 if it reported. */
  readonly reported: Uint8Array;
  /** The sum of their evidence, nats; absent when nothing is fused. */
  readonly evidence?: Float64Array;
}

/**
 * Collects the reports of one node's children for one round. It is complete when each child has reported or is
 * known not to; the sum of evidence is then taken in index order, so that it rounds alike whatever the order
 * of arrival, and on any number of threads.
 */
export class Gather {
  readonly #round: number;
  readonly #from: number;
  readonly #agentCount: number;
  readonly #reports: (Report | 'missing' | undefined)[];
  #open: number;

  /** @param childCount children that will report or be missing */
  constructor(round: number, from: number, to: number, childCount: number) {
    this.#round = round;
    this.#from = from;
    this.#agentCount = to - from;
    this.#reports = new Array(childCount).fill(undefined);
    this.#open = childCount;
  }

  get isComplete(): boolean {
    return this.#open === 0;
  }

  /** The first word about a child counts; what comes later, or answers another round, is ignored. */
  settle(child: number, report: Report | 'missing'): void {
    if (this.#reports[child] !== undefined) return;
    if (report !== 'missing' && report.round !== this.#round) return;
    this.#reports[child] = report;
    this.#open--;
  }

  /** All reports as one. */
  sum(): Report {
    const effects: unknown[] = new Array(this.#agentCount).fill(undefined);
    const reported = new Uint8Array(this.#agentCount);
    let evidence: Float64Array | undefined;
    for (const report of this.#reports) {
      if (report === undefined || report === 'missing') continue;
      const at = report.from - this.#from;
      for (const [i, effect] of report.effects.entries()) effects[at + i] = effect;
      reported.set(report.reported, at);
      if (report.evidence === undefined) continue;
      if (evidence === undefined) evidence = report.evidence.slice();
      else addInto(evidence, report.evidence);
    }
    return { round: this.#round, from: this.#from, effects, reported, ...(evidence && { evidence }) };
  }
}

/** Adds `term` to `sum`, in place. */
export function addInto(sum: Float64Array, term: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += term[i]!;
}
