// At stake: coordination is logarithmic, and nobody is a bottleneck: the kernel's own counts of messages say so, for each operation, for any
// number of agents and fan-out, also with some of them missing. Tried on swarms of up to 10 000.
import { createTestSystem } from '@skein/runtime/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { citizen } from './operations.test-fixtures.js';
import { measureRound } from './round-costs.js';
import { type Swarm, spawnSwarm } from './swarm.js';

const modules = [new URL('./operations.test-fixtures.ts', import.meta.url)];
const silent = { modules, log: () => undefined, messageBytesMax: 1 << 20 };

type Town = Swarm<number, readonly number[]>;

/** One way down and up each; what was asked of the root by the world outside, and perhaps a timer, come on top. */
const OWN = 2;

const operations: Record<
  string,
  { readonly rounds: number; readonly run: (town: Town) => Promise<unknown> }
> = {
  step: { rounds: 1, run: (town) => town.step(new Array(town.capacity).fill(1)) },
  stepColumns: { rounds: 1, run: (town) => town.stepColumns([new Int32Array(town.capacity)]) },
  broadcast: { rounds: 1, run: (town) => town.broadcast('level', 1) },
  scatter: { rounds: 1, run: (town) => town.scatter('level', new Float64Array(town.capacity)) },
  gather: { rounds: 1, run: (town) => town.gather('level') },
  reduce: { rounds: 1, run: (town) => town.reduce('level', 'sum') },
  barrier: { rounds: 1, run: (town) => town.barrier() },
  vote: { rounds: 1, run: (town) => town.vote('level', { rule: 'majority', about: {} }) },
  elect: { rounds: 2, run: (town) => town.elect({ term: (town.term ?? 0) + 1 }) },
  fuse: { rounds: 1, run: (town) => town.fuse('belief', { rule: 'pool' }) },
  sample: { rounds: 1, run: (town) => town.sample('level', 10) },
};

async function expectLogarithmic(
  { n, k, sideShards }: { n: number; k: number; sideShards: number },
  names: readonly string[],
): Promise<void> {
  const { system } = await createTestSystem({ ...silent, sideShards });
  const town = await spawnSwarm(system, citizen, { count: n, fanOut: k });
  let depth = 1;
  while (k ** depth < n) depth++;
  for (const name of names) {
    const { rounds, run } = operations[name]!;
    const { costs } = await measureRound(system, () => run(town));
    expect(costs.down.hops).toBe(depth + 1);
    expect(costs.up.hops).toBe(depth);
    expect(costs.messagesPerActorMax).toBeLessThanOrEqual(rounds * k + rounds + OWN);
    expect(costs.across.messages).toBe(0);
    const cohorts = costs.actors.length - n;
    expect(costs.down.messages).toBe(rounds * (n + cohorts)); // each is told once a round, ...
    expect(costs.up.messages).toBe(rounds * (n + cohorts - 1)); // ... and says once; the root replies
  }
  await system.stop();
}

describe('a round', () => {
  it('of any operation goes down and up in a logarithm of hops, with a fan-out of messages an actor', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          n: fc.integer({ min: 1, max: 300 }),
          k: fc.integer({ min: 2, max: 32 }),
          sideShards: fc.nat({ max: 2 }),
        }),
        (shape) => expectLogarithmic(shape, Object.keys(operations)),
      ),
      { numRuns: 5 },
    );
  });

  it.each([
    { n: 10_000, k: 32, sideShards: 0, operation: 'stepColumns' },
    { n: 10_000, k: 10, sideShards: 1, operation: 'reduce' },
  ])('of $n agents with a fan-out of $k does too: $operation', async ({ operation, ...shape }) => {
    await expectLogarithmic(shape, [operation]);
  });

  it('costs bytes by what changes, once both ends of a link know what was said before', async () => {
    const { system } = await createTestSystem(silent);
    const town = await spawnSwarm(system, citizen, { count: 200, fanOut: 4 });
    const fuse = (keyFrameEvery: number) => () => town.fuse('belief', { rule: 'pool', keyFrameEvery });
    const whole = await measureRound(system, fuse(100));
    const deltas = await measureRound(system, fuse(100));
    const due = await measureRound(system, fuse(1));
    expect(deltas.costs.up.messages).toBe(whole.costs.up.messages);
    expect(deltas.costs.up.bytes).toBeLessThan(whole.costs.up.bytes);
    expect(due.costs.up.bytes).toBe(whole.costs.up.bytes);
    expect(deltas.result).toEqual(whole.result);
    await system.stop();
  });
});
