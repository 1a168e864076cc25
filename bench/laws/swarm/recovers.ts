import { oneForOne } from '@skein/runtime';
import type { Invariant } from '@skein/runtime/testing';
import { Expedition } from './expedition.js';
import { SCOUTS_MODULE, scout, surveyor, TICKS_MAX } from './scouts.js';
import { takeStep } from './take-step.js';

/** Before another try, ms: all tries together outlast every fault. */
const PAUSE_MS = 100;

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
    fullMailboxes: 1, // and no delays: time that outruns every step lets none end
  },
  eventually: (world, expedition) => {
    if (!expedition.isIdle) return 'a step has not ended';
    const { steps } = expedition;
    const { missing } = steps.at(-1)?.result ?? {};
    if (missing?.length === 0) return true;
    if (steps.length === TICKS_MAX) return `after ${TICKS_MAX} steps ${missing ?? 'all'} are missing`;
    world.advance(PAUSE_MS);
    expedition.step();
    return 'some are missing';
  },
}));
