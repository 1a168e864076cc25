// At stake: a step keeps its budget by the rule it was given and no other, and its report is the whole truth. Tried on
// scripted clocks, against the populations that plan everyone alike, and by replaying what was reported.
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileModel } from '../compile/compile-model.js';
import type { CompileOptions } from '../compile/compile-options.js';
import { createInferenceMemory } from '../memory/inference-memory.js';
import { gridWorld } from '../models/grid-world.js';
import { arbitraryModel } from '../random-model.test-fixtures.js';
import { createPopulation } from './create-population.js';
import { CARRIED_ON, DeadlineStepper, NOT_PLANNED } from './deadline.js';
import { timedPopulation } from './deadline.test-fixtures.js';
import { NO_ACTION, NOT_OBSERVED, type Population } from './population.js';
import {
  BACKENDS,
  randomOutcomes,
  resultOf,
  stateOf,
  statesOf,
  twoFactors,
} from './population.test-fixtures.js';

const code = (value: string) => expect.objectContaining({ code: value });
const horizonsOf = ({ horizons, count }: { horizons: Int32Array; count: number }): number[] =>
  Array.from(horizons.subarray(0, count));
const countOf = (values: readonly number[], wanted: number): number =>
  values.filter((value) => value === wanted).length;
/** As `toEqual`, which takes its time over long rows: it is asked only where there is something to say. */
function expectEqual(got: unknown, want: unknown): void {
  if (!isDeepStrictEqual(got, want)) expect(got).toEqual(want);
}
/** One agent and node takes a power of two, so that times add up exactly. */
const PER_NODE = 2 ** -10;

