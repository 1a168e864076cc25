import { oneForOne } from '@skein/runtime';
import type { Invariant } from '@skein/runtime/testing';
import { Expedition } from './expedition.js';
import { SCOUTS_MODULE, scout, surveyor, TICKS_MAX } from './scouts.js';
import { takeStep } from './take-step.js';

/** Whoever crashed or was lost is back: of the steps after the faults, one finds all agents there. */
export const recovers: readonly Invariant<Expedition>[] = [scout, surveyor].map((definition) => ({
  name: `swarm: all ${definition.name}s come back`,
  module: import.meta.url,
  modules: [SCOUTS_MODULE],
  sideShards: 2,
  system: { supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }), log: () => undefined },
  start: (world) => Expedition.begin(world, definition, { count: 5, fanOut: 2 }),
  commands: [takeStep],
  faults: {
    crashes: 3,
    crashable: [definition.agent.name, definition.cohort.name],
    shardLosses: 1,
    partitions: 1,
    stalls: 2,
    fullMailboxes: 1,
    delays: true,
  },
  eventually: (_, expedition) => {
    if (!expedition.isIdle) return 'a step has not ended';
    const { steps } = expedition;
    const { missing } = steps.at(-1)?.result ?? {};
    if (missing?.length === 0) return true;
    expedition.step();
    return steps.length === TICKS_MAX ? `after ${TICKS_MAX} steps ${missing} are missing` : 'some are missing';
  },
}));
