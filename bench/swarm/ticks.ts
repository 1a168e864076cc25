import { quantileOf } from '@skein/cli';
import { type CompiledModel, compileModel } from '@skein/inference';
import { type BenchModel, benchModel } from '../inference/models.js';
import { largestWithin, type Trial } from './largest-within.js';
import { measure, type SwarmMeasure } from './measure.js';
import { type RoundsVerdict, roundsWithin } from './rounds-within.js';
import { type Site, TWO_THREADS, TWO_WORKERS } from './site.js';
import { bareKernels, sharedKernels, steppedSwarm } from './subjects.js';

const TICK_MS = 10;
const SHARE = 0.99;
/** Agents that a search does not go beyond, count. */
const AGENTS_MOST = 200_000;
/** What an agent's step takes beside its kernels, at a guess from which a search begins, ns. */
const OVERHEAD_GUESS_NS = 200;
/** Agents whose kernels are timed for the guess, and rounds of them, counts. */
const GUESS_AGENTS = 64;
const GUESS_ROUNDS = 10;
/** The search begins with so much of the guess: what is plainly within a tick is soon known to be. */
const FIRST_SHARE = 0.5;

/** How carefully. */
export interface TickEffort {
  /** Rounds that a number of agents is tried with on the way, at most, count. */
  readonly hastyRounds: number;
  /** Rounds that the p99 of the answer is taken from, count. */
  readonly rounds: number;
  /** Rounds before any counts, of each try: a swarm that has just been spawned leaves much to collect. */
  readonly warmUpRounds: number;
  /** See {@link largestWithin}. */
  readonly precision: number;
  /** Searches, count: the median of what they find is the answer. */
  readonly searches: number;
}

/** What a search has found. */
interface Found {
  readonly agents: number;
  /** Of the thorough attempt that has ended the search, or of a single agent for whom a tick is too short. */
  readonly p99Ms: number;
}

/**
 * The largest number of agents of a model whose rounds end within a tick of 10 ms, at their 99th percentile. On two threads also what that percentile
 * is of the same kernels, as many, without actors: what the machine does to it.
 */
export async function agentsPerTick(
  { system, threads, shards }: Site,
  modelName: string,
  { hastyRounds, rounds, warmUpRounds, precision, searches }: TickEffort,
): Promise<SwarmMeasure[]> {
  const model = benchModel(modelName);
  const compiled = compileModel(model.model, { horizon: model.horizon });
  let last: RoundsVerdict | undefined;
  const attempt = async (agents: number, isThorough: boolean): Promise<Trial> => {
    const { swarm, round } = await steppedSwarm(system, model, agents);
    const rule = { limitMs: TICK_MS, share: SHARE, rounds: isThorough ? rounds : hastyRounds, warmUpRounds };
    last = await roundsWithin(round, rule, isThorough);
    await swarm.stop();
    return { isWithin: last.isWithin, suggested: (agents * TICK_MS) / last.quantileMs };
  };
  const first = Math.ceil(FIRST_SHARE * shards.length * guessFor(compiled, model));
  const found: Found[] = [];
  for (let search = 0; search < searches; search++) {
    const agents = await largestWithin(attempt, { first, most: AGENTS_MOST, precision });
    found.push({ agents, p99Ms: last!.quantileMs });
  }
  found.sort((one, other) => one.agents - other.agents);
  const { agents, p99Ms } = found[Math.floor((searches - 1) / 2)]!;
  const spread = searches > 1 && { least: found[0]!.agents, most: found.at(-1)!.agents };
  const bench = threads === TWO_WORKERS.threads ? 'two workers, within a tick' : 'within a tick';
  const common = { bench, model: modelName, agents, threads };
  const ofTick = (metric: string, ms: number): SwarmMeasure =>
    measure({ ...common, metric, value: ms, unit: 'ms', baseline: 'tick', ratio: ms / TICK_MS });
  return [
    measure({ ...common, metric: 'agentsPerTick10ms', value: agents, unit: 'agents', ...spread }),
    ofTick('roundP99Ms', p99Ms),
    ...(threads === TWO_THREADS.threads && agents > 0
      ? [ofTick('roundP99Ms, kernels on two threads', await kernelsP99Ms(compiled, model, agents, rounds))]
      : []),
  ];
}

async function kernelsP99Ms(
  compiled: CompiledModel,
  model: BenchModel,
  agents: number,
  rounds: number,
): Promise<number> {
  const kernels = sharedKernels(compiled, model, agents);
  await kernels.round(); // until the worker has begun, which is no part of warming up
  const all = { limitMs: Number.POSITIVE_INFINITY, share: SHARE, rounds };
  const { quantileMs } = await roundsWithin(() => kernels.round(), all, true);
  await kernels.stop();
  return quantileMs;
}

/** Agents whose steps fit into a tick on one thread, about. */
function guessFor(compiled: CompiledModel, model: BenchModel): number {
  const kernels = bareKernels(compiled, model, GUESS_AGENTS);
  const samples = Array.from({ length: GUESS_ROUNDS }, () => kernels.round() as number);
  kernels.stepper.dispose();
  const stepNs = (1e6 * quantileOf(samples, 0.5)) / GUESS_AGENTS + OVERHEAD_GUESS_NS;
  return Math.ceil((1e6 * TICK_MS) / stepNs);
}
