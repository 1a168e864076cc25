// At stake: that a swarm's observations and actions travel as rows is nobody's business: who acts, how, and who fails is the same as
// with a message each. Tried with two swarms of one definition that step at a time, random observations, some of them none, and whatever
// may come between two steps or into one, beside a strict system, in which every row is a message by itself; on the main shard, on others, on both.
import { createTestSystem, type TestSystem } from '@skein/runtime/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AgentDefinition } from '../definition/agent-definition.js';
import { keeper, pacer, wanderer } from './step-columns.test-fixtures.js';
import { type Swarm, spawnSwarm } from './swarm.js';

const CAPACITY = 11;
const modules = [new URL('./step-columns.test-fixtures.ts', import.meta.url)];

type Pacers = Swarm<readonly number[], readonly number[]>;

interface Home {
  readonly strict: boolean;
  readonly sideShards: number;
  readonly main?: boolean;
}

interface Tick {
  /** For each place what its two modalities show; -1 for nothing, 7 for what there is not. */
  readonly shown: readonly (readonly [number, number])[];
  /** Who has no part in the step, since it is suspended until that is over; nobody, if it is no place. */
  readonly suspended: number;
  readonly after: 'nothing' | 'join' | 'leave' | 'observe' | 'begin';
  readonly who: number;
}

/** 7 fails who sees it. */
const outcome = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -1, max: 2 }) },
  { weight: 1, arbitrary: fc.constant(7) },
);
const tick: fc.Arbitrary<Tick> = fc.record({
  shown: fc.array(fc.tuple(outcome, fc.integer({ min: -1, max: 1 })), {
    minLength: CAPACITY,
    maxLength: CAPACITY,
  }),
  suspended: fc.nat({ max: 3 * CAPACITY }),
  after: fc.constantFrom('nothing', 'nothing', 'join', 'leave', 'observe', 'begin'),
  who: fc.nat(),
});

const startSystem = ({ strict, sideShards }: Home): Promise<TestSystem> =>
  createTestSystem({ modules, log: () => undefined, strict, sideShards, seed: 5 });

function settle(
  { system }: TestSystem,
  { sideShards, main }: Home,
  definition: AgentDefinition<readonly number[], readonly number[]>,
  name: string,
): Promise<Pacers> {
  const shards = { workers: sideShards, ...(main !== undefined && { main }) };
  return spawnSwarm(system, definition, {
    name,
    count: 9,
    capacity: CAPACITY,
    fanOut: 4,
    seed: 5,
    ...shards,
  });
}

async function play(definition: typeof pacer, ticks: readonly Tick[], home: Home) {
  const test = await startSystem(home);
  const { system, advance } = test;
  const swarms = [
    await settle(test, home, definition, 'some'),
    await settle(test, home, definition, 'others'),
  ];
  const told: unknown[] = [];
  for (const { shown, suspended, after, who } of ticks) {
    const outcomes = [0, 1].map((modality) => Int32Array.from(shown, (both) => both[modality]!));
    const [first] = swarms as [Pacers];
    const out = first.members.includes(suspended) ? await first.ref(suspended) : undefined;
    if (out !== undefined) system.suspend(out);
    const steps = swarms.map((swarm) => swarm.stepColumns(outcomes, { deadlineMs: 100 }));
    if (out !== undefined) await advance(100);
    for (const { actions, missing, unseen } of await Promise.all(steps))
      told.push([actions.map((column) => [...column]), missing, unseen]);
    if (out !== undefined) {
      system.resume(out);
      await system.quiet(); // it meets what it was told: were that to fail it, it might be in the next step
    }
    for (const swarm of swarms) await befall(swarm, after, who, told);
  }
  await system.quiet();
  const { queued, deadLetters, restarts } = system.metrics();
  await system.stop();
  return { told, queued, deadLetters, restarts };
}

async function befall(swarm: Pacers, what: Tick['after'], who: number, told: unknown[]): Promise<void> {
  const { members } = swarm;
  const member = members[who % members.length]!;
  if (what === 'join' && swarm.count < CAPACITY) told.push(await swarm.join());
  else if (what === 'leave' && members.length > 1) await swarm.leave(member);
  else if (what === 'begin') told.push(await swarm.begin([member]));
  else if (what === 'observe') {
    const agent = await swarm.ref(member);
    const observed = agent.ask({ type: 'observe', observation: [who % 3, 1] }, { deadlineMs: 100 });
    told.push(await observed.catch(({ code }) => code));
  }
}

describe('a step in rows is a step in messages', () => {
  it.each([pacer, keeper, wanderer])('of each $name', { timeout: 60_000 }, async (definition) => {
    let restarts = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(tick, { minLength: 1, maxLength: 6 }), async (ticks) => {
        const ruler = await play(definition, ticks, { strict: true, sideShards: 0 });
        for (const home of [
          { sideShards: 0 },
          { sideShards: 1, main: true },
          { sideShards: 2 },
          { sideShards: 2, main: true },
        ])
          expect(await play(definition, ticks, { strict: false, ...home })).toEqual(ruler);
        expect(ruler.queued).toBe(0);
        restarts += ruler.restarts;
      }),
      { numRuns: 25 },
    );
    expect(restarts).toBeGreaterThan(20);
  });
});

it('a shard that is lost takes its own agents out of a step, whichever others there are, and they come back', async () => {
  const home = { strict: false, sideShards: 2, main: true };
  const play = async (lost: number | undefined) => {
    const test = await startSystem(home);
    const swarm = await settle(test, home, pacer, 'some');
    const { members, tree } = swarm;
    const rounds: { actions: readonly number[]; missing: readonly number[] }[] = [];
    for (let tick = 0; tick < 30; tick++) {
      if (tick === 3 && lost !== undefined) test.killShard(lost);
      const outcomes = Int32Array.from({ length: CAPACITY }, (_, i) => (i * tick) % 3);
      const { actions, missing } = await swarm.stepColumns([outcomes, new Int32Array(CAPACITY)]);
      rounds.push({ actions: [...actions[0]!], missing });
      await test.system.quiet();
    }
    await test.system.stop();
    return { rounds, members, leaves: tree.children };
  };
  const { rounds: expected, members, leaves } = await play(undefined);
  expect(leaves.map(({ shard }) => shard).sort()).toEqual([0, 1, 2]);
  for (const lost of [1, 2]) {
    const { rounds } = await play(lost);
    const { from, to } = leaves.find(({ shard }) => shard === lost)!;
    const own = [...members].filter((i) => from <= i && i < to);
    expect(rounds[3]!.missing).toEqual(own);
    expect(rounds.at(-1)!.missing).toEqual([]);
    for (const [tick, { actions, missing }] of rounds.entries()) {
      if (missing.length > 0) expect(missing).toEqual(own);
      const of = (all: readonly number[]) => all.filter((_, i) => i < from || i >= to);
      expect(of(actions)).toEqual(of(expected[tick]!.actions));
    }
  }
});

it('a column that many cohorts look at is charged once', async () => {
  const { system } = await createTestSystem({
    modules,
    strict: false,
    mailboxBytesMax: 4_000_000, // a copy for each of the 500 leaves would be 16 MB
  });
  const swarm = await spawnSwarm(system, pacer, { count: 4000, fanOut: 8 });
  const { missing } = await swarm.stepColumns([new Int32Array(4000), new Int32Array(4000)]);
  expect(missing).toEqual([]);
  await system.stop();
});
