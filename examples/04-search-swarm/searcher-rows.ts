/** Targets that one number has bits for. */
const WORD_BITS = 32;

/**
 * What a searcher perceives and does, as rows of whole numbers, so that ten thousand of them are a few columns. Sets of targets are bits: target
 * `t` is bit `t % 32` of word `⌊t / 32⌋`, of W words.
 *
 * ```
 *   observation   crash   1: chaos strikes, the searcher crashes instead of looking
 *                 sector  where it stands
 *                 claimed the sector of its claims that were refused
 *                 W       targets for which its detector sounds
 *                 W       targets that were carried off; announced to all, in every arm
 *                 W       its claims that were refused
 *   action        next    the sector to be in next
 *                 W       targets that it claims are where it stands
 * ```
 */
export class SearcherRows {
  readonly targetCount: number;
  /** W, count. */
  readonly words: number;
  /** Numbers of an observation, and of an action, count. */
  readonly observationWidth: number;
  readonly actionWidth: number;
  readonly crash = 0;
  readonly sector = 1;
  readonly claimed = 2;
  readonly alarms = 3;
  readonly found: number;
  readonly refused: number;

  constructor(targetCount: number) {
    this.targetCount = targetCount;
    this.words = Math.ceil(targetCount / WORD_BITS);
    this.found = this.alarms + this.words;
    this.refused = this.found + this.words;
    this.observationWidth = this.refused + this.words;
    this.actionWidth = 1 + this.words;
  }
}

/** The word of a set that a target is in, and its bit there. */
export function wordOf(target: number): number {
  return Math.floor(target / WORD_BITS);
}

export function bitOf(target: number): number {
  return 1 << (target % WORD_BITS);
}

/** Calls `visit` with each target of the set whose words begin at `offset`, ascending. */
export function eachTarget(
  row: ArrayLike<number>,
  offset: number,
  words: number,
  visit: (target: number) => void,
): void {
  for (let word = 0; word < words; word++)
    for (let rest = row[offset + word]!; rest !== 0; rest &= rest - 1)
      visit(word * WORD_BITS + 31 - Math.clz32(rest & -rest));
}
