// At stake: a plot in a terminal shows what the numbers say. Tried on one that is drawn by hand, and by reading points back from its axes.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { roundStep, shortNumber } from './axes.js';
import { formatPlot } from './text-plot.js';

test('a curve, a level and axes that end in round numbers', () => {
  const curves = [
    {
      name: 'one thread',
      points: [
        [1, 0.5],
        [10, 1.1],
        [100, 2],
      ],
    },
  ] as const;
  const plot = formatPlot(
    { title: 'Efficiency', unit: 'of one', curves, yScale: 'linear', level: 1 },
    { width: 21, height: 5 },
  );
  expect(plot.split('\n')).toEqual([
    'Efficiency, of one:  o one thread',
    '       2 |                  ..o',
    '     1.5 |            ......',
    '       1 |- - -.....o.- - - - -',
    '     0.5 |o....',
    '       0 |',
    '         +---------------------',
    '          1        10        100',
  ]);
});

test('each point has its mark where the axes say', () => {
  const decades = fc.integer({ min: 0, max: 4 });
  fc.assert(
    fc.property(decades, decades, (a, b) => {
      const points = [
        [10 ** a, 10 ** b],
        [1e5, 1e5],
      ] as const;
      const curves = [{ name: 'c', points }];
      const lines = formatPlot({ title: 't', unit: 'u', curves, yScale: 'log' }).split('\n').slice(1);
      const label = shortNumber(10 ** b);
      const row = lines.findIndex((line) => line.trimStart().startsWith(`${label} |`));
      const column = lines[row]!.indexOf('o');
      const ticks = lines.at(-1)!;
      const tick = shortNumber(10 ** a);
      const at = [...ticks.matchAll(/\S+/g)].find(([text]) => text === tick)!;
      expect(column).toBe(at.index + Math.floor(tick.length / 2));
    }),
  );
});

describe('numbers on axes', () => {
  test.each([
    [0.3, 0.5],
    [1, 1],
    [1.1, 2],
    [33, 50],
    [0, 1],
    [0.0002, 0.0002],
  ])('the step for %d is %d', (value, step) => {
    expect(roundStep(value)).toBeCloseTo(step, 12);
  });

  test.each([
    [0.25, '0.25'],
    [1000, '1000'],
    [10_000, '10k'],
    [2_500_000, '2.5M'],
    [0, '0'],
  ])('%d is written %s', (value, text) => {
    expect(shortNumber(value)).toBe(text);
  });
});

test('nothing to plot is a title', () => {
  expect(formatPlot({ title: 'Empty', unit: 'ms', curves: [], yScale: 'linear' })).toBe('Empty, ms');
});
