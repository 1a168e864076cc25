import type { TrafficLink } from '@skein/runtime';

/** What messages cost where nothing else takes time. */
export interface MessageCosts {
  /** That an actor spends on each message that it meets or sends, us. */
  readonly messageUs: number;
  /** That a message is on its way, us. */
  readonly hopUs: number;
}

/** The world outside, as links call it. */
const OUTSIDE = 0;

/**
 * When a round down a tree and up again is over, virtual us, if each actor has a processor of its own. An actor does one thing after the other: it
 * meets what has come, tells one child after the other, meets their reports as they come in, and reports.
 *
 * @param links who told whom in one round, as the kernel counted it
 */
export function virtualTimeOf(
  links: readonly Pick<TrafficLink, 'from' | 'to'>[],
  costs: MessageCosts,
): number {
  const { messageUs, hopUs } = costs;
  const children = childrenByParent(links);
  const order = [OUTSIDE];
  const freeAtUs = new Map([[OUTSIDE, -messageUs]]); // whoever asks from outside has the question at hand
  for (const parent of order) {
    let atUs = freeAtUs.get(parent)!;
    for (const child of children.get(parent) ?? []) {
      atUs += messageUs;
      freeAtUs.set(child, atUs + hopUs + messageUs);
      order.push(child);
    }
    freeAtUs.set(parent, atUs);
  }
  const reportsAtUs = new Map<number, number>();
  for (const parent of order.toReversed()) {
    const arrivals = (children.get(parent) ?? []).map((child) => reportsAtUs.get(child)! + hopUs);
    let atUs = freeAtUs.get(parent)!;
    for (const arrivalUs of arrivals.sort((a, b) => a - b)) atUs = Math.max(atUs, arrivalUs) + messageUs;
    reportsAtUs.set(parent, atUs + messageUs);
  }
  return reportsAtUs.get(OUTSIDE)! - 2 * messageUs; // it neither takes time to hear, nor has to report
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
