// At stake: that a target is held against what swarms do, and not against what stands beside them. Tried on measures of both.
import { expect, test } from 'vitest';
import { measure, type SwarmMeasure } from './measure.js';
import { formatTargets } from './targets.js';

test.each([
  ['timesOneThread', 'two threads'],
  ['timesOneThreadP05', 'the same by the fastest rounds'],
])('%s of two threads is that of swarms on the main thread and a worker', (metric, target) => {
  const gain = (bench: string, threads: number, value: number): SwarmMeasure =>
    measure({ bench, model: 'ii', agents: 10_000, threads, metric, value, unit: '1' });
  const others = [
    gain('bare threads', 2, 1.1),
    gain('kernels on two threads', 2, 1.2),
    gain('two workers', 3, 1.3),
  ];
  expect(formatTargets(others)).toBeUndefined();
  expect(formatTargets([...others, gain('steps', 2, 1.85)])).toMatch(new RegExp(`${target}.* 1\\.85 +yes`));
  expect(formatTargets([...others, gain('steps', 2, 1.75)])).toMatch(new RegExp(`${target}.* 1\\.75 +NO`));
});

test.each(['overheadNs', 'overheadP05Ns'])('%s counts from 1 000 agents on', (metric) => {
  const overhead = (agents: number, value: number): SwarmMeasure =>
    measure({ bench: 'steps', model: 'ii', agents, threads: 1, metric, value, unit: 'ns/agent step' });
  expect(formatTargets([overhead(200, 150)])).toBeUndefined();
  expect(formatTargets([overhead(200, 150), overhead(1000, 110)])).toMatch(/ 110 +yes/);
  expect(formatTargets([overhead(1000, 110), overhead(100_000, 130)])).toMatch(/ 130 +NO/);
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
