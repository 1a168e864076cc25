import { actionUniform } from '../../agent/agent-actor.js';
import { SharedEvidence } from '../../agent/shared-evidence.js';
import { addInto } from '../../coordination/add.js';
import { EvidencePool } from '../../swarm/evidence-pool.js';
import { tabulateDetector } from './detector.js';
import { addLook, addRefusal, stateCountOf, targetPrior, updateBeliefs } from './evidence.js';
import { CLAIM_CONFIDENCE, hearsAlarm, isClaimRight, randomStep, type SearchWorld } from './search-world.js';
import type { SearcherPreferences } from './searcher-model.js';
import { SearcherPlanner } from './searcher-planner.js';
import { walkPolicies } from './walk-policies.js';

/**
 * The three ways to search one world, differing in one thing each: `fused` searchers pool their evidence, `unfused`
 * ones keep it to themselves, `random` walkers do too and walk at random. World, draws, detector, beliefs,
 * claims and announced finds are the same.
 */
export type SearchArm = 'fused' | 'unfused' | 'random';

/** How the searchers of an arm plan and fuse. */
export interface SearchParameters {
  /** A fusion at every so many ticks. */
  readonly fuseEveryTicks: number;
  /** Steps of a policy. */
  readonly horizon: number;
  /** Precision of policies, gamma, dimensionless. */
  readonly gamma: number;
  readonly preferences: SearcherPreferences;
}

/**
 * - `horizon` 8: longer ones make pooled searchers set out for one far place together; shorter ones lose their way in
 *   a maze, where nothing within reach is worth a step
 * - `preferences.find` 1 nat: at 0 nobody goes and stands on a target that is known; from 0.5 to 8 it makes no difference
 * - `gamma` 16: the inference package's own; from 4 to 128 it makes no difference
 */
export const DEFAULT_SEARCH_PARAMETERS: SearchParameters = {
  fuseEveryTicks: 1,
  horizon: 8,
  gamma: 16,
  preferences: { find: 1 },
};

/** A target found: claimed by a searcher in its sector, and confirmed by the world. */
export interface Find {
  readonly target: number;
  readonly sector: number;
  /** 1 is the first tick. */
  readonly tick: number;
}

/** How one arm's search of a world went. */
export interface SearchOutcome {
  readonly arm: SearchArm;
  /** Whether every target was found. */
  readonly complete: boolean;
  /** Ticks until the last find, or all that were allowed. */
  readonly ticks: number;
  /** In order of tick, then target. */
  readonly finds: readonly Find[];
  /** Wrong claims; those of several searchers for one target, sector and tick count as one. */
  readonly falseClaims: number;
}

/**
 * Searches a world in one thread, from the first tick to the last find. A tick: everybody looks; the pool is fused if it
 * is time; beliefs; everybody claims and chooses a way; the world answers the claims, and everybody moves.
 */
export function simulateSearch(
  world: SearchWorld,
  arm: SearchArm,
  ticksMax: number,
  parameters: SearchParameters = DEFAULT_SEARCH_PARAMETERS,
): SearchOutcome {
  const { graph, targetSectors } = world;
  const targetCount = targetSectors.length;
  const stateCount = stateCountOf(graph);
  const table = tabulateDetector(world.detector, graph);
  const policies = walkPolicies(graph, parameters.horizon);
  const planner = new SearcherPlanner(graph, table, policies, parameters.preferences, parameters.gamma);
  const logPrior = targetPrior(graph).map((p) => Math.log(p));

  const sectors = world.starts.slice();
  const evidenceLength = targetCount * stateCount;
  const evidence = Array.from(sectors, () => new SharedEvidence(evidenceLength, 0));
  const beliefs = Array.from(sectors, () => new Float64Array(evidenceLength));
  const pool = new EvidencePool(sectors.length, evidenceLength);
  const found = new Uint8Array(targetCount);
  const finds: Find[] = [];
  let falseClaims = 0;

  for (let tick = 1; tick <= ticksMax; tick++) {
    sectors.forEach((sector, agent) => {
      for (let target = 0; target < targetCount; target++) {
        if (found[target] === 1) continue;
        const alarm = hearsAlarm(world, agent, tick, target, sector);
        addLook(evidence[agent]!.own, table, target, sector, alarm);
      }
    });

    const fuses = arm === 'fused' && tick % parameters.fuseEveryTicks === 0;
    if (fuses) {
      const sum = new Float64Array(evidenceLength);
      for (const { own } of evidence) addInto(sum, own);
      pool.add(tick, sum, sectors.keys());
      for (const searcher of evidence) searcher.accept(pool.total, tick);
    }
    // Right after a fusion all hold the same evidence, so one belief is everybody's.
    const believed = fuses ? beliefs.slice(0, 1) : beliefs;
    believed.forEach((belief, agent) => {
      const { pool: fused, own } = evidence[agent]!;
      updateBeliefs(belief, logPrior, [fused, own], found);
    });
    const beliefOf = (agent: number): Float64Array => believed[fuses ? 0 : agent]!;

    const refused = new Set<number>();
    const right = new Set<number>();
    sectors.forEach((sector, agent) => {
      for (let target = 0; target < targetCount; target++) {
        if (found[target] === 1) continue;
        if (beliefOf(agent)[target * stateCount + sector]! < CLAIM_CONFIDENCE) continue;
        if (isClaimRight(world, target, sector)) {
          right.add(target);
        } else {
          refused.add(target * stateCount + sector);
          addRefusal(evidence[agent]!.own, graph, target, sector);
        }
      }
    });
    sectors.forEach((sector, agent) => {
      const uniform = actionUniform(world.seed, agent, tick);
      if (arm === 'random') {
        sectors[agent] = randomStep(graph, sector, uniform);
        return;
      }
      if (!fuses || agent === 0) planner.believe(beliefOf(agent));
      sectors[agent] = planner.choose(sector, uniform);
    });

    falseClaims += refused.size;
    for (const target of [...right].sort((a, b) => a - b)) {
      found[target] = 1;
      finds.push({ target, sector: targetSectors[target]!, tick });
    }
    if (finds.length === targetCount) return { arm, complete: true, ticks: tick, finds, falseClaims };
  }
  return { arm, complete: false, ticks: ticksMax, finds, falseClaims };
}
