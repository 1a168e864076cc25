// At stake: a verdict on a history that cannot have been is worth nothing, so it is refused where it comes in. One
// row for each way to go wrong.
import { describe, expect, it } from 'vitest';
import { checkLinearizability } from './check-linearizability.js';
import { lost, op, register } from './models.test-fixtures.js';
import type { Operation } from './operation.js';

type Operations = readonly Operation<'read', number>[];

describe('a history', () => {
  it.each<[string, Operations, number, RegExp]>([
    ['a call at NaN', [op('a', Number.NaN, 1, 'read', 0)], 0, /has NaN as `calledAt`/],
    ['no call', [{ process: 'a', input: 'read', returnedAt: 1 } as never], 0, /has undefined as `calledAt`/],
    [
      'a return at infinity',
      [op('a', 0, Number.POSITIVE_INFINITY, 'read', 0)],
      0,
      /has Infinity as `returnedAt`/,
    ],
    [
      'a return before its call',
      [op('b', 0, 1, 'read', 0), op('a', 2, 1, 'read', 0)],
      1,
      /called at 2 but has 1/,
    ],
    [
      'an abandonment before its call',
      [lost('a', 2, 'read', 1)],
      0,
      /called at 2 but has 1 as `abandonedAt`/,
    ],
    ['a return and an abandonment', [{ ...op('a', 0, 1, 'read', 0), abandonedAt: 1 } as never], 0, /both/],
    ['a nameless process', [op(undefined as never, 0, 1, 'read', 0)], 0, /without a name/],
    [
      'two open at once',
      [op('a', 0, 2, 'read', 0), op('a', 1, 3, 'read', 0)],
      1,
      /while another .* from 0 to 2/,
    ],
    ['the same, listed backward', [op('a', 1, 3, 'read', 0), op('a', 0, 2, 'read', 0)], 0, /from 0 to 2/],
    ['one after a crash', [lost('a', 0, 'read'), op('a', 9, 9, 'read', 0)], 1, /since 0/],
    ['one before it was abandoned', [lost('a', 0, 'read', 5), op('a', 4, 9, 'read', 0)], 1, /from 0 to 5/],
  ])('with %s is refused', (_, history, index, why) => {
    expect(() => checkLinearizability(history, register)).toThrow(
      expect.objectContaining({
        code: 'RUNTIME_INVALID_HISTORY',
        index,
        process: history[index]!.process,
        message: expect.stringMatching(why),
        remedy: expect.stringMatching(/^[A-Z].*\.$/),
      }),
    );
  });

  it.each<[string, Operations]>([
    ['in any order', [op('a', 4, 5, 'read', 0), op('a', 0, 1, 'read', 0), op('a', 2, 3, 'read', 0)]],
    ['with processes 1 and "1"', [op(1, 0, 2, 'read', 0), op('1', 1, 3, 'read', 0)]],
    ['with negative stamps', [op('a', -5, -1, 'read', 0)]],
    [
      'with operations that touch',
      [op('a', 0, 1, 'read', 0), op('a', 1, 1, 'read', 0), op('a', 1, 2, 'read', 0)],
    ],
    ['that goes on after giving up', [lost('a', 0, 'read', 1), op('a', 1, 2, 'read', 0)]],
  ])('%s is none to refuse', (_, history) => {
    expect(checkLinearizability(history, register).outcome).toBe('linearizable');
  });
});
