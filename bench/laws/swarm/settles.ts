import { AgentsError } from '@skein/agents';
import { oneForOne, RuntimeError } from '@skein/runtime';
import type { Invariant } from '@skein/runtime/testing';
import { DEADLINE_MS, Expedition, type Step } from './expedition.js';
import { novice, SCOUTS_MODULE, surveyor, TICKS_MAX } from './scouts.js';
import { takeStep } from './take-step.js';

/** A step with fusion goes down and up twice. */
const STEP_MS = 2 * DEADLINE_MS;

/**
 * Each step ends in its time, with a result or a typed error: of a swarm that forgives its agents everything, and of one in which each
 * failure goes all the way up and ends the system.
 */
export const settles: readonly Invariant<Expedition>[] = [surveyor, novice].map((definition) => ({
  name: `swarm: a step of ${definition.name}s ends in time`,
  module: import.meta.url,
  modules: [SCOUTS_MODULE],
  sideShards: 2,
  system: {
    log: () => undefined,
    ...(definition === surveyor && { supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }) }),
  },
  start: (world) => Expedition.begin(world, definition, { count: 5, fanOut: 2 }),
  commands: [takeStep],
  faults: { crashes: 3, shardLosses: 1, partitions: 1, stalls: 2, fullMailboxes: 1 },
  eventually: (_, { isIdle }) => isIdle || 'a step has not ended',
  withinMs: TICKS_MAX * STEP_MS,
  finally: (_, { steps }) => {
    for (const [at, step] of steps.entries()) {
      const broken = brokenBy(step);
      if (broken !== undefined) return `step ${at + 1}: ${broken}`;
    }
    return true;
  },
}));

function brokenBy({ beganMs, endedMs, error, result }: Step): string | undefined {
  if (endedMs - beganMs > STEP_MS) return `it took ${endedMs - beganMs} ms`;
  if (result !== undefined || error instanceof RuntimeError || error instanceof AgentsError) return undefined;
  return `it was rejected with ${String(error)}`;
}
