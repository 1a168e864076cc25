// At stake: what races with what, by which the exhaustive search decides what it need not try. Tried against the
// definitions, spelt out over all pairs of steps.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TOUCHES_ALL } from '../scheduler.js';
import { HappensBefore } from './happens-before.js';
import { touchSame } from './touches.js';

interface Step {
  readonly process: number;
  readonly touched: readonly number[];
  /** How far back the step is that made this one possible; 0 if there is none. */
  readonly enabler: number;
}

const steps = fc.array(
  fc.record<Step>({
    process: fc.nat(4),
    touched: fc.array(fc.oneof({ weight: 9, arbitrary: fc.nat(4) }, fc.constant(TOUCHES_ALL)), {
      maxLength: 2,
    }),
    enabler: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(3)),
  }),
  { maxLength: 14 },
);

const enabledBy = ({ enabler }: Step, at: number): number =>
  enabler === 0 || enabler > at ? -1 : at - enabler;

/** By step, those that come before it. */
function predecessors(all: readonly Step[]): Set<number>[] {
  const before: Set<number>[] = [];
  all.forEach((later, j) => {
    const mine = new Set<number>();
    all.slice(0, j).forEach((earlier, i) => {
      const isDirect =
        earlier.process === later.process ||
        enabledBy(later, j) === i ||
        touchSame(Int32Array.from(earlier.touched), Int32Array.from(later.touched));
      if (isDirect) for (const each of [i, ...before[i]!]) mine.add(each);
    });
    before.push(mine);
  });
  return before;
}

it('orders, races and initials are those of the definitions', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const order = new HappensBefore();
      const before = predecessors(all);
      all.forEach((step, j) => {
        const racing = order.add(step.process, Int32Array.from(step.touched), enabledBy(step, j));
        const expected = [...before[j]!].filter(
          (i) =>
            all[i]!.process !== step.process &&
            enabledBy(step, j) !== i &&
            ![...before[j]!].some((between) => before[between]!.has(i)),
        );
        expect(racing.sort((one, other) => one - other)).toEqual(expected.sort((one, other) => one - other));
        for (let i = 0; i < j; i++) expect(order.isBefore(i, j)).toBe(before[j]!.has(i));
        for (const i of racing) {
          const between = all.map((_, k) => k).filter((k) => k > i && k < j && !before[k]!.has(i));
          const suffix = [...between, j];
          const initials = suffix.filter((k) => !suffix.some((other) => other < k && before[k]!.has(other)));
          expect(order.initials(i, j)).toEqual(initials.map((k) => all[k]!.process));
        }
      });
    }),
    { numRuns: 1_000, seed: 1 },
  );
});

it('is empty again once cleared', () => {
  const order = new HappensBefore();
  order.add(0, Int32Array.of(1), -1);
  order.clear();
  expect(order.add(1, Int32Array.of(1), -1)).toEqual([]);
});
