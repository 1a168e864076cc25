import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StableColumn } from './stable-column.js';

/** At stake: who was handed a column must find in it, for ever, what was written; and equal columns should cost nothing. Copies are kept beside. */

test('a stable column is what was set, stays so, and is the same array while nothing changes', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 4 })), (rounds) => {
      const column = new StableColumn();
      const out: { readonly array: Int32Array; readonly copy: readonly number[] }[] = [];
      for (const numbers of rounds) {
        column.begin(numbers.length, numbers[0] ?? 0);
        for (const [at, number] of numbers.entries()) column.set(at, number);
        const array = column.end();
        expect([...array]).toEqual(numbers);
        const last = out.findLast(({ copy }) => copy.length === numbers.length && copy[0] === numbers[0]);
        if (last !== undefined) expect(array === last.array).toBe(`${last.copy}` === `${numbers}`);
        out.push({ array, copy: numbers });
      }
      for (const { array, copy } of out) expect([...array]).toEqual(copy);
    }),
  );
});
