import type { GenerativeModel } from '@skein/inference';
import type { EnvironmentSwarm } from '../environments/environment-swarm.js';
import { WorldError } from '../environments/world-error.js';
import { SwarmError } from '../errors.js';
import type { AnySwarm } from './closed-loop.js';

/** What happens when an episode ends, or an agent fails in one. Decides, with the seeds, all that comes of a rollout. */
export interface LoopRules {
  /** Steps of every agent, count, at least 1. */
  readonly ticks: number;
  /**
   * What becomes of an agent whose copy begins another episode: `begin`, the default, has it begin one too, with its prior; `go-on`
   * leaves it what it believes.
   */
  readonly agents?: 'begin' | 'go-on';
  /**
   * What becomes of a copy whose agent took no part in a step: `begin`, the default, ends the episode as lost and begins another; `wait`
   * stops the world for that step, and shows the same again.
   */
  readonly afterFailure?: 'begin' | 'wait';
}

/** The rules, all of them said. */
export type ResolvedRules = Required<LoopRules>;

/** @throws SwarmError `AGENTS_SWARM_OPTION`, WorldError `AGENTS_WORLD_OPTION` */
export function resolveRules(
  { ticks, agents = 'begin', afterFailure = 'begin' }: LoopRules,
  swarm: AnySwarm,
  environment: EnvironmentSwarm,
  model: GenerativeModel | undefined,
): ResolvedRules {
  if (!(Number.isInteger(ticks) && ticks >= 1))
    throw refused(`${ticks} ticks`, 'Pass a count of at least 1 as `ticks`.');
  if (agents !== 'begin' && agents !== 'go-on')
    throw refused(`\`agents: ${agents}\``, 'Pass `begin` or `go-on`.');
  if (afterFailure !== 'begin' && afterFailure !== 'wait')
    throw refused(`\`afterFailure: ${afterFailure}\``, 'Pass `begin` or `wait`.');
  if (environment.capacity !== swarm.capacity)
    throw refused(
      `${swarm.capacity} agents and ${environment.capacity} copies`,
      'Spawn the environment for this swarm.',
    );
  checkFit(model, environment);
  return { ticks, agents, afterFailure };
}

/** What can be known beforehand. */
function checkFit(model: GenerativeModel | undefined, { definition }: EnvironmentSwarm): void {
  const { world } = definition;
  if (model === undefined || world === undefined) return;
  for (const counts of ['outcomeCounts', 'actionCounts'] as const) {
    const [agents, copies] = [model.shape[counts], world[counts]];
    if (agents.join() === copies.join()) continue;
    throw new WorldError(
      'AGENTS_WORLD_OPTION',
      `The model has ${counts} [${agents.join(', ')}], the world of "${definition.name}" [${copies.join(', ')}].`,
      'Let agents live in a world that has what they can see and do.',
    );
  }
}

function refused(what: string, remedy: string): SwarmError {
  return new SwarmError('AGENTS_SWARM_OPTION', `A rollout with ${what}.`, remedy);
}
