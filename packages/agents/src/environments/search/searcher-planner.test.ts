/**
 * At stake: the job decides with the fast planner, so the fast planner must be active inference and not something
 * like it. Tried against `decide`, whose every number comes from the inference package, on random graphs and beliefs; and
 * by what a searcher ought to do in plain situations.
 */
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { SectorGraph } from '../sector-graph.js';
import { decide, searcherMind } from './decide.js';
import { DEFAULT_DETECTOR, tabulateDetector } from './detector.js';
import { beliefsOf, graphOf, openGraph, smallGraph } from './search.test-fixtures.js';
import { searcherModels } from './searcher-model.js';
import { SearcherPlanner } from './searcher-planner.js';
import { walkOf, walkPolicies } from './walk-policies.js';

function plannersOf(graph: SectorGraph, targetCount: number, horizon: number, gamma: number) {
  const table = tabulateDetector(DEFAULT_DETECTOR, graph);
  const policies = walkPolicies(graph, horizon);
  const preferences = { find: 1 };
  return {
    mind: searcherMind(graph, searcherModels(graph, table, targetCount, preferences), policies, gamma),
    planner: new SearcherPlanner(graph, table, policies, preferences, gamma),
    policies,
  };
}

property.prop(
  [
    smallGraph.chain((graph) =>
      fc.record({
        graph: fc.constant(graph),
        beliefs: beliefsOf(graph, 2),
        ownSector: fc.nat({ max: graph.sectorCount - 1 }),
      }),
    ),
    fc.integer({ min: 1, max: 5 }),
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  ],
  { numRuns: 60 },
)(
  'the planner is the inference package, in another order of addition',
  ({ graph, beliefs, ownSector }, horizon, uniform) => {
    const gamma = 4;
    const { mind, planner } = plannersOf(graph, 2, horizon, gamma);
    const expected = decide(mind, ownSector, beliefs, uniform);
    planner.believe(beliefs);
    const next = planner.choose(ownSector, uniform);

    // Each step sums, for two targets, a few products for each of S + 1 states and entropies of at most ln 2.
    const tolerance = horizon * 2 * (graph.sectorCount + 8) * 8 * 2 ** -53;
    expect(planner.policyCount).toBe(expected.expectedFreeEnergy.length);
    let cumulative = 0;
    let nearBoundary = false;
    for (let policy = 0; policy < planner.policyCount; policy++) {
      expect(Math.abs(planner.negativeG[policy]! + expected.expectedFreeEnergy[policy]!)).toBeLessThan(
        tolerance,
      );
      const probability = expected.policyPosterior[policy]!;
      expect(Math.abs(planner.policyPosterior[policy]! - probability)).toBeLessThan(
        3 * gamma * tolerance + 1e-15,
      );
      cumulative += probability;
      if (Math.abs(uniform - cumulative) < 1e-9) nearBoundary = true;
    }
    // A draw within rounding of two policies' border may fall to either; none of the runs need come near.
    if (!nearBoundary) expect(next).toBe(expected.next);
  },
);

describe('walks', () => {
  property.prop([smallGraph, fc.integer({ min: 1, max: 8 })], { numRuns: 60 })(
    'lead to each sector within the horizon, once, by a shortest way',
    (graph, horizon) => {
      const policies = walkPolicies(graph, horizon);
      const { sectorCount } = graph;
      for (let source = 0; source < sectorCount; source++) {
        const from = policies.offsets[source]!;
        const to = policies.offsets[source + 1]!;
        const reachable = Array.from({ length: sectorCount }, (_, s) => s).filter(
          (s) => graph.hops[source * sectorCount + s]! <= horizon,
        );
        expect([...policies.destinations.subarray(from, to)].sort((a, b) => a - b)).toEqual(reachable);
        for (let policy = 0; policy < to - from; policy++) {
          const walk = walkOf(policies, source, policy);
          const destination = policies.destinations[from + policy]!;
          const distance = graph.hops[source * sectorCount + destination]!;
          expect(walk).toHaveLength(horizon);
          expect(walk.at(-1)).toBe(destination);
          expect(policies.firstSteps[from + policy]).toBe(walk[0]);
          walk.forEach((sector, step) => {
            const before = step === 0 ? source : walk[step - 1]!;
            expect(graph.hops[before * sectorCount + sector]).toBe(step < distance ? 1 : 0);
          });
        }
      }
    },
  );

  test.each([0, -1, 1.5, Number.NaN])('refuse a horizon of %d', (horizon) => {
    expect(() => walkPolicies(openGraph(2), horizon)).toThrow(RangeError);
  });
});

describe('a searcher', () => {
  const corridor = graphOf(['.........']);
  const { planner } = plannersOf(corridor, 1, 8, 64);

  const nextWith = (own: number, belief: readonly number[]): number => {
    planner.believe(Float64Array.from(belief));
    return planner.choose(own, 0.5);
  };

  test('walks to where the target surely is, and stays there', () => {
    const belief = [0, 0, 0, 0, 0, 0, 0, 1, 0, 0];
    expect(nextWith(0, belief)).toBe(1);
    expect(nextWith(5, belief)).toBe(6);
    expect(nextWith(7, belief)).toBe(7);
  });

  test('leaves what it has ruled out for what it has not', () => {
    const belief = [0, 0, 0, 0, 0, 0, 0.34, 0.33, 0.33, 0];
    expect(nextWith(0, belief)).toBe(1);
    expect(nextWith(4, belief)).toBe(5);
  });

  test('has no preference among places when every target was carried off', () => {
    planner.believe(Float64Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 1));
    planner.choose(4, 0.5);
    expect(new Set(planner.policyPosterior.subarray(0, planner.policyCount)).size).toBe(1);
  });

  test('who shares belief and place with others does not move as one with them', () => {
    const { planner: open } = plannersOf(openGraph(5), 1, 4, 1);
    open.believe(Float64Array.from({ length: 26 }, (_, state) => (state < 25 ? 1 / 25 : 0)));
    const nexts = Array.from({ length: 20 }, (_, i) => open.choose(12, (i + 0.5) / 20));
    expect(new Set(nexts).size).toBeGreaterThan(2);
  });
});
