import { neighborsOf } from '../sector-graph.js';
import type { World, WorldBatch, WorldCopies } from '../world.js';
import { alarmProbability } from './detector.js';
import type { SearchWorld } from './search-world.js';

/**
 * The world of the search, one copy a searcher: it begins where the searcher starts, action 0 stays, action `j + 1` takes the j-th way or
 * stays where there is none. It shows the own sector, and for each target an alarm or silence, as the searcher's model of
 * sensing has them. Nothing is earned, and no episode ends: claims are not made by moving.
 */
export function worldOfSearch(world: SearchWorld): World {
  const { graph, targetSectors } = world;
  return {
    outcomeCounts: [graph.sectorCount, ...Array.from(targetSectors, () => 2)],
    // The targets are factors of the searcher's model too, on which nobody acts.
    actionCounts: [1 + graph.degreeMax, ...Array.from(targetSectors, () => 1)],
    open: () => new SearchCopies(world),
  };
}

class SearchCopies implements WorldCopies {
  readonly #world: SearchWorld;
  /** By lane. */
  readonly #sectors: number[] = [];

  constructor(world: SearchWorld) {
    this.#world = world;
  }

  reset(batch: WorldBatch): void {
    const { starts } = this.#world;
    for (let item = 0; item < batch.size; item++) {
      this.#sectors[batch.lanes[item]!] = starts[batch.copies[item]! % starts.length]!;
      this.#show(batch, item);
    }
  }

  step(batch: WorldBatch): void {
    const { graph } = this.#world;
    for (let item = 0; item < batch.size; item++) {
      const lane = batch.lanes[item]!;
      const action = batch.actions[0]![item]!;
      const sector = this.#sectors[lane]!;
      if (action > 0) this.#sectors[lane] = neighborsOf(graph, sector)[action - 1] ?? sector;
      this.#show(batch, item);
    }
  }

  #show(batch: WorldBatch, item: number): void {
    const { graph, detector, targetSectors } = this.#world;
    const sector = this.#sectors[batch.lanes[item]!]!;
    const draws = batch.draws(item);
    batch.outcomes[0]![item] = sector;
    for (let target = 0; target < targetSectors.length; target++) {
      const hops = graph.hops[sector * graph.sectorCount + targetSectors[target]!]!;
      batch.outcomes[1 + target]![item] = Number(draws.next() < alarmProbability(detector, hops));
    }
  }
}
