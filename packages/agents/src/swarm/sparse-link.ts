import type { ExactSums } from '../coordination/exact-sum.js';
import { frameSince, type SumsFrame, sumsIn } from '../coordination/sparse-sums.js';
import type { SparseOptions } from './operation.js';

/**
 * One end of a link between a node and its parent, over which sums travel round after round: what it has last said,
 * or heard. The parent says in each descent which round's sums it has; only a node that has said just those answers
 * with what has changed since. So a lost report, or a new life of either, costs a key frame and nothing else.
 */
export class SparseLink {
  #series = '';
  #round = -1;
  #sums: ExactSums | undefined;
  #sinceKeyFrame = 0;

  /** The round whose sums this end has; undefined if it has none of that series. */
  roundOf(series: string): number | undefined {
    return series === this.#series && this.#sums !== undefined ? this.#round : undefined;
  }

  /** At the node: what to tell a parent that has the sums of round `known`. */
  say(
    { series, keyFrameEvery }: SparseOptions,
    round: number,
    sums: ExactSums,
    known: number | undefined,
  ): SumsFrame {
    const isKnown = known !== undefined && known === this.roundOf(series);
    const isDue = this.#sinceKeyFrame + 1 >= keyFrameEvery;
    const frame: SumsFrame = isKnown && !isDue ? frameSince(this.#sums!, sums) : { sums };
    this.#sinceKeyFrame = 'changed' in frame ? this.#sinceKeyFrame + 1 : 0;
    this.#keep(series, round, sums);
    return frame;
  }

  /** At the parent: the sums that a frame tells; undefined if it cannot be told. */
  hear({ series }: SparseOptions, round: number, frame: SumsFrame): ExactSums | undefined {
    const sums = sumsIn(frame, series === this.#series ? this.#sums : undefined);
    if (sums !== undefined) this.#keep(series, round, sums);
    return sums;
  }

  #keep(series: string, round: number, sums: ExactSums): void {
    this.#series = series;
    this.#round = round;
    this.#sums = sums;
  }
}
