// At stake: a circuit opens when too many calls fail, no sooner and no later, and the memory of calls does not
// grow. Tried against a list of all calls that is walked on each.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FailureThreshold, FailureWindow } from './failure-window.js';

const F = true;
const S = false;

describe('FailureWindow', () => {
  it.each([
    { threshold: { failures: 1, withinMs: 10 }, calls: [S, F], tooMany: [S, F] },
    { threshold: { failures: 2, withinMs: 100 }, calls: [F, S, S, F, S, F], tooMany: [S, S, S, F, S, F] },
    { threshold: { failures: 2, withinMs: 10 }, calls: [F, F, F], tooMany: [S, S, S] },
    { threshold: { failureRate: 0.5, calls: 4, withinMs: 100 }, calls: [F, F, F, F], tooMany: [S, S, S, F] },
    {
      threshold: { failureRate: 0.5, calls: 4, withinMs: 100 },
      calls: [F, S, S, S, F, F],
      tooMany: [S, S, S, S, S, F],
    },
    { threshold: { failureRate: 1, calls: 2, withinMs: 11 }, calls: [F, S, F, F], tooMany: [S, S, S, F] },
    { threshold: { failureRate: 1, calls: 2, withinMs: 10 }, calls: [F, S, F, F], tooMany: [S, S, S, S] },
  ])('of $threshold, calls every 10 ms: $calls', ({ threshold, calls, tooMany }) => {
    const window = new FailureWindow(threshold);
    expect(calls.map((failed, index) => window.record(index * 10, failed))).toEqual(tooMany);
  });

  it('agrees with a list of all calls', () => {
    const threshold: fc.Arbitrary<FailureThreshold> = fc.oneof(
      fc.record({ failures: fc.integer({ min: 1, max: 5 }), withinMs: fc.integer({ min: 1, max: 60 }) }),
      fc.record({
        failureRate: fc.integer({ min: 1, max: 10 }).map((tenths) => tenths / 10),
        calls: fc.integer({ min: 1, max: 8 }),
        withinMs: fc.integer({ min: 1, max: 60 }),
      }),
    );
    const call = fc.record({ gapMs: fc.nat({ max: 10 }), failed: fc.boolean(), clears: fc.boolean() });
    fc.assert(
      fc.property(threshold, fc.array(call, { maxLength: 60 }), (given, calls) => {
        const window = new FailureWindow(given);
        let all: { atMs: number; failed: boolean }[] = [];
        let nowMs = 0;
        for (const [index, { gapMs, failed, clears }] of calls.entries()) {
          if (clears && index % 7 === 0) {
            window.clear();
            all = [];
          }
          nowMs += gapMs;
          all.push({ atMs: nowMs, failed });
          const young = ({ atMs }: { atMs: number }): boolean => nowMs - atMs < given.withinMs;
          const expected =
            'calls' in given
              ? all.length >= given.calls &&
                all.slice(-given.calls).every(young) &&
                all.slice(-given.calls).filter((each) => each.failed).length >=
                  given.failureRate * given.calls
              : all.filter((each) => each.failed && young(each)).length >= given.failures;
          expect(window.record(nowMs, failed)).toBe(failed && expected);
        }
      }),
    );
  });

  it.each([
    { option: 'threshold.failures', threshold: { failures: 0, withinMs: 1 } },
    { option: 'threshold.failures', threshold: { failures: 1.5, withinMs: 1 } },
    { option: 'threshold.withinMs', threshold: { failures: 1, withinMs: 0 } },
    { option: 'threshold.calls', threshold: { failureRate: 1, calls: 0, withinMs: 1 } },
    { option: 'threshold.failureRate', threshold: { failureRate: 0, calls: 1, withinMs: 1 } },
    { option: 'threshold.failureRate', threshold: { failureRate: 1.1, calls: 1, withinMs: 1 } },
    { option: 'threshold.failureRate', threshold: { failureRate: Number.NaN, calls: 1, withinMs: 1 } },
  ])('refuses $option in $threshold', ({ option, threshold }) => {
    expect(() => new FailureWindow(threshold)).toThrow(
      expect.objectContaining({ code: 'RUNTIME_INVALID_OPTION', option }),
    );
  });
});
