// At stake: a picture shows each number, and says what it shows. Tried by reading numbers and names back from it.
import { expect, test } from 'vitest';
import { barsFile, plotFile } from './svg-file.js';

test('a plot has a dot for each number, names of its curves and axes, and text as text', () => {
  const svg = plotFile(
    {
      title: 'Rounds & more',
      unit: 'ms',
      yScale: 'log',
      level: 10,
      curves: [
        {
          name: 'median',
          points: [
            [1, 0.1],
            [1000, 5],
          ],
        },
        { name: '99th percentile', color: 0, dashed: true, points: [[1, 0.2]] },
      ],
    },
    { x: 'agents', y: 'ms <log>', level: 'a tick' },
  );
  expect(svg.match(/<circle/g)).toHaveLength(3);
  expect(svg).toContain('<title>median, 1000 agents: 5 ms</title>');
  for (const text of ['Rounds &amp; more', 'median', '99th percentile', 'agents', 'ms &lt;log&gt;', 'a tick'])
    expect(svg).toContain(`>${text}</text>`);
  expect(svg.match(/class="line dashed"/g)).toHaveLength(2); // the curve, and its name
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
});

test('bars are as long as the sum of their parts', () => {
  const bar = (name: string, ...values: number[]) => ({
    name,
    parts: values.map((value, i) => ({ name: `part ${i}`, value })),
  });
  const svg = barsFile('Memory', 'bytes', [bar('a', 100, 50), bar('b', 200, 100)]);
  const widths = [...svg.matchAll(/<rect class="curve-\d" x="\d+" y="\d+" width="(\d+)" height="34"/g)].map(
    ([, width]) => Number(width),
  );
  expect(widths[2]! / widths[0]!).toBeCloseTo(2, 1);
  expect((widths[2]! + widths[3]!) / (widths[0]! + widths[1]!)).toBeCloseTo(2, 1);
  expect(svg).toContain('>300 bytes</text>');
});
