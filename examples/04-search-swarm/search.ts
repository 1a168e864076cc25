import { type AgentDefinition, planSwarmTree, type Swarm, spawnSwarm } from '@skein/agents';
import {
  type Find,
  hearsAlarm,
  isClaimRight,
  type SearchArm,
  type SearchWorld,
} from '@skein/agents/environments';
import { type ActorSystem, keyedUniform, streamOf } from '@skein/runtime';
import type { ArmReport } from './report/search-report.js';
import { searcher, walker } from './searcher.js';
import { bitOf, eachTarget, SearcherRows, wordOf } from './searcher-rows.js';

/** One moment of a search: what the swarm published at the end of a tick. Nothing of it changes afterwards. */
export interface Moment {
  readonly tick: number;
  /** For each searcher the sector it was in. */
  readonly sectors: Uint16Array;
  /** What all have seen, as counts: see `LookCounts`; undefined where each keeps it to itself. */
  readonly pool: Float64Array | undefined;
  /** u8[targets]: 1 where the target was carried off. */
  readonly found: Uint8Array;
  readonly finds: readonly Find[];
  /** Searchers that crashed in this tick, index. */
  readonly crashed: readonly number[];
}

export interface SearchOptions {
  readonly arm: SearchArm;
  readonly ticksMax: number;
  /** Probability with which each searcher crashes at each tick. */
  readonly chaos: number;
  /** Children of a node of the tree. */
  readonly fanOut: number;
  /** After each tick. The next begins when it returns, or what it returns resolves. */
  readonly onTick?: (moment: Moment) => void | Promise<void>;
  /** Ends the run between two ticks, with what was found so far. */
  readonly signal?: AbortSignal;
  /** Who searches, instead of the searchers of this example. */
  readonly definition?: AgentDefinition<ArrayLike<number>, readonly number[]>;
}

export interface SearchOutcome extends ArmReport {
  readonly swarm: Swarm<ArrayLike<number>, readonly number[]>;
  /** Steps of one searcher, a second of wall time. */
  readonly stepsPerSecond: number;
  /** Time that each tick took, ms, without what `onTick` took. */
  readonly tickMs: readonly number[];
}

/**
 * The largest message of a search, with room to spare, bytes: the evidence, and what concerns the agents below
 * one child of the root.
 */
export function messageBytesFor({ graph, starts, targetSectors }: SearchWorld, fanOut: number): number {
  const rows = new SearcherRows(targetSectors.length);
  const countsBytes = 8 * graph.sectorCount * (1 + 2 * targetSectors.length);
  const tree = planSwarmTree(starts.length, fanOut, 0);
  const below = Math.max(
    ...(tree.children.length > 0 ? tree.children : [tree]).map(({ from, to }) => to - from),
  );
  // A place has a number of 8 bytes, and its rows; on the way up the counts may come as pairs.
  return Math.max(
    65_536,
    4096 + 2 * countsBytes + below * (16 + 4 * rows.observationWidth + 4 * rows.actionWidth),
  );
}

const CHAOS = streamOf('search chaos');

/**
 * Lets one swarm search a world, from the first tick to the last find.
 *
 * A tick: everybody looks, and what was seen is fused; everybody claims and chooses a way; the world answers the
 * claims and moves everybody. A searcher that crashes sees nothing and stays where it is.
 */
export async function searchWithSwarm(
  system: ActorSystem,
  world: SearchWorld,
  options: SearchOptions,
): Promise<SearchOutcome> {
  const { arm, ticksMax, chaos } = options;
  const searchers = new Searchers(world, chaos);
  const swarm = await spawnSwarm(system, options.definition ?? (arm === 'random' ? walker : searcher), {
    count: world.starts.length,
    fanOut: options.fanOut,
    seed: world.seed,
    fuse: arm === 'fused',
    name: arm,
  });
  const { found, finds } = searchers;
  const tickMs: number[] = [];
  let tick = 0;
  while (finds.length < found.length && tick < ticksMax && options.signal?.aborted !== true) {
    tick++;
    const startedMs = performance.now();
    const { actions, unseen } = await swarm.stepColumns(searchers.look(tick));
    const sectors = searchers.sectors.slice();
    searchers.answer(tick, actions, unseen);
    tickMs.push(performance.now() - startedMs);
    const moment = { tick, sectors, found: found.slice(), finds: finds.slice(), crashed: unseen };
    await options.onTick?.({ ...moment, pool: swarm.pool });
  }
  await swarm.stop();
  const seconds = tickMs.reduce((sum, ms) => sum + ms, 0) / 1000;
  return {
    complete: finds.length === found.length,
    ticks: tick,
    finds,
    falseClaims: searchers.falseClaims,
    swarm,
    stepsPerSecond: (world.starts.length * tick) / seconds,
    tickMs,
  };
}

