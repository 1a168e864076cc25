// At stake: coalitions are coordinated in a logarithm of hops, and nobody is a bottleneck, however many there are. Tried on a swarm of a thousand, by the
// kernel's own counts of messages.
import { createTestSystem } from '@skein/runtime/testing';
import { expect, it } from 'vitest';
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
