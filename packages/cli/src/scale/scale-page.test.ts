// At stake: the page shows each number that was measured, and none that was not. Tried by reading curves and tables back from it.
import { expect, test } from 'vitest';
import { plotsOf } from './curves.js';
import { scalePage } from './scale-page.js';
import type { ScalePoint, ScaleReport } from './scale-report.js';

const point = (agents: number, threads: number, more: Partial<ScalePoint> = {}): ScalePoint => ({
  agents,
  threads,
  stepsPerSecond: 1000 * agents,
  efficiency: agents / 10,
  roundP50Ms: 1,
  roundP99Ms: 2,
  rounds: 100,
  overheadShare: null,
  bytesPerAgent: null,
  hops: 3,
  messagesPerActorMax: 11,
  ...more,
});

const report: ScaleReport = {
  example: '<07> & co',
  seed: 5,
  singleStepsPerSecond: 1234,
  points: [
    point(1, 1),
    point(1000, 1, { overheadShare: 0.25, bytesPerAgent: 512 }),
    point(1, 2),
    point(1000, 2),
  ],
  interrupted: false,
};

test('a plot has a curve for each number of threads, of what is known', () => {
  const plots = plotsOf(report);
  expect(plots.map(({ title }) => title)).toHaveLength(8);
  const efficiency = plots.find(({ title }) => title === 'Efficiency')!;
  expect(efficiency.curves.map(({ name }) => name)).toEqual(['main thread', '2 threads']);
  expect(efficiency.curves[1]!.points).toEqual([
    [1, 0.1],
    [1000, 100],
  ]);
  const memory = plots.find(({ title }) => title === 'Memory')!;
  expect(memory.curves).toEqual([{ name: 'main thread', points: [[1000, 512]] }]);
  const nothing = { ...report, points: [point(1, 1)] };
  expect(plotsOf(nothing).some(({ title }) => title === 'Memory')).toBe(false);
});

test('the page has a dot for each number, a row for each point, and text as text', () => {
  const page = scalePage(report, { machine: 'a machine' });
  const dots = plotsOf(report).flatMap(({ curves }) => curves.flatMap(({ points }) => points));
  expect(page.match(/<circle/g)).toHaveLength(dots.length);
  expect(page.match(/<tr><td>/g)).toHaveLength(4);
  expect(page).toContain('<td>1,000,000</td><td>100.00</td>');
  expect(page).toContain('<h1>&lt;07&gt; &amp; co by number of agents</h1>');
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
  expect(page).toContain('1,234 steps a second');
});