describe.each(BACKENDS)('a step within a budget, %s', (backend) => {
  const HORIZONS: CompileOptions = { horizon: 3, shorterHorizons: [2, 1], backend };
  const made = (count: number, rule: { horizonMin: number; surpriseMax?: number }, options = HORIZONS) => {
    const model = gridWorld({ width: 3, height: 3 });
    const timed = timedPopulation(model, options, { capacity: count, keepPolicies: true });
    const agents = timed.population.addMany(count);
    const stepper = new DeadlineStepper(timed.population, { rule, now: timed.now });
    const batch = (seed: number) => ({ agents, outcomes: randomOutcomes(model, count, seed) });
    const [full, middle, short] = timed.population.compiled
      .explain()
      .plans.map(({ nodeCount }) => nodeCount * PER_NODE);
    timed.cost = { perNode: PER_NODE, perception: 0 };
    return { ...timed, timed, agents, stepper, batch, full: full!, middle: middle!, short: short! };
  };

  test('plans everyone in full while there is time', () => {
    const { stepper, batch, full } = made(40, { horizonMin: 1, surpriseMax: 10 });
    for (let step = 0; step < 3; step++) {
      const report = stepper.step(batch(step), 40 * full);
      expect(horizonsOf(report)).toEqual(new Array(40).fill(3));
      expect(report).toMatchObject({ count: 40, carriedOnCount: 0, spentMs: 40 * full, overrunMs: 0 });
      expect(Array.from(report.plannedCounts)).toEqual([40, 0, 0]);
    }
  });

  test('shortens some when there is not, and spends on the others what is left', () => {
    const { stepper, batch, full } = made(200, { horizonMin: 1 });
    stepper.step(batch(0), 1e9);
    const report = stepper.step(batch(1), 100 * full);
    const horizons = horizonsOf(report);
    expect(horizons).toEqual(horizons.toSorted());
    expect(Array.from(report.plannedCounts)).toEqual([3, 2, 1].map((n) => countOf(horizons, n)));
    expect(report.overrunMs).toBe(0);
    expect(report.spentMs).toBeLessThanOrEqual(100 * full);
    expect(report.spentMs).toBeGreaterThan(95 * full);
  });

  test('shortens no further than the rule says, and tells by how much it was late', () => {
    const { stepper, batch, middle } = made(20, { horizonMin: 2 });
    stepper.step(batch(0), 1e9);
    const report = stepper.step(batch(1), 5 * middle);
    expect(horizonsOf(report)).toEqual(new Array(20).fill(2));
    expect(report).toMatchObject({ budgetMs: 5 * middle, spentMs: 20 * middle, overrunMs: 15 * middle });
  });

  test('with a rule that allows nothing only tells', () => {
    const { stepper, batch, full } = made(10, { horizonMin: 3 });
    stepper.step(batch(0), 1e9);
    const report = stepper.step(batch(1), full);
    expect(horizonsOf(report)).toEqual(new Array(10).fill(3));
    expect(report.overrunMs).toBe(9 * full);
  });

  test('still infers everyone and acts for everyone when perception alone took too long', () => {
    const { stepper, batch, timed, population, agents, short } = made(10, { horizonMin: 1 });
    stepper.step(batch(0), 1e9);
    timed.cost = { perNode: PER_NODE, perception: 50 };
    const before = agents.map((agent) => population.readBeliefs(agent)[0]![0]!);
    const report = stepper.step(batch(1), 1);
    expect(horizonsOf(report)).toEqual(new Array(10).fill(1));
    expect(report.overrunMs).toBe(49 + 10 * short);
    agents.forEach((agent, i) => {
      expect(population.readBeliefs(agent)[0]![0]).not.toBe(before[i]);
      expect(population.results.actions[0]![i]).not.toBe(NO_ACTION);
    });
  });

  test('is back in full when a slow moment has passed', () => {
    const { stepper, batch, timed, full } = made(64, { horizonMin: 1 });
    stepper.step(batch(0), 64 * full);
    timed.cost = { perNode: 50 * PER_NODE, perception: 0 };
    stepper.step(batch(1), 64 * full);
    timed.cost = { perNode: PER_NODE, perception: 0 };
    for (let step = 0; step < 10; step++) stepper.step(batch(2 + step), 70 * full);
    expect(horizonsOf(stepper.step(batch(20), 70 * full))).toEqual(new Array(64).fill(3));
  });

  test('of no agents does nothing', () => {
    const { stepper } = made(3, { horizonMin: 1 });
    const report = stepper.step({ agents: [], outcomes: [[]] }, 1);
    expect(report).toMatchObject({ count: 0, carriedOnCount: 0, failures: [] });
  });

  describe('settled agents', () => {
    /** An agent that expects where it is, in a world without noise, three steps from where it wants to be. */
    const settled = () => {
      const model = gridWorld({ width: 4, height: 1, noise: 0.01, start: { x: 0, y: 0 } });
      const options = { horizon: 3, shorterHorizons: [1], backend };
      const timed = timedPopulation(model, options, { capacity: 8, keepPolicies: true });
      const { population } = timed;
      const agents = population.addMany(8);
      timed.cost = { perNode: PER_NODE, perception: 0 };
      const rule = { horizonMin: 1, surpriseMax: 0.1 };
      const stepper = new DeadlineStepper(population, { rule, now: timed.now });
      const at = (cell: number) => ({ agents, outcomes: [new Int32Array(8).fill(cell)] });
      stepper.step(at(0), 1e9);
      const [full, short] = population.compiled.explain().plans.map(({ nodeCount }) => nodeCount * PER_NODE);
      return { population, agents, stepper, at, full: full!, short: short! };
    };
    const MOVED = Array(8).fill(1);

    test('carry on with their own policy, to its end and no further', () => {
      const { population, stepper, at, agents } = settled();
      expect(Array.from(population.results.actions[0]!)).toEqual(MOVED);
      for (const cell of [1, 2]) {
        const report = stepper.step(at(cell), 1e-9);
        expect(horizonsOf(report)).toEqual(new Array(8).fill(CARRIED_ON));
        expect(report).toMatchObject({ carriedOnCount: 8, overrunMs: 0 });
        expect(Array.from(population.results.actions[0]!)).toEqual(MOVED);
        expect(population.lastAction(agents[0]!)).toEqual([1]);
        expect(resultOf(population, 0).policyPosterior).toEqual(new Array(125).fill(Number.NaN));
        expect(resultOf(population, 0).expectedFreeEnergy).toEqual(new Array(125).fill(Number.NaN));
      }
      expect(horizonsOf(stepper.step(at(3), 1e-9))).toEqual(new Array(8).fill(1));
    });

    test('are planned anew while there is time', () => {
      const { stepper, at } = settled();
      expect(stepper.step(at(1), 1e9)).toMatchObject({ carriedOnCount: 0 });
    });

    test.each<{ who: string; change: (population: Population, agent: number) => void }>([
      { who: 'began anew', change: (population, agent) => population.reset(agent) },
      {
        who: 'began anew, although it did the same',
        change: (population, agent) => {
          population.reset(agent);
          population.setLastAction(agent, [1]);
        },
      },
      { who: 'did something else', change: (population, agent) => population.setLastAction(agent, [4]) },
      {
        who: 'was told that it did nothing',
        change: (population, agent) => population.setLastAction(agent, null),
      },
    ])('do not include one that $who', ({ change }) => {
      const { population, agents, stepper, at } = settled();
      change(population, agents[2]!);
      expect(horizonsOf(stepper.step(at(NOT_OBSERVED), 1e-9))).toEqual([0, 0, 1, 0, 0, 0, 0, 0]);
    });

    test('leave the time that was for them to the others', () => {
      const { agents, stepper, full, short } = settled();
      const outcomes = [Int32Array.of(1, 1, 3, 3, 1, 3, 3, 1)];
      const report = stepper.step({ agents, outcomes }, 4 * full);
      expect(horizonsOf(report)).toEqual([0, 0, 3, 3, 0, 3, 3, 0]);
      const { agents: others, stepper: tighter } = settled();
      const tight = tighter.step({ agents: others, outcomes }, 4 * short);
      expect(horizonsOf(tight)).toEqual([0, 0, 1, 1, 0, 1, 1, 0]);
      expect([report.overrunMs, tight.overrunMs]).toEqual([0, 0]);
    });

    test('do not include one that is surprised', () => {
      const { agents, stepper } = settled();
      const outcomes = [Int32Array.of(1, 1, 1, 3, 1, 1, 1, 1)];
      expect(horizonsOf(stepper.step({ agents, outcomes }, 1e-9))).toEqual([0, 0, 0, 1, 0, 0, 0, 0]);
    });

    test('do not include one whose inference failed on the way', () => {
      const model = gridWorld({ width: 4, height: 1, noise: 0, start: { x: 0, y: 0 } });
      const timed = timedPopulation(model, { horizon: 3, backend }, { capacity: 2 });
      const agents = timed.population.addMany(2);
      const rule = { horizonMin: 3, surpriseMax: 0.1 };
      const stepper = new DeadlineStepper(timed.population, { rule, now: timed.now });
      timed.cost = { perNode: PER_NODE, perception: 1 };
      stepper.step({ agents, outcomes: [[0, 0]] }, 1e9);
      const failed = stepper.step({ agents, outcomes: [[1, 3]] }, 1e-9);
      expect(horizonsOf(failed)).toEqual([CARRIED_ON, NOT_PLANNED]);
      expect(horizonsOf(stepper.step({ agents, outcomes: [[2, NOT_OBSERVED]] }, 1e-9))).toEqual([
        CARRIED_ON,
        3,
      ]);
    });

    test('were planned with a shorter horizon, and carry on with that policy', () => {
      const model = gridWorld({ width: 5, height: 1, noise: 0.01, start: { x: 0, y: 0 } });
      const timed = timedPopulation(model, { horizon: 3, shorterHorizons: [2], backend }, { capacity: 1 });
      const agent = timed.population.add();
      const rule = { horizonMin: 2, surpriseMax: 0.1 };
      const stepper = new DeadlineStepper(timed.population, { rule, now: timed.now });
      stepper.replay({ agents: [agent], outcomes: [[0]] }, [2]);
      timed.cost = { perNode: 1, perception: 1 };
      expect(horizonsOf(stepper.step({ agents: [agent], outcomes: [[1]] }, 0.5))).toEqual([CARRIED_ON]);
      expect(timed.population.lastAction(agent)).toEqual([1]);
      expect(horizonsOf(stepper.step({ agents: [agent], outcomes: [[2]] }, 0.5))).toEqual([2]);
    });
  });

  test('tells of an agent whose states could not be inferred, and does not plan it', () => {
    const model = gridWorld({ width: 2, height: 1, noise: 0, start: { x: 0, y: 0 } });
    const population = createPopulation(compileModel(model, { backend }), { capacity: 2 });
    const agents = population.addMany(2);
    const stepper = new DeadlineStepper(population, { rule: { horizonMin: 1 } });
    const report = stepper.step({ agents, outcomes: [[1, 0]] }, 1e9);
    expect(horizonsOf(report)).toEqual([NOT_PLANNED, 1]);
    expect(report.failures).toMatchObject([
      { entry: 0, error: { code: 'INFERENCE_IMPOSSIBLE_OBSERVATION' } },
    ]);
    expect(population.results.actions[0]![0]).toBe(NO_ACTION);
  });

  test('shortens everyone equally often, give or take once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 5, max: 60 }),
        fc.array(fc.double({ min: 0.1, max: 0.95, noNaN: true }), { minLength: 5, maxLength: 20 }),
        (count, shares) => {
          const options = { horizon: 2, shorterHorizons: [1], backend };
          const { stepper, batch, full } = madeOf(count, options);
          const shortened = new Array<number>(count).fill(0);
          shares.forEach((share, step) => {
            const report = stepper.step(batch(step), share * count * full);
            horizonsOf(report).forEach((horizon, entry) => {
              if (horizon === 1) shortened[entry]!++;
            });
          });
          expect(Math.max(...shortened) - Math.min(...shortened)).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 40 },
    );
  });

  /** As `made`, on a small model. */
  const madeOf = (count: number, options: CompileOptions) => {
    const model = gridWorld({ width: 2, height: 1 });
    const timed = timedPopulation(model, options, { capacity: count });
    const agents = timed.population.addMany(count);
    const block = backend === 'simd' ? 4 : 1;
    // Fewer agents than a block cost as much as a block, here as there.
    const plan = timed.population.planEntries;
    timed.population.planEntries = (handles, entries, size, index) => {
      timed.cost = { perNode: (PER_NODE * Math.ceil(size / block) * block) / size, perception: 0 };
      plan(handles, entries, size, index);
    };
    const stepper = new DeadlineStepper(timed.population, { rule: { horizonMin: 1 }, now: timed.now });
    const batch = (seed: number) => ({ agents, outcomes: randomOutcomes(model, count, seed) });
    return { stepper, batch, full: timed.population.compiled.explain().nodeCount * PER_NODE };
  };

  /** The reference takes its time. */
  const RUNS = backend === 'simd' ? 40 : 8;
  const arbitraryRun = fc.record({
    model: arbitraryModel({ zeros: 0.3 }),
    seed: fc.integer(),
    count: fc.integer({ min: 1, max: 20 }),
    choice: fc.constantFrom<CompileOptions>(
      {},
      { sampling: 'full' },
      { selection: 'stochastic', seed: 3 },
      { sampling: 'full', selection: 'stochastic', seed: 5 },
    ),
    surpriseMax: fc.constantFrom(0, 0.7, 10),
    /** What passes between two readings, ms. */
    ticks: fc.array(fc.nat(20), { minLength: 1, maxLength: 40 }),
    budgets: fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 2, maxLength: 5 }),
  });
  const scripted = (ticks: readonly number[]) => {
    let ms = 0;
    let reading = 0;
    return () => {
      ms += ticks[reading++ % ticks.length]!;
      return ms;
    };
  };

  test('is replayed without a clock from what it reported, and decides alike by a like clock', () => {
    fc.assert(
      fc.property(arbitraryRun, ({ model, seed, count, choice, surpriseMax, ticks, budgets }) => {
        const compiled = compileModel(model, { ...choice, horizon: 2, shorterHorizons: [1], backend });
        const twins = [0, 1, 2].map(() => {
          const population = createPopulation(compiled, {
            capacity: count,
            keepPolicies: true,
            keepCourses: true,
          });
          const agents = population.addMany(count);
          const rule = { horizonMin: 1, surpriseMax };
          return {
            population,
            agents,
            stepper: new DeadlineStepper(population, { rule, now: scripted(ticks) }),
          };
        });
        const [first, again, replayed] = twins as [Twin, Twin, Twin];
        budgets.forEach((budgetMs, step) => {
          const outcomes = randomOutcomes(model, count, seed + step);
          const report = first.stepper.step({ agents: first.agents, outcomes }, budgetMs);
          const horizons = horizonsOf(report);
          expect(again.stepper.step({ agents: again.agents, outcomes }, budgetMs)).toEqual(report);
          const replay = replayed.stepper.replay({ agents: replayed.agents, outcomes }, horizons);
          expect(horizonsOf(replay)).toEqual(horizons);
          expect(replay).toMatchObject({
            plannedCounts: report.plannedCounts,
            carriedOnCount: report.carriedOnCount,
            failures: report.failures.map(({ entry }) => ({ entry })),
          });
          expect(statesOf(replayed.population, replayed.agents)).toEqual(
            statesOf(first.population, first.agents),
          );
          for (let entry = 0; entry < count; entry++) {
            if (horizons[entry] === NOT_PLANNED) continue;
            expectEqual(resultOf(replayed.population, entry), resultOf(first.population, entry));
          }
        });
      }),
      { numRuns: RUNS },
    );
  });

  test('gives each agent, bit for bit, what a population with its horizon gives', () => {
    fc.assert(
      fc.property(arbitraryRun, ({ model, seed, count, choice, ticks, budgets }) => {
        const options = { ...choice, backend };
        const population = createPopulation(
          compileModel(model, { ...options, horizon: 3, shorterHorizons: [2, 1] }),
          { capacity: count, keepPolicies: true },
        );
        const agents = population.addMany(count);
        const stepper = new DeadlineStepper(population, { rule: { horizonMin: 1 }, now: scripted(ticks) });
        const alike = [1, 2, 3].map((horizon) => {
          const others = createPopulation(compileModel(model, { ...options, horizon }), {
            capacity: count,
            keepPolicies: true,
          });
          return { others, handles: others.addMany(count) };
        });
        // From the same beliefs, as stochastic choices depend on how many were made: one that failed makes none.
        budgets.forEach((budgetMs, step) => {
          const outcomes = randomOutcomes(model, count, seed + step);
          const before = statesOf(population, agents);
          const horizons = horizonsOf(stepper.step({ agents, outcomes }, budgetMs));
          for (const { others, handles } of alike) {
            handles.forEach((handle, i) => {
              others.writeBeliefs(
                handle,
                before[i]!.beliefs.map((belief) => Float64Array.from(belief)),
              );
              others.setLastAction(handle, before[i]!.lastAction);
            });
            others.step({ agents: handles, outcomes });
          }
          horizons.forEach((horizon, entry) => {
            if (horizon === NOT_PLANNED) return;
            const { others, handles } = alike[horizon - 1]!;
            expectEqual(stateOf(population, agents[entry]!), stateOf(others, handles[entry]!));
            const want = resultOf(others, entry);
            expectEqual(resultOf(population, entry), {
              ...want,
              expectedFreeEnergy: padded(want.expectedFreeEnergy!, population),
              policyPosterior: padded(want.policyPosterior!, population),
            });
          });
        });
      }),
      { numRuns: RUNS },
    );
  });

  test('teaches agents that learn, whatever their horizon', () => {
    const model = twoFactors();
    const learning = { pA: model.A };
    const make = (options: CompileOptions) => {
      const population = createPopulation(compileModel(model, { learning, backend, ...options }), {
        capacity: 5,
      });
      return { population, agents: population.addMany(5) };
    };
    const budgeted = make({ horizon: 2, shorterHorizons: [1] });
    const plain = make({ horizon: 1 });
    const stepper = new DeadlineStepper(budgeted.population, { rule: { horizonMin: 1 } });
    for (let step = 0; step < 3; step++) {
      const outcomes = randomOutcomes(model, 5, step);
      stepper.replay({ agents: budgeted.agents, outcomes }, new Array(5).fill(1));
      plain.population.step({ agents: plain.agents, outcomes });
    }
    budgeted.agents.forEach((agent, i) => {
      expect(budgeted.population.readCounts(agent)).toEqual(plain.population.readCounts(plain.agents[i]!));
    });
  });

  describe('refuses', () => {
    const fresh = () => made(4, { horizonMin: 1, surpriseMax: 1 });

    test.each([0, -1, Number.NaN])('a budget of %d ms, before anything has changed', (budgetMs) => {
      const { stepper, batch, population, agents } = fresh();
      const before = statesOf(population, agents);
      expect(() => stepper.step(batch(0), budgetMs)).toThrow(code('INFERENCE_OPTION_INVALID'));
      expect(statesOf(population, agents)).toEqual(before);
    });

    test.each([
      { horizonMin: 4 },
      { horizonMin: 0 },
      { horizonMin: 1, surpriseMax: -1 },
      { horizonMin: 1, surpriseMax: Number.NaN },
    ])('the rule $horizonMin, $surpriseMax', (rule) => {
      const { population } = fresh();
      expect(() => new DeadlineStepper(population, { rule })).toThrow(code('INFERENCE_OPTION_INVALID'));
    });

    test('to let agents carry on when nobody knows with what', () => {
      const population = createPopulation(compileModel(twoFactors(), { backend }), { capacity: 1 });
      const rule = { horizonMin: 1, surpriseMax: 1 };
      expect(() => new DeadlineStepper(population, { rule })).toThrow(/keepCourses/);
    });

    test.each([[[3, 3, 3]], [[3, 3, 3, 4]], [[3, 3, 3, 1.5]]])('to replay %j', (horizons) => {
      const { stepper, batch, population, agents } = fresh();
      const before = statesOf(population, agents);
      expect(() => stepper.replay(batch(0), horizons)).toThrow(code('INFERENCE_OPTION_INVALID'));
      expect(statesOf(population, agents)).toEqual(before);
    });

    test.each([
      { horizons: [3, 3, 3, CARRIED_ON], why: 'no policy' },
      { horizons: [3, 3, 3, NOT_PLANNED], why: 'states' },
    ])('to replay $horizons by agents that have $why', ({ horizons }) => {
      const { stepper, batch, population, agents } = fresh();
      expect(() => stepper.replay(batch(0), horizons)).toThrow(code('INFERENCE_OPTION_INVALID'));
      expect(population.lastAction(agents[0]!)).toBeNull();
    });
  });
});

