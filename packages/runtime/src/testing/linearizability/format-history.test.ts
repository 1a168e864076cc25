// At stake: whoever gets a failure reads this first. Tried with pictures to be compared by eye, and with histories
// of any length and content for what must never be: lines too wide, or characters that a terminal obeys.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkLinearizability } from './check-linearizability.js';
import { formatHistory } from './format-history.js';
import { lock, lost, op, type RegistersInput, register, registers } from './models.test-fixtures.js';
import { anyHistory } from './random-histories.test-fixtures.js';
import { refuse } from './sequential-model.js';

const write = (value: number) => ({ write: value });

describe('formatHistory', () => {
  it('shows what failed, what it contradicts, and what was possible instead', () => {
    const history = [
      op('a', 0, 1, write(1), undefined),
      op('a', 2, 3, write(2), undefined),
      op('c', 4, 20, write(3), undefined),
      op('b', 5, 6, 'read' as const, 1),
      lost('dora', 1, write(3), 9),
      op('dora', 10, 11, 'read' as const, 3),
    ];
    expect(`\n${formatHistory(checkLinearizability(history, register))}\n`).toBe(`
Not linearizable: read → 1 of b, from 5 to 6.

a     ├{ write: 1 }┤╞{ write: 2 }╡
dora   ├{ write: 3 } → ?╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌├read → 3┤╌
c                                 ├{ write: 3 }─────────┤
b                                  ┣read → 1┫

┣━┫ failed  ╞═╡ contradict each other  ╌ never returned

An order of all that returned before:
  1. { write: 1 } of a; state 1
  2. { write: 2 } of a; state 2
  3. { write: 3 } → ? of dora; state 3
  4. { write: 3 } of c; state 3

Next, in state 3, cannot be:
  read → 1 of b: would have answered 3
`);
  });

  it('shows an order that explains each part', () => {
    const model = { ...registers, partition: ({ key }: RegistersInput) => key };
    const history = [
      op('a', 0, 2, { key: 'x', write: 1 }, undefined),
      op(7, 1, 3, { key: 'y', read: true as const }, 0),
    ];
    expect(`\n${formatHistory(checkLinearizability(history, model))}\n`).toBe(`
Linearizable: 2 operations, 2 configurations.

a  ├{ key: 'x', write: 1 }┤
7   ├{ key: 'y', read: true } → 0┤

An order in part 'x':
  1. { key: 'x', write: 1 } of a; state { x: 1 }

An order in part 'y':
  1. { key: 'y', read: true } → 0 of 7; state {}
`);
  });

  it('draws of a long history what contradicts itself', () => {
    const rounds = Array.from({ length: 30 }, (_, i) => [
      op('a', 10 * i, 10 * i + 1, { acquire: 'a' }, true),
      op('a', 10 * i + 2, 10 * i + 3, { release: 'a' }, true),
    ]).flat();
    const twice = [op('a', 400, 401, { acquire: 'a' }, true), op('b', 402, 403, { acquire: 'b' }, true)];
    const text = formatHistory(checkLinearizability([...rounds, ...twice], lock));
    expect(text.split('\n').slice(2, 5)).toEqual([
      "a  ╞{ acquire: 'a' } → true╡",
      "b                           ┣{ acquire: 'b' } → true┫",
      '(without 60 other operations)',
    ]);
    expect(text).toContain('\n  (49 steps before)\n  50. ');
  });

  it('says what it does not know', () => {
    const history = [op('a', 0, 1, 'read' as const, 0), op('a', 1, 2, 'read' as const, 0)];
    expect(formatHistory(checkLinearizability(history, register, { configurationsMax: 1 }))).toBe(
      'Unknown: it takes more than 1 configuration.\n\na  ├read → 0┤├read → 0┤',
    );
  });

  it('names messages by their type', () => {
    const input = { type: 'pay', to: 'bob', amount: 3 };
    const model = { initial: () => 0, apply: () => 0 };
    const text = formatHistory(checkLinearizability([op('a', 0, 1, input, undefined)], model));
    expect(text).toContain("├pay to: 'bob', amount: 3┤");
  });

  it('is never wider than it may be, and holds nothing that a terminal obeys', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.constant('\u001b[2J\r\n\u009b'));
    const history = anyHistory(text, fc.oneof(text, fc.nat()), 40);
    const width = fc.integer({ min: 40, max: 120 });
    const seen = new Set<string>();
    fc.assert(
      fc.property(history, width, fc.nat(50), text, fc.constantFrom(4, 300), (...drawn) => {
        const [operations, cells, refusedFrom, why, configurationsMax] = drawn;
        const named = operations.map((each, i) => ({
          ...each,
          process: `${each.process}${i % 3 ? '' : why}`,
        }));
        const model = {
          initial: () => 0,
          apply: (calls: number) => (calls >= refusedFrom ? refuse(why) : calls + 1),
        };
        const verdict = checkLinearizability(named, model, { configurationsMax });
        seen.add(verdict.outcome);
        const lines = formatHistory(verdict, { width: cells }).split('\n');
        expect(lines.filter((line) => [...line].length > cells || /\p{Cc}/u.test(line))).toEqual([]);
      }),
      { numRuns: 100 },
    );
    expect([...seen].sort()).toEqual(['linearizable', 'not-linearizable', 'unknown']);
  });

  it('draws each operation in its place, whatever the ties', () => {
    fc.assert(
      fc.property(anyHistory(fc.constant('read' as const), fc.constant(0), 6), (history) => {
        const text = formatHistory(checkLinearizability(history, register), { width: 400 });
        const rows = text.split('\n').filter((line) => /^\d {2}/.test(line));
        const drawn = rows.join('').match(/├read → [0?]/g) ?? [];
        expect(drawn.length).toBe(history.length);
      }),
    );
  });

  it.each([39, Number.NaN])('refuses a width of %s', (width) => {
    expect(() => formatHistory(checkLinearizability([], register), { width })).toThrow(
      expect.objectContaining({ code: 'RUNTIME_INVALID_OPTION', option: 'width' }),
    );
  });
});
