// At stake: paths go where they say, everywhere they promise, and nowhere in vain. Tried on random graphs, against what is true of each kind by
// its definition.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlaceEdge, PlaceNode } from './place-graph.js';
import { shortestWays, simpleWays, type Way, waysAlongAll } from './ways.js';

interface Node extends PlaceNode {
  readonly edges: PlaceEdge[];
}

const PLACES = 6;
const graph: fc.Arbitrary<readonly Node[]> = fc
  .array(fc.tuple(fc.nat({ max: PLACES - 1 }), fc.nat({ max: PLACES - 1 })), { maxLength: 12 })
  .map((pairs) => {
    const nodes = Array.from({ length: PLACES }, (_, i): Node => {
      return { place: { value: `${i}`, context: undefined, isDone: false }, edges: [] };
    });
    for (const [number, [from, to]] of pairs.entries())
      nodes[from]!.edges.push({ step: { waitMs: number, leadsTo: nodes[to]!.place }, to: nodes[to]! });
    return nodes;
  });
const ends = fc.option(fc.uniqueArray(fc.nat({ max: PLACES - 1 }), { maxLength: 3 }), { nil: undefined });

/** How far each place is from the first, by going on from what was reached so far. */
function distances([initial]: readonly Node[]): Map<PlaceNode, number> {
  const found = new Map<PlaceNode, number>([[initial!, 0]]);
  for (let round = 1; round < PLACES; round++)
    for (const [node, distance] of [...found])
      for (const { to } of node.edges) if (distance === round - 1 && !found.has(to)) found.set(to, round);
  return found;
}

/** Every way without a place twice, by trying all. */
function allSimple(node: PlaceNode, way: Way = [], been: readonly PlaceNode[] = [node]): Way[] {
  const longer = node.edges
    .filter(({ to }) => !been.includes(to))
    .flatMap((edge) => allSimple(edge.to, [...way, edge], [...been, edge.to]));
  return [way, ...longer];
}

const endOf = (initial: PlaceNode, way: Way): PlaceNode => way.at(-1)?.to ?? initial;
const isConnected = (initial: PlaceNode, way: Way): boolean =>
  way.every((edge, i) => endOf(initial, way.slice(0, i)).edges.includes(edge));
const beginsLike = (longer: Way, way: Way): boolean =>
  longer.length > way.length && way.every((edge, i) => longer[i] === edge);
/** Ways by the numbers of their edges. */
const sorted = (ways: readonly Way[]): string[] =>
  ways.map((way) => way.map(({ step }) => (step as { readonly waitMs: number }).waitMs).join(' ')).sort();

describe('ways through a graph', () => {
  it('are shortest ones to every place, or to those that are wanted', () => {
    fc.assert(
      fc.property(graph, ends, (nodes, wanted) => {
        const [initial] = nodes as [Node];
        const far = distances(nodes);
        const isEnd = wanted && ((node: PlaceNode) => wanted.includes(nodes.indexOf(node as Node)));
        const ways = [...shortestWays(initial, isEnd)];
        for (const way of ways) {
          expect(isConnected(initial, way)).toBe(true);
          expect(way.length).toBe(far.get(endOf(initial, way)));
        }
        const come = ways.map((way) => endOf(initial, way));
        if (isEnd !== undefined) expect(new Set(come)).toEqual(new Set([...far.keys()].filter(isEnd)));
        else {
          const passed = new Set([initial, ...ways.flat().map(({ to }) => to)]);
          expect(passed).toEqual(new Set(far.keys()));
          expect(ways.some((way) => ways.some((longer) => beginsLike(longer, way)))).toBe(false);
        }
        expect(new Set(come).size).toBe(come.length);
      }),
    );
  });

  it('go along every edge together', () => {
    fc.assert(
      fc.property(graph, (nodes) => {
        const [initial] = nodes as [Node];
        const ways = [...waysAlongAll(initial)];
        expect(ways.every((way) => isConnected(initial, way))).toBe(true);
        const reached = [...distances(nodes).keys()];
        expect(new Set(ways.flat())).toEqual(new Set(reached.flatMap(({ edges }) => edges)));
        expect(ways.some((way) => ways.some((longer) => beginsLike(longer, way)))).toBe(false);
      }),
    );
  });

  it('are all that come to no place twice', () => {
    fc.assert(
      fc.property(graph, ends, (nodes, wanted) => {
        const [initial] = nodes as [Node];
        const all = allSimple(initial);
        const isEnd = wanted && ((node: PlaceNode) => wanted.includes(nodes.indexOf(node as Node)));
        const expected =
          isEnd === undefined
            ? all.filter((way) => !all.some((longer) => beginsLike(longer, way)))
            : all.filter(
                (way) =>
                  isEnd(endOf(initial, way)) &&
                  !way.slice(0, -1).some(({ to }) => isEnd(to)) &&
                  (way.length === 0 || !isEnd(initial)),
              );
        expect(sorted([...simpleWays(initial, isEnd)])).toEqual(sorted(expected));
      }),
    );
  });

  it('may be long', () => {
    const nodes = Array.from({ length: 20_000 }, (_, i): Node => {
      return { place: { value: `${i}`, context: undefined, isDone: false }, edges: [] };
    });
    for (const [i, node] of nodes.entries()) {
      const to = nodes[i + 1];
      if (to !== undefined) node.edges.push({ step: { waitMs: 0, leadsTo: to.place }, to });
    }
    const [way] = simpleWays(nodes[0]!, undefined);
    expect(way).toHaveLength(19_999);
  });
});
