// At stake: on real threads, in memory of their own or in one that all share, agents that change their states, and agents of several kinds, do what they do
// on one. Tried on as many as there are, beside none; some observations are none, and crash who is shown them.
import { createInferenceMemory } from '@skein/inference';
import { createSystem } from '@skein/runtime';
import { expect, it } from 'vitest';
import { spawnSwarm } from '../../dist/index.js';
import { commuter, forager } from '../../test-fixtures/town.mjs';

const modules = [new URL('../../test-fixtures/town.mjs', import.meta.url)];
const count = 150;

async function run(threads: number, extensions: Readonly<Record<string, unknown>>): Promise<string[]> {
  const system = await createSystem({
    modules,
    threads,
    strict: threads === 0, // for which each row is a message
    seed: 5,
    extensions,
    log: () => undefined,
    handleProcessSignals: false,
  });
  const parts = [commuter, forager].map((definition) => ({ definition, count }));
  const town = await spawnSwarm(system, parts, { fanOut: 16, workers: system.threads });
  const rounds: string[] = [];
  for (let tick = 0; tick < 8; tick++) {
    const outcomes = Int32Array.from({ length: 2 * count }, (_, i) =>
      (i + tick) % 97 === 0 ? 25 : (i * tick) % 25,
    );
    const { actions, missing } = await town.stepColumns([outcomes]);
    rounds.push(`${actions[0]!.join('')} ${missing.length}`);
    await system.quiet();
  }
  await system.stop();
  return rounds;
}

it('is the same with and without threads, and in shared memory', { timeout: 90_000 }, async () => {
  const expected = await run(0, {});
  expect(expected.some((round) => round.includes('-'))).toBe(true);
  for (const threads of [1, 2]) {
    expect(await run(threads, {})).toEqual(expected);
    expect(await run(threads, { inference: createInferenceMemory().share() })).toEqual(expected);
  }
});
