// At stake: "every order was tried" is a proof, or worse than no search. Tried with small random programs of which
// every order is known from counting up the choices: the reduced search must meet every final state and every class
// of equivalent orders, each once.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../../errors.js';
import { type ChoicePoint, type Scheduler, TOUCHES_ALL } from '../scheduler.js';
import {
  type ExhaustiveOptions,
  type ExhaustiveReport,
  ExhaustiveScheduler,
} from './exhaustive-scheduler.js';
import {
  everyRun,
  type ToyOutcome,
  type ToyProgram,
  ToyRun,
  ToySimulation,
  toyProgram,
} from './toy-programs.test-fixtures.js';

function explore(
  program: ToyProgram,
  options?: ExhaustiveOptions,
): { outcomes: ToyOutcome[]; report: ExhaustiveReport } {
  const scheduler = new ExhaustiveScheduler(options);
  const simulation = new ToySimulation();
  const outcomes: ToyOutcome[] = [];
  for (;;) {
    const run = new ToyRun(program);
    const ran = simulation.run(run, scheduler);
    if (ran === undefined) return { outcomes, report: scheduler.report() };
    outcomes.push(run.outcome(ran));
  }
}

const statesOf = (outcomes: readonly ToyOutcome[]): string[] =>
  [...new Set(outcomes.map(({ state }) => state))].sort();
const tracesOf = (outcomes: readonly ToyOutcome[]): string[] =>
  [...new Set(outcomes.map(({ trace }) => trace))].sort();

/** Programs are skipped that have more orders than so many. */
const ORDERS_MAX = 300;

const small = toyProgram({ actorsMax: 3, levels: 3, messages: 3 });

/** Whether somebody may crash who is stopped in another order: the ways of the fault are then not always as many. */
function doWaysChange({ fault, reactions }: ToyProgram): boolean {
  return fault === 'decided' && reactions.flat(2).some(({ kind }) => kind === 'stop');
}

/** Actors that only send, as often as they got a message. */
function senders(targets: readonly (readonly number[])[], mail: readonly number[]): ToyProgram {
  return {
    actors: targets.length,
    initially: mail.map((to) => ({ to, level: 1 })),
    reactions: targets.map((each) => [[], each.map((to) => ({ kind: 'send', to }))]),
    fickle: [],
    fault: 'none',
    faultFirst: false,
    touchesOwnMailbox: false,
  };
}

