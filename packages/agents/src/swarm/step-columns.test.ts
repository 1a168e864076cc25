// At stake: that a swarm's observations and actions travel as rows is nobody's business: who acts, how, and who fails is the same as
// with a message each. Tried with random observations, impossible ones among them, joins and leaves, beside a strict system, in which
// every row is a message by itself, on one shard and on three.
import { createTestSystem } from '@skein/runtime/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pacer } from './step-columns.test-fixtures.js';
import { spawnSwarm } from './swarm.js';

const CAPACITY = 11;

interface Tick {
  /** For each place what its two modalities show; -1 for nothing. */
  readonly shown: readonly (readonly [number, number])[];
  readonly after: 'nothing' | 'join' | 'leave';
  readonly who: number;
}

const tick: fc.Arbitrary<Tick> = fc.record({
  shown: fc.array(fc.tuple(fc.integer({ min: -1, max: 2 }), fc.integer({ min: -1, max: 1 })), {
    minLength: CAPACITY,
    maxLength: CAPACITY,
  }),
  after: fc.constantFrom('nothing' as const, 'nothing' as const, 'join' as const, 'leave' as const),
  who: fc.nat(),
});

async function play(ticks: readonly Tick[], options: { strict: boolean; sideShards: number }) {
  const { system } = await createTestSystem({
    modules: [new URL('./step-columns.test-fixtures.ts', import.meta.url)],
    log: () => undefined,
    ...options,
  });
  const swarm = await spawnSwarm(system, pacer, { count: 9, capacity: CAPACITY, fanOut: 4, seed: 5 });
  const told: unknown[] = [];
  for (const { shown, after, who } of ticks) {
    const outcomes = [0, 1].map((modality) => Int32Array.from(shown, (both) => both[modality]!));
    const { actions, missing, unseen } = await swarm.stepColumns(outcomes);
    told.push([actions.map((column) => [...column]), missing, unseen]);
    if (after === 'join' && swarm.count < CAPACITY) told.push(await swarm.join());
    const { members } = swarm;
    if (after === 'leave' && members.length > 1) await swarm.leave(members[who % members.length]!);
  }
  await system.quiet();
  const { queued } = system.metrics();
  await system.stop();
  return { told, queued };
}

it('a step in rows is a step in messages', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(tick, { minLength: 1, maxLength: 6 }), async (ticks) => {
      const ruler = await play(ticks, { strict: true, sideShards: 0 });
      expect(await play(ticks, { strict: false, sideShards: 0 })).toEqual(ruler);
      expect(await play(ticks, { strict: false, sideShards: 2 })).toEqual(ruler);
      expect(ruler.queued).toBe(0);
    }),
    { numRuns: 40 },
  );
});

it('a column that many cohorts look at is charged once', async () => {
  const { system } = await createTestSystem({
    modules: [new URL('./step-columns.test-fixtures.ts', import.meta.url)],
    strict: false,
    mailboxBytesMax: 4_000_000, // a copy for each of the 500 leaves would be 16 MB
  });
  const swarm = await spawnSwarm(system, pacer, { count: 4000, fanOut: 8 });
  const { missing } = await swarm.stepColumns([new Int32Array(4000), new Int32Array(4000)]);
  expect(missing).toEqual([]);
  await system.stop();
});
