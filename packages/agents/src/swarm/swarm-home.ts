import { type ActorSystem, streamOf } from '@skein/runtime';
import type { MindSetup } from '../agent/mind.js';
import { SwarmError } from '../errors.js';
import type { AnySwarmPart, SwarmOptions } from './swarm-options.js';
import type { SwarmHome } from './swarm-tree.js';

/** What a thread has to have to do in a step before it is worth waking, ns: see `docs/decisions/0017-small-swarms-stay-at-home.md`. */
const WORTH_WAKING_NS = 500_000;

/** A part whose places are counted. */
type SizedPart = AnySwarmPart & { readonly capacity: number };

/**
 * The shards that a swarm is to live on: as many workers as it pays to wake, and with a single one the main thread too, so that
 * there are two.
 *
 * @throws SwarmError `AGENTS_SWARM_OPTION`; what the definitions' models throw
 */
export function homeOf(
  system: Pick<ActorSystem, 'threads' | 'extension'>,
  parts: readonly SizedPart[],
  {
    workers,
    main,
    name,
    seed,
  }: Pick<SwarmOptions, 'workers' | 'main'> & { readonly name: string; readonly seed: number },
): SwarmHome {
  const { threads } = system;
  if (workers !== undefined && !(Number.isInteger(workers) && workers >= 0 && workers <= threads))
    throw new SwarmError(
      'AGENTS_SWARM_OPTION',
      `A swarm on ${workers} worker threads of ${threads}.`,
      `Pass \`workers\` from 0 to ${threads}, or a system with more \`threads\`.`,
    );
  if (main !== undefined && typeof main !== 'boolean')
    throw new SwarmError(
      'AGENTS_SWARM_OPTION',
      `A swarm with \`main: ${String(main)}\`.`,
      'Pass `main` as true or false, or leave it out.',
    );
  const ns = workers === undefined && threads > 0 ? stepNs(parts, system, seed) : undefined;
  const count = workers ?? (threads === 0 ? 0 : worthWaking(ns, threads));
  return {
    workers: count,
    main: count === 0 || (main ?? (threads === 1 && ns !== undefined)),
    threads,
    first: count === threads ? 1 : 1 + (streamOf(name) % threads),
  };
}

/** Workers to be spread over, count. */
export function worthWaking(ns: number | undefined, threads: number): number {
  if (ns === undefined) return threads;
  const worth = Math.floor(ns / WORTH_WAKING_NS);
  return worth < 2 ? 0 : Math.min(worth, threads);
}

/** About what a step of all agents takes, ns; undefined where nobody knows. */
function stepNs(
  parts: readonly SizedPart[],
  system: Pick<ActorSystem, 'extension'>,
  seed: number,
): number | undefined {
  let sum = 0;
  for (const { definition, capacity } of parts) {
    if (definition.stepCostNs === undefined) return undefined;
    sum += capacity * definition.stepCostNs(setupOf(capacity, seed, system));
  }
  return sum;
}

/** What the first agent would be told; what it made for its shard is not kept. */
function setupOf(agentCount: number, seed: number, system: Pick<ActorSystem, 'extension'>): MindSetup {
  const extension = (name: string): unknown => system.extension(name);
  return { index: 0, agentCount, seed, extension, shardLocal: (_, build) => build() };
}
