/** Where to look. */
export interface SearchRange {
  /** Where to begin, count, at least 1. */
  readonly first: number;
  /** Not beyond it, count. */
  readonly most: number;
  /** How near to the largest is near enough: a share of it, such as 0.05. */
  readonly precision: number;
}

/**
 * The largest count that is within a limit, by bisection: if a count is, so are all smaller ones, supposedly. First it goes up or down by
 * factors of two until the limit lies between two counts, then halves what is between them.
 *
 * @returns the largest that was found to be within; 0 if not even 1 is
 */
export async function largestWithin(
  isWithin: (count: number) => Promise<boolean>,
  { first, most, precision }: SearchRange,
): Promise<number> {
  let within = 0;
  let beyond = most + 1;
  for (let count = Math.min(first, most); within < count && count < beyond; ) {
    if (await isWithin(count)) {
      within = count;
      count = Math.min(2 * count, most);
    } else {
      beyond = count;
      count = Math.floor(count / 2);
    }
  }
  while (beyond - within > Math.max(1, precision * within)) {
    const between = Math.floor((within + beyond) / 2);
    if (await isWithin(between)) within = between;
    else beyond = between;
  }
  return within;
}
