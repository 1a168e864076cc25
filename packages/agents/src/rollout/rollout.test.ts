// At stake: agents and worlds in a loop do what they do in a loop by hand, whatever the threads; a crash ends one episode and no other; and
// what was recorded can be done again, to the bit, or it is said where not. Tried beside a loop without actors, with worlds whose
// agents are known to succeed, and with recordings that were cut, bent or swapped.
import { compileModel, createPopulation, T_MAZE_LOCATIONS } from '@skein/inference';
import { createTestSystem } from '@skein/runtime/testing';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { drawKey } from '../agent/draw-key.js';
import type { AgentDefinition } from '../definition/agent-definition.js';
import { worldOfGrid } from '../environments/built-worlds.js';
import { CopyHost } from '../environments/copy-host.js';
import type { EnvironmentDefinition } from '../environments/environment-actor.js';
import { spawnEnvironment } from '../environments/environment-swarm.js';
import { spawnSwarm } from '../swarm/swarm.js';
import { readRecording } from './recording.js';
import { replay } from './replay.js';
import { type RolloutOptions, rollout } from './rollout.js';
import {
  begun,
  counter,
  crashing,
  forager,
  grid,
  labyrinth,
  maze,
  meadow,
  pusher,
  rat,
  scholar,
  scholarLearns,
  unexpected,
} from './rollout.test-fixtures.js';

const modules = [new URL('./rollout.test-fixtures.ts', import.meta.url)];

type Agents = typeof forager | typeof rat | typeof pusher;

/** A system with a swarm and its environment, for as long as `use` takes. */
async function within<T>(
  {
    agents,
    environment,
    count = 6,
    sideShards = 0,
    seed = 4,
    fanOut = 3,
    strict = true,
  }: {
    readonly agents: Agents;
    readonly environment: EnvironmentDefinition;
    readonly count?: number;
    readonly sideShards?: number;
    readonly seed?: number;
    readonly fanOut?: number;
    readonly strict?: boolean;
  },
  use: (of: {
    readonly swarm: Awaited<ReturnType<typeof spawnSwarm<never, unknown>>>;
    readonly copies: Awaited<ReturnType<typeof spawnEnvironment>>;
    readonly test: Awaited<ReturnType<typeof createTestSystem>>;
  }) => Promise<T>,
): Promise<T> {
  const test = await createTestSystem({ modules, log: () => undefined, sideShards, strict, seed: 9 });
  const swarm = await spawnSwarm(test.system, agents as AgentDefinition<never, unknown>, {
    count,
    fanOut,
    seed,
    workers: sideShards,
  });
  const copies = await spawnEnvironment(test.system, environment, swarm, { seed: seed + 1 });
  const result = await use({ swarm, copies, test });
  await test.system.quiet();
  const { sent, handled, deadLetters, queued } = test.system.metrics();
  expect({ sent, queued }).toEqual({ sent: handled + deadLetters, queued: 0 });
  await test.system.stop();
  return result;
}

/** A recording, in one piece. */
async function recordOf(
  what: Parameters<typeof within>[0],
  options: RolloutOptions,
): Promise<{ readonly bytes: Uint8Array; readonly result: Awaited<ReturnType<typeof rollout>> }> {
  const pieces: Uint8Array[] = [];
  const result = await within(what, ({ swarm, copies }) =>
    rollout(swarm, copies, { ...options, record: (bytes) => void pieces.push(bytes) }),
  );
  return { bytes: Uint8Array.from(pieces.flatMap((piece) => [...piece])), result };
}

async function ticksOf(bytes: Uint8Array) {
  const { header, ticks } = await readRecording([bytes]);
  const all = [];
  for await (const tick of ticks) all.push(tick);
  return { header, ticks: all };
}

beforeEach(() => {
  crashing.copies = 0;
  crashing.agents = 0;
  begun.length = 0;
  unexpected.length = 0;
});

