import type { ActorRef } from '@skein/runtime';
import type { AgentProtocol } from '../agent/agent-actor.js';
import type { CombinerSpec } from '../coordination/combiners.js';
import type { NumberRows } from '../coordination/concat.js';
import { SwarmError } from '../errors.js';
import { checkCount } from './check-count.js';
import type { DeclaredNames } from './declared-names.js';
import { gossipRows } from './gossip-rows.js';
import type { GossipOptions, GossipResult } from './results.js';
import type { SwarmDraws } from './swarm-draws.js';
import { type SwarmRounds, TOOK_PART } from './swarm-rounds.js';

const REFS: CombinerSpec = { name: 'list' };
const ESTIMATES: CombinerSpec = { name: 'float64' };

/** See `Swarm.gossip`: a round in which all are met, those in which they tell each other, and one that asks what they believe. */
export async function gossipIn(
  name: string,
  { rounds: roundCount, fanOut, ...options }: GossipOptions,
  { rounds, declared, draws }: Gossipers,
): Promise<GossipResult> {
  if (declared.widthOf(name) !== 1)
    throw new SwarmError('AGENTS_SWARM_OPTION', `"${name}" is a column.`, 'Gossip about one number.');
  checkCount('rounds', roundCount);
  checkCount('fanOut', fanOut);
  const { capacity } = rounds;
  return rounds.alone('gossip', async () => {
    const whoIs = await rounds.run({ take: { kind: 'meet', name }, combiner: REFS }, options);
    const refs = whoIs.partial as readonly ActorRef<AgentProtocol>[];
    const indices = [...rounds.present(whoIs.missing)];
    const common = { capacity, seed: draws.seed, draw: draws.take(), fanOut };
    for (let round = 0; round < roundCount; round++) {
      const rows = gossipRows(indices, refs, { ...common, round });
      const take = { kind: 'gossip', key: rounds.count } as const;
      await rounds.run({ take, combiner: TOOK_PART }, options, rows);
    }
    const last = await rounds.run({ take: { kind: 'gossiped' }, combiner: ESTIMATES }, options);
    const { numbers } = last.partial as NumberRows<Float64Array>;
    const estimates = new Float64Array(capacity).fill(Number.NaN);
    let at = 0;
    for (const index of rounds.present(last.missing)) estimates[index] = numbers[at++]!;
    return { estimates, missing: [...last.missing] };
  });
}

/** Who gossips. */
interface Gossipers {
  readonly rounds: SwarmRounds;
  readonly declared: DeclaredNames;
  readonly draws: SwarmDraws;
}