interface Twin {
  readonly population: Population;
  readonly agents: Float64Array;
  readonly stepper: DeadlineStepper;
}

/** A row over the policies of a shorter horizon, as one over all policies. */
function padded(row: readonly number[], { compiled }: Population): number[] {
  const missing = compiled.settings.policies.length - row.length;
  return [...row, ...new Array<number>(missing).fill(Number.NaN)];
}

test('a habit counts for the full horizon, whose policies it is one over', () => {
  const model = gridWorld({ width: 3, height: 1 });
  const E = Float64Array.from({ length: 25 }, (_, p) => (p === 24 ? 1 : 0));
  const compiled = compileModel({ ...model, E }, { horizon: 2, shorterHorizons: [1] });
  const population = createPopulation(compiled, { capacity: 1 });
  const agents = population.addMany(1);
  const stepper = new DeadlineStepper(population, { rule: { horizonMin: 1 } });
  stepper.replay({ agents, outcomes: [[0]] }, [2]);
  expect(population.lastAction(agents[0]!)).toEqual([4]);
  stepper.replay({ agents, outcomes: [[0]] }, [1]);
  expect(population.lastAction(agents[0]!)).toEqual([1]);
});

describe('a clock that fails in the middle of a step', () => {
  test.each<{ name: string; readings: readonly unknown[] }>([
    { name: 'NaN', readings: [1, Number.NaN] },
    { name: 'infinite', readings: [1, Number.POSITIVE_INFINITY] },
    { name: 'a string', readings: [1, '5'] },
    { name: 'nothing', readings: [1, undefined] },
    { name: 'NaN now and then', readings: [1, 2, Number.NaN, 3] },
    { name: 'too far', readings: [1, 1e300] },
    { name: 'as far as may be', readings: [-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] },
  ])('stands still, and everyone is planned: $name', ({ readings }) => {
    const compiled = compileModel(gridWorld({ width: 3, height: 3 }), { horizon: 2, shorterHorizons: [1] });
    const population = createPopulation(compiled, { capacity: 300, keepCourses: true });
    const agents = population.addMany(300);
    let calls = 0;
    const stepper = new DeadlineStepper(population, {
      rule: { horizonMin: 1, surpriseMax: 0.5 },
      now: () => readings[calls++ % readings.length] as number,
    });
    for (const budgetMs of [1e-3, 1, 1e-300, 1e9, Number.POSITIVE_INFINITY]) {
      calls = 0;
      const report = stepper.step({ agents, outcomes: [new Int32Array(300)] }, budgetMs);
      expect(report.failures).toEqual([]);
      expect(report.plannedCounts[0]! + report.plannedCounts[1]! + report.carriedOnCount).toBe(300);
      expect(report.horizons.includes(NOT_PLANNED)).toBe(false);
      expect(report.spentMs).toBeGreaterThanOrEqual(0);
      expect(report.overrunMs).toBeGreaterThanOrEqual(0);
    }
  });
});

test('a stepper that does not fit into memory is refused, so that no step of it is', () => {
  const memory = createInferenceMemory({ bytesMax: 131_072 });
  const compiled = compileModel(gridWorld({ width: 3, height: 3 }), { memory, backend: 'simd' });
  const population = createPopulation(compiled, { capacity: 256 });
  const agents = population.addMany(256);
  const make = () => new DeadlineStepper(population, { rule: { horizonMin: 1 } });
  const rest = memory.allocate(131_072 - memory.bytesUsed);
  expect(make).toThrow(expect.objectContaining({ code: 'INFERENCE_MEMORY_EXHAUSTED' }));
  memory.free(rest, 131_072 - rest);
  const stepper = make();
  memory.allocate(131_072 - memory.bytesUsed);
  const { plannedCounts } = stepper.step({ agents, outcomes: [new Int32Array(256)] }, 1000);
  expect(Array.from(plannedCounts)).toEqual([256]);
});
