// At stake: that a target is held against what swarms do, and not against what stands beside them. Tried on measures of both.
import { expect, test } from 'vitest';
import { measure, type SwarmMeasure } from './measure.js';
import { formatTargets } from './targets.js';

const gain = (bench: string, threads: number, value: number): SwarmMeasure =>
  measure({ bench, model: 'ii', agents: 10_000, threads, metric: 'timesOneThread', value, unit: '1' });

test('the gain of two threads is that of swarms on the main thread and a worker', () => {
  const others = [
    gain('bare threads', 2, 1.1),
    gain('kernels on two threads', 2, 1.2),
    gain('two workers', 3, 1.3),
  ];
  expect(formatTargets(others)).toBeUndefined();
  expect(formatTargets([...others, gain('steps', 2, 1.85)])).toMatch(/two threads.* 1\.85 +yes/);
  expect(formatTargets([...others, gain('steps', 2, 1.75)])).toMatch(/two threads.* 1\.75 +NO/);
});

test('agents within a tick on two threads are not those on two workers', () => {
  const within = (bench: string, threads: number, value: number): SwarmMeasure =>
    measure({
      bench,
      model: 'ii',
      agents: value,
      threads,
      metric: 'agentsPerTick10ms',
      value,
      unit: 'agents',
    });
  const found = [within('within a tick', 2, 16_000), within('two workers, within a tick', 3, 9000)];
  expect(formatTargets(found)).toMatch(/16,000 +yes/);
});
