// At stake: what an agent has seen counts once: it is kept until its swarm counts it, whole, and not a tick longer. Tried beside a plain
// column an agent, under random lives.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OwnCounts } from './own-counts.js';

const LENGTH = 5;
const LANES = 3;

const lane = fc.nat({ max: LANES - 1 });
const deed = fc.oneof(
  fc.record({ does: fc.constant('begin' as const), lane }),
  fc.record({
    does: fc.constant('accept' as const),
    lane,
    tick: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
  }),
  fc.record({
    does: fc.constant('add' as const),
    lane,
    at: fc.integer({ min: -1, max: LENGTH }),
    times: fc.oneof(fc.integer({ min: -2, max: 2 }), fc.constantFrom(0.5, 2 ** 31, 2 ** 31 - 1)),
  }),
);

it('keeps for each lane what a column would', () => {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 40 }), (deeds) => {
      const own = new OwnCounts(LENGTH);
      const rulers = Array.from({ length: LANES }, () => ({ column: new Float64Array(LENGTH), tick: -1 }));
      for (let l = 0; l < LANES; l++) own.begin(l);
      for (const step of deeds) {
        const ruler = rulers[step.lane]!;
        if (step.does === 'begin') {
          own.begin(step.lane);
          rulers[step.lane] = { column: new Float64Array(LENGTH), tick: -1 };
        } else if (step.does === 'accept') {
          own.accept(step.lane, step.tick);
          const before = ruler.tick;
          ruler.tick = step.tick ?? Math.max(before, 0);
          if (before !== -1 && ruler.tick !== before) ruler.column.fill(0);
        } else {
          const { at, times } = step;
          const sum = (ruler.column[at] ?? Number.NaN) + times;
          const fits = Number.isInteger(times) && Math.abs(sum) < 2 ** 31;
          expect(own.add(step.lane, at, times)).toBe(fits);
          if (fits) ruler.column[at] = sum;
        }
        for (const [l, { column }] of rulers.entries()) {
          const sum = new Float64Array(LENGTH);
          own.addTo(l, sum);
          expect(sum).toEqual(column.map((count) => count + 0));
          expect(own.isEmpty(l)).toBe(column.every((count) => count === 0));
          expect(own.widthOf(l)).toBe(1 + 2 * column.filter((count) => count !== 0).length);
        }
      }
    }),
  );
});
