import { type BareWork, count, turnsIn } from './bare-work.js';
import type { EndingSubject, Subject } from './laps.js';
import { SharedRounds } from './shared-rounds.js';

/** What a step of an agent is taken to cost, ns: that of model ii, about. */
const STEP_NS = 400;
/** What the main thread does between two rounds, ms: as a swarm's world does, it keeps a core busy while the worker falls asleep. */
const PAUSE_MS = 1;

/**
 * The main thread and one worker that only count, each half of what the steps of `agents` would take: what two threads of this machine, as it is this
 * minute, gain over one at best, and how evenly. See {@link SharedRounds} for how they wait for each other.
 */
export function bareThreads(agents: number): EndingSubject {
  const turns = turnsIn((agents * STEP_NS) / 1e6 / 2);
  const turnsOfPause = turnsIn(PAUSE_MS);
  const result = new Int32Array(1);
  const work: BareWork = { turns, result: new Int32Array(1) };
  const rounds = new SharedRounds(new URL('./bare-threads-worker.js', import.meta.url), work);
  return {
    agents,
    round: async () => {
      const ms = await rounds.round(() => count(turns, result));
      count(turnsOfPause, result);
      return ms;
    },
    stop: () => rounds.stop(),
  };
}

/** The same work on this thread alone. */
export function bareThread(agents: number): Subject {
  const turns = turnsIn((agents * STEP_NS) / 1e6);
  const result = new Int32Array(1);
  return {
    agents,
    round: () => {
      const startedMs = performance.now();
      count(turns, result);
      return performance.now() - startedMs;
    },
  };
}
