// At stake: minds in batches are minds. Each agent perceives, acts, fails and starts anew as it would with a mind of its own, and what
// a swarm fuses of them is the same to the last bit, however batches and trees are cut. Tried by telling two swarms the same, step for step:
// one of batched minds, and one of plain minds, the ruler.
import { createTestSystem } from '@skein/runtime/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spawnSwarm } from '../swarm/swarm.js';
import {
  alone,
  batched,
  EVIDENCE_LENGTH,
  type GleanerDefinition,
  ORDERS,
  rash,
  sharingAlone,
  sharingBatched,
} from './mind-lanes.test-fixtures.js';

const modules = [new URL('./mind-lanes.test-fixtures.ts', import.meta.url)];
const silent = { modules, log: () => undefined };
const COUNT = 7;

/** What one step tells every agent. */
const told = fc.tuple(
  fc.nat({ max: EVIDENCE_LENGTH - 1 }),
  fc.integer({ min: -2, max: 5 }),
  fc.oneof(
    { weight: 8, arbitrary: fc.constant(ORDERS.go) },
    { weight: 1, arbitrary: fc.constantFrom(ORDERS.failToSee, ORDERS.failToAct, ORDERS.overcount) },
  ),
);
const script = fc.array(
  fc.record({ rows: fc.array(told, { minLength: COUNT, maxLength: COUNT }), inColumns: fc.boolean() }),
  { minLength: 1, maxLength: 6 },
);
/** Nobody has anything to count. */
const NOTHING_FOUND = {
  rows: Array.from({ length: COUNT }, (): [number, number, number] => [0, 0, ORDERS.go]),
  inColumns: false,
};
const FLAT = { fanOut: 8, sideShards: 0, strict: true };
type Script = typeof script extends fc.Arbitrary<infer T> ? T : never;

/** All that there is to notice of a swarm that is told something. */
async function lifeOf(
  definition: GleanerDefinition,
  steps: Script,
  options: {
    readonly fuse: boolean;
    readonly fanOut: number;
    readonly sideShards: number;
    readonly strict: boolean;
  },
) {
  const { fuse, fanOut, sideShards, strict } = options;
  const { system } = await createTestSystem({ ...silent, sideShards, strict, seed: 5 });
  const swarm = await spawnSwarm(system, definition, { count: COUNT, fanOut, fuse });
  const seen = [];
  for (const { rows, inColumns } of steps) {
    const columns = [0, 1, 2].map((c) => Int32Array.from(rows, (row) => row[c]!));
    const step = inColumns ? await swarm.stepColumns(columns) : await swarm.step(rows);
    const states = await swarm.gather('state');
    seen.push({ step, pool: swarm.pool, counted: swarm.countedThrough, states });
  }
  await system.quiet();
  const { sent, handled, deadLetters, restarts } = system.metrics();
  await system.stop();
  return { seen, accounts: { sent, handled, deadLetters, restarts } };
}

describe('minds in batches are what one mind an agent is', () => {
  it.each([
    { title: 'sharing nothing', pair: [alone, batched], fuse: false },
    { title: 'fusing what they share', pair: [sharingAlone, sharingBatched], fuse: true },
    {
      title: 'keeping to themselves what they could share',
      pair: [sharingAlone, sharingBatched],
      fuse: false,
    },
  ] as const)('$title', { timeout: 60_000 }, async ({ pair, fuse }) => {
    const [one, many] = pair;
    const seen = { failures: 0, unseen: 0 };
    const shapes = fc.record({
      fanOut: fc.integer({ min: 2, max: 8 }),
      sideShards: fc.nat({ max: 2 }),
      strict: fc.boolean(), // then each row is a message
    });
    await fc.assert(
      fc.asyncProperty(script, shapes, shapes, async (steps, shape, ruler) => {
        const expected = await lifeOf(one, steps, { fuse, ...ruler });
        const got = await lifeOf(many, steps, { fuse, ...shape });
        expect(got.seen).toEqual(expected.seen);
        const { sent, handled, deadLetters, restarts } = got.accounts;
        expect(sent).toBe(handled + deadLetters);
        expect({ deadLetters, restarts }).toEqual({
          deadLetters: expected.accounts.deadLetters,
          restarts: expected.accounts.restarts,
        });
        seen.failures += restarts;
        for (const { step } of got.seen) seen.unseen += step.unseen.length;
      }),
      { numRuns: 60, examples: [[[NOTHING_FOUND], FLAT, FLAT]] },
    );
    expect(seen.failures).toBeGreaterThan(20);
    expect(seen.unseen).toBeGreaterThan(20);
  });
});

describe('agents with batched minds', () => {
  it('are all failed by what a call throws, and are back in the next step', async () => {
    const { system } = await createTestSystem(silent);
    const swarm = await spawnSwarm(system, rash, { count: 3 });
    expect(await swarm.step([1, -1, 1])).toMatchObject({ missing: [0, 1, 2] });
    expect(await swarm.step([1, 1, 1])).toMatchObject({ actions: [1, 1, 1], missing: [] });
    await system.stop();
  });

  it('answer whoever asks, unless they share evidence', async () => {
    const { system } = await createTestSystem(silent);
    const flock = await spawnSwarm(system, batched, { count: 2, name: 'flock' });
    const plain = await spawnSwarm(system, alone, { count: 2, name: 'plain' });
    const sharing = await spawnSwarm(system, sharingBatched, { count: 2, name: 'sharing' });
    const ask = async (swarm: typeof flock, observation: readonly number[]) =>
      (await swarm.ref(1)).ask({ type: 'observe', observation }, { deadlineMs: 1000 });
    for (const observation of [
      [1, 2, ORDERS.go],
      [3, 4, ORDERS.go],
    ]) {
      const [state] = (await ask(flock, observation)) as readonly number[];
      expect(state).toBeGreaterThan(0);
      expect(typeof ((await ask(plain, observation)) as readonly number[])[0]).toBe('number');
    }
    await expect(ask(flock, [0, 0, ORDERS.failToAct])).rejects.toMatchObject({
      code: 'RUNTIME_ASK_REJECTED',
    });
    await expect(ask(sharing, [0, 0, ORDERS.go])).rejects.toMatchObject({
      cause: { code: 'AGENTS_OBSERVE_SHARED' },
    });
    await system.stop();
  });

  it('gossip, join and leave', async () => {
    const { system } = await createTestSystem(silent);
    const swarm = await spawnSwarm(system, batched, { count: 4, capacity: 5 });
    const { estimates } = await swarm.gossip('state', { rounds: 12, fanOut: 2 });
    for (const estimate of estimates.subarray(0, 4)) expect(estimate).toBeCloseTo(1.5, 2);
    await swarm.leave(2);
    expect(await swarm.join()).toBe(2);
    const { column } = await swarm.gather('state');
    expect([...column]).toEqual([0, 1, 2, 3, Number.NaN]);
    await system.stop();
  });
});
