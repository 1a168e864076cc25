import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomDistribution, randomSource } from '../random-model.test-fixtures.js';
import { enumeratePolicies } from './enumerate-policies.js';
import { type SelectActionInput, selectAction, sharpen } from './select-action.js';

// At stake: replay. The same posterior and the same random number must give the same action, everywhere.
const twoSteps: SelectActionInput = {
  policyPosterior: Float64Array.of(0.4, 0, 0.3, 0.3),
  policies: enumeratePolicies([2], 2),
  actionCounts: [2],
};

describe('selectAction', () => {
  test.each([
    { name: 'marginally, action 1 has 0.6', sampling: 'marginal', action: [1] },
    { name: 'fully, the best policy begins with action 0', sampling: 'full', action: [0] },
  ] as const)('$name', ({ sampling, action }) => {
    expect(selectAction({ ...twoSteps, sampling })).toEqual(action);
  });

  test('of equal actions takes the first', () => {
    const tie = { ...twoSteps, policyPosterior: Float64Array.of(0.25, 0.25, 0.25, 0.25) };
    expect(selectAction(tie)).toEqual([0]);
    expect(selectAction({ ...tie, sampling: 'full' })).toEqual([0]);
  });

  test.each([
    { uniform: 0, action: [0] },
    { uniform: 0.399, action: [0] },
    { uniform: 0.401, action: [1] },
    { uniform: 0.999, action: [1] },
  ])('stochastically, $uniform draws $action', ({ uniform, action }) => {
    expect(selectAction({ ...twoSteps, selection: 'stochastic', alpha: 1, uniform })).toEqual(action);
  });

  test('one number serves all factors, and they are drawn independently', () => {
    const policies = enumeratePolicies([2, 2], 1);
    const uniformly = { policyPosterior: new Float64Array(4).fill(0.25), policies, actionCounts: [2, 2] };
    const counts = new Map<string, number>();
    for (let i = 0; i < 400; i++) {
      const action = selectAction({ ...uniformly, selection: 'stochastic', alpha: 1, uniform: i / 400 });
      counts.set(String(action), (counts.get(String(action)) ?? 0) + 1);
    }
    expect(Object.fromEntries(counts)).toEqual({ '0,0': 100, '0,1': 100, '1,0': 100, '1,1': 100 });
  });

  test('chooses only actions that some possible policy begins with', () => {
    const uniforms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer(), uniforms, fc.constantFrom('marginal', 'full'), (seed, uniform, sampling) => {
        const policies = enumeratePolicies([3, 2], 2);
        const policyPosterior = randomDistribution(policies.length, randomSource(seed), 0.9);
        const input = { policyPosterior, policies, actionCounts: [3, 2], sampling, uniform } as const;
        const action = selectAction({ ...input, selection: 'stochastic', alpha: 0.01 });
        const possible = policies.filter((_, p) => policyPosterior[p]! > 0);
        action.forEach((choice, f) => {
          expect(possible.some((policy) => policy[0]![f] === choice)).toBe(true);
        });
      }),
    );
  });

  test.each([
    { change: { selection: 'stochastic' }, argument: 'uniform' },
    { change: { selection: 'stochastic', uniform: 1 }, argument: 'uniform' },
    { change: { selection: 'stochastic', uniform: 0.5, alpha: -1 }, argument: 'alpha' },
    { change: { selection: 'random' }, argument: 'selection' },
    { change: { sampling: 'best' }, argument: 'sampling' },
  ])('refuses $change', ({ change, argument }) => {
    expect(() => selectAction({ ...twoSteps, ...change } as SelectActionInput)).toThrow(
      expect.objectContaining({ code: 'INFERENCE_OPTION_INVALID', argument }),
    );
  });
});

describe('sharpen', () => {
  const p = Float64Array.of(0.2, 0.8);
  test.each([
    { alpha: 1, expected: [0.2, 0.8] },
    { alpha: 0, expected: [0.5, 0.5] },
    { alpha: 2, expected: [1 / 17, 16 / 17] },
  ])('with alpha $alpha gives $expected', ({ alpha, expected }) => {
    sharpen(p, alpha).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 14);
    });
  });

  test('what is impossible stays so, however small alpha is', () => {
    for (const alpha of [0, 0.01, 1]) expect(sharpen(Float64Array.of(0, 0.3, 0.7), alpha)[0]).toBe(0);
  });
});
