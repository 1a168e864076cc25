// At stake: a belief from counts is the belief from the observations that were counted, in whatever order they came. Tried with random
// looks and refusals on a small map, beside evidence that is added up observation by observation.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DEFAULT_DETECTOR, tabulateDetector } from './detector.js';
import { addLook, addRefusal, emptyEvidence, targetPrior, updateBeliefs } from './evidence.js';
import { LookCounts } from './look-counts.js';
import { graphOf } from './search.test-fixtures.js';

const TARGETS = 3;
const graph = graphOf(['......', '..@@..', '......', '.@@@..']);
const table = tabulateDetector(DEFAULT_DETECTOR, graph);
const sector = fc.nat({ max: graph.sectorCount - 1 });
const target = fc.nat({ max: TARGETS - 1 });
const looks = fc.array(fc.tuple(sector, fc.array(fc.boolean(), { minLength: TARGETS, maxLength: TARGETS })), {
  maxLength: 30,
});
const refusals = fc.array(fc.tuple(target, sector), { maxLength: 3 });
/** Sums of some thirty logarithms up to 37, rounded each, in two orders; then a softmax. */
const TOLERANCE = 64 * 37 * 40 * 2 ** -52;

it('says what the observations say', () => {
  fc.assert(
    fc.property(
      looks,
      refusals,
      fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
      (seen, refused, gone) => {
        const counts = new LookCounts(graph, table, TARGETS);
        const column = new Float64Array(counts.length);
        const expected = emptyEvidence(graph, TARGETS);
        const found = Uint8Array.from(gone, Number);
        for (const [from, alarms] of seen) {
          column[counts.lookAt(from)]! += 1;
          for (const [t, alarm] of alarms.entries()) {
            if (found[t] === 1) continue;
            if (alarm) column[counts.alarmAt(t, from)]! += 1;
            addLook(expected, table, t, from, alarm);
          }
        }
        for (const [t, where] of refused) {
          column[counts.refusalAt(t, where)]! += 1;
          addRefusal(expected, graph, t, where);
        }
        const got = emptyEvidence(graph, TARGETS).fill(7); // what was there before must not show
        counts.evidence(got, column, found);
        const logPrior = targetPrior(graph).map((p) => Math.log(p));
        const beliefs = [got, expected].map((evidence) => {
          const belief = emptyEvidence(graph, TARGETS);
          updateBeliefs(belief, logPrior, [evidence], found);
          return belief;
        });
        for (const [i, p] of beliefs[1]!.entries())
          expect(Math.abs(beliefs[0]![i]! - p)).toBeLessThan(TOLERANCE);
      },
    ),
  );
});
