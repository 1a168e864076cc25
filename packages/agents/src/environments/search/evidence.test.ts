/**
 * At stake: that evidence adds up to the belief of one observer who saw everything. Tried with an observer who keeps the
 * list of all looks, and with the inference package as a second opinion on a single look. That a swarm counts each look
 * once, whoever crashes, is tried in `swarm.test.ts`.
 */
import { fc, test as property } from '@fast-check/vitest';
import { inferStates, prepareModel } from '@skein/inference';
import { describe, expect, test } from 'vitest';
import { addInto } from '../../coordination/add.js';
import type { SectorGraph } from '../sector-graph.js';
import { DEFAULT_DETECTOR, tabulateDetector } from './detector.js';
import { addLook, addRefusal, emptyEvidence, targetPrior, updateBeliefs } from './evidence.js';
import { graphOf, smallGraph } from './search.test-fixtures.js';
import { ALARM, REFUSED, SILENCE, searcherModels } from './searcher-model.js';

interface Look {
  readonly target: number;
  readonly sector: number;
  readonly alarm: boolean;
}

const TARGET_COUNT = 2;
const NONE_FOUND = new Uint8Array(TARGET_COUNT);
const graph = graphOf(['....', '.@@.', '....', '@..@']);
const table = tabulateDetector(DEFAULT_DETECTOR, graph);
const logPrior = targetPrior(graph).map((p) => Math.log(p));

function beliefsFrom(parts: readonly Float64Array[]): Float64Array {
  const beliefs = emptyEvidence(graph, TARGET_COUNT);
  updateBeliefs(beliefs, logPrior, parts, NONE_FOUND);
  return beliefs;
}

/** One observer who saw all: multiplies prior and probabilities in the logarithm, look after look. */
function observer(looks: readonly Look[]): Float64Array {
  const seen = emptyEvidence(graph, TARGET_COUNT);
  for (const { target, sector, alarm } of looks) addLook(seen, table, target, sector, alarm);
  return beliefsFrom([seen]);
}

/**
 * Rounding of a belief from n looks. Each addition to a sum of at most n |ln 0.1| nats errs by half a unit in the last
 * place of that sum; n of them for the looks on each side and a few for pool and prior; a log error is a relative error.
 */
const tolerance = (lookCount: number) => 4 * (lookCount + 4) * (lookCount + 4) * Math.LN10 * 2 ** -53;

function expectEqualBeliefs(actual: Float64Array, expected: Float64Array, lookCount: number): void {
  for (let i = 0; i < expected.length; i++) {
    expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThanOrEqual(
      tolerance(lookCount) * (expected[i]! + 2 ** -53),
    );
  }
}

const look = fc.record({
  target: fc.nat({ max: TARGET_COUNT - 1 }),
  sector: fc.nat({ max: graph.sectorCount - 1 }),
  alarm: fc.boolean(),
});

describe('one look', () => {
  property.prop([smallGraph, fc.nat(), fc.boolean()], { numRuns: 40 })(
    'says what the inference package reads from it',
    (anyGraph: SectorGraph, sectorChoice, alarm) => {
      const sector = sectorChoice % anyGraph.sectorCount;
      const anyTable = tabulateDetector(DEFAULT_DETECTOR, anyGraph);
      const prepared = prepareModel(searcherModels(anyGraph, anyTable, 1, { find: 1 }).sensing);
      const own = new Float64Array(anyGraph.sectorCount);
      own[sector] = 1;
      const { posterior, logLikelihoods } = inferStates(prepared, {
        observations: [sector, alarm ? ALARM : SILENCE],
        prior: [own, targetPrior(anyGraph)],
      });
      const evidence = emptyEvidence(anyGraph, 1);
      addLook(evidence, anyTable, 0, sector, alarm);
      // The package reads ln(p + 1e-16): for p of at least 0.1 that is 1e-15 away.
      // States that the prior excludes it need not evaluate: `removed` is left out.
      for (let state = 0; state < anyGraph.sectorCount; state++) {
        expect(Math.abs(evidence[state]! - logLikelihoods[1]![state]!)).toBeLessThan(2e-15);
      }
      const belief = emptyEvidence(anyGraph, 1);
      updateBeliefs(belief, targetPrior(anyGraph).map(Math.log), [evidence], new Uint8Array(1));
      belief.forEach((p, state) => {
        expect(Math.abs(p - posterior[1]![state]!)).toBeLessThan(1e-14);
      });
    },
  );

  test('nearer is likelier after an alarm, and less likely after silence', () => {
    const start = targetPrior(graph);
    for (const alarm of [true, false]) {
      const ratios = observer([{ target: 0, sector: 0, alarm }])
        .subarray(0, graph.sectorCount)
        .map((p, s) => p / start[s]!);
      const byHops = [0, 1, 2, 3].map((hops) => ratios.find((_, s) => graph.hops[s] === hops)!);
      const descending = byHops.toSorted((a, b) => b - a);
      expect(byHops).toEqual(alarm ? descending : descending.toReversed());
      expect(new Set(byHops).size).toBe(4);
    }
  });
});

