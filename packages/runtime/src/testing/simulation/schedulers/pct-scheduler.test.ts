// At stake: the bound that PCT promises, 1 / (n · k^(d-1)) a run, is what makes a search that found nothing mean
// something. Tried by counting over many runs how often it finds bugs of known depth.
import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../../errors.js';
import type { ChoicePoint, Scheduler } from '../scheduler.js';
import { Lanes } from './lanes.test-fixtures.js';
import { PctScheduler } from './pct-scheduler.js';
import { RandomScheduler } from './random-scheduler.js';
import { type Toy, ToySimulation, type Way } from './toy-programs.test-fixtures.js';

/** Share of runs that come to what must not be. */
function rate(
  scheduler: Scheduler,
  runs: number,
  make: () => Lanes,
  isFound: (lanes: Lanes) => boolean,
): number {
  const simulation = new ToySimulation();
  let found = 0;
  for (let run = 0; run < runs; run++) {
    const lanes = make();
    simulation.run(lanes, scheduler);
    if (isFound(lanes)) found++;
  }
  return found / runs;
}

describe('a bug is found at least as often as promised', () => {
  it.each([1, 2, 3])('of depth 1: somebody ends before another begins (seed %i)', (seed) => {
    const make = (): Lanes => new Lanes([20, 20, 20, 20]);
    const isFound = (lanes: Lanes): boolean => lanes.cameInOrder([1, 19], [0, 0]);
    expect(rate(new PctScheduler({ seed, depth: 1 }), 2_000, make, isFound)).toBeGreaterThanOrEqual(1 / 4);
    expect(rate(new RandomScheduler({ seed }), 2_000, make, isFound)).toBe(0);
  });

  it.each([1, 2, 3])('of depth 2: somebody acts between check and act (seed %i)', (seed) => {
    const make = (): Lanes => new Lanes([10, 10, 10, 10]);
    const isFound = (lanes: Lanes): boolean => lanes.cameInOrder([0, 4], [1, 9], [0, 5]);
    const points = 39;
    expect(rate(new PctScheduler({ seed, depth: 2 }), 5_000, make, isFound)).toBeGreaterThanOrEqual(
      1 / (4 * points),
    );
  });

  it.each([1, 2, 3])('of depth 3: two act one after the other, between check and act (seed %i)', (seed) => {
    const make = (): Lanes => new Lanes([6, 6, 6]);
    const isFound = (lanes: Lanes): boolean => lanes.cameInOrder([0, 2], [1, 3], [2, 1], [0, 3]);
    const points = 17;
    expect(rate(new PctScheduler({ seed, depth: 3 }), 20_000, make, isFound)).toBeGreaterThanOrEqual(
      1 / (3 * points ** 2),
    );
  });

  it('whichever of those who fell is to stand higher', () => {
    // 0 falls after its first step, 1 after its own; then 0 goes on before 1, or 1 before 0.
    for (const [first, second] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const found = rate(
        new PctScheduler({ seed: 4, depth: 3 }),
        20_000,
        () => new Lanes([6, 6, 6]),
        (lanes) => lanes.cameInOrder([0, 0], [1, 0], [2, 5], [first, 5], [second, 1]),
      );
      expect(found).toBeGreaterThanOrEqual(1 / (3 * 17 ** 2));
    }
  });

  it('if runs are much longer than it expected at first, or much shorter', () => {
    for (const length of [3, 60]) {
      const lanes = (): Lanes => new Lanes([length, length, length]);
      const found = rate(new PctScheduler({ seed: 5, depth: 2 }), 5_000, lanes, (each) =>
        each.cameInOrder([0, 1], [1, length - 1], [0, 2]),
      );
      expect(found).toBeGreaterThanOrEqual(1 / (3 * (3 * length)));
    }
  });
});