describe('a rollout', () => {
  it('is the loop by hand', async () => {
    const count = 5;
    const { bytes } = await recordOf({ agents: forager, environment: meadow, count }, { ticks: 30 });
    const { ticks } = await ticksOf(bytes);
    const host = new CopyHost(worldOfGrid(grid), 20);
    const lanes = Array.from({ length: count }, () => host.add());
    const compiled = compileModel(grid, { horizon: 2, selection: 'stochastic' });
    const population = createPopulation(compiled, { capacity: count });
    const handles: number[] = [];
    const isOver = lanes.map(() => true);
    let shown = new Int32Array(count);
    for (const { tick, outcomes, actions, rewards } of ticks) {
      if (tick > 0) {
        for (let agent = 0; agent < count; agent++)
          handles[agent] ??= population.add({ key: drawKey(4, agent, 1, tick) });
        population.step({ agents: handles, outcomes: [shown] });
        expect(actions).toEqual([population.results.actions[0]!.slice(0, count)]);
      }
      host.begin(count);
      for (const [copy, lane] of lanes.entries())
        host.enter(copy, { lane, copy, seed: 5, tick: tick + 1 }, isOver[copy] ? -1 : actions[0]![copy]!);
      host.run();
      shown = shown.map((_, copy) => host.rows[copy * host.width + 3]!);
      expect(outcomes).toEqual([shown]);
      for (const copy of lanes.keys()) {
        const begins = isOver[copy]!;
        expect(rewards[copy]).toBe(begins ? 0 : grid.C[0]!.data[shown[copy]!]);
        if (begins && tick > 0) {
          population.remove(handles[copy]!);
          delete handles[copy];
        }
        isOver[copy] = host.rows[copy * host.width]! !== 0;
      }
    }
  });

  it('brings foragers to their goal', async () => {
    const { result } = await recordOf(
      { agents: forager, environment: meadow, count: 20 },
      { ticks: 60, model: grid },
    );
    const { counts, successShare, meanSteps, episodes, rewards } = result;
    expect(successShare).toBeGreaterThan(0.95);
    expect(meanSteps).toBeLessThan(6); // the mean way is 2 long, and every ninth episode begins in the goal and leaves it first
    expect(counts.lost).toBe(0);
    expect(counts.running + episodes.length).toBe(
      counts.running + counts.succeeded + counts.failed + counts.truncated,
    );
    const sums = new Float64Array(20);
    for (const { agent, reward } of episodes) sums[agent]! += reward;
    for (const [agent, reward] of rewards.entries())
      expect(Math.abs(reward - sums[agent]!)).toBeLessThan(20 * 4); // what the episodes have that are still running
  });

  it('has rats look at the cue first, and then go where it says', async () => {
    const { bytes, result } = await recordOf(
      { agents: rat, environment: labyrinth, count: 30 },
      { ticks: 8, model: maze },
    );
    const { ticks } = await ticksOf(bytes);
    const { cue, left, right } = T_MAZE_LOCATIONS;
    // Three ticks an episode: to the cue, to the arm, and on.
    const [, first, second] = ticks;
    expect(new Set(first!.outcomes[0])).toEqual(new Set([cue]));
    const arms = first!.outcomes[2]!.map((context) => (context === 0 ? right : left));
    expect(second!.outcomes[0]).toEqual(arms);
    expect(new Set(arms)).toEqual(new Set([left, right]));
    const { succeeded, failed } = result.counts;
    expect(succeeded + failed).toBe(30 * 3); // in ticks 2, 5 and 8
    expect(result.successShare).toBeGreaterThan(0.9);
  });

  it.each([
    ['a copy', { copies: 1, agents: 0 }],
    ['an agent', { copies: 0, agents: 1 }],
  ])('loses the episode of %s that crashes, and no other', async (_, crash) => {
    Object.assign(crashing, crash);
    const result = await within({ agents: pusher, environment: counter, count: 4 }, ({ swarm, copies }) =>
      rollout(swarm, copies, { ticks: 12 }),
    );
    expect(result.counts).toMatchObject({ lost: 1, failed: 0, truncated: 0 });
    const ends = (agent: number) =>
      result.episodes.filter((one) => one.agent === agent).map(({ end }) => end);
    const losers = [0, 1, 2, 3].filter((agent) => ends(agent).includes('lost'));
    expect(losers).toHaveLength(1);
    for (const agent of [0, 1, 2, 3].filter((one) => !losers.includes(one)))
      expect(ends(agent)).toEqual(['succeeded', 'succeeded']);
    expect(ends(losers[0]!)[0]).toBe('lost');
    expect(unexpected).toEqual([]);
  });

  it('stops the world of an agent that fails, where it is told to wait', async () => {
    crashing.agents = 1;
    const result = await within({ agents: pusher, environment: counter, count: 1 }, ({ swarm, copies }) =>
      rollout(swarm, copies, { ticks: 6, afterFailure: 'wait' }),
    );
    // It falls when it is shown 2, is shown 2 again, and ends a tick later than it would have.
    expect(result.counts.running).toBe(0);
    expect(result.episodes).toEqual([
      { agent: 0, from: 0, steps: 5, reward: 0.5 + 1 + 1.5 + 2 + 2.5, end: 'succeeded' },
    ]);
  });

  it('has agents begin with their copies, unless they are to go on', async () => {
    const play = (agents: 'begin' | 'go-on') =>
      within({ agents: pusher, environment: counter, count: 2 }, ({ swarm, copies }) =>
        rollout(swarm, copies, { ticks: 7, agents }),
      );
    await play('begin');
    expect(begun).toEqual([0, 1, 0, 1]);
    begun.length = 0;
    await play('go-on');
    expect(begun).toEqual([]);
    expect(unexpected.length).toBeGreaterThan(0);
  });

  it('leaves the copies of vacant places at rest', async () => {
    await within({ agents: pusher, environment: counter, count: 3 }, async ({ swarm, copies }) => {
      await swarm.leave(1);
      const { counts, rewards } = await rollout(swarm, copies, { ticks: 6 });
      expect(counts).toMatchObject({ succeeded: 2, lost: 0 });
      expect(Array.from(rewards, (reward) => reward > 0)).toEqual([true, false, true]);
    });
  });

  it('goes on without those whose shard is lost', async () => {
    await within(
      { agents: pusher, environment: counter, count: 4, sideShards: 2, fanOut: 2 },
      async ({ swarm, copies, test }) => {
        await rollout(swarm, copies, { ticks: 2 });
        test.killShard(2);
        const { counts, ticks } = await rollout(swarm, copies, { ticks: 12 });
        expect(ticks).toBe(12);
        expect(counts.succeeded).toBeGreaterThanOrEqual(4);
        expect(counts.failed).toBe(0);
      },
    );
  });

  it('refuses what does not fit', async () => {
    await within({ agents: rat, environment: labyrinth, count: 2 }, async ({ swarm, copies, test }) => {
      const refused = { code: 'AGENTS_SWARM_OPTION' };
      await expect(rollout(swarm, copies, { ticks: 0 })).rejects.toMatchObject(refused);
      await expect(rollout(swarm, copies, { ticks: 1, agents: 'stop' as never })).rejects.toMatchObject(
        refused,
      );
      await expect(rollout(swarm, copies, { ticks: 1, afterFailure: 'stop' as never })).rejects.toMatchObject(
        refused,
      );
      const other = await spawnSwarm(test.system, forager, { count: 3 });
      await expect(rollout(other, copies, { ticks: 1 })).rejects.toMatchObject(refused);
      const unfit = { code: 'AGENTS_WORLD_OPTION' };
      await expect(rollout(swarm, copies, { ticks: 1, model: grid })).rejects.toMatchObject(unfit);
    });
  });
});