test('before any look a target is in a sector as likely as the sector is large', () => {
  const uneven = graphOf(['....', '....', '....', '.@@@'], 4); // blocks of two cells
  expect([...targetPrior(uneven)]).toEqual([4 / 13, 4 / 13, 3 / 13, 2 / 13, 0]);
});

describe('a refused claim', () => {
  test('rules its sector out, and no other', () => {
    const evidence = emptyEvidence(graph, TARGET_COUNT);
    addRefusal(evidence, graph, 1, 2);
    const beliefs = beliefsFrom([evidence]);
    const before = beliefsFrom([]);
    const row = graph.sectorCount + 1;
    expect(beliefs[row + 2]).toBeLessThan(1e-16);
    expect(beliefs[row + 3]! / before[row + 3]!).toBeCloseTo(beliefs[row + 4]! / before[row + 4]!, 12);
    expect(beliefs.subarray(0, row)).toEqual(before.subarray(0, row));
  });

  test('is the observation of the find modality that it is', () => {
    const prepared = prepareModel(searcherModels(graph, table, 1, { find: 1 }).wanting);
    const own = new Float64Array(graph.sectorCount);
    own[2] = 1;
    const { logLikelihoods } = inferStates(prepared, {
      observations: [REFUSED],
      prior: [own, targetPrior(graph)],
    });
    const evidence = emptyEvidence(graph, 1);
    addRefusal(evidence, graph, 0, 2);
    evidence.forEach((nats, state) => {
      expect(nats).toBeCloseTo(logLikelihoods[1]![state]!, 12);
    });
  });
});

test('a found target is removed, whatever the evidence', () => {
  const beliefs = emptyEvidence(graph, TARGET_COUNT);
  const evidence = emptyEvidence(graph, TARGET_COUNT);
  for (let i = 0; i < 50; i++) addLook(evidence, table, 0, 0, true);
  updateBeliefs(beliefs, logPrior, [evidence], Uint8Array.of(1, 0));
  const row = graph.sectorCount + 1;
  expect([...beliefs.subarray(0, row)]).toEqual([...new Array<number>(row - 1).fill(0), 1]);
  expect(beliefs[row + row - 1]).toBe(0);
  expect(beliefs.subarray(row).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 14);
});

property.prop([
  fc.array(look, { maxLength: 60 }),
  fc.integer({ min: 1, max: 7 }),
  fc.infiniteStream(fc.nat()),
])(
  'any partition of the looks among searchers, added up in any order, is one observer',
  (looks, agentCount, choices) => {
    const shares = Array.from({ length: agentCount }, () => emptyEvidence(graph, TARGET_COUNT));
    for (const { target, sector, alarm } of looks) {
      addLook(shares[choices.next().value! % agentCount]!, table, target, sector, alarm);
    }
    const order = shares.map((evidence) => ({ evidence, key: choices.next().value! }));
    const sum = emptyEvidence(graph, TARGET_COUNT);
    for (const { evidence } of order.sort((a, b) => a.key - b.key)) addInto(sum, evidence);
    expectEqualBeliefs(beliefsFrom([sum]), observer(looks), looks.length);
  },
);
