import type { Policy } from '@skein/inference';
import { neighborsOf, type SectorGraph } from '../sector-graph.js';

/**
 * The policies of a searcher: one for each sector it can reach within the horizon, namely *walk there by a
 * shortest way, then stay*. To stay where it is, is the first of them.
 *
 * A policy of a destination sees as far as the horizon, at the price of one number a sector; all action
 * sequences of that length would be (ways + 1)^horizon. Which shortest way is fixed beforehand: it leaves the parent
 * in a breadth-first search that takes ways in ascending order, so ways from one sector form a tree, and policies that
 * begin alike share their beginning.
 */
export interface WalkPolicies {
  /** Steps of every policy. */
  readonly horizon: number;
  /** u32[S + 1]: the policies of sector s are those from `offsets[s]` up to, not including, `offsets[s + 1]`. */
  readonly offsets: Uint32Array;
  /** For each policy where it leads; ascending in hops within one sector. */
  readonly destinations: Uint16Array;
  /** For each policy how far that is, hops. */
  readonly hops: Uint16Array;
  /** For each policy the one, counted within its sector, that leads to the sector before the last; its own for staying. */
  readonly parents: Uint16Array;
  /** For each policy the sector after the first step. */
  readonly firstSteps: Uint16Array;
}

/**
 * Lists the policies of every sector, by a breadth-first search from each.
 *
 * @param horizon steps, an integer from 1 to the sector count plus 64
 * @throws RangeError for another horizon
 */
export function walkPolicies(graph: SectorGraph, horizon: number): WalkPolicies {
  if (!(Number.isInteger(horizon) && horizon >= 1 && horizon <= graph.sectorCount + 64)) {
    throw new RangeError(`horizon must be an integer from 1 to ${graph.sectorCount + 64}, got ${horizon}`);
  }
  const { sectorCount } = graph;
  const offsets = new Uint32Array(sectorCount + 1);
  const destinations: number[] = [];
  const hops: number[] = [];
  const parents: number[] = [];
  const firstSteps: number[] = [];
  const seenFrom = new Int32Array(sectorCount).fill(-1);
  for (let source = 0; source < sectorCount; source++) {
    const base = destinations.length;
    const add = (sector: number, distance: number, parent: number, firstStep: number): void => {
      seenFrom[sector] = source;
      destinations.push(sector);
      hops.push(distance);
      parents.push(parent);
      firstSteps.push(firstStep);
    };
    add(source, 0, 0, source);
    for (let policy = base; policy < destinations.length; policy++) {
      const distance = hops[policy]!;
      if (distance === horizon) break;
      for (const neighbor of neighborsOf(graph, destinations[policy]!)) {
        if (seenFrom[neighbor] === source) continue;
        add(neighbor, distance + 1, policy - base, distance === 0 ? neighbor : firstSteps[policy]!);
      }
    }
    offsets[source + 1] = destinations.length;
  }
  return {
    horizon,
    offsets,
    destinations: Uint16Array.from(destinations),
    hops: Uint16Array.from(hops),
    parents: Uint16Array.from(parents),
    firstSteps: Uint16Array.from(firstSteps),
  };
}

/**
 * The sectors that a policy passes through, one for each of its steps.
 *
 * @param policy counted within the sector it starts from
 */
export function walkOf(policies: WalkPolicies, source: number, policy: number): number[] {
  const base = policies.offsets[source]!;
  const walk = new Array<number>(policies.horizon).fill(policies.destinations[base + policy]!);
  for (let step = policy; policies.hops[base + step]! > 0; step = policies.parents[base + step]!) {
    walk[policies.hops[base + step]! - 1] = policies.destinations[base + step]!;
  }
  return walk;
}

/** The action that leads from a sector to a neighbour or lets it stay: 0 is to stay, j + 1 the j-th way. */
export function actionTowards(graph: SectorGraph, from: number, to: number): number {
  return from === to ? 0 : neighborsOf(graph, from).indexOf(to) + 1;
}

/** The policies of a sector as the inference package takes them: `[policy][step][factor]`, targets uncontrolled. */
export function inferencePolicies(
  graph: SectorGraph,
  policies: WalkPolicies,
  source: number,
  targetCount: number,
): Policy[] {
  const policyCount = policies.offsets[source + 1]! - policies.offsets[source]!;
  return Array.from({ length: policyCount }, (_, policy) => {
    let from = source;
    return walkOf(policies, source, policy).map((to) => {
      const action = [actionTowards(graph, from, to), ...new Array<number>(targetCount).fill(0)];
      from = to;
      return action;
    });
  });
}
