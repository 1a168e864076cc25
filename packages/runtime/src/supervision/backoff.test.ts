// At stake: a crashing child neither spins nor waits for ever, and a herd of them does not restart in step.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffDelayMs, checkBackoff, NO_BACKOFF } from './backoff.js';

describe('backoffDelayMs', () => {
  it('doubles from the least to the greatest delay', () => {
    const backoff = { minMs: 10, maxMs: 100, jitter: 0 };
    expect([0, 1, 2, 3, 4, 5].map((attempt) => backoffDelayMs(backoff, attempt, 0.7))).toEqual([
      10, 20, 40, 80, 100, 100,
    ]);
  });

  it.each([0, 7, 1023, 1024, 1e9])(
    'does not wait when there is nothing to wait for: attempt %d',
    (attempt) => {
      expect(backoffDelayMs(NO_BACKOFF, attempt, 0.9)).toBe(0);
      expect(backoffDelayMs({ minMs: 0, maxMs: 100 }, attempt, 0.9)).toBe(0);
    },
  );

  it('never gets shorter, but for the jitter', () => {
    fc.assert(
      fc.property(
        fc.nat(2000),
        fc.double({ min: 0, max: 100, noNaN: true }),
        fc.double({ min: 1, max: 10, noNaN: true }),
        (attempt, minMs, factor) => {
          const backoff = { minMs, maxMs: 1000, factor, jitter: 0 };
          const [before, after] = [attempt, attempt + 1].map((n) => backoffDelayMs(backoff, n, 0.5));
          expect(after).toBeGreaterThanOrEqual(before!);
        },
      ),
    );
  });

  it('stays within its bounds, also after a thousand restarts', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        (attempt, minMs, jitter, uniform) => {
          const delayMs = backoffDelayMs({ minMs, maxMs: 5000, jitter }, attempt, uniform);
          expect(delayMs).toBeGreaterThanOrEqual(minMs * (1 - jitter) - 1e-9);
          expect(delayMs).toBeLessThanOrEqual(5000 * (1 + jitter) + 1e-9);
        },
      ),
    );
  });
});

describe('checkBackoff', () => {
  const least = { minMs: 0, maxMs: 0, factor: 1, jitter: 0, resetAfterMs: 0 };

  it.each([
    ['the least of everything', least],
    ['delays that are all the same', { minMs: 5, maxMs: 5 }],
    ['a jitter of all the delay', { ...least, jitter: 1 }],
    [
      'a child that never starts again at the least delay',
      { ...least, resetAfterMs: Number.POSITIVE_INFINITY },
    ],
  ])('takes %s', (_, backoff) => {
    expect(checkBackoff('backoff', backoff)).toBe(backoff);
  });

  it.each([
    ['minMs', -Number.MIN_VALUE],
    ['minMs', Number.NaN],
    ['maxMs', -1],
    ['maxMs', Number.POSITIVE_INFINITY],
    ['factor', 1 - Number.EPSILON],
    ['factor', Number.NaN],
    ['jitter', -Number.MIN_VALUE],
    ['jitter', 1 + Number.EPSILON],
    ['resetAfterMs', -1],
    ['resetAfterMs', Number.NaN],
  ])('refuses a %s of %d', (field, value) => {
    expect(() => checkBackoff('backoff', { ...least, [field]: value })).toThrow(
      expect.objectContaining({ code: 'RUNTIME_INVALID_OPTION', option: `backoff.${field}` }),
    );
  });
});
