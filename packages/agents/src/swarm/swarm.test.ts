// At stake: a swarm is its agents, no more and no less. What each does is what it would do alone, whatever the
// tree, the shards and the crashes of others; and after a fusion everybody believes what one observer would who
// had seen it all. Tried beside minds that run without actors, and beside sums of logarithms.
import {
  compileModel,
  createPopulation,
  defineModel,
  entryAt,
  type SparseTensor,
  softmax,
  sparseTensor,
} from '@skein/inference';
import { createTestSystem } from '@skein/runtime/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawKey } from '../agent/draw-key.js';
import { AgentDefinitionError, SwarmError } from '../errors.js';
import { defineAgent } from '../index.js';
import { Membership } from './membership.js';
import type { Descent } from './operation.js';
import { Swarm, spawnSwarm } from './swarm.js';
import { boxes, clumsy, guesser, type Look, ring, vacant, walker } from './swarm.test-fixtures.js';
import { planSwarmTree } from './swarm-tree.js';

const modules = [new URL('./swarm.test-fixtures.ts', import.meta.url)];
const silent = { modules, log: () => undefined };

/** Rounding: sums of at most n logarithms of size ln 20, then a softmax of four states. */
const tolerance = (lookCount: number) => 16 * (lookCount + 4) * 2 ** -52 * Math.log(20);

function observer(outcomes: readonly number[]): Float64Array {
  const log = boxes.D[0]!.map((p) => Math.log(p));
  for (const outcome of outcomes)
    for (let state = 0; state < 4; state++) log[state]! += Math.log(entryAt(boxes.A[0]!, [outcome, state]));
  return softmax(log);
}

describe('a swarm', () => {
  it.each([0, 1, 2])('does with %d side shards what its agents do alone', async (sideShards) => {
    const { system } = await createTestSystem({ ...silent, seed: 7, sideShards });
    const flock = await spawnSwarm(system, walker, { count: 11, fanOut: 3, workers: sideShards });
    const compiled = compileModel(ring, { horizon: 2, selection: 'stochastic' });
    const alone = Array.from({ length: 11 }, (_, agent) => {
      const population = createPopulation(compiled, { capacity: 1 });
      return { population, handle: population.add({ key: drawKey(7, agent, 1, 1) }) };
    });
    for (let tick = 1; tick <= 4; tick++) {
      const observations = alone.map((_, agent) => [(agent + tick) % 5]);
      const { actions, missing } = await flock.step(observations);
      const expected = alone.map(({ population, handle }, agent) => {
        population.step({ agents: [handle], outcomes: [observations[agent]!] });
        return [population.results.actions[0]![0]];
      });
      expect(actions).toEqual(expected);
      expect(missing).toEqual([]);
    }
    await system.quiet();
    const { sent, handled, deadLetters, queued } = system.metrics();
    expect({ handled, deadLetters, queued }).toEqual({ handled: sent, deadLetters: 0, queued: 0 });
    await system.stop();
  });

  it('goes on without an agent that crashes, and has it back in the next step', async () => {
    const { system } = await createTestSystem(silent);
    const flock = await spawnSwarm(system, guesser, { count: 5, fanOut: 2 });
    const looks = (crashing: number): Look[] =>
      Array.from({ length: 5 }, (_, agent) => (agent === crashing ? 'crash' : { outcome: 0 }));
    expect(await flock.step(looks(3))).toMatchObject({ missing: [3], unseen: [3] });
    const { actions, missing } = await flock.step(looks(-1));
    expect(missing).toEqual([]);
    expect(actions.every((belief) => belief !== undefined)).toBe(true);
    const { deadLetters, restarts, queued } = system.metrics();
    expect({ deadLetters, restarts, queued }).toEqual({ deadLetters: 1, restarts: 1, queued: 0 });
    await system.stop();
  });

  it('loses with a shard what its agents were just shown, and nothing that was fused', async () => {
    const { system, killShard } = await createTestSystem({ ...silent, sideShards: 2 });
    const flock = await spawnSwarm(system, guesser, { count: 8, fanOut: 4 });
    const seen: number[] = [];
    const step = async () => {
      const result = await flock.step(Array.from({ length: 8 }, () => ({ outcome: flock.tick % 3 })));
      for (let agent = 0; agent < 8; agent++)
        if (!result.unseen.includes(agent)) seen.push((flock.tick - 1) % 3);
      for (const belief of result.actions)
        for (const [state, p] of belief?.entries() ?? [])
          expect(Math.abs(p - observer(seen)[state]!)).toBeLessThanOrEqual(tolerance(seen.length));
      return result.missing;
    };
    expect(await step()).toEqual([]);
    killShard(2);
    expect(await step()).toEqual([4, 5, 6, 7]);
    let missing: readonly number[] = [4];
    for (let tries = 0; tries < 20 && missing.length > 0; tries++) {
      await system.quiet();
      missing = await step();
    }
    expect(missing).toEqual([]);
    await system.quiet();
    const { sent, handled, deadLetters } = system.metrics();
    expect(sent).toBe(handled + deadLetters);
    await system.stop();
  });

  it('refuses what does not fit it', async () => {
    const { system } = await createTestSystem(silent);
    await expect(spawnSwarm(system, guesser, { count: 0 })).rejects.toThrow(SwarmError);
    await expect(spawnSwarm(system, guesser, { count: 2, fanOut: 1 })).rejects.toThrow(SwarmError);
    const flock = await spawnSwarm(system, guesser, { count: 2 });
    await expect(flock.step([])).rejects.toMatchObject({ code: 'AGENTS_OBSERVATION_COUNT' });
    const first = flock.step([{ outcome: 0 }, { outcome: 0 }]);
    await expect(flock.step([{ outcome: 0 }, { outcome: 0 }])).rejects.toMatchObject({
      code: 'AGENTS_STEP_IN_FLIGHT',
    });
    await first;
    await system.stop();
  });
});

