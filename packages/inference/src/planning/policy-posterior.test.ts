import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { argmax } from '../math/argmax.js';
import { total } from '../random-model.test-fixtures.js';
import { policyPosterior } from './policy-posterior.js';

// At stake: the sign once more. The policy of lowest expected free energy must come out most probable.
const costs = fc
  .array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 30 })
  .map((values) => Float64Array.from(values));

describe('policyPosterior', () => {
  test('is a distribution that prefers the lowest cost', () => {
    fc.assert(
      fc.property(costs, (G) => {
        const q = policyPosterior(G);
        expect(Math.abs(total(q) - 1)).toBeLessThan(1e-14);
        expect(q[argmax(G.map((cost) => -cost))]).toBe(Math.max(...q));
      }),
    );
  });

  test.each([
    { name: 'gamma 0 leaves the habit', G: [1, 5], gamma: 0, E: [0.25, 0.75], q: [0.25, 0.75] },
    { name: 'gamma sharpens', G: [0, 1], gamma: Math.log(3), E: null, q: [0.75, 0.25] },
    { name: 'a habit of 0 costs 37 nats, not all', G: [0, 0], gamma: 1, E: [1, 0], q: [1, 1e-16] },
  ])('$name', ({ G, gamma, E, q }) => {
    policyPosterior(Float64Array.from(G), { gamma, E }).forEach((p, i) => {
      expect(p).toBeCloseTo(q[i]!, 12);
    });
  });

  test('of two policies that cost the same, the one that explains the past better is more probable', () => {
    const q = policyPosterior(Float64Array.of(1, 1), { variationalFreeEnergy: [Math.log(3), 0] });
    expect(q[0]).toBeCloseTo(0.25, 14);
    expect(q[1]).toBeCloseTo(0.75, 14);
  });

  test('a habit of 0 can be overcome', () => {
    expect(policyPosterior(Float64Array.of(0, -50), { gamma: 1, E: [1, 0] })[1]).toBeGreaterThan(0.99);
  });

  test.each([
    { G: [1], options: { gamma: -1 }, argument: 'gamma' },
    { G: [1], options: { gamma: Number.NaN }, argument: 'gamma' },
    { G: [1, 2], options: { E: [1] }, argument: 'E' },
    { G: [1], options: { variationalFreeEnergy: [1, 2] }, argument: 'variationalFreeEnergy' },
    { G: [], options: {}, argument: 'expectedFreeEnergy' },
  ])('refuses $G with $options', ({ G, options, argument }) => {
    expect(() => policyPosterior(Float64Array.from(G), options)).toThrow(
      expect.objectContaining({ argument }),
    );
  });
});