/** The searchers as the world sees them: where they stand, what they are shown, and what becomes of what they do. */
export class Searchers {
  /** Where each stands. */
  readonly sectors: Uint16Array;
  readonly found: Uint8Array;
  readonly finds: Find[] = [];
  falseClaims = 0;
  readonly #world: SearchWorld;
  readonly #chaos: number;
  readonly #rows: SearcherRows;
  /** For each number of an observation a column. */
  readonly #observations: Int32Array[];
  /** Refusals that a searcher has not heard of yet, by searcher. */
  readonly #refused = new Map<number, { readonly target: number; readonly sector: number }[]>();

  constructor(world: SearchWorld, chaos: number) {
    this.#world = world;
    this.#chaos = chaos;
    this.sectors = world.starts.slice();
    this.found = new Uint8Array(world.targetSectors.length);
    this.#rows = new SearcherRows(this.found.length);
    this.#observations = Array.from(
      { length: this.#rows.observationWidth },
      () => new Int32Array(this.sectors.length),
    );
  }

  /** What everybody observes in a tick: a column for each number of a row. */
  look(tick: number): readonly Int32Array[] {
    const { sectors, found } = this;
    const rows = this.#rows;
    const world = this.#world;
    const columns = this.#observations;
    for (const column of columns) column.fill(0);
    columns[rows.sector]!.set(sectors);
    for (let target = 0; target < found.length; target++) {
      const bit = bitOf(target);
      if (found[target] === 1) {
        const gone = columns[rows.found + wordOf(target)]!;
        for (let agent = 0; agent < gone.length; agent++) gone[agent]! |= bit;
        continue;
      }
      const alarms = columns[rows.alarms + wordOf(target)]!;
      for (let agent = 0; agent < alarms.length; agent++)
        if (hearsAlarm(world, agent, tick, target, sectors[agent]!)) alarms[agent]! |= bit;
    }
    if (this.#chaos > 0)
      for (let agent = 0; agent < sectors.length; agent++)
        columns[rows.crash]![agent] = Number(keyedUniform(world.seed, CHAOS, agent, tick) < this.#chaos);
    for (const [agent, claims] of this.#refused) {
      // One sector at a time, as a row has no room for more.
      const { sector } = claims[0]!;
      columns[rows.claimed]![agent] = sector;
      for (const claim of claims)
        if (claim.sector === sector)
          columns[rows.refused + wordOf(claim.target)]![agent]! |= bitOf(claim.target);
    }
    return columns;
  }

  /** Answers claims and moves everybody. @param actions for each number of an action a column; -1 where nobody acted */
  answer(tick: number, actions: readonly Int32Array[], unseen: readonly number[]): void {
    this.#forget(unseen);
    const { sectors, found } = this;
    const wrong = new Set<number>();
    const right = new Set<number>();
    const claims = actions.slice(1);
    const row = new Int32Array(claims.length);
    const next = actions[0]!;
    for (let agent = 0; agent < sectors.length; agent++) {
      if (next[agent] === -1) continue;
      const sector = sectors[agent]!;
      sectors[agent] = next[agent]!;
      for (let word = 0; word < row.length; word++) row[word] = claims[word]![agent]!;
      eachTarget(row, 0, row.length, (target) => {
        if (isClaimRight(this.#world, target, sector)) right.add(target);
        else {
          const refused = this.#refused.get(agent) ?? [];
          this.#refused.set(agent, [...refused, { target, sector }]);
          wrong.add(target * this.#world.graph.sectorCount + sector);
        }
      });
    }
    this.falseClaims += wrong.size;
    for (const target of [...right].sort((a, b) => a - b)) {
      found[target] = 1;
      this.finds.push({ target, sector: this.#world.targetSectors[target]!, tick });
    }
  }

  /** What searchers were told of refusals they know; one that saw nothing has not heard of it, and is told again. */
  #forget(unseen: readonly number[]): void {
    const blind = new Set(unseen);
    for (const [agent, claims] of this.#refused) {
      if (blind.has(agent)) continue;
      const rest = claims.filter(({ sector }) => sector !== claims[0]!.sector);
      if (rest.length > 0) this.#refused.set(agent, rest);
      else this.#refused.delete(agent);
    }
  }
}
