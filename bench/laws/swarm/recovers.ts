import { type ActorRef, defineActor, oneForOne } from '@skein/runtime';
import type { Command, Invariant } from '@skein/runtime/testing';
import { Expedition, type Mishap } from './expedition.js';
import { SCOUTS_MODULE, scout, surveyor, TICKS_MAX } from './scouts.js';
import { takeStep } from './take-step.js';

/** This module, for the `modules` of a law with a pacer. */
export const PACER_MODULE: string = import.meta.url;

/** Between two tries, ms: all of them together outlast every fault. */
const BEAT_MS = 100;

type Pacer = { beat: Record<never, never> };
interface Beats {
  beats: number;
}

/** Counts time: which passes only when all else is at rest, so that no try comes before what the last has set going is done. */
export const pacer = defineActor<Pacer>()({
  name: 'pacer',
  initial: (_: undefined, context): Beats => {
    context.scheduleEvery(BEAT_MS, { type: 'beat' });
    return { beats: 0 };
  },
  receive: { beat: (state) => void state.beats++ },
});

interface Paced {
  readonly expedition: Expedition;
  readonly pacer: ActorRef<Pacer>;
  /** Beats that were heard. */
  heard: number;
}

const step: Command<Paced, Mishap | undefined> = {
  ...takeStep,
  run: (world, { expedition }, mishap) => takeStep.run(world, expedition, mishap),
};

/** Whoever crashed or was lost is back: of the steps after the faults, one finds all agents there. */
export const recovers: readonly Invariant<Paced>[] = [scout, surveyor].map((definition) => ({
  name: `swarm: all ${definition.name}s come back`,
  module: import.meta.url,
  modules: [SCOUTS_MODULE, import.meta.url],
  sideShards: 2,
  system: { supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }), log: () => undefined },
  start: async (world) => ({
    expedition: await Expedition.begin(world, definition, { count: 5, fanOut: 2 }),
    pacer: world.system.spawn(pacer, undefined, { shard: 0 }),
    heard: 0,
  }),
  commands: [step],
  // No delays: time that outruns every step lets none end.
  faults: {
    crashes: 3,
    crashable: [definition.agent.name, definition.cohort.name],
    shardLosses: 1,
    partitions: 1,
    stalls: 2,
    fullMailboxes: 1,
  },
  eventually: (world, paced) => {
    const { expedition, heard } = paced;
    if (!expedition.isIdle) return 'a step has not ended';
    const { steps } = expedition;
    const { missing } = steps.at(-1)?.result ?? {};
    if (missing?.length === 0) return true;
    const { beats } = world.stateOf<Beats>(paced.pacer)!;
    if (steps.length === TICKS_MAX) return `after ${TICKS_MAX} steps ${missing ?? 'all'} are missing`;
    if (beats > heard) {
      paced.heard = beats;
      expedition.step();
    }
    return `${missing ?? 'all'} are missing`;
  },
}));
