import { quantileOf } from '@skein/cli';

/** When rounds count as being within a limit. */
export interface RoundsRule {
  readonly limitMs: number;
  /** The share of rounds that must be, such as 0.99. */
  readonly share: number;
  /** Rounds that are looked at, count: fewer where they decide it. */
  readonly rounds: number;
  /** Rounds before any counts, count, default 25: so many, or until so many times 10 ms have gone by. */
  readonly warmUpRounds?: number;
}

/** What rounds have shown. */
export interface RoundsVerdict {
  readonly isWithin: boolean;
  /** What the wanted share of rounds does not exceed, ms; of those that were looked at. */
  readonly quantileMs: number;
  /** Rounds that were looked at, count. */
  readonly rounds: number;
}

const WARM_UP_ROUNDS = 25;
const WARM_UP_ROUND_MS = 10;
/** If so many rounds of a hasty look all took less than this share of the limit, they are within it. */
const PLAIN_ROUNDS = 40;
const PLAIN_SHARE = 0.6;

/** More rounds beyond the limit than this probable are no chance. */
const CHANCE_LEAST = 0.001;

/**
 * Looks at rounds until it is decided whether the wanted share of them is within the limit.
 *
 * A thorough look ends when too many are not, whatever the others would be, or with the last. A hasty one may be wrong to call something within, so
 * that what it calls beyond is: it ends when rounds plainly are within, or so many are not that it can hardly be by chance.
 *
 * @param round takes one round; ms
 */
export async function roundsWithin(
  round: () => number | Promise<number>,
  { limitMs, share, rounds, warmUpRounds = WARM_UP_ROUNDS }: RoundsRule,
  isThorough: boolean,
): Promise<RoundsVerdict> {
  const warmUpMs = warmUpRounds * WARM_UP_ROUND_MS;
  for (let warm = 0, spentMs = 0; warm < warmUpRounds && spentMs < warmUpMs; warm++) spentMs += await round();
  const beyondMost = rounds - Math.ceil(share * rounds);
  const samples: number[] = [];
  const beyond: number[] = [];
  let longestMs = 0;
  while (samples.length < rounds) {
    const ms = await round();
    samples.push(ms);
    longestMs = Math.max(longestMs, ms);
    if (ms > limitMs) {
      beyond.push(ms);
      const isDecided = isThorough
        ? beyond.length > beyondMost
        : chanceOf(beyond.length, (1 - share) * samples.length) < CHANCE_LEAST;
      // All that is known of the quantile is that it is none of the shorter ones.
      if (isDecided) return { isWithin: false, quantileMs: Math.min(...beyond), rounds: samples.length };
    }
    if (!isThorough && samples.length === PLAIN_ROUNDS && longestMs < PLAIN_SHARE * limitMs) break;
  }
  return { isWithin: true, quantileMs: quantileOf(samples, share), rounds: samples.length };
}

/** The probability of at least so many of what happens `expected` times on the average. @param count at least 1 */
function chanceOf(count: number, expected: number): number {
  let term = Math.exp(-expected);
  let fewer = term;
  for (let times = 1; times < count; times++) {
    term *= expected / times;
    fewer += term;
  }
  return 1 - fewer;
}
