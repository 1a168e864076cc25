// At stake: an option takes exactly the values that its help promises. Tried by a table of good and bad ones, and
// for numbers by all of them.
import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  choiceOption,
  flagOption,
  integerOption,
  numberOption,
  type OptionSpec,
  type OptionValues,
  seedOption,
  textOption,
  threadsOption,
} from './option.js';

const count = integerOption({ description: 'a count', min: 1, max: 10 });
const share = numberOption({ description: 'a share', min: 0, max: 1 });
const arm = choiceOption(['right', 'left'], { description: 'an arm' });

test.each<[OptionSpec, string, unknown]>([
  [count, '1', 1],
  [count, '10', 10],
  [count, '0', undefined],
  [count, '11', undefined],
  [count, '1.5', undefined],
  [count, '1e1', undefined],
  [count, '', undefined],
  [count, 'ten', undefined],
  [integerOption({ description: 'any' }), '-3', -3],
  [integerOption({ description: 'any' }), '9007199254740993', undefined],
  [share, '0.25', 0.25],
  [share, '1e-3', 0.001],
  [share, '1.01', undefined],
  [share, ' ', undefined],
  [share, 'NaN', undefined],
  [numberOption({ description: 'any' }), 'Infinity', undefined],
  [arm, 'left', 'left'],
  [arm, 'Left', undefined],
  [textOption({ description: 'a file' }), 'a b', 'a b'],
  [textOption({ description: 'a file' }), '', undefined],
  [seedOption(), '-1', undefined],
  [threadsOption(), '2', 2],
])('%o reads %j as %j', (spec, text, value) => {
  expect(spec.parse(text)).toBe(value);
});

test('a whole number is read back as it was written, within its bounds and not beyond', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer(), fc.integer(), (a, b, value) => {
      const [min, max] = [Math.min(a, b), Math.max(a, b)];
      const parsed = integerOption({ description: 'any', min, max }).parse(String(value));
      expect(parsed).toBe(value >= min && value <= max ? value : undefined);
    }),
  );
});

test.each<[OptionSpec, string]>([
  [count, 'a whole number from 1 to 10'],
  [integerOption({ description: 'x', min: 0 }), 'a whole number of at least 0'],
  [numberOption({ description: 'x', max: 5 }), 'a number of at most 5'],
  [arm, 'right or left'],
  [choiceOption(['a', 'b', 'c'], { description: 'x' }), 'a, b or c'],
])('%o says that it expects %s', (spec, expected) => {
  expect(spec.expected).toBe(expected);
});

describe('defaults', () => {
  test('are what an option is when left out', () => {
    expect([count.default, seedOption().default, threadsOption().default]).toEqual([undefined, 1, 0]);
    expect([seedOption({ default: 7 }).default, flagOption({ description: 'x' }).default]).toEqual([
      7,
      false,
    ]);
  });

  test('take the undefined out of the type', () => {
    const specs = {
      count,
      size: integerOption({ description: 'x', default: 3 }),
      arm: choiceOption(['right', 'left'], { description: 'x', default: 'left' }),
      fast: flagOption({ description: 'x' }),
    };
    expectTypeOf<OptionValues<typeof specs>>().toEqualTypeOf<{
      readonly count: number | undefined;
      readonly size: number;
      readonly arm: 'right' | 'left';
      readonly fast: boolean;
    }>();
  });
});
