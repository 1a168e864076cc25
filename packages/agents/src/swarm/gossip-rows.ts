import { type ActorRef, keyedUniform, streamOf } from '@skein/runtime';
import type { AgentProtocol } from '../agent/agent-actor.js';
import type { GossipRow } from '../agent/gossip.js';

const PEERS = streamOf('agents: gossip');
/** Rounds and draws of peers are counted in fields of this size. */
const FIELD = 2 ** 14;

/** Which round of which gossip. */
export interface GossipRound {
  /** Places, count. */
  readonly capacity: number;
  readonly seed: number;
  /** The how-manieth gossip of the swarm. */
  readonly draw: number;
  readonly round: number;
  readonly fanOut: number;
}

/**
 * To whom each agent gives a share: different others, each as likely as any, decided by (seed, draw, round, index).
 *
 * @param indices who takes part, ascending, beside their refs
 * @returns one row for each place; who takes no part gives nothing, and waits for nothing
 */
export function gossipRows(
  indices: readonly number[],
  refs: readonly ActorRef<AgentProtocol>[],
  { capacity, seed, draw, round, fanOut }: GossipRound,
): readonly GossipRow[] {
  const count = indices.length;
  const peerCount = Math.min(fanOut, count - 1);
  const expected = new Int32Array(count);
  const chosen = indices.map((index, at) => {
    const others = new Set<number>();
    for (let i = 0; others.size < peerCount; i++) {
      const uniform = keyedUniform(seed, PEERS, index, (draw * FIELD + round) * FIELD + i);
      // A step of 1 to count - 1 around the circle of all: never to itself.
      others.add((at + 1 + Math.floor(uniform * (count - 1))) % count);
    }
    for (const other of others) expected[other]!++;
    return [...others];
  });
  const rows = new Array<GossipRow>(capacity).fill({ peers: [], expected: 0 });
  for (const [at, index] of indices.entries())
    rows[index] = { peers: chosen[at]!.map((other) => refs[other]!), expected: expected[at]! };
  return rows;
}
