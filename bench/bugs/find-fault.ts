import {
  type CheckOptions,
  type Invariant,
  type SchedulerName,
  searchInvariant,
} from '@skein/runtime/testing';

/** How a law is searched: as `checkInvariant` does unless told, or by one scheduler. */
export type SearchName = 'default' | Exclude<SchedulerName, 'exhaustive'>;

/** Of all that is asked for: the plain baseline first, the mixture that `checkInvariant` uses last. */
export const SEARCHES: readonly SearchName[] = ['random', 'pct', 'round-robin', 'coverage', 'default'];

/** What came of searching one law from many seeds. */
export interface Found {
  readonly seeds: number;
  /** Seeds from which it was found, count. */
  readonly found: number;
  /** Of those: schedules tried until it was, and how long that took, ms. */
  readonly schedules: Spread;
  readonly ms: Spread;
  /** Schedules tried over all seeds, count. */
  readonly runs: number;
}

/** NaN of nothing. */
export interface Spread {
  readonly median: number;
  readonly worst: number;
}

/** Searches a law from each of the seeds 1, 2, …, at most `runs` schedules each. Nothing found is made smaller. */
export async function findFault(
  law: Invariant<unknown>,
  search: SearchName,
  { seeds, runs }: { readonly seeds: number; readonly runs: number },
): Promise<Found> {
  const schedules: number[] = [];
  const ms: number[] = [];
  let made = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const by: CheckOptions = search === 'default' ? {} : { scheduler: search };
    const startedMs = performance.now();
    const outcome = await searchInvariant(law, { ...by, seed, runs, shrink: false });
    made += outcome.report.runs;
    if (outcome.holds) continue;
    schedules.push(outcome.counterexample.foundInRun);
    ms.push(performance.now() - startedMs);
  }
  return { seeds, found: schedules.length, schedules: spreadOf(schedules), ms: spreadOf(ms), runs: made };
}

/** What came of trying all orders of a small program. */
export interface AllOrders {
  /** Schedules tried until it was found; undefined if it was not. */
  readonly foundInRun: number | undefined;
  readonly schedules: number;
  /** No order is left, so that there is none in which it shows. */
  readonly proves: boolean;
}

/** Tries all orders of a program, up to `runs` of them. */
export async function tryAllOrders(
  law: Invariant<unknown>,
  program: NonNullable<CheckOptions['program']>,
  runs: number,
): Promise<AllOrders> {
  const outcome = await searchInvariant(law, {
    scheduler: 'exhaustive',
    program,
    runs,
    seed: 1,
    shrink: false,
  });
  return {
    foundInRun: outcome.holds ? undefined : outcome.counterexample.foundInRun,
    schedules: outcome.report.runs,
    proves: outcome.holds && outcome.report.exhaustive?.proves === 'all',
  };
}

function spreadOf(values: number[]): Spread {
  values.sort((a, b) => a - b);
  return { median: values[values.length >> 1] ?? Number.NaN, worst: values.at(-1) ?? Number.NaN };
}
