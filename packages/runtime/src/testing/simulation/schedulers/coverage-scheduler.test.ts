// At stake: states that chance never comes to. Tried with a lock that opens to one combination in 16 million, and shows
// each digit that is right.
import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../../errors.js';
import type { Scheduler } from '../scheduler.js';
import { type CoverageOptions, CoverageScheduler } from './coverage-scheduler.js';
import { CombinationLock } from './lanes.test-fixtures.js';
import { RandomScheduler } from './random-scheduler.js';
import { ToySimulation } from './toy-programs.test-fixtures.js';

const combination = [3, 0, 2, 1, 1, 3, 2, 0, 0, 3, 1, 2];
const RUNS_MAX = 20_000;

/** Runs until the lock is open; as many as allowed if it never is. */
function runsToOpen(scheduler: Scheduler, make = () => new CombinationLock(combination, 4)): number {
  const simulation = new ToySimulation();
  for (let run = 1; run < RUNS_MAX; run++) {
    const lock = make();
    simulation.run(lock, scheduler);
    if (lock.isOpen) return run;
  }
  return RUNS_MAX;
}

const seeds = Array.from({ length: 20 }, (_, seed) => seed);

describe('a lock of twelve digits of four', () => {
  it('is opened within three hundred runs, and by chance not at all', () => {
    const runs = seeds.map((seed) => runsToOpen(new CoverageScheduler({ seed })));
    expect(Math.max(...runs)).toBeLessThan(300);
    expect(seeds.slice(0, 3).map((seed) => runsToOpen(new RandomScheduler({ seed })))).toEqual([
      RUNS_MAX,
      RUNS_MAX,
      RUNS_MAX,
    ]);
  });

  it('is opened as well if a single run is kept', () => {
    const runs = seeds.map((seed) => runsToOpen(new CoverageScheduler({ seed, keptMax: 1 })));
    expect(Math.max(...runs)).toBeLessThan(1_000);
  });

  it('is opened by chance only if too few choices can be kept, or nothing shows', () => {
    expect(runsToOpen(new CoverageScheduler({ seed: 1, choicesMax: 1 }))).toBe(RUNS_MAX);
    const blind = class extends CombinationLock {
      override get feature(): number {
        return 0;
      }
    };
    expect(runsToOpen(new CoverageScheduler({ seed: 1 }), () => new blind(combination, 4))).toBe(RUNS_MAX);
  });
});

it.each<CoverageOptions>([{ seed: 0.5 }, { seed: 1, keptMax: 0 }, { seed: 1, choicesMax: 0.5 }])(
  'refuses %o',
  (options) => {
    expect(() => new CoverageScheduler(options)).toThrow(InvalidOptionError);
  },
);
