import { InvalidOptionError } from '../../../errors.js';
import type { Scheduler } from '../scheduler.js';
import { type CoverageOptions, CoverageScheduler } from './coverage-scheduler.js';
import { type ExhaustiveOptions, ExhaustiveScheduler } from './exhaustive-scheduler.js';
import { type PctOptions, PctScheduler } from './pct-scheduler.js';
import { type RandomOptions, RandomScheduler } from './random-scheduler.js';
import { RoundRobinScheduler } from './round-robin-scheduler.js';

/** What each scheduler can be told. Those without chance take a seed too, and do not use it. */
export interface SchedulerOptions {
  readonly random: RandomOptions;
  readonly pct: PctOptions;
  readonly 'round-robin': { readonly seed?: number };
  readonly exhaustive: ExhaustiveOptions & { readonly seed?: number };
  readonly coverage: CoverageOptions;
}

/** The schedulers that there are, by name. */
export type SchedulerName = keyof SchedulerOptions;

const schedulers: { readonly [Name in SchedulerName]: (options: SchedulerOptions[Name]) => Scheduler } = {
  random: (options) => new RandomScheduler(options),
  pct: (options) => new PctScheduler(options),
  'round-robin': () => new RoundRobinScheduler(),
  exhaustive: (options) => new ExhaustiveScheduler(options),
  coverage: (options) => new CoverageScheduler(options),
};

/** All names, in the order in which they are worth trying. */
export const schedulerNames: readonly SchedulerName[] = Object.keys(schedulers) as SchedulerName[];

/**
 * Makes a scheduler by its name.
 *
 * @throws InvalidOptionError if there is none of that name, or an option is out of range
 * @example
 * const scheduler = createScheduler('pct', { seed: 42, depth: 2 });
 */
export function createScheduler<Name extends SchedulerName>(
  name: Name,
  options: SchedulerOptions[Name],
): Scheduler {
  if (!Object.hasOwn(schedulers, name))
    throw new InvalidOptionError(
      'scheduler',
      name,
      `one of ${schedulerNames.map((known) => `'${known}'`).join(', ')}`,
    );
  return schedulers[name](options);
}
