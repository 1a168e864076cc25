// At stake: each column says what it names, and the single agent that all are compared with is measured beside them. Tried on swarms that take a
// known time on a clock of the test's own.
import type { ActorSystem } from '@skein/runtime';
import { createTestSystem } from '@skein/runtime/testing';
import { expect, test } from 'vitest';
import { measureScale } from './measure-scale.js';
import type { ScaleRequest, ScaleSpec } from './scale-spec.js';

const options = { example: '00-timed', agents: [1, 4], threads: [1, 2], seed: 3, pointMs: 100 };

/** A clock, and swarms whose rounds take 2 ms and 1 ms more for each agent, a half of it on two threads; kernels 0.5 ms an agent. */
function timed(system: ActorSystem): {
  now: () => number;
  spec: ScaleSpec;
  calls: string[];
  open: Set<ScaleRequest>;
} {
  let nowMs = 0;
  const calls: string[] = [];
  const open = new Set<ScaleRequest>();
  const spec: ScaleSpec = {
    start: async (request) => {
      const { agents, threads } = request;
      open.add(request);
      return {
        system,
        prepare: () => {
          nowMs += 1000;
        },
        round: async () => {
          calls.push(`${agents} on ${threads}`);
          nowMs += (2 + agents) / threads;
        },
        kernels: () => {
          nowMs += 0.5 * agents;
        },
        close: async () => open.delete(request),
      };
    },
  };
  return { now: () => nowMs, spec, calls, open };
}

test('rounds are timed by the clock, without what prepares them, and beside their kernels', async () => {
  const { system } = await createTestSystem({ modules: [] });
  const { now, spec, open } = timed(system);
  const { signal } = new AbortController();
  const asked: string[] = [];
  const report = await measureScale(spec, options, {
    now,
    signal,
    onPoint: (agents, threads) => asked.push(`${agents} on ${threads}`),
  });
  expect(report).toMatchObject({ example: '00-timed', seed: 3, interrupted: false });
  expect(report.singleStepsPerSecond).toBeCloseTo(1000 / 3, 6);
  expect(asked).toEqual(['1 on 1', '4 on 1', '1 on 2', '4 on 2']);
  const [one, four, oneFar, fourFar] = report.points;
  expect(one).toMatchObject({ agents: 1, threads: 1, roundP50Ms: 3, roundP99Ms: 3, bytesPerAgent: null });
  expect(one!.efficiency).toBeCloseTo(1, 6);
  expect(one!.overheadShare).toBeCloseTo(1 - 0.5 / 3, 6);
  expect(four!.stepsPerSecond).toBeCloseTo(4000 / 6, 6);
  expect(four!.efficiency).toBeCloseTo(2, 6);
  expect(four!.overheadShare).toBeCloseTo(1 - 2 / 6, 6);
  expect(oneFar!.efficiency).toBeCloseTo(2, 6); // a single agent has no use for the second thread
  expect(fourFar!.efficiency).toBeCloseTo(2, 6);
  expect(fourFar!.overheadShare).toBeNull();
  expect(open.size).toBe(0);
  await system.stop();
});

test('who interrupts has what was measured until then, and nothing stays open', async () => {
  const { system } = await createTestSystem({ modules: [] });
  const { now, spec, open } = timed(system);
  const interruption = new AbortController();
  const report = await measureScale(spec, options, {
    now,
    signal: interruption.signal,
    onPoint: (agents) => agents === 4 && interruption.abort(),
  });
  expect(report.points.map(({ agents, threads }) => [agents, threads])).toEqual([
    [1, 1],
    [4, 1],
  ]);
  expect(report.interrupted).toBe(true);
  expect(open.size).toBe(0);
  await system.stop();
});