describe('without reduction', () => {
  it('every order is tried once', () => {
    fc.assert(
      fc.property(small, (program) => {
        const every = everyRun(program, ORDERS_MAX);
        fc.pre(every !== undefined);
        const { outcomes, report } = explore(program, { reduce: false });
        const choices = (of: readonly ToyOutcome[]): string[] => of.map((each) => each.choices.join()).sort();
        expect(choices(outcomes)).toEqual(choices(every));
        expect(report).toEqual({
          runs: every.length,
          schedules: every.length,
          redundant: 0,
          proves: 'all',
          cutOffBy: [],
        });
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

describe('with reduction', () => {
  it('2 000 random programs end in the same states, with one schedule for each class of equivalent orders', () => {
    let orders = 0;
    let schedules = 0;
    let redundant = 0;
    fc.assert(
      fc.property(small, (program) => {
        const every = everyRun(program, ORDERS_MAX);
        fc.pre(every !== undefined);
        const { outcomes, report } = explore(program);
        expect(statesOf(outcomes)).toEqual(statesOf(every));
        expect(tracesOf(outcomes)).toEqual(tracesOf(every));
        expect(report).toMatchObject({ proves: 'all', cutOffBy: [] });
        const [found, least] = [report.schedules, tracesOf(every).length];
        if (doWaysChange(program)) expect(found).toBeGreaterThanOrEqual(least);
        else expect(found).toBe(least);
        orders += every.length;
        schedules += report.schedules;
        redundant += report.redundant;
      }),
      { numRuns: 2_000, seed: 2 },
    );
    // A search that got worse shows here.
    expect({ orders, schedules, redundant }).toEqual({ orders: 38_094, schedules: 18_473, redundant: 2_705 });
  }, 60_000);

  it.each([
    {
      what: '5 actors who only work for themselves',
      targets: [[], [], [], [], []],
      mail: [0, 1, 2, 3, 4],
      orders: 120,
      schedules: 1,
    },
    {
      what: '2 pairs, each about one mailbox',
      targets: [[4], [4], [5], [5], [], []],
      mail: [0, 1, 2, 3],
      orders: undefined,
      schedules: 4,
    },
    {
      what: '4 senders to one mailbox',
      targets: [[4], [4], [4], [4], []],
      mail: [0, 1, 2, 3],
      orders: undefined,
      schedules: 24,
    },
    {
      what: '6 steps of one actor and 6 of another',
      targets: [[], []],
      mail: [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1],
      orders: 924,
      schedules: 1,
    },
  ])('$what: $schedules schedules', ({ targets, mail, orders, schedules }) => {
    const program = senders(targets, mail);
    const { report } = explore(program);
    expect(report).toMatchObject({ schedules, proves: 'all' });
    if (orders !== undefined) expect(explore(program, { reduce: false }).report.runs).toBe(orders);
  });
});

describe('a bound', () => {
  const program = senders([[2], [2], []], [0, 0, 1, 1]);

  it('of runs ends the search, which then proves nothing', () => {
    const { report } = explore(program, { runsMax: 3 });
    expect(report).toMatchObject({ runs: 3, proves: 'none', cutOffBy: ['runsMax'] });
  });

  it('of runs that is just enough cuts nothing off', () => {
    const { runs } = explore(program).report;
    expect(explore(program, { runsMax: runs }).report).toMatchObject({ runs, proves: 'all', cutOffBy: [] });
  });

  it('of steps leaves what comes later to the plainest way', () => {
    const { outcomes, report } = explore(program, { stepsMax: 2, reduce: false });
    expect(report).toMatchObject({ proves: 'none', cutOffBy: ['stepsMax'] });
    expect(outcomes.map(({ choices }) => choices.slice(2).every((way) => way === 0))).not.toContain(false);
    expect(new Set(outcomes.map(({ choices }) => choices.slice(0, 2).join())).size).toBe(outcomes.length);
  });

  it('of preemptions leaves exactly the orders with no more of them', () => {
    fc.assert(
      fc.property(small, fc.nat(2), (program, preemptionsMax) => {
        const every = everyRun(program, ORDERS_MAX);
        fc.pre(every !== undefined);
        const within = every.filter(({ preemptions }) => preemptions <= preemptionsMax);
        const { outcomes, report } = explore(program, { preemptionsMax });
        const choices = (of: readonly ToyOutcome[]): string[] => of.map((each) => each.choices.join()).sort();
        expect(choices(outcomes)).toEqual(choices(within));
        expect(report.proves).toBe(within.length === every.length ? 'all' : 'preemptions');
      }),
      { numRuns: 300, seed: 3 },
    );
  });
});

describe('a run', () => {
  const ways = (...processes: number[]): Omit<ChoicePoint, 'index'> => ({
    count: processes.length,
    processes: Int32Array.from(processes),
    kinds: processes.map(() => 'turn'),
  });
  const took = (scheduler: Scheduler, process: number, ...touched: number[]): void =>
    scheduler.stepped!(process, Int32Array.from(touched), touched.length);

  it('that ends in a violation leaves the search without a proof', () => {
    const scheduler = new ExhaustiveScheduler();
    while (scheduler.beginRun()) {
      took(scheduler, scheduler.choose({ index: 0, ...ways(0, 1) }), 7);
      scheduler.endRun(true);
    }
    expect(scheduler.report()).toMatchObject({ proves: 'none', cutOffBy: ['violation'] });
  });

  it('whose step is never reported counts as one that touched everything', () => {
    const scheduler = new ExhaustiveScheduler();
    const firsts = new Set<number>();
    while (scheduler.beginRun()) {
      const first = scheduler.choose({ index: 0, ...ways(0, 1) });
      firsts.add(first);
      took(scheduler, 1 - first, 7);
      scheduler.endRun(false);
    }
    expect([...firsts]).toEqual([0, 1]);
    expect(scheduler.report().proves).toBe('all');
  });

  it('in which nothing tells of steps is not reduced', () => {
    const scheduler = new ExhaustiveScheduler();
    while (scheduler.beginRun()) {
      for (const index of [0, 1, 2]) scheduler.choose({ index, ...ways(0, 1) });
      scheduler.endRun(false);
    }
    expect(scheduler.report()).toMatchObject({ schedules: 8, proves: 'all' });
  });

  it('in which something touches everything is not reduced', () => {
    for (const [touches, schedules] of [
      [TOUCHES_ALL, 2],
      [8, 1],
    ] as const) {
      const scheduler = new ExhaustiveScheduler();
      while (scheduler.beginRun()) {
        const first = scheduler.choose({ index: 0, ...ways(0, 1) });
        took(scheduler, first, first === 0 ? touches : 7);
        took(scheduler, 1 - first, first === 1 ? touches : 7);
        scheduler.endRun(false);
      }
      expect(scheduler.report()).toMatchObject({ schedules, proves: 'all' });
    }
  });

  it('that does not go on as it did before is refused', () => {
    const scheduler = new ExhaustiveScheduler({ reduce: false });
    const run = (...processes: number[]): void => {
      scheduler.beginRun();
      took(scheduler, scheduler.choose({ index: 0, ...ways(...processes) }));
      took(scheduler, scheduler.choose({ index: 1, ...ways(0, 1) }));
      scheduler.endRun(false);
    };
    run(0, 1);
    expect(() => run(0, 2)).toThrow(
      expect.objectContaining({
        code: 'RUNTIME_DIVERGED_RUN',
        point: 0,
        message:
          'The same choices led to another point 0: expected the processes 0, 1, got the processes 0, 2.',
      }),
    );
  });

  it('that ends earlier than it did before is refused', () => {
    const scheduler = new ExhaustiveScheduler({ reduce: false });
    scheduler.beginRun();
    for (const index of [0, 1]) took(scheduler, scheduler.choose({ index, ...ways(0, 1) }));
    scheduler.endRun(false);
    scheduler.beginRun();
    took(scheduler, scheduler.choose({ index: 0, ...ways(0, 1) }));
    expect(() => scheduler.endRun(false)).toThrow(
      expect.objectContaining({ code: 'RUNTIME_DIVERGED_RUN', point: 1 }),
    );
  });
});

it.each([
  { runsMax: 0 },
  { runsMax: 1.5 },
  { stepsMax: 0 },
  { preemptionsMax: -1 },
  { preemptionsMax: 1, reduce: true },
])('refuses %o', (options) => {
  expect(() => new ExhaustiveScheduler(options)).toThrow(InvalidOptionError);
});
