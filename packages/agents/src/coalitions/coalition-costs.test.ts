// At stake: coalitions are coordinated in a logarithm of hops, and nobody is a bottleneck, however many there are and however many are in them. Tried on swarms of up to a thousand, by the
// kernel's own counts of messages.
import { createTestSystem } from '@skein/runtime/testing';
import { describe, expect, it } from 'vitest';
import { measureRound } from '../swarm/round-costs.js';
import { spawnSwarm } from '../swarm/swarm.js';
import { Coalitions } from './coalitions.js';
import { ally } from './coalitions.test-fixtures.js';

const COUNT = 1000;
const FAN_OUT = 10;
/** ⌈log₁₀ 1000⌉. */
const DEPTH = 3;
/** What was asked of the root by the world outside, and perhaps a timer. */
const OWN = 2;

const hunts = { name: 'hunt', requires: { sight: 1, legs: 1 }, value: 3, atMost: Number.POSITIVE_INFINITY };

it('every operation takes as many rounds for five hundred coalitions as for one', async () => {
  const modules = [new URL('./coalitions.test-fixtures.ts', import.meta.url)];
  const { system } = await createTestSystem({ modules, sideShards: 1 });
  const band = await spawnSwarm(system, ally, { count: COUNT, fanOut: FAN_OUT });
  const coalitions = new Coalitions(band as never);
  const operations = [
    { rounds: 2, run: () => coalitions.form([hunts]) },
    { rounds: 2, run: () => coalitions.share('belief') },
    { rounds: 2, run: () => coalitions.elect({ by: 'index' }) },
    { rounds: 1, run: () => coalitions.dissolve() },
  ];
  for (const { rounds, run } of operations) {
    const { costs } = await measureRound(system, run);
    expect(costs.messagesPerActorMax).toBeLessThanOrEqual(rounds * (FAN_OUT + 1) + OWN);
    expect(costs.down.hops).toBe(DEPTH + 1);
    expect(costs.up.hops).toBe(DEPTH);
    expect(costs.across.messages).toBe(0);
    if (rounds === 2) expect(coalitions.standing.length).toBe(COUNT / 2);
  }
  expect(coalitions.standing).toEqual([]);
  await system.stop();
});

describe('what goes up', () => {
  /** Two numbers take more bytes the larger they are, and a sum of more numbers some more parts. */
  const SLACK_BYTES = 64;

  /** For each operation the most bytes that the root is told by a cohort below it. */
  async function reportBytes(count: number, members: number): Promise<readonly number[]> {
    const modules = [new URL('./coalitions.test-fixtures.ts', import.meta.url)];
    const { system } = await createTestSystem({ modules });
    const band = await spawnSwarm(system, ally, { count, fanOut: FAN_OUT });
    const coalitions = new Coalitions(band as never);
    const task = { name: 'move', requires: { sight: members / 2, legs: members / 2 }, value: 3 };
    if (members > 0) await coalitions.form([task], { algorithm: 'greedy' });
    const bytes: number[] = [];
    const operations: readonly (() => Promise<unknown>)[] = [
      () => coalitions.share('belief'),
      () => coalitions.elect({ by: 'index' }),
    ];
    for (const run of operations) {
      const { costs, traffic } = await measureRound(system, run);
      const root = costs.actors.find(({ level }) => level === 1)!.id;
      const reports = traffic.links.filter(({ from, to }) => to === root && from !== 0 && from !== root);
      bytes.push(Math.max(...reports.map((link) => link.bytes)));
    }
    expect(coalitions.standing.map((one) => one.members.length)).toEqual(members > 0 ? [members] : []);
    await system.stop();
    return bytes;
  }

  it.each([
    { of: 'one coalition of all', share: 1 },
    { of: 'nobody in any', share: 0 },
  ])('of $of does not grow with the swarm', async ({ share }) => {
    const few = await reportBytes(100, 100 * share);
    const many = await reportBytes(400, 400 * share);
    for (const [operation, bytes] of many.entries())
      expect(bytes).toBeLessThanOrEqual(few[operation]! + SLACK_BYTES);
  });
});
