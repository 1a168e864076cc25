// At stake: what was recorded on one thread can be done again on several real ones, and the other way round. Tried so.
import { createSystem } from '@skein/runtime';
import { expect, it } from 'vitest';
import {
  type EnvironmentSwarm,
  type RolloutResult,
  replay,
  rollout,
  spawnEnvironment,
} from '../../dist/environments/index.js';
import { type Swarm, spawnSwarm } from '../../dist/index.js';
import { grazer, meadow } from '../../test-fixtures/meadow.mjs';

const modules = [new URL('../../test-fixtures/meadow.mjs', import.meta.url)];
const TICKS = 30;

async function within<T>(
  threads: number,
  use: (swarm: Swarm<number, readonly number[]>, environment: EnvironmentSwarm) => Promise<T>,
): Promise<T> {
  const quietly = { log: () => undefined, handleProcessSignals: false };
  const system = await createSystem({ modules, threads, seed: 5, ...quietly });
  const swarm = await spawnSwarm(system, grazer, { count: 200, workers: system.threads });
  const environment = await spawnEnvironment(system, meadow, swarm, { seed: 8 });
  const result = await use(swarm, environment);
  await system.stop();
  return result;
}

it('is replayed with and without threads', { timeout: 60_000 }, async () => {
  const bytes = new Map<number, Uint8Array[]>();
  const results: RolloutResult[] = [];
  for (const threads of [0, 2]) {
    const pieces: Uint8Array[] = [];
    const record = (piece: Uint8Array): void => void pieces.push(piece);
    results.push(
      await within(threads, (swarm, meadows) => rollout(swarm, meadows, { ticks: TICKS, record })),
    );
    bytes.set(threads, pieces);
  }
  expect(results[1]).toEqual(results[0]);
  expect(results[0]!.counts.succeeded).toBeGreaterThan(200);
  expect(bytes.get(2)).toEqual(bytes.get(0));
  for (const [recordedOn, replayedOn] of [
    [0, 2],
    [2, 0],
  ] as const) {
    const result = await within(replayedOn, (swarm, meadows) =>
      replay(bytes.get(recordedOn)!, swarm, meadows),
    );
    expect(result).toEqual({ ticks: TICKS, difference: undefined });
  }
});
