import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileModel } from '../compile/compile-model.js';
import { klDivergence } from '../math/kl-divergence.js';
import { gridWorld } from '../models/grid-world.js';
import {
  arbitraryModel,
  randomDistribution,
  randomObservations,
  randomSource,
} from '../random-model.test-fixtures.js';
import { compressBelief } from './compress-belief.js';
import { createPopulation } from './create-population.js';

/**
 * At stake: an agent of a large model in a fraction of the memory, with an error that is known. Tried against the
 * plain function that says what is kept, and against the bound that the documentation promises.
 */

const distance = (p: ArrayLike<number>, q: ArrayLike<number>): number =>
  Array.from(p, (value, i) => Math.abs(value - q[i]!)).reduce((sum, value) => sum + value, 0) / 2;

const arbitraryBelief = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.integer(), fc.constantFrom(0, 0.5))
  .map(([length, seed, zeros]) => randomDistribution(length, randomSource(seed), zeros));

describe('compressBelief', () => {
  test('lists the most probable and spreads the rest evenly', () => {
    const { belief, spread } = compressBelief(Float64Array.of(0.1, 0.6, 0.2, 0.1), 2, 0);
    expect(Array.from(belief)).toEqual([0.1, 0.6, 0.2, 0.1]);
    expect(spread).toBeCloseTo(0.2);
    expect(Array.from(compressBelief(Float64Array.of(0.15, 0.6, 0.2, 0.05), 2, 0).belief)).toEqual([
      0.1, 0.6, 0.2, 0.1,
    ]);
  });

  test('leaves out what is below the threshold, though there is room', () => {
    const { belief } = compressBelief(Float64Array.of(0.9, 0.06, 0.03, 0.01), 3, 0.05);
    expect(Array.from(belief)).toEqual([0.9, 0.06, 0.02, 0.02]);
  });

  test('stays a distribution, at most the spread mass away, and within the stated bounds', () => {
    fc.assert(
      fc.property(
        arbitraryBelief,
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(0, 0.01, 0.1),
        (belief, slots, threshold) => {
          const { belief: kept, spread } = compressBelief(belief, slots, threshold);
          expect(kept.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
          expect(distance(belief, kept)).toBeLessThanOrEqual(spread + 1e-12);
          const byCount = Math.max(0, 1 - slots / belief.length);
          expect(spread).toBeLessThanOrEqual(byCount + belief.length * threshold + 1e-12);
          // Nothing that was possible becomes impossible.
          expect(klDivergence(belief, kept)).toBeLessThan(Number.POSITIVE_INFINITY);
        },
      ),
    );
  });
});

/** Whether the last state that is listed is about as probable as the first that is not, or as the threshold. */
function isClose(belief: Float64Array, slots: number, threshold: number): boolean {
  const falling = belief.toSorted((a, b) => b - a);
  const isTied = slots < falling.length && falling[slots - 1]! - falling[slots]! < 1e-5;
  return isTied || belief.some((p) => Math.abs(p - threshold) < 1e-5 && threshold > 0);
}

describe('a population that compresses', () => {
  test.each([{ topK: 2 }, { threshold: 0.2 }, { topK: 3, threshold: 0.05 }])(
    'keeps what %o says',
    (compression) => {
      fc.assert(
        fc.property(arbitraryModel({ zeros: 0.3 }), fc.integer(), (model, seed) => {
          const plain = createPopulation(compileModel(model), { capacity: 3 });
          const compressed = createPopulation(compileModel(model), { capacity: 3, compression });
          const agents = plain.addMany(3);
          compressed.addMany(3);
          const seen = Array.from(agents, (_, i) => randomObservations(model, seed + i));
          const batch = { agents, outcomes: model.A.map((_, m) => seen.map((o) => o[m]!)) };
          // Both begin the step with the same belief.
          for (const agent of agents) plain.writeBeliefs(agent, compressed.readBeliefs(agent));
          plain.inferStates(batch);
          compressed.inferStates(batch);
          for (const [entry, agent] of agents.entries()) {
            expect(compressed.results.status[entry]).toBe(plain.results.status[entry]);
            if (plain.results.status[entry] !== 0) continue;
            const { topK = Number.POSITIVE_INFINITY, threshold = 0 } = compression as {
              topK?: number;
              threshold?: number;
            };
            const slots = Math.min(topK, threshold === 0 ? topK : Math.floor(1 / threshold));
            const whole = plain.readBeliefs(agent);
            if (whole.some((belief) => isClose(belief, slots, threshold))) continue; // rounding decides who is listed
            const want = whole.map((belief) => compressBelief(belief, slots, Math.fround(threshold)));
            const got = compressed.readBeliefs(agent);
            want.forEach(({ belief }, f) => {
              expect(distance(got[f]!, belief)).toBeLessThan(1e-6);
            });
            const spread = Math.max(...want.map((belief) => belief.spread));
            expect(compressed.results.compressionError![entry]).toBeCloseTo(spread, 5);
          }
        }),
        { numRuns: 80 },
      );
    },
  );

  test('agrees with the reference backend over a run', () => {
    const model = gridWorld({ width: 6, height: 6 });
    const runs = (['simd', 'reference'] as const).map((backend) => {
      const population = createPopulation(compileModel(model, { backend }), {
        capacity: 1,
        compression: { topK: 5 },
      });
      const agent = population.add();
      for (const outcome of [0, 1, 7, 7, 8, 14]) population.step({ agents: [agent], outcomes: [[outcome]] });
      return population.readBeliefs(agent)[0]!;
    });
    expect(distance(runs[0]!, runs[1]!)).toBeLessThan(1e-4);
  });

  test('takes 6 bytes a listed state, not 4 a state', () => {
    const model = gridWorld({ width: 30, height: 30 });
    const compiled = compileModel(model);
    const bytesOf = (compression?: { topK: number }): number => {
      const before = compiled.memory.bytesUsed;
      createPopulation(compiled, { capacity: 1000, ...(compression === undefined ? {} : { compression }) });
      return (compiled.memory.bytesUsed - before) / 1000;
    };
    expect(bytesOf() - bytesOf({ topK: 16 })).toBeGreaterThan(3300);
  });

  test.each([
    [{}, 'compression.topK'],
    [{ topK: 0 }, 'compression.topK'],
    [{ topK: 1.5 }, 'compression.topK'],
    [{ threshold: 1 }, 'compression.threshold'],
    [{ threshold: Number.NaN }, 'compression.threshold'],
  ])('refuses %o by name', (compression, argument) => {
    const compiled = compileModel(gridWorld({ width: 2, height: 2 }));
    const create = () => createPopulation(compiled, { capacity: 1, compression });
    expect(create).toThrow(expect.objectContaining({ code: 'INFERENCE_OPTION_INVALID', argument }));
  });
});
