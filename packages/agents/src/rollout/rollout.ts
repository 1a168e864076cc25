import type { GenerativeModel } from '@skein/inference';
import type { EnvironmentSwarm } from '../environments/environment-swarm.js';
import { modelFingerprint } from '../environments/fingerprint.js';
import type { OperationOptions } from '../swarm/results.js';
import { type AnySwarm, closedLoop } from './closed-loop.js';
import { EpisodeTally, type RolloutResult } from './episode-tally.js';
import { Recorder, type RecordingSink } from './recorder.js';
import { RECORDING_VERSION, type RecordingHeader } from './recording-format.js';
import { type LoopRules, type ResolvedRules, resolveRules } from './rollout-options.js';

/** How many ticks, by which rules, and who is told. */
export interface RolloutOptions extends LoopRules, Pick<OperationOptions, 'deadlineMs'> {
  /** Takes the recording: see `readRecording` and `replay`. Default: nothing is recorded. */
  readonly record?: RecordingSink;
  /** The agents' model: to see that it fits the world, and for the recording to name it. */
  readonly model?: GenerativeModel;
  /** Episodes that the result lists at most, count; default 65 536. */
  readonly episodesMax?: number;
}

const EPISODES_MAX = 65_536;

/**
 * Lets the agents of a swarm live in their copies of a world: outcomes, inference, actions, the world's next step, and so on. Its
 * result depends on the seeds of swarm and environment, on how many steps they have done before, and on the rules; not on
 * threads, nor on time.
 *
 * An agent that fails and a copy that fails are missing from that tick, and their episode is lost; all others go on.
 *
 * @throws SwarmError `AGENTS_SWARM_OPTION`, WorldError `AGENTS_WORLD_OPTION`; what `Swarm.stepColumns` throws; what `record` throws
 * @example
 * const flock = await spawnSwarm(system, forager, { count: 1000 });
 * const meadows = await spawnEnvironment(system, meadow, flock);
 * const { successShare, meanSteps } = await rollout(flock, meadows, { ticks: 200 });
 */
export async function rollout(
  swarm: AnySwarm,
  environment: EnvironmentSwarm,
  { record, model, episodesMax = EPISODES_MAX, deadlineMs, ...given }: RolloutOptions,
): Promise<RolloutResult> {
  const rules = resolveRules(given, swarm, environment, model);
  const recorder = record && new Recorder(record);
  await recorder?.begin(headerOf(swarm, environment, rules, model));
  const tally = new EpisodeTally(swarm.capacity, episodesMax);
  const options = deadlineMs === undefined ? {} : { deadlineMs };
  for await (const tick of closedLoop(swarm, environment, rules, options)) {
    tally.add(tick);
    await recorder?.add(tick);
  }
  await recorder?.end();
  return tally.result;
}

/** What a recording says of who takes part. */
export function headerOf(
  { capacity, members, seed, tick }: AnySwarm,
  environment: EnvironmentSwarm,
  rules: ResolvedRules,
  model: GenerativeModel | undefined,
): RecordingHeader {
  const { name, stepsMax, world } = environment.definition;
  return {
    version: RECORDING_VERSION,
    swarm: {
      capacity,
      members: members.length === capacity ? null : members,
      seed,
      tick,
      model: model === undefined ? null : modelFingerprint(model),
    },
    environment: {
      name,
      seed: environment.seed,
      tick: environment.tick,
      stepsMax: stepsMax === Number.POSITIVE_INFINITY ? null : stepsMax,
      world: world?.fingerprint ?? null,
    },
    rules,
  };
}