describe('a recording', () => {
  it('is the same on any number of threads, and is replayed on any other', async () => {
    const shards = fc.integer({ min: 0, max: 2 });
    await fc.assert(
      fc.asyncProperty(
        shards,
        shards,
        fc.integer({ min: 1, max: 9 }),
        fc.nat({ max: 99 }),
        async (one, two, count, seed) => {
          const what = { agents: forager, environment: meadow, count, seed };
          const { bytes } = await recordOf({ ...what, sideShards: one }, { ticks: 12, model: grid });
          const inRows = { ...what, sideShards: two, strict: false };
          const again = await recordOf(inRows, { ticks: 12, model: grid });
          expect(again.bytes).toEqual(bytes);
          const result = await within(inRows, ({ swarm, copies }) =>
            replay([bytes], swarm, copies, { model: grid }),
          );
          expect(result).toEqual({ ticks: 12, difference: undefined });
        },
      ),
      { numRuns: 8 },
    );
  });

  it('is read in pieces of any size', async () => {
    const { bytes } = await recordOf({ agents: rat, environment: labyrinth, count: 3 }, { ticks: 4 });
    const whole = await ticksOf(bytes);
    expect(whole.ticks).toHaveLength(5);
    for (const size of [1, 7, 64]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      const { header, ticks } = await readRecording(pieces);
      expect(header).toEqual(whole.header);
      const all = [];
      for await (const tick of ticks) all.push(tick);
      expect(all).toEqual(whole.ticks);
    }
  });

  it('says where it ends too early, wherever that is, and what is none', async () => {
    const what = { agents: pusher, environment: counter, count: 2 };
    const { bytes } = await recordOf(what, { ticks: 2 });
    for (let length = 0; length < bytes.length; length++) {
      const code = length < 14 ? 'AGENTS_RECORDING_FOREIGN' : 'AGENTS_RECORDING_TRUNCATED';
      await expect(ticksOf(bytes.subarray(0, length))).rejects.toMatchObject({ code });
    }
    const foreign = new TextEncoder().encode('type octile\nheight 1\nwidth 3\nmap\n...\n');
    await expect(ticksOf(foreign)).rejects.toMatchObject({ code: 'AGENTS_RECORDING_FOREIGN' });
    const endless = Uint8Array.from([...bytes.subarray(0, 14), 255, 255, 255, 255]);
    await expect(ticksOf(endless)).rejects.toMatchObject({ code: 'AGENTS_RECORDING_MALFORMED' });
    const more = Uint8Array.from([...bytes, 0]);
    await expect(ticksOf(more)).rejects.toMatchObject({ code: 'AGENTS_RECORDING_MALFORMED' });
  });

  it('never is read as something that it is not, whatever byte of it is changed', async () => {
    const { bytes } = await recordOf({ agents: pusher, environment: counter, count: 2 }, { ticks: 2 });
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: bytes.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, by) => {
          const bent = bytes.slice();
          bent[at]! ^= by;
          const read = await ticksOf(bent).catch((error: unknown) => error);
          if (read instanceof Error)
            expect(read).toMatchObject({ code: expect.stringMatching(/^AGENTS_RECORDING_/) });
          else
            for (const tick of (read as Awaited<ReturnType<typeof ticksOf>>).ticks) {
              const { actions, outcomes, rewards, standings, news } = tick;
              const columns = [...actions, ...outcomes, rewards, standings, news];
              expect(columns.every(({ length }) => length === 2)).toBe(true);
              expect(Math.max(...standings)).toBeLessThan(5);
              expect(Math.max(...news)).toBeLessThan(4);
            }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('names the first difference of a replay', async () => {
    const what = { agents: pusher, environment: counter, count: 3 };
    const { bytes } = await recordOf(what, { ticks: 8 });
    crashing.agents = 1;
    const { ticks, difference } = await within(what, ({ swarm, copies }) => replay([bytes], swarm, copies));
    // Shown 2 in tick 3, one of them falls.
    expect(ticks).toBe(2);
    expect(difference).toMatchObject({ tick: 3, what: 'action', column: 0, recorded: 1, replayed: -1 });
  });

  it.each([
    ['another seed', { seed: 5 }, 'swarm.seed'],
    ['another count', { count: 4 }, 'swarm.capacity'],
  ])('is not replayed with %s', async (_, other, field) => {
    const what = { agents: pusher, environment: counter, count: 3 };
    const { bytes } = await recordOf(what, { ticks: 2 });
    await within({ ...what, ...other }, async ({ swarm, copies }) => {
      const code = 'AGENTS_RECORDING_MISMATCH';
      await expect(replay([bytes], swarm, copies)).rejects.toMatchObject({
        code,
        message: expect.stringContaining(field),
      });
    });
  });

  it('is not replayed with another model, nor by a swarm that has lived', async () => {
    const what = { agents: forager, environment: meadow, count: 2 };
    const { bytes } = await recordOf(what, { ticks: 2, model: grid });
    await within(what, async ({ swarm, copies }) => {
      const code = 'AGENTS_RECORDING_MISMATCH';
      const model = { ...grid, C: [{ shape: [9], data: new Float64Array(9) }] };
      await expect(replay([bytes], swarm, copies, { model })).rejects.toMatchObject({ code });
      await rollout(swarm, copies, { ticks: 1 });
      await expect(replay([bytes], swarm, copies)).rejects.toMatchObject({ code });
    });
  });

  it('lets its source clean up, however it ends', async () => {
    const { bytes } = await recordOf({ agents: pusher, environment: counter, count: 2 }, { ticks: 2 });
    let closed = 0;
    async function* source(all: Uint8Array) {
      try {
        for (const byte of all) yield Uint8Array.of(byte);
      } finally {
        closed++;
      }
    }
    await within({ agents: pusher, environment: counter, count: 2 }, ({ swarm, copies }) =>
      replay(source(bytes), swarm, copies),
    );
    await within({ agents: pusher, environment: counter, count: 3 }, ({ swarm, copies }) =>
      expect(replay(source(bytes), swarm, copies)).rejects.toThrow(),
    );
    await expect(readRecording(source(bytes.subarray(3)))).rejects.toThrow();
    expect(closed).toBe(3);
  });

  it('keeps a rollout waiting while it is written', async () => {
    await within({ agents: pusher, environment: counter, count: 2 }, async ({ swarm, copies }) => {
      let pieces = 0;
      let begin = (): void => undefined;
      let end = (): void => undefined;
      const begun = new Promise<void>((resolve) => {
        begin = resolve;
      });
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      const record = (): void | Promise<void> => {
        if (++pieces !== 4) return undefined;
        begin();
        return ended;
      };
      const running = rollout(swarm, copies, { ticks: 3, record });
      await begun;
      for (let i = 0; i < 20; i++) await swarm.barrier(); // refused while the swarm takes a step
      expect(pieces).toBe(4);
      end();
      await running;
      expect(pieces).toBe(7);
    });
  });
});

describe('beginning an episode', () => {
  it('leaves an agent what it has learned', async () => {
    const compiled = compileModel(grid, { learning: scholarLearns });
    const alone = createPopulation(compiled, { capacity: 1 });
    const agent = alone.add({ key: drawKey(4, 0, 1, 1) });
    await within({ agents: scholar, environment: meadow, count: 1 }, async ({ swarm }) => {
      for (const outcome of [0, 1, 1, 1, 2, 1, 1]) {
        const { actions } = await swarm.stepColumns([Int32Array.of(outcome)]);
        alone.step({ agents: [agent], outcomes: [[outcome]] });
        expect(actions[0]![0]).toBe(alone.results.actions[0]![0]);
      }
      await swarm.begin([0]);
      alone.reset(agent);
      const { column } = await swarm.gather('belief');
      expect(column).toEqual(Float64Array.from(alone.readBeliefs(agent)[0]!));
      await swarm.stepColumns([Int32Array.of(1)]);
      alone.step({ agents: [agent], outcomes: [[1]] });
      expect((await swarm.gather('belief')).column).toEqual(Float64Array.from(alone.readBeliefs(agent)[0]!));
      expect(alone.readCounts(agent)).not.toEqual(createCounts(compiled));
      await expect(swarm.begin([1])).rejects.toMatchObject({ code: 'AGENTS_NO_SUCH_AGENT' });
    });
  });
});

/** What an agent knows that has seen nothing. */
function createCounts(compiled: ReturnType<typeof compileModel>) {
  const fresh = createPopulation(compiled, { capacity: 1 });
  return fresh.readCounts(fresh.add());
}
