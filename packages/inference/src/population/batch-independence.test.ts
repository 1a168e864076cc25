// At stake: agents are independent. What one of them believes and does must not depend, in a single bit, on who else
// is in the batch, in which order, in which lane, or on a neighbour's failure. Tried by living the same lives twice:
// once all together, once in random company.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileModel } from '../compile/compile-model.js';
import { randomSource } from '../random-model.test-fixtures.js';
import { arbitraryCase, partialOutcomes, softWeights } from './arbitrary-case.test-fixtures.js';
import { createPopulation } from './create-population.js';
import { type Population, SOFT_OUTCOME } from './population.js';
import { BACKENDS, resultOf, stateOf } from './population.test-fixtures.js';

/** What one step left of an agent; `Object.is` on every number, so that 0 and -0 differ. */
type Trace = { readonly result: unknown; readonly state: unknown };

function traceOf(population: Population, agent: number, entry: number): Trace {
  const result = resultOf(population, entry);
  // Columns of an agent that failed keep what stood there.
  return { result: result.status === 0 ? result : result.status, state: stateOf(population, agent) };
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

describe.each(BACKENDS)('on the %s backend', (backend) => {
  test('a batch is bit for bit its agents one by one, in any order, grouping and lane', () => {
    let failures = 0;
    let referred = 0;
    fc.assert(
      fc.property(
        arbitraryCase,
        fc.integer({ min: 1, max: 9 }),
        fc.integer(),
        fc.constantFrom('deterministic', 'stochastic'),
        (arbitrary, count, seed, selection) => {
          const { model } = arbitrary;
          const { outcomeCounts } = model.shape;
          const options = { ...arbitrary.options, selection, alpha: 1, seed: 9, backend } as const;
          const compiled = compileModel(model, options);
          const random = randomSource(seed);
          const together = createPopulation(compiled, { capacity: count, keepPolicies: true });
          const apart = createPopulation(compiled, { capacity: count + 6, keepPolicies: true });
          const keys = Array.from({ length: count }, (_, i) => 100 + i);
          const agents = keys.map((key) => together.add({ key }));
          // Strangers take lanes, some of them for good, so that the same agents come to live elsewhere.
          const strangers = Array.from({ length: 6 }, () => apart.add());
          for (const stranger of strangers.slice(0, 3)) apart.remove(stranger);
          const others = new Map(shuffled(keys, random).map((key) => [key, apart.add({ key })]));

          for (let t = 0; t < 3; t++) {
            const outcomes = partialOutcomes(model, count, seed + t);
            const weights = softWeights(outcomeCounts, count, seed + t);
            for (const column of outcomes)
              column.forEach((_, i) => {
                if (random() < 0.1) column[i] = SOFT_OUTCOME;
              });
            referred += together.step({ agents, outcomes, weights }).referred;
            const expected = agents.map((agent, i) => traceOf(together, agent, i));
            failures += expected.filter(({ result }) => typeof result === 'number').length;

            const order = shuffled([...keys.keys()], random);
            while (order.length > 0) {
              const group = order.splice(0, 1 + Math.floor(random() * order.length));
              const members = group.map((i) => others.get(keys[i]!)!);
              apart.step({
                agents: members,
                outcomes: outcomes.map((column) => group.map((i) => column[i]!)),
                weights: weights.map((column, m) => {
                  const width = outcomeCounts[m]!;
                  return group.flatMap((i) => Array.from(column.subarray(i * width, (i + 1) * width)));
                }),
              });
              group.forEach((i, entry) => {
                expect(traceOf(apart, members[entry]!, entry)).toEqual(expected[i]);
              });
            }
          }
        },
      ),
      { numRuns: 150 },
    );
    expect(failures).toBeGreaterThan(50);
    expect(referred).toBeGreaterThan(backend === 'simd' ? 50 : -1);
  }, 30_000);

  test('an agent that was removed and added again lives as it did the first time', () => {
    fc.assert(
      fc.property(arbitraryCase, fc.integer(), ({ model, options }, seed) => {
        const compiled = compileModel(model, { ...options, backend });
        const population = createPopulation(compiled, { capacity: 6, keepPolicies: true });
        const neighbours = population.addMany(5);
        const live = (): Trace[] => {
          const agent = population.add({ key: 1 });
          const traces = [0, 1, 2].map((t) => {
            const outcomes = partialOutcomes(model, 6, seed + t);
            population.step({ agents: [agent, ...neighbours], outcomes });
            return traceOf(population, agent, 0);
          });
          population.remove(agent);
          return traces;
        };
        const first = live();
        population.remove(neighbours[2]!);
        neighbours[2] = population.add();
        expect(live()).toEqual(first);
      }),
      { numRuns: 60 },
    );
  });

  test('a long batch is its agents one by one, wherever in a block of lanes it begins and whoever is missing', () => {
    const arbitraryRun = fc.record({
      first: fc.integer({ min: 0, max: 4 }),
      count: fc.integer({ min: 12, max: 44 }),
      missing: fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 3 }),
      leaving: fc.integer({ min: 0, max: 5 }),
    });
    fc.assert(
      fc.property(arbitraryCase, arbitraryRun, fc.integer(), ({ model, options }, run, seed) => {
        const compiled = compileModel(model, { ...options, backend });
        const { first, count, missing, leaving } = run;
        const together = createPopulation(compiled, { capacity: first + count, keepPolicies: true });
        const apart = createPopulation(compiled, { capacity: count, keepPolicies: true });
        const bystanders = together.addMany(first);
        const all = Array.from({ length: count }, (_, i) => together.add({ key: i }));
        const keys = [...all.keys()].filter((i) => !missing.includes(i));
        const others = keys.map((key) => apart.add({ key }));
        for (const present of [keys, keys.slice(0, keys.length - leaving)]) {
          const agents = present.map((i) => all[i]!);
          const away = [...bystanders, ...all.filter((_, i) => !present.includes(i))];
          const asTheyWere = away.map((agent) => stateOf(together, agent));
          const outcomes = partialOutcomes(model, present.length, seed + present.length);
          together.step({ agents, outcomes });
          agents.forEach((agent, i) => {
            apart.step({ agents: [others[i]!], outcomes: outcomes.map((column) => [column[i]!]) });
            expect(traceOf(together, agent, i)).toEqual(traceOf(apart, others[i]!, 0));
          });
          expect(away.map((agent) => stateOf(together, agent))).toEqual(asTheyWere);
        }
      }),
      { numRuns: 100 },
    );
  }, 30_000);

  test('a population of one is as good as any', () => {
    fc.assert(
      fc.property(arbitraryCase, fc.integer(), ({ model, options }, seed) => {
        const compiled = compileModel(model, { ...options, backend });
        const single = createPopulation(compiled, { capacity: 1, keepPolicies: true });
        const many = createPopulation(compiled, { capacity: 7, keepPolicies: true });
        const agents = many.addMany(7);
        const alone = single.add();
        for (let t = 0; t < 3; t++) {
          const outcomes = partialOutcomes(model, 7, seed + t);
          many.step({ agents, outcomes });
          single.step({ agents: [alone], outcomes: outcomes.map((column) => [column[0]!]) });
          expect(traceOf(single, alone, 0)).toEqual(traceOf(many, agents[0]!, 0));
        }
      }),
      { numRuns: 60 },
    );
  });
});
