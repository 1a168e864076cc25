// At stake: each child counts once, as it was first heard of, in whatever order and form the children speak, in one round after the other. A
// list of what each has said is driven beside it; rows come one by one, in stretches, and as the whole that is taken as it is.
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { Descent } from './operation.js';
import { Round } from './round.js';

const CHILDREN = 6;
/** Index of the first child. */
const FIRST = 40;

const child = fc.nat({ max: CHILDREN - 1 });
const rows = fc.record({
  do: fc.constant('rows' as const),
  children: fc.oneof(
    fc.constant(Array.from({ length: CHILDREN }, (_, at) => at)),
    fc.array(child, { maxLength: 2 * CHILDREN }),
  ),
  width: fc.constantFrom(1, 1, 2),
  isLate: fc.oneof({ arbitrary: fc.constant(false), weight: 5 }, fc.constant(true)),
  roundsInRows: fc.boolean(),
});
const step = fc.oneof(
  { arbitrary: rows, weight: 4 },
  fc.record({ do: fc.constant('say' as const), child }),
  fc.record({ do: fc.constant('miss' as const), child }),
  fc.record({ do: fc.constant('begin' as const) }),
);

describe('a round', () => {
  test.prop([fc.array(step, { maxLength: 30 })], { numRuns: 1000 })(
    'is a list of what each has said first',
    (steps) => {
      const round = new Round(CHILDREN);
      let number = 0;
      let said: unknown[] = [];
      const begin = () => {
        round.begin({ round: ++number, waitMs: 0, operation: { combiner: { name: 'list' } } } as Descent, 0);
        said = new Array(CHILDREN).fill(undefined);
      };
      const note = (at: number, what: unknown) => {
        if (said[at] === undefined) said[at] = what;
      };
      begin();
      let count = 0;
      for (const one of steps) {
        if (one.do === 'begin') begin();
        else if (one.do === 'say') {
          const what = `said ${count++}`;
          round.settle(one.child, what);
          note(one.child, what);
        } else if (one.do === 'miss') {
          round.settleMissing(one.child);
          note(one.child, 'missing');
        } else {
          const { children, width, isLate, roundsInRows } = one;
          const of = number - (isLate ? 1 : 0);
          // Before and after those that are meant lie others.
          const index = Int32Array.from([0, ...children, 0], (at) => FIRST + at);
          const value = Int32Array.from({ length: index.length * width }, () => count++);
          const columns = roundsInRows
            ? { round: new Float64Array(index.length).fill(of), index, value }
            : { index, value };
          round.settleRows(columns, roundsInRows ? undefined : of, 1, index.length - 1, FIRST);
          if (!isLate)
            for (const [i, at] of children.entries())
              note(at, width === 1 ? value[i + 1] : value.slice((i + 1) * width, (i + 2) * width));
        }
        const heard = said.map((what) => what !== undefined && what !== 'missing');
        expect(round.isComplete).toBe(!said.includes(undefined));
        expect(round.isWhole).toBe(heard.every(Boolean));
        expect(said.map((_, at) => round.hasHeard(at))).toEqual(heard);
        for (const [at, what] of said.entries()) if (heard[at]) expect(round.said(at)).toEqual(what);
      }
    },
  );
});
