// At stake: that what is timed was done. Each program is run in production and in the simulation, and its messages are counted.
import { createTestSystem, searchInvariant } from '@skein/runtime/testing';
import { describe, expect, test } from 'vitest';
import { modules } from './definitions.js';
import { lawOf, program, questions, ring } from './programs.js';

describe.each([
  ['a ring of fifty messages', ring({ messages: 50 })],
  ['a ring over three shards', ring({ messages: 100, sideShards: 2 })],
  ['questions', questions({ messages: 60 })],
])('%s', (_, of) => {
  test('sends as many in production', async () => {
    const { system } = await createTestSystem({ modules, sideShards: of.sideShards, log: () => {} });
    const before = system.metrics().sent;
    of.begin(system);
    await system.quiet();
    expect(system.metrics().sent - before).toBe(of.messages);
    await system.stop({ now: true });
  });

  test.each([false, true])('and in each simulated run (laws checked: %s)', async (checked) => {
    const { holds, report } = await searchInvariant(lawOf(of, checked), { runs: 3, seed: 1, program });
    expect({ holds, runs: report.runs, messages: report.messages }).toEqual({
      holds: true,
      runs: 3,
      messages: 3 * of.messages,
    });
  });
});
