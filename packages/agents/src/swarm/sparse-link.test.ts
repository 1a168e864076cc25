// At stake: a fusion told in changes is the fusion. Tried on both ends of a link, with reports lost on the way and ends that begin anew, beside
// what was said.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactSumsOf, roundExactSums } from '../coordination/exact-sum.js';
import { SparseLink } from './sparse-link.js';

const WIDTH = 5;
const event = fc.record({
  values: fc.array(fc.constantFrom(0, 1, 0.1, 1e100, Number.NEGATIVE_INFINITY), {
    minLength: WIDTH,
    maxLength: WIDTH,
  }),
  series: fc.constantFrom('belief', 'belief', 'belief', 'mood'),
  lost: fc.boolean(),
  anew: fc.constantFrom(undefined, undefined, undefined, 'node', 'parent'),
});

describe('a sparse link', () => {
  it('tells what was said, whatever was lost before', () => {
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        (events, keyFrameEvery) => {
          let node = new SparseLink();
          let parent = new SparseLink();
          for (const [round, { values, series, lost, anew }] of events.entries()) {
            if (anew === 'node') node = new SparseLink();
            if (anew === 'parent') parent = new SparseLink();
            const options = { series, keyFrameEvery };
            const sums = exactSumsOf(WIDTH, (c) => values[c]!);
            const frame = structuredClone(node.say(options, round, sums, parent.roundOf(series)));
            if (lost) continue;
            const heard = parent.hear(options, round, frame);
            expect(heard && roundExactSums(heard)).toEqual(roundExactSums(sums));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('tells changes alone, and every so often all', () => {
    const node = new SparseLink();
    const options = { series: 'belief', keyFrameEvery: 3 };
    const sizes = [0, 1, 2, 3, 4, 5, 6].map((round) => {
      const sums = exactSumsOf(WIDTH, (c) => (c === 0 ? round : 7));
      return node.say(options, round, sums, round - 1).sums.counts.length;
    });
    expect(sizes).toEqual([5, 1, 1, 5, 1, 1, 5]);
  });
});