describe('time and faults', () => {
  /** Two actors of ten steps each, beside something of a kind that could always happen; ends with the actors. */
  class Beside implements Toy {
    readonly #kind: 'time' | 'fault';
    readonly #left = [10, 10];
    /** Steps of the actors before each of the other kind. */
    readonly strikes: number[] = [];

    constructor(kind: 'time' | 'fault') {
      this.#kind = kind;
    }

    ways(): Way[] {
      const ways: Way[] = [0, 1]
        .filter((process) => this.#left[process]! > 0)
        .map((process) => ({ process, kind: 'turn', variant: 0 }));
      if (ways.length > 0)
        for (const process of [2, 3, 4]) ways.push({ process, kind: this.#kind, variant: 0 });
      return ways;
    }

    step({ process }: Way): number[] {
      if (process < 2) this.#left[process]!--;
      else this.strikes.push(20 - this.#left[0]! - this.#left[1]!);
      return [];
    }
  }

  it.each(['time', 'fault'] as const)('of kind %s neither starve the others nor come all at once', (kind) => {
    const scheduler = new PctScheduler({ seed: 6 });
    const simulation = new ToySimulation();
    const counts: number[] = [];
    const firsts = new Set<number>();
    for (let run = 0; run < 500; run++) {
      const beside = new Beside(kind);
      simulation.run(beside, scheduler);
      counts.push(beside.strikes.length);
      if (beside.strikes.length > 0) firsts.add(beside.strikes[0]!);
    }
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    expect(mean).toBeGreaterThan(0.5);
    expect(mean).toBeLessThan(5);
    expect(counts).toContain(0);
    expect(Math.max(...counts)).toBeGreaterThan(2);
    expect([...firsts].sort((one, other) => one - other)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('strike anybody with the same probability', () => {
    const scheduler = new PctScheduler({ seed: 7 });
    const struck = [0, 0, 0];
    for (let run = 0; run < 3_000; run++) {
      scheduler.beginRun();
      const processes = Int32Array.of(7, 8, 9);
      struck[scheduler.choose({ index: 0, count: 3, processes, kinds: ['fault', 'fault', 'fault'] })]!++;
    }
    for (const count of struck)
      expect(Math.abs(count - 1_000)).toBeLessThan(3.3 * Math.sqrt(3_000 * (2 / 9)));
  });
});

describe('the commands of a test', () => {
  /** Ten commands beside two actors of ten steps each. */
  class Commanded implements Toy {
    readonly #left = [10, 10, 10];
    /** Commands before the first step of an actor; -1 if there was none yet. */
    ahead = -1;

    ways(): Way[] {
      return [0, 1, 2]
        .filter((process) => this.#left[process]! > 0)
        .map((process) => ({ process, kind: process === 2 ? 'command' : 'turn', variant: 0 }));
    }

    step({ process }: Way): number[] {
      if (process < 2 && this.ahead < 0) this.ahead = 10 - this.#left[2]!;
      this.#left[process]!--;
      return [];
    }
  }

  it('come all at once, or none before the actors are done, as often as another process would', () => {
    const scheduler = new PctScheduler({ seed: 8, depth: 1 });
    const simulation = new ToySimulation();
    const counts = new Map<number, number>();
    for (let run = 0; run < 600; run++) {
      const commanded = new Commanded();
      simulation.run(commanded, scheduler);
      counts.set(commanded.ahead, (counts.get(commanded.ahead) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((one, other) => one - other)).toEqual([0, 10]);
    expect(Math.abs(counts.get(10)! - 200)).toBeLessThan(3.3 * Math.sqrt(600 * (2 / 9)));
  });
});

it('a process that always finds work does not keep the others from theirs for ever', () => {
  const scheduler = new PctScheduler({ seed: 8 });
  const simulation = new ToySimulation();
  for (let run = 0; run < 200; run++) {
    let hasOtherActed = false;
    const greedy: Toy = {
      ways: () => (hasOtherActed ? [] : [0, 1].map((process) => ({ process, kind: 'turn', variant: 0 }))),
      step: ({ process }) => {
        hasOtherActed = process === 1;
        return [];
      },
    };
    expect(simulation.run(greedy, scheduler)!.choices.length).toBeLessThan(10_000);
  }
});

it('processes of any number have their place', () => {
  const scheduler = new PctScheduler({ seed: 9, depth: 1 });
  const point = (...processes: number[]): ChoicePoint => ({
    index: 0,
    count: processes.length,
    processes: Int32Array.from(processes),
    kinds: processes.map(() => 'turn'),
  });
  scheduler.beginRun();
  const first = scheduler.choose(point(3, 70_000));
  expect(scheduler.choose(point(70_000, 3))).toBe(1 - first);
  expect(scheduler.choose(point(3, 70_000))).toBe(first);
});

it.each([{ seed: 0.5 }, { seed: 1, depth: 0 }, { seed: 1, depth: 1.5 }])('refuses %o', (options) => {
  expect(() => new PctScheduler(options)).toThrow(InvalidOptionError);
});