describe('fusion', () => {
  it('is refused for what can change', () => {
    expect(() => defineAgent({ name: 'wrong', model: ring, shared: [0] })).toThrow(AgentDefinitionError);
    expect(() => defineAgent({ name: 'wrong', model: boxes, shared: [1] })).toThrow(AgentDefinitionError);
  });

  it('asks the same of a sparse model', () => {
    const share = (B: SparseTensor) => () =>
      defineAgent({ name: 'sparse', model: defineModel({ A: boxes.A, B: [B] }), shared: [0] });
    const stay = sparseTensor({ shape: [4, 4, 1], columns: [0, 1, 2, 3].map((state) => [[state, 1]]) });
    const move = sparseTensor({ shape: [4, 4, 1], columns: [1, 0, 2, 3].map((state) => [[state, 1]]) });
    const stray = sparseTensor({
      shape: [4, 4, 1],
      background: [0.1, 0.1, 0.1, 0.1],
      columns: [0, 1, 2, 3].map((state) => [[state, 0.7]]),
    });
    expect(share(stay)).not.toThrow();
    expect(share(move)).toThrow(AgentDefinitionError);
    expect(share(stray)).toThrow(AgentDefinitionError);
  });

  it('is refused, by the end of the system, to a definition that shares nothing but says it does', async () => {
    const { system } = await createTestSystem(silent);
    const flock = await spawnSwarm(system, vacant, { count: 2 });
    const step = flock.step([null, null]);
    await expect(step).rejects.toMatchObject({ code: 'RUNTIME_ASK_REJECTED' });
    const { reason, cause } = await system.terminated;
    expect(reason).toBe('escalated');
    let deepest = cause as Error;
    while (deepest.cause instanceof Error) deepest = deepest.cause;
    expect(deepest).toMatchObject({ code: 'AGENTS_INVALID_DEFINITION', agent: 'vacant' });
  });

  it('makes every belief that of one observer who saw all that was seen, whoever crashed when', async () => {
    const look = fc.oneof(
      { weight: 6, arbitrary: fc.nat({ max: 2 }) },
      { weight: 1, arbitrary: fc.constant(-1) },
    );
    const runs = fc.array(fc.array(look, { minLength: 7, maxLength: 7 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        runs,
        fc.integer({ min: 2, max: 5 }),
        fc.nat({ max: 2 }),
        fc.boolean(),
        async (ticks, fanOut, sideShards, strict) => {
          const { system } = await createTestSystem({ ...silent, sideShards, strict });
          const flock: Swarm<Look, Float64Array> = await spawnSwarm(system, guesser, { count: 7, fanOut });
          const seen: number[] = [];
          for (const outcomes of ticks) {
            await flock.step(outcomes.map((outcome) => (outcome < 0 ? 'crash' : { outcome })));
            seen.push(...outcomes.filter((outcome) => outcome >= 0));
          }
          const nobodyLooks: Look[] = new Array(7).fill({ outcome: null });
          const { actions, missing } = await flock.step(nobodyLooks);
          expect(missing).toEqual([]);
          const expected = observer(seen);
          for (const belief of actions)
            for (const [state, p] of belief!.entries())
              expect(Math.abs(p - expected[state]!)).toBeLessThanOrEqual(tolerance(seen.length));
          await system.stop();
        },
      ),
      { numRuns: 40 },
    );
  });

  it('counts what was seen by an agent that fails when it acts, once', async () => {
    const { system } = await createTestSystem({ ...silent, sideShards: 1 });
    const flock = await spawnSwarm(system, clumsy, { count: 5, fanOut: 3 });
    const step = async (stumbling: number) => {
      const { actions, missing, unseen } = await flock.step(
        [0, 1, 2, 3, 4].map((agent) => agent === stumbling),
      );
      return { actions: [...actions], missing, unseen };
    };
    expect(await step(-1)).toEqual({ actions: [5, 5, 5, 5, 5], missing: [], unseen: [] });
    expect(await step(3)).toEqual({ actions: [10, 10, 10, undefined, 10], missing: [3], unseen: [] });
    expect(await step(-1)).toEqual({ actions: [15, 15, 15, 15, 15], missing: [], unseen: [] });
    await system.stop();
  });

  it('counts once what was fused in a step whose second half was lost', async () => {
    const { system } = await createTestSystem(silent);
    const tree = planSwarmTree(5, 3, 0);
    const root = system.spawn(clumsy.cohort, { node: tree, agentCount: 5, seed: 1 });
    const ask = ((
      descent: Descent & { readonly type: 'descend' },
      options: { readonly deadlineMs: number },
    ) =>
      descent.operation.tell === 'act' && descent.operation.tick === 2
        ? Promise.reject(new Error('lost'))
        : root.ask(descent, options)) as typeof root.ask;
    const flock = new Swarm<boolean, number>({
      system,
      root: { ask } as typeof root,
      tree,
      membership: new Membership(tree, 5),
      contributions: {},
      seed: 1,
      fuses: true,
      countsEvidence: false,
    });
    const step = () => flock.step(new Array(5).fill(false));
    expect((await step()).actions).toEqual(new Array(5).fill(5));
    await expect(step()).rejects.toThrow('lost');
    expect((await step()).actions).toEqual(new Array(5).fill(15));
    await system.stop();
  });

  it('can be moved by evidence after a belief has become certain', async () => {
    const { system } = await createTestSystem({ ...silent, strict: false });
    const flock = await spawnSwarm(system, guesser, { count: 50 });
    const seen: number[] = [];
    // 1000 looks leave the other boxes less than float64 can hold; then 1700 speak for the fourth.
    for (const [outcome, steps] of [[0, 20] as const, [2, 34] as const]) {
      for (let step = 0; step < steps; step++) await flock.step(new Array(50).fill({ outcome }));
      seen.push(...new Array<number>(50 * steps).fill(outcome));
    }
    const { actions } = await flock.step(new Array(50).fill({ outcome: null }));
    const expected = observer(seen);
    expect(expected[3]).toBeGreaterThan(0.99);
    for (const [state, p] of actions[0]!.entries())
      expect(Math.abs(p - expected[state]!)).toBeLessThanOrEqual(tolerance(seen.length));
    await system.stop();
  });

  it('leaves beliefs to themselves when it is off', async () => {
    const { system } = await createTestSystem(silent);
    const flock = await spawnSwarm(system, guesser, { count: 3, fuse: false });
    await flock.step([{ outcome: 0 }, { outcome: 1 }, { outcome: 2 }]);
    const { actions } = await flock.step(new Array(3).fill({ outcome: null }));
    for (const [agent, belief] of actions.entries())
      for (const [state, p] of belief!.entries())
        expect(Math.abs(p - observer([agent])[state]!)).toBeLessThanOrEqual(tolerance(1));
    expect(flock.pool).toBeUndefined();
    await system.stop();
  });
});
