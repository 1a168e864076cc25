import { planSwarmTree, type Swarm, spawnSwarm } from '@skein/agents';
import {
  emptyEvidence,
  type Find,
  hearsAlarm,
  isClaimRight,
  type SearchArm,
  type SearchWorld,
  targetPrior,
  updateBeliefs,
} from '@skein/agents/environments';
import { type ActorSystem, keyedUniform, streamOf } from '@skein/runtime';
import type { ArmReport, SearchFrame } from './report/search-report.js';
import { type SearcherAction, type SearcherObservation, searcher, walker } from './searcher.js';

export interface SearchOptions {
  readonly arm: SearchArm;
  readonly ticksMax: number;
  /** Probability with which each searcher crashes at each tick. */
  readonly chaos: number;
  /** Children of a node of the tree. */
  readonly fanOut: number;
  /** After each tick: how far the search is. */
  readonly onTick?: (tick: number, foundCount: number) => void;
  /** Ends the run between two ticks, with what was found so far. */
  readonly signal?: AbortSignal;
  /** Keep what a report draws. */
  readonly recordsFrames?: boolean;
}

export interface SearchOutcome extends ArmReport {
  readonly frames: readonly SearchFrame[];
  readonly swarm: Swarm<SearcherObservation, SearcherAction>;
  /** Steps of one searcher, a second of wall time. */
  readonly stepsPerSecond: number;
}

/**
 * The largest message of a search, with room to spare, bytes: the evidence, and what concerns the agents below
 * one child of the root.
 */
export function messageBytesFor({ graph, starts, targetSectors }: SearchWorld, fanOut: number): number {
  const evidenceBytes = emptyEvidence(graph, targetSectors.length).byteLength;
  const tree = planSwarmTree(starts.length, fanOut, 0);
  const below = Math.max(
    ...(tree.children.length > 0 ? tree.children : [tree]).map(({ from, to }) => to - from),
  );
  return Math.max(65_536, 4096 + evidenceBytes + below * (128 + 4 * targetSectors.length));
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
  const agentCount = world.starts.length;
  const targetCount = world.targetSectors.length;
  const swarm = await spawnSwarm(system, arm === 'random' ? walker : searcher, {
    count: agentCount,
    fanOut: options.fanOut,
    seed: world.seed,
    fuse: arm === 'fused',
    name: arm,
  });
  const sectors = world.starts.slice();
  const found = new Uint8Array(targetCount);
  const finds: Find[] = [];
  const frames: SearchFrame[] = [];
  let refused: { target: number; sector: number }[][] = Array.from(sectors, () => []);
  let falseClaims = 0;
  let tick = 0;
  const startedMs = performance.now();
  while (finds.length < targetCount && tick < ticksMax && options.signal?.aborted !== true) {
    tick++;
    const foundBefore = found.slice();
    const observations = Array.from(
      sectors,
      (sector, agent): SearcherObservation => ({
        sector,
        alarms: alarmsAt(world, agent, tick, sector, found),
        found: foundBefore,
        refused: refused[agent]!,
        crash: keyedUniform(world.seed, CHAOS, agent, tick) < chaos,
      }),
    );
    const { actions, unseen } = await swarm.step(observations);

    // A searcher that saw nothing has not heard that it was refused either: it is told again.
    const blind = new Set(unseen);
    refused = refused.map((claims, agent) => (blind.has(agent) ? claims : []));
    const wrong = new Set<string>();
    const right = new Set<number>();
    for (const [agent, action] of actions.entries()) {
      const sector = sectors[agent]!;
      for (const target of action?.claims ?? []) {
        if (isClaimRight(world, target, sector)) right.add(target);
        else {
          refused[agent]!.push({ target, sector });
          wrong.add(`${target} ${sector}`);
        }
      }
    }
    falseClaims += wrong.size;
    for (const target of [...right].sort((a, b) => a - b)) {
      found[target] = 1;
      finds.push({ target, sector: world.targetSectors[target]!, tick });
    }
    if (options.recordsFrames) frames.push(frameOf(world, swarm, tick, sectors, found, unseen));
    for (const [agent, action] of actions.entries()) if (action) sectors[agent] = action.next;
    options.onTick?.(tick, finds.length);
  }
  const stepsPerSecond = (agentCount * tick) / ((performance.now() - startedMs) / 1000);
  await swarm.stop();
  return {
    complete: finds.length === targetCount,
    ticks: tick,
    finds,
    falseClaims,
    frames,
    swarm,
    stepsPerSecond,
  };
}

function alarmsAt(
  world: SearchWorld,
  agent: number,
  tick: number,
  sector: number,
  found: Uint8Array,
): Uint8Array {
  return found.map((gone, target) => (gone === 0 && hearsAlarm(world, agent, tick, target, sector) ? 1 : 0));
}

/** The swarm's belief after the fusion of this tick, and where everybody stands in it. */
function frameOf(
  { graph }: SearchWorld,
  { pool }: Swarm<SearcherObservation, SearcherAction>,
  tick: number,
  sectors: Uint16Array,
  found: Uint8Array,
  crashed: readonly number[],
): SearchFrame {
  const beliefs = emptyEvidence(graph, found.length);
  const logPrior = targetPrior(graph).map((p) => Math.log(p));
  updateBeliefs(beliefs, logPrior, pool ? [pool] : [], found);
  return { tick, sectors: sectors.slice(), beliefs: Float32Array.from(beliefs), crashed };
}
