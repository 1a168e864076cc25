// At stake: who goes down with a failed child. Tried one row a rule, with no actor in it, and over random
// siblings against the rules said in other words.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Exit,
  groupOf,
  livesAgain,
  RESTART_TYPES,
  type RestartType,
  type Strategy,
} from './strategy.js';

describe('groupOf', () => {
  // Siblings a to d were started in this order; c is temporary.
  const siblings = [...'abcd'].map((name, ordinal) => ({
    name,
    ordinal,
    restart: (name === 'c' ? 'temporary' : 'transient') as RestartType,
  }));
  it.each<{ strategy: Strategy; failed: string; down: string; up: string }>([
    { strategy: 'one-for-one', failed: 'b', down: 'b', up: 'b' },
    { strategy: 'one-for-one', failed: 'db', down: 'bd', up: 'bd' },
    { strategy: 'rest-for-one', failed: 'a', down: 'abcd', up: 'abd' },
    { strategy: 'rest-for-one', failed: 'b', down: 'bcd', up: 'bd' },
    { strategy: 'rest-for-one', failed: 'd', down: 'd', up: 'd' },
    { strategy: 'rest-for-one', failed: 'db', down: 'bcd', up: 'bd' },
    { strategy: 'all-for-one', failed: 'd', down: 'abcd', up: 'abd' },
    { strategy: 'all-for-one', failed: '', down: '', up: '' },
    { strategy: 'rest-for-one', failed: '', down: '', up: '' },
  ])('$strategy: when $failed fail $down go down and $up come back', ({ strategy, failed, down, up }) => {
    const group = groupOf(
      strategy,
      siblings.toReversed(),
      siblings.filter(({ name }) => failed.includes(name)),
    );
    expect(group.down.map(({ name }) => name).join('')).toBe(down);
    expect(group.up.map(({ name }) => name).join('')).toBe(up);
  });

  it('keeps the order of starts, wherever siblings are listed', () => {
    const sibling = fc.record({ ordinal: fc.nat(1000), restart: fc.constantFrom(...RESTART_TYPES) });
    fc.assert(
      fc.property(
        fc.uniqueArray(sibling, { selector: ({ ordinal }) => ordinal, minLength: 1 }),
        fc.constantFrom<Strategy>('one-for-one', 'rest-for-one', 'all-for-one'),
        fc.infiniteStream(fc.boolean()),
        (all, strategy, coins) => {
          const failed = all.filter(() => coins.next().value);
          const { down, up } = groupOf(strategy, all, failed);
          for (const group of [down, up])
            for (const [i, { ordinal }] of group.entries())
              if (i > 0) expect(ordinal).toBeGreaterThan(group[i - 1]!.ordinal);
          for (const one of all) {
            const isLater = failed.some(({ ordinal }) => ordinal <= one.ordinal);
            const shares = {
              'one-for-one': failed.includes(one),
              'rest-for-one': isLater,
              'all-for-one': failed.length > 0,
            };
            expect(down.includes(one)).toBe(shares[strategy]);
            expect(up.includes(one)).toBe(shares[strategy] && one.restart !== 'temporary');
          }
        },
      ),
    );
  });
});

describe('livesAgain', () => {
  it.each<[Exit, string]>([
    ['crash', 'permanent transient'],
    ['shard-lost', 'permanent transient'],
    ['own-stop', 'permanent'],
    ['ordered-stop', ''],
  ])('after %s holds for: %s', (exit, kinds) => {
    expect(RESTART_TYPES.filter((restart) => livesAgain(restart, exit)).join(' ')).toBe(kinds);
  });
});
