import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { enumeratePolicies } from './enumerate-policies.js';

// At stake: indices into this list are what E and every recorded policy posterior refer to.
describe('enumeratePolicies', () => {
  test('runs through the last factor of the last step fastest', () => {
    expect(enumeratePolicies([2, 1], 2)).toEqual([
      [
        [0, 0],
        [0, 0],
      ],
      [
        [0, 0],
        [1, 0],
      ],
      [
        [1, 0],
        [0, 0],
      ],
      [
        [1, 0],
        [1, 0],
      ],
    ]);
  });

  test('has (product of actions) ** length different policies, all in range', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 3 }), (actionCounts, length) => {
        const policies = enumeratePolicies(actionCounts, length, { policyCountMax: 27 ** 3 });
        const perStep = actionCounts.reduce((count, n) => count * n, 1);
        expect(policies).toHaveLength(perStep ** length);
        expect(new Set(policies.map(String)).size).toBe(policies.length);
        for (const action of policies.flat()) {
          expect(action.every((choice, f) => choice >= 0 && choice < actionCounts[f]!)).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });

  test.each([
    { counts: [5], length: 0, code: 'INFERENCE_OPTION_INVALID', argument: 'length' },
    { counts: [5], length: 1.5, code: 'INFERENCE_OPTION_INVALID', argument: 'length' },
    { counts: [], length: 1, code: 'INFERENCE_OPTION_INVALID', argument: 'actionCounts' },
    { counts: [2, 0], length: 1, code: 'INFERENCE_OPTION_INVALID', argument: 'actionCounts' },
    { counts: [5], length: 9, code: 'INFERENCE_POLICY_COUNT_EXCEEDED', argument: 'policies' },
    { counts: [5], length: 1e6, code: 'INFERENCE_POLICY_COUNT_EXCEEDED', argument: 'policies' },
  ])('refuses $counts over $length steps with $code', ({ counts, length, code, argument }) => {
    expect(() => enumeratePolicies(counts, length)).toThrow(expect.objectContaining({ code, argument }));
  });

  test('the bound is the caller’s to move', () => {
    expect(enumeratePolicies([5], 2, { policyCountMax: 25 })).toHaveLength(25);
    expect(() => enumeratePolicies([5], 2, { policyCountMax: 24 })).toThrow(
      expect.objectContaining({ code: 'INFERENCE_POLICY_COUNT_EXCEEDED' }),
    );
  });
});
