import { gridWorld } from '@skein/inference';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defineAgent } from '../definition/agent-definition.js';
import { homeOf, worthWaking } from './swarm-home.js';
import { type CohortNode, planSwarmTree } from './swarm-tree.js';

/** At stake: a small swarm must not pay for threads that it cannot use, a large one must have all of them, and nobody may be put where no thread is. */

const meadow = gridWorld({ width: 5, height: 5 });
const modelled = (name: string, horizon: number) => defineAgent({ name, model: meadow, horizon });
const withMind = defineAgent<number, number>({
  name: 'own-mind',
  mind: () => ({ perceive: () => undefined, act: () => 0 }),
});

const systemOf = (threads: number) => ({ threads, extension: (name: string) => name });
const homeFor = (
  definition: ReturnType<typeof modelled> | typeof withMind,
  capacity: number,
  threads: number,
  workers?: number,
  main?: boolean,
) =>
  homeOf(systemOf(threads), [{ definition, count: 1, capacity }], {
    name: 'flock',
    seed: 1,
    ...(workers !== undefined && { workers }),
    ...(main !== undefined && { main }),
  });

describe('a swarm lives', () => {
  test.each([
    { ns: 0, threads: 2, workers: 0 },
    { ns: 999_999, threads: 2, workers: 0 },
    { ns: 1_000_000, threads: 2, workers: 2 },
    { ns: 1_000_000, threads: 1, workers: 1 },
    { ns: 1_600_000, threads: 16, workers: 3 },
    { ns: 1e9, threads: 16, workers: 16 },
    { ns: undefined, threads: 16, workers: 16 },
  ])('on $workers of $threads workers with $ns ns of work', ({ ns, threads, workers }) => {
    expect(worthWaking(ns, threads)).toBe(workers);
  });

  test('on the main thread while it is small, and on all when it has grown, by what its model costs', () => {
    expect(homeFor(modelled('a', 1), 50, 2).workers).toBe(0);
    expect(homeFor(modelled('b', 1), 10_000, 2).workers).toBe(2);
    expect(homeFor(modelled('c', 4), 1000, 2).workers).toBe(2);
    expect(homeFor(modelled('d', 4), 1000, 0).workers).toBe(0);
  });

  test('on all workers where nobody knows what a mind costs, and wherever it is told to', () => {
    expect(homeFor(withMind, 2, 3)).toMatchObject({ workers: 3, first: 1 });
    expect(homeFor(withMind, 2, 3, 0).workers).toBe(0);
    expect(homeFor(modelled('e', 1), 2, 3, 2).workers).toBe(2);
  });

  test.each([
    { what: 'a large swarm, beside a single worker', agents: 10_000, threads: 1, main: true },
    { what: 'a large swarm, not beside several', agents: 10_000, threads: 2, main: false },
    { what: 'a small swarm, alone', agents: 50, threads: 2, main: true },
    { what: 'a large swarm that is told to, beside all', agents: 10_000, threads: 2, told: true, main: true },
    { what: 'no large swarm that is told not to', agents: 10_000, threads: 1, told: false, main: false },
    {
      what: 'a small swarm that is told not to, for it has to be somewhere',
      agents: 50,
      threads: 2,
      told: false,
      main: true,
    },
  ])('on the main thread: $what', ({ agents, threads, told, main }) => {
    expect(homeFor(modelled('f', 1), agents, threads, undefined, told).main).toBe(main);
  });

  test('not on the main thread where it is told how many workers, or nobody knows what a mind costs', () => {
    expect(homeFor(modelled('g', 1), 10_000, 1, 1)).toMatchObject({ workers: 1, main: false });
    expect(homeFor(withMind, 10_000, 1)).toMatchObject({ workers: 1, main: false });
  });

  test('on the main thread by yes or no', () => {
    expect(() => homeFor(withMind, 2, 2, undefined, 1 as never)).toThrow(
      expect.objectContaining({ code: 'AGENTS_SWARM_OPTION' }),
    );
  });

  test.each([-1, 1.5, 3, Number.NaN])('not on %s of two workers', (workers) => {
    expect(() => homeFor(withMind, 2, 2, workers)).toThrow(
      expect.objectContaining({ code: 'AGENTS_SWARM_OPTION' }),
    );
  });

  test('on shards that there are, as many as are its own, each with as many leaves as the others or one more', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 5, max: 300 }),
        fc.boolean(),
        (threads, workersWanted, firstWanted, agents, main) => {
          const workers = Math.min(workersWanted, threads);
          const first = 1 + ((firstWanted - 1) % threads);
          const leaves = leavesOf(planSwarmTree(agents, 4, { workers, first, threads, main }));
          const counts = new Map<number, number>();
          for (const { shard } of leaves) counts.set(shard, (counts.get(shard) ?? 0) + 1);
          for (const shard of counts.keys()) expect(shard >= (main ? 0 : 1) && shard <= threads).toBe(true);
          if (main && leaves.length > workers) expect(leaves.at(-1)!.shard).toBe(0);
          expect(counts.size).toBe(Math.min(main ? workers + 1 : workers, leaves.length));
          expect(Math.max(...counts.values()) - Math.min(...counts.values())).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});

function leavesOf(node: CohortNode): readonly CohortNode[] {
  return node.children.length === 0 ? [node] : node.children.flatMap(leavesOf);
}
