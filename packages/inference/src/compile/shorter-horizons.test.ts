// At stake: what agents may be shortened to is declared before, and compiled like the full horizon.
import { describe, expect, test } from 'vitest';
import { gridWorld } from '../models/grid-world.js';
import { enumeratePolicies } from '../planning/enumerate-policies.js';
import { compileModel } from './compile-model.js';

const grid = gridWorld({ width: 2, height: 2 });

describe('shorter horizons', () => {
  test('are none unless they are asked for', () => {
    const { settings } = compileModel(grid, { horizon: 2 });
    expect(settings.plans).toEqual([{ horizon: 2, policies: settings.policies }]);
  });

  test.each(['simd', 'reference'] as const)('stand in the explanation of %s tables', (backend) => {
    const compiled = compileModel(grid, { horizon: 3, shorterHorizons: [2, 1], backend });
    const counts = compiled.explain().plans.map(({ horizon, policyCount }) => [horizon, policyCount]);
    expect(counts).toEqual([
      [3, 125],
      [2, 25],
      [1, 5],
    ]);
    expect(compiled.settings.plans[1]!.policies).toEqual(enumeratePolicies([5], 2));
    const nodes = backend === 'simd' ? 30 : 50;
    expect(String(compiled.explain())).toContain(`horizon 2: 25 policies: ${nodes} steps evaluated of 50`);
  });

  test.each([
    { horizon: 2, shorterHorizons: [2] },
    { horizon: 3, shorterHorizons: [1, 2] },
    { horizon: 3, shorterHorizons: [2, 2] },
    { horizon: 3, shorterHorizons: [0] },
    { horizon: 3, shorterHorizons: [1.5] },
    { shorterHorizons: [1] },
    { policies: enumeratePolicies([5], 2), shorterHorizons: [1] },
  ])('are refused when they are not shorter and shorter: $horizon, $shorterHorizons', (options) => {
    expect(() => compileModel(grid, options)).toThrow(
      expect.objectContaining({ code: 'INFERENCE_OPTION_INVALID' }),
    );
  });
});
