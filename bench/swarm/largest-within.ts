/** What trying a count has shown. */
export interface Trial {
  readonly isWithin: boolean;
  /** The count that would just be within the limit, supposing that what is limited is proportional to it; positive. */
  readonly suggested: number;
}

/** Where to look. */
export interface SearchRange {
  /** Where to begin, count, at least 1. */
  readonly first: number;
  /** Not beyond it, count. */
  readonly most: number;
  /** How near to the largest is near enough: a share of it, such as 0.05. */
  readonly precision: number;
}

/** From one try to the next a count grows at most so many times. */
const GROWTH_MOST = 8;

/**
 * The largest count that is within a limit: if a count is, so are all smaller ones, supposedly. It goes where the last trial suggests, a
 * little below at first, then just above what is within, and halves what is between where suggestions are of no use. What is found so by
 * hasty trials is found only if a thorough one says so too; else it counts as beyond, and the search goes on below.
 *
 * @param attempt tries a count, thoroughly or not
 * @returns the largest that was found to be within, thoroughly; 0 if not even 1 is
 */
export async function largestWithin(
  attempt: (count: number, isThorough: boolean) => Promise<Trial>,
  { first, most, precision }: SearchRange,
): Promise<number> {
  const within = [0];
  let beyond = most + 1;
  let suggested = Math.min(first, most);
  let inARow = 0;
  for (let tries = 0; ; tries++) {
    const least = within.at(-1)!;
    const reach = Math.max(1, Math.floor(precision * least));
    const isFound = beyond - least <= reach;
    if (isFound && least === 0) return 0;
    let count = least;
    if (!isFound) {
      // Where suggestions have been wrong in the same way before, it goes further beyond them, each time twice as far.
      const stride = 2 ** Math.max(0, Math.abs(inARow) - 2);
      const lower = suggested * (1 - precision / 2) ** (inARow < 0 ? stride : 1);
      const upper = least + reach * (inARow > 0 ? stride : 1);
      const aim = tries === 0 ? suggested : least < (1 - precision) * suggested ? lower : upper;
      const isUseful = least < aim && aim < beyond;
      const middle = (least + beyond) / 2;
      // Suggestions that lead out of where the answer is lead to its ends, but not twice.
      const wanted = isUseful || tries % 2 === 1 ? aim : middle;
      const farthest = Math.min(beyond - 1, GROWTH_MOST * Math.max(least, first));
      count = Math.max(least + 1, Math.min(Math.floor(wanted), farthest));
    }
    const trial = await attempt(count, isFound);
    suggested = trial.suggested;
    inARow = trial.isWithin ? Math.max(inARow, 0) + 1 : Math.min(inARow, 0) - 1;
    if (!trial.isWithin) {
      beyond = count;
      if (isFound) within.pop();
    } else if (isFound) return count;
    else within.push(count);
  }
}
