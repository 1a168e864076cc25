// At stake: an impossible supervision is refused where it is written, not when a child fails at night.
import { describe, expect, it } from 'vitest';
import { oneForOne, type SupervisionOptions } from './supervision.js';

describe('oneForOne', () => {
  it('restarts at once, three times within five seconds, unless told otherwise', () => {
    const { decide, ...rest } = oneForOne();
    expect(rest).toEqual({
      strategy: 'one-for-one',
      maxRestarts: 3,
      withinMs: 5000,
      backoff: { minMs: 0, maxMs: 0, jitter: 0 },
      concurrentStop: false,
    });
    expect(decide(new Error('any'), { path: '/a' })).toBe('restart');
  });

  it.each<{ option: string; options: SupervisionOptions }>([
    { option: 'maxRestarts', options: { maxRestarts: -1 } },
    { option: 'maxRestarts', options: { maxRestarts: 1.5 } },
    { option: 'maxRestarts', options: { maxRestarts: Number.NaN } },
    { option: 'withinMs', options: { withinMs: 0 } },
    { option: 'withinMs', options: { withinMs: Number.NaN } },
    { option: 'decide', options: { decide: 'restart' as never } },
    { option: 'backoff.minMs', options: { backoff: { minMs: -1, maxMs: 1 } } },
    { option: 'backoff.maxMs', options: { backoff: { minMs: 2, maxMs: 1 } } },
    { option: 'backoff.maxMs', options: { backoff: { minMs: 2, maxMs: Number.POSITIVE_INFINITY } } },
    { option: 'backoff.factor', options: { backoff: { minMs: 1, maxMs: 2, factor: 0.5 } } },
    { option: 'backoff.jitter', options: { backoff: { minMs: 1, maxMs: 2, jitter: 2 } } },
    { option: 'backoff.resetAfterMs', options: { backoff: { minMs: 1, maxMs: 2, resetAfterMs: -1 } } },
  ])('refuses $option in $options', ({ option, options }) => {
    expect(() => oneForOne(options)).toThrow(
      expect.objectContaining({ code: 'RUNTIME_INVALID_OPTION', option }),
    );
  });

  it('takes no limit at all', () => {
    expect(oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }).maxRestarts).toBe(Number.POSITIVE_INFINITY);
  });
});
