import type { ActorRef } from '@skein/runtime';
import { oneForOne } from '@skein/runtime';
import type { Command, Invariant } from '@skein/runtime/testing';
import { Alliance, type Deal, deal } from './alliance.js';
import { ALLIES_MODULE, ally } from './allies.js';
import { PACER_MODULE, pacer } from './recovers.js';

interface Paced {
  readonly alliance: Alliance;
  readonly pacer: ActorRef<{ beat: Record<never, never> }>;
  /** Beats that were heard. */
  heard: number;
}

const pacedDeal: Command<Paced, Deal> = {
  ...deal,
  run: (world, { alliance }, what) => deal.run(world, alliance, what),
};

/** Once the faults are over, dissolving leaves nothing: no coalition stands, no place is booked, and no agent believes to be in one. */
export const coalitionsEnd: Invariant<Paced> = {
  name: 'swarm: nothing is left of coalitions that are dissolved',
  module: import.meta.url,
  modules: [ALLIES_MODULE, PACER_MODULE],
  sideShards: 2,
  system: { supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }), log: () => undefined },
  start: async (world) => ({
    alliance: await Alliance.meet(world, 'shrink'),
    pacer: world.system.spawn(pacer, undefined, { shard: 0 }),
    heard: 0,
  }),
  commands: [pacedDeal],
  // No delays: time that outruns every operation lets none end.
  faults: {
    crashes: 3,
    crashable: [ally.agent.name, ally.cohort.name],
    shardLosses: 1,
    partitions: 1,
    stalls: 2,
    fullMailboxes: 1,
  },
  eventually: (world, paced) => {
    const { alliance, heard } = paced;
    if (!alliance.isIdle) return 'an operation has not ended';
    const { swarm, coalitions } = alliance;
    const booked = Array.from(swarm.members, (index) => swarm.seats.of(index)).filter((seat) => seat > 0);
    const members = alliance.living().filter(({ coalition }) => coalition > 0);
    if (coalitions.standing.length + booked.length + members.length === 0) return true;
    const { beats } = world.stateOf<{ readonly beats: number }>(paced.pacer)!;
    if (beats > heard) {
      paced.heard = beats;
      alliance.call('dissolve', true);
    }
    return `coalitions ${coalitions.standing.map(({ id }) => id)} stand, agents ${members.map(({ index }) => index)} are in one`;
  },
};
