// At stake: one seed decides everything, whoever searches. Tried with every scheduler on random programs.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../../errors.js';
import { createScheduler, schedulerNames } from './create-scheduler.js';
import { ToyRun, ToySimulation, toyProgram } from './toy-programs.test-fixtures.js';

const programs = toyProgram({ actorsMax: 4, levels: 3, messages: 4 });

it.each(schedulerNames)('%s is named so, and makes the same runs again from the same seed', (name) => {
  fc.assert(
    fc.property(programs, fc.integer(), (program, seed) => {
      const [one, other] = [createScheduler(name, { seed }), createScheduler(name, { seed })];
      expect(one.name).toBe(name);
      const simulation = new ToySimulation();
      for (let run = 0; run < 5; run++) {
        const [ran, again] = [one, other].map((scheduler) => simulation.run(new ToyRun(program), scheduler));
        expect(again).toEqual(ran);
      }
    }),
    { numRuns: 50, seed: 1 },
  );
});

it.each(['random', 'pct', 'coverage'] as const)('%s makes other runs from another seed', (name) => {
  const program = fc.sample(programs, { numRuns: 20, seed: 2 });
  const runs = (seed: number): string =>
    program
      .map((each) => new ToySimulation().run(new ToyRun(each), createScheduler(name, { seed }))!.choices)
      .join();
  expect(runs(1)).not.toBe(runs(2));
});

describe('refuses', () => {
  it('a name that there is not, and says which there are', () => {
    for (const name of ['fastest', 'toString', '']) {
      expect(() => createScheduler(name as 'random', { seed: 1 })).toThrow(InvalidOptionError);
    }
    expect(() => createScheduler('fastest' as 'random', { seed: 1 })).toThrow(
      "must be one of 'random', 'pct', 'round-robin', 'exhaustive', 'coverage', got \"fastest\"",
    );
  });

  it('an option that the scheduler refuses', () => {
    expect(() => createScheduler('pct', { seed: 1, depth: 0 })).toThrow(InvalidOptionError);
    expect(() => createScheduler('exhaustive', { runsMax: 0 })).toThrow(InvalidOptionError);
  });
});
