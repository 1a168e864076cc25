import type { ActorSystem } from '@skein/runtime';
import type { AgentDefinition } from '../definition/agent-definition.js';
import { SwarmError } from '../errors.js';
import { commonContributions } from './common-contributions.js';
import { Membership } from './membership.js';
import { planMixedTree } from './mixed-tree.js';
import { homeOf } from './swarm-home.js';
import type { AnySwarmPart, MixedSwarmOptions, SwarmOptions } from './swarm-options.js';
import type { SwarmParts } from './swarm-parts.js';
import { planSwarmTree } from './swarm-tree.js';

/**
 * Checks what is to be a swarm, plans its tree, and spawns the root, which spawns all others.
 *
 * @throws SwarmError `AGENTS_SWARM_SIZE`, `AGENTS_SWARM_OPTION`; UnknownDefinitionError
 */
export function spawnParts(
  system: ActorSystem,
  what: AgentDefinition<never, unknown> | readonly AnySwarmPart[],
  options: MixedSwarmOptions | SwarmOptions,
): SwarmParts {
  const given = isParts(what) ? what : [{ ...(options as SwarmOptions), definition: what } as AnySwarmPart];
  const parts = given.map(({ definition, count, capacity = count }) => ({ definition, count, capacity }));
  const { fanOut = 32, seed = system.seed, fuse = true } = options;
  for (const { count, capacity } of parts) checkSize(count, capacity);
  if (!(Number.isInteger(fanOut) && fanOut >= 2))
    throw new SwarmError('AGENTS_SWARM_OPTION', `A fan-out of ${fanOut}.`, 'Pass a fan-out of at least 2.');
  checkMixture(parts, fuse);
  const [first] = parts;
  const { definition } = first!;
  const { name = definition.name } = options;
  const isMixed = parts.length > 1;
  const home = homeOf(system, parts, { ...options, name, seed });
  const plans = parts.map((part) => ({ cohort: part.definition.cohort.name, capacity: part.capacity }));
  const tree = isMixed ? planMixedTree(plans, fanOut, home) : planSwarmTree(first!.capacity, fanOut, home);
  const membership = new Membership(tree, isMixed ? parts.map(({ count }) => count) : first!.count);
  const { tenures } = membership;
  const args = { node: tree, agentCount: tree.to, seed, ...(tenures && { tenures }) };
  const root = system.spawn(definition.cohort, args, { name, shard: 0 });
  let to = 0;
  const kinds = parts.map(({ definition: { name }, capacity }) => {
    const from = to;
    to += capacity;
    return { name, from, to };
  });
  const contributions = commonContributions(parts.map((part) => part.definition.contributions));
  const fuses = fuse && definition.sharesEvidence;
  const { countsEvidence } = definition;
  return { system, root, tree, membership, contributions, seed, fuses, countsEvidence, kinds };
}

function isParts(what: object): what is readonly AnySwarmPart[] {
  return Array.isArray(what);
}

function checkSize(count: number, capacity: number): void {
  if (!(Number.isInteger(count) && count >= 1))
    throw new SwarmError('AGENTS_SWARM_SIZE', `A swarm of ${count} agents.`, 'Pass a count of at least 1.');
  if (!(Number.isInteger(capacity) && capacity >= count))
    throw new SwarmError(
      'AGENTS_SWARM_SIZE',
      `A swarm of ${count} agents with ${capacity} places.`,
      'Pass a capacity of at least the count.',
    );
}

function checkMixture(parts: readonly AnySwarmPart[], fuse: boolean): void {
  if (parts.length === 0)
    throw new SwarmError('AGENTS_SWARM_SIZE', 'A swarm of no definition.', 'Pass at least one part.');
  const names = parts.map(({ definition }) => definition.name);
  if (new Set(names).size < names.length)
    throw new SwarmError(
      'AGENTS_SWARM_OPTION',
      `A swarm of ${names.join(', ')}: of one definition twice.`,
      'Pass each definition once, with the count of all its agents.',
    );
  const sharing = parts.find(({ definition }) => definition.sharesEvidence);
  if (parts.length > 1 && fuse && sharing !== undefined)
    throw new SwarmError(
      'AGENTS_SWARM_OPTION',
      `A swarm of several definitions, of which "${sharing.definition.name}" shares evidence.`,
      'Spawn a swarm of those alone, or pass `fuse: false`.',
    );
}
