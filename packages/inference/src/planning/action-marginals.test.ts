import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomDistribution, randomSource, total } from '../random-model.test-fixtures.js';
import { actionMarginals } from './action-marginals.js';
import { enumeratePolicies } from './enumerate-policies.js';

// At stake: only the first step of a policy is carried out, and each factor has its own action.
describe('actionMarginals', () => {
  test('sum to 1 for every factor', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 2 }), fc.integer(), (actionCounts, length, seed) => {
        const policies = enumeratePolicies(actionCounts, length);
        const q = randomDistribution(policies.length, randomSource(seed), 0.3);
        const marginals = actionMarginals(q, policies, actionCounts);
        expect(marginals.map((marginal) => marginal.length)).toEqual(actionCounts);
        // At most 729 additions of probabilities.
        for (const marginal of marginals) expect(Math.abs(total(marginal) - 1)).toBeLessThan(729 * 2 ** -52);
      }),
    );
  });

  test('add up policies by their first action only', () => {
    const policies = enumeratePolicies([2, 2], 2);
    const q = new Float64Array(16);
    q[0] = 0.25; // first step [0, 0]
    q[3] = 0.25; // first step [0, 0], last step [1, 1]
    q[4] = 0.5; // first step [0, 1]
    expect(actionMarginals(q, policies, [2, 2])).toEqual([Float64Array.of(1, 0), Float64Array.of(0.5, 0.5)]);
  });

  test.each([
    { policies: [[[0]]], q: [0.5, 0.5], argument: 'policies' },
    { policies: [], q: [], argument: 'policies' },
    { policies: [[[2]]], q: [1], argument: 'policies[0][0][0]' },
    { policies: [[]], q: [1], argument: 'policies[0][0][0]' },
  ])('refuses $policies with $q', ({ policies, q, argument }) => {
    expect(() => actionMarginals(q, policies, [2])).toThrow(
      expect.objectContaining({ code: 'INFERENCE_POLICY_INVALID', argument }),
    );
  });
});
