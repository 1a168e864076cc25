import type { TrafficLink } from '@skein/runtime';
import type { MessageCosts } from '@skein/runtime/testing';

/** The world outside, as links call it. */
const OUTSIDE = 0;

/**
 * When a round down a tree and up again is over, virtual ms, if each actor has a processor of its own. An actor does one thing after the other: it
 * meets what has come, tells one child after the other, meets their reports as they come in, and reports. For swarms that are too large to be
 * simulated: a simulated run takes that long.
 *
 * @param links who told whom in one round, as the kernel counted it
 */
export function virtualTimeOf(
  links: readonly Pick<TrafficLink, 'from' | 'to'>[],
  costs: MessageCosts,
): number {
  const { messageMs, hopMs } = costs;
  const children = childrenByParent(links);
  const order = [OUTSIDE];
  const freeAtMs = new Map([[OUTSIDE, -messageMs]]); // whoever asks from outside has the question at hand
  for (const parent of order) {
    let atMs = freeAtMs.get(parent)!;
    for (const child of children.get(parent) ?? []) {
      atMs += messageMs;
      freeAtMs.set(child, atMs + hopMs + messageMs);
      order.push(child);
    }
    freeAtMs.set(parent, atMs);
  }
  const reportsAtMs = new Map<number, number>();
  for (const parent of order.toReversed()) {
    const arrivals = (children.get(parent) ?? []).map((child) => reportsAtMs.get(child)! + hopMs);
    let atMs = freeAtMs.get(parent)!;
    for (const arrivalMs of arrivals.sort((a, b) => a - b)) atMs = Math.max(atMs, arrivalMs) + messageMs;
    reportsAtMs.set(parent, atMs + messageMs);
  }
  return reportsAtMs.get(OUTSIDE)! - 2 * messageMs; // it neither takes time to hear, nor has to report
}

/** Breadth first from outside: whoever is the first to tell an actor is its parent. */
function childrenByParent(links: readonly Pick<TrafficLink, 'from' | 'to'>[]): Map<number, number[]> {
  const toldBy = new Map<number, number[]>();
  for (const { from, to } of links) {
    const told = toldBy.get(from);
    if (told === undefined) toldBy.set(from, [to]);
    else told.push(to);
  }
  const children = new Map<number, number[]>();
  const known = new Set([OUTSIDE]);
  for (const parent of known) {
    const own = (toldBy.get(parent) ?? []).filter((child) => !known.has(child));
    children.set(parent, own);
    for (const child of own) known.add(child);
  }
  return children;
}
