// At stake: on real threads, in memory of their own or in one that all share, agents do what they do on one. Tried on as many as there are, with and without the
// main thread, beside none; some observations are none, and crash who is shown them.
import { createInferenceMemory } from '@skein/inference';
import { createSystem } from '@skein/runtime';
import { expect, it } from 'vitest';
import { spawnSwarm } from '../../dist/index.js';
import { forager } from '../../test-fixtures/forager.mjs';

const modules = [new URL('../../test-fixtures/forager.mjs', import.meta.url)];
const count = 300;

async function run(
  threads: number,
  extensions: Readonly<Record<string, unknown>>,
  main = false,
): Promise<string[]> {
  const system = await createSystem({
    modules,
    threads,
    strict: threads === 0, // for which each row is a message
    seed: 5,
    extensions,
    log: () => undefined,
    handleProcessSignals: false,
  });
  const flock = await spawnSwarm(system, forager, { count, workers: threads, main });
  const rounds: string[] = [];
  for (let tick = 0; tick < 6; tick++) {
    const observations = Int32Array.from({ length: count }, (_, i) =>
      (i + tick) % 97 === 0 ? 25 : (i * tick) % 25,
    );
    const { actions, missing } = await flock.stepColumns([observations]);
    rounds.push(
      `${Array.from(actions[0]!, (action) => (action < 0 ? '-' : action)).join('')} ${missing.length}`,
    );
    await system.quiet();
  }
  await system.stop();
  return rounds;
}

it('is the same with and without threads, and in shared memory', { timeout: 60_000 }, async () => {
  const expected = await run(0, {});
  expect(expected.some((round) => round.includes('-'))).toBe(true);
  for (const threads of [1, 2]) {
    const memory = createInferenceMemory();
    const before = memory.bytesUsed;
    expect(await run(threads, {})).toEqual(expected);
    expect(await run(threads, {}, true)).toEqual(expected);
    expect(memory.bytesUsed).toBe(before);
    expect(await run(threads, { inference: memory.share() })).toEqual(expected);
    expect(memory.bytesUsed).toBeGreaterThan(before);
  }
});
