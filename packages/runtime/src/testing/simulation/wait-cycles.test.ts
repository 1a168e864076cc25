// At stake: a deadlock that is not seen is a run that looks finished, and one that is not there is a false alarm. Tried with any graph of who asks
// whom, beside a model that follows each way to its end.
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Shard } from '../../shard/shard.js';
import { WaitCycles } from './wait-cycles.js';

interface Graph {
  /** Who asks whom. */
  readonly asks: readonly (readonly [number, number])[];
  /** Whose mail waits. */
  readonly blocked: readonly number[];
  /** Numbers of questions, by their place, that were answered since. */
  readonly answered: readonly number[];
}

const ACTORS = 6;
const actor = fc.integer({ min: 1, max: ACTORS });
const graphs: fc.Arbitrary<Graph> = fc.record({
  asks: fc.array(fc.tuple(actor, actor), { maxLength: 10 }),
  blocked: fc.uniqueArray(actor),
  answered: fc.uniqueArray(fc.nat({ max: 9 })),
});

const addressOf = (id: number) => ({ path: `/${id}`, id, shard: 0 });

/** As much of a shard as is looked at. */
function shardOf({ blocked, answered }: Graph): Shard {
  return {
    index: 0,
    isClosed: false,
    resolve: (id: number) => id,
    addressOf,
    peekCell: (slot: number) => ({ blockingCalls: blocked.includes(slot) ? 1 : 0 }),
    questions: { describe: (correlation: number) => (answered.includes(correlation) ? undefined : {}) },
  } as unknown as Shard;
}

function find(graph: Graph): readonly number[] | undefined {
  const shard = shardOf(graph);
  const cycles = new WaitCycles();
  for (const [correlation, [sender, target]] of graph.asks.entries())
    cycles.sent(shard, addressOf(target), {
      kind: 'ask',
      message: { type: 'question' },
      sender,
      senderShard: 0,
      correlation,
    });
  return cycles.find([shard])?.map(({ id }) => id);
}

/** Open questions between actors whose mail waits. */
function waits({ asks, blocked, answered }: Graph): readonly (readonly [number, number])[] {
  return asks.filter(
    ([from, to], at) => !answered.includes(at) && blocked.includes(from) && blocked.includes(to),
  );
}

/** Whether somebody can be come to from itself: by taking a step as often as there are actors. */
function hasCircle(edges: readonly (readonly [number, number])[]): boolean {
  let reached = edges;
  for (let step = 0; step < ACTORS; step++)
    reached = [
      ...reached,
      ...reached.flatMap(([from, to]) =>
        edges.filter(([next]) => next === to).map(([, end]) => [from, end] as const),
      ),
    ].filter(([from, to], at, all) => all.findIndex(([a, b]) => a === from && b === to) === at);
  return reached.some(([from, to]) => from === to);
}

it('finds a circle if there is one, and it is one', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const cycle = find(graph);
      const edges = waits(graph);
      expect(cycle !== undefined).toBe(hasCircle(edges));
      for (const [at, from] of (cycle ?? []).entries()) {
        const to = cycle![(at + 1) % cycle!.length];
        expect(edges.some(([a, b]) => a === from && b === to)).toBe(true);
      }
      expect(new Set(cycle).size).toBe(cycle?.length ?? 0);
    }),
    { numRuns: 1000 },
  );
});

it('forgets questions that were answered, however many', () => {
  const asks = Array.from({ length: 5000 }, () => [1, 2] as const);
  const answered = asks.map((_, at) => at);
  expect(find({ asks: [...asks, [2, 1]], blocked: [1, 2], answered })).toBeUndefined();
  expect(find({ asks: [...asks, [2, 1], [1, 2]], blocked: [1, 2], answered })).toHaveLength(2);
});
