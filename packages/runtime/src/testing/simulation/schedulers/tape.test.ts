// At stake: a failure found at night can be run again in the morning. Tried by recording runs of random programs under
// every scheduler, writing the tapes down as text, and replaying them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidTapeError } from '../../errors.js';
import type { ChoicePoint, Scheduler } from '../scheduler.js';
import { createScheduler, schedulerNames } from './create-scheduler.js';
import { recording } from './recording-scheduler.js';
import { ReplayScheduler } from './replay-scheduler.js';
import { DEVIATIONS_MAX, parseTape, type Tape } from './tape.js';
import { ToyRun, ToySimulation, toyProgram } from './toy-programs.test-fixtures.js';

const point = (index: number, count: number): ChoicePoint => ({
  index,
  count,
  processes: Int32Array.from({ length: count }, (_, way) => way),
  kinds: Array.from({ length: count }, () => 'turn'),
});

const choices = (scheduler: Scheduler, points: number, ways: number): number[] => {
  scheduler.beginRun();
  return Array.from({ length: points }, (_, index) => scheduler.choose(point(index, ways)));
};

describe('a recorded run', () => {
  it.each(schedulerNames)('of %s is run again by its tape', (name) => {
    const simulation = new ToySimulation();
    fc.assert(
      fc.property(toyProgram({ actorsMax: 4, levels: 3, messages: 4 }), fc.integer(), (program, seed) => {
        const scheduler = recording(createScheduler(name, { seed }));
        for (let run = 0; run < 3; run++) {
          const recorded = new ToyRun(program);
          const ran = simulation.run(recorded, scheduler);
          if (ran === undefined) return;
          const tape = parseTape(JSON.parse(JSON.stringify(scheduler.tape())));
          const replayed = new ToyRun(program);
          const again = simulation.run(replayed, new ReplayScheduler(tape))!;
          expect(replayed.outcome(again)).toEqual(recorded.outcome(ran));
          expect(tape.every(({ way }) => way > 0)).toBe(true);
        }
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  it('has no more deviations than it has', () => {
    const scheduler = recording(
      new ReplayScheduler([
        { at: 2, way: 1 },
        { at: 4, way: 2 },
        { at: 9, way: 1 },
      ]),
    );
    choices(scheduler, 5, 3);
    expect(scheduler.tape()).toEqual([
      { at: 2, way: 1 },
      { at: 4, way: 2 },
    ]);
    choices(scheduler, 1, 3);
    expect(scheduler.tape()).toEqual([]);
  });

  it('is told to the scheduler as if nobody listened', () => {
    const bare = createScheduler('exhaustive', {});
    const runs = (scheduler: Scheduler): string[] => {
      const all: string[] = [];
      const program = {
        actors: 3,
        initially: [0, 1, 2, 2].map((to) => ({ to, level: 0 })),
        reactions: [[[]], [[]], [[]]],
      };
      for (;;) {
        const toy = new ToyRun({
          ...program,
          fickle: [],
          fault: 'decided',
          faultFirst: true,
          touchesOwnMailbox: true,
        });
        const ran = new ToySimulation().run(toy, scheduler);
        if (ran === undefined) return all;
        all.push(ran.choices.join());
      }
    };
    expect(runs(recording(createScheduler('exhaustive', {})))).toEqual(runs(bare));
    expect(recording(createScheduler('random', { seed: 1 })).stepped).toBeUndefined();
  });

  it('that deviates too often for a tape says so', () => {
    const always = { name: 'always', beginRun: () => true, choose: () => 1 };
    const scheduler = recording(always);
    const two = { ...point(0, 2), index: 0 };
    for (; two.index < DEVIATIONS_MAX; two.index++) scheduler.choose(two);
    expect(scheduler.tape()).toHaveLength(DEVIATIONS_MAX);
    scheduler.choose(two);
    expect(() => scheduler.tape()).toThrow(expect.objectContaining({ code: 'RUNTIME_TAPE_FULL' }));
    scheduler.beginRun();
    expect(scheduler.tape()).toEqual([]);
  });
});

describe('a replay', () => {
  const tape: Tape = [
    { at: 1, way: 1 },
    { at: 3, way: 5 },
  ];

  it('goes as the tape says, and the plainest way elsewhere, in every run', () => {
    const scheduler = new ReplayScheduler(tape);
    expect(choices(scheduler, 5, 6)).toEqual([0, 1, 0, 5, 0]);
    expect(choices(scheduler, 5, 6)).toEqual([0, 1, 0, 5, 0]);
  });

  it('takes a way beyond those there are modulo their number', () => {
    expect(choices(new ReplayScheduler(tape), 5, 3)).toEqual([0, 1, 0, 2, 0]);
  });
});

describe('what is no tape', () => {
  it.each([
    { value: null, says: 'it is no list' },
    { value: { at: 1, way: 1 }, says: 'it is no list' },
    { value: [null], says: '`at` is no index' },
    { value: [{ at: 0.5, way: 1 }], says: '`at` is no index' },
    { value: [{ at: 0, way: -1 }], says: '`way` is no index' },
    { value: [{ at: 0, way: '1' }], says: '`way` is no index' },
    {
      value: [
        { at: 3, way: 1 },
        { at: 3, way: 1 },
      ],
      says: 'Deviation 1 of the tape is wrong: point 3 comes after point 3',
    },
    { value: new Array(DEVIATIONS_MAX + 1), says: 'more than 1000000' },
  ])('is refused: $says', ({ value, says }) => {
    expect(() => parseTape(value)).toThrow(InvalidTapeError);
    expect(() => new ReplayScheduler(value as Tape)).toThrow(says);
  });
});
