import type { PlaceEdge, PlaceNode } from './place-graph.js';

/** A way through a graph: edges from its beginning on. */
export type Way = readonly PlaceEdge[];

/** The shortest way to each place, first found first. */
function shortest(initial: PlaceNode): Map<PlaceNode, Way> {
  const ways = new Map<PlaceNode, Way>([[initial, []]]);
  for (const [node, way] of ways)
    for (const edge of node.edges) if (!ways.has(edge.to)) ways.set(edge.to, [...way, edge]);
  return ways;
}

/**
 * The shortest way to each place in which `isEnd`. Of ways that begin like a longer one only the longer, as whoever goes that goes
 * them all; if `isEnd` is undefined.
 */
export function* shortestWays(
  initial: PlaceNode,
  isEnd: ((node: PlaceNode) => boolean) | undefined,
): Generator<Way> {
  const ways = shortest(initial);
  const within = new Set<PlaceNode>();
  if (isEnd === undefined)
    for (const way of ways.values()) for (const { to } of way.slice(0, -1)) within.add(to);
  for (const [node, way] of ways)
    if (isEnd === undefined ? !within.has(node) && (way.length > 0 || ways.size === 1) : isEnd(node))
      yield way;
}

/** Ways that together go along every edge, each by the shortest way to where it begins. */
export function* waysAlongAll(initial: PlaceNode): Generator<Way> {
  const ways = shortest(initial);
  for (const [node, way] of ways) {
    if (node.edges.length === 0) yield way;
    for (const edge of node.edges) if (ways.get(edge.to)!.at(-1) !== edge) yield [...way, edge];
  }
}

/** Every way that comes to no place twice and cannot be made longer; or, with `isEnd`, that goes to a place where it is true. */
export function* simpleWays(
  initial: PlaceNode,
  isEnd: ((node: PlaceNode) => boolean) | undefined,
): Generator<Way> {
  if (isEnd?.(initial) === true) {
    yield [];
    return;
  }
  const way: PlaceEdge[] = [];
  const stack = [{ node: initial, next: 0, goesOn: false }]; // no recursion: ways may be long
  const been = new Set([initial]);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const edge = top.node.edges[top.next++];
    if (edge === undefined) {
      if (!top.goesOn && isEnd === undefined) yield [...way];
      been.delete(top.node);
      stack.pop();
      way.pop();
    } else if (!been.has(edge.to)) {
      top.goesOn = true;
      if (isEnd?.(edge.to) === true) yield [...way, edge];
      else {
        been.add(edge.to);
        way.push(edge);
        stack.push({ node: edge.to, next: 0, goesOn: false });
      }
    }
  }
}
