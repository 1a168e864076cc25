import { NO_COALITION } from '@skein/agents';
import { oneForOne } from '@skein/runtime';
import type { Invariant } from '@skein/runtime/testing';
import { Alliance, deal } from './alliance.js';
import { ALLIES_MODULE, type AllyMind, ally } from './allies.js';

/** Whoever crashes: by the books and by what agents hear, each is in one coalition or in none, and only in one that it was taken into. */
export const oneCoalition: readonly Invariant<Alliance>[] = (['shrink', 'dissolve'] as const).map(
  (onLoss) => ({
    name: `swarm: nobody is in two coalitions, of those that ${onLoss}`,
    module: import.meta.url,
    modules: [ALLIES_MODULE],
    sideShards: 2,
    system: { supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }), log: () => undefined },
    start: (world) => Alliance.meet(world, onLoss),
    commands: [deal],
    faults: {
      crashes: 3,
      crashable: [ally.agent.name, ally.cohort.name],
      shardLosses: 1,
      partitions: 1,
      stalls: 2,
      fullMailboxes: 1,
      delays: true,
    },
    invariant: (_, alliance) => {
      alliance.lookAround();
      const seats = new Map<number, number>();
      for (const { id, members } of alliance.coalitions.standing)
        for (const index of members) {
          if (seats.has(index)) return `agent ${index} is in coalitions ${seats.get(index)} and ${id}`;
          seats.set(index, id);
        }
      for (let index = 0; index < alliance.swarm.capacity; index++) {
        const booked = alliance.swarm.seats.of(index);
        if (booked !== (seats.get(index) ?? NO_COALITION)) return `agent ${index} is booked for ${booked}`;
      }
      for (const life of alliance.lives) {
        const broken = brokenBy(alliance, life);
        if (broken !== undefined) return `agent ${life.index} ${broken}`;
      }
      return true;
    },
  }),
);

/** What of that which an agent has heard is not as it should be. */
function brokenBy({ rolls }: Alliance, { index, news }: AllyMind): string | undefined {
  let now = NO_COALITION;
  for (const one of news) {
    const { kind, coalition } = one;
    if (kind === 'joined') {
      if (now !== NO_COALITION) return `joins ${coalition}, and is in ${now}`;
      if (!rolls.get(coalition)?.has(index)) return `joins ${coalition}, which has not taken it in`;
      now = coalition;
    } else if (coalition !== now) return `hears of coalition ${coalition}, and is in ${now}`;
    else if (kind === 'left') now = NO_COALITION;
  }
  return undefined;
}
