import { quantileOf } from '@skein/cli';
import { compileModel } from '@skein/inference';
import { spreadOf } from '../inference/interleave.js';
import { type BenchModel, benchModel } from '../inference/models.js';
import type { Site } from './curves.js';
import { largestWithin } from './largest-within.js';
import { measure, type SwarmMeasure } from './measure.js';
import { bareKernels, steppedSwarm } from './subjects.js';

const TICK_MS = 10;
/** Agents that a search does not go beyond, count. */
const AGENTS_MOST = 200_000;
/** What an agent's step takes beside its kernels, at a guess from which a search begins, ns. */
const OVERHEAD_GUESS_NS = 200;
/** Agents whose kernels are timed for the guess, and rounds of them, counts. */
const GUESS_AGENTS = 256;
const GUESS_ROUNDS = 20;

/** How carefully. */
export interface TickEffort {
  /** Blocks of rounds that each number of agents is given: the median of their p99 decides; count. */
  readonly blocks: number;
  /** Rounds of a block, count, at least 100. */
  readonly rounds: number;
  /** See {@link largestWithin}. */
  readonly precision: number;
}

/** The largest number of agents of a model whose rounds end within a tick of 10 ms, at their 99th percentile. */
export async function agentsPerTick(
  { system, threads }: Site,
  modelName: string,
  { blocks, rounds, precision }: TickEffort,
): Promise<SwarmMeasure[]> {
  const model = benchModel(modelName);
  const p99s = new Map<number, readonly number[]>();
  const isWithin = async (agents: number): Promise<boolean> => {
    const subject = await steppedSwarm(system, model, agents);
    const ofBlocks: number[] = [];
    const samples: number[] = [];
    const run = async (count: number): Promise<void> => {
      samples.length = 0;
      while (samples.length < count) samples.push(await subject.round());
    };
    await run(rounds / 4); // to warm up
    const isFarBeyond = quantileOf(samples, 0.5) > 2 * TICK_MS;
    for (let block = 0; block < (isFarBeyond ? 1 : blocks); block++) {
      if (!isFarBeyond) await run(rounds);
      ofBlocks.push(quantileOf(samples, 0.99));
    }
    await subject.swarm.stop();
    p99s.set(agents, ofBlocks);
    return spreadOf(ofBlocks).median <= TICK_MS;
  };
  const range = { first: threads * guessFor(model), most: AGENTS_MOST, precision };
  const agents = await largestWithin(isWithin, range);
  const { median, least, most } = spreadOf(p99s.get(agents) ?? [Number.NaN]);
  const common = { bench: 'within a tick', model: modelName, agents, threads };
  return [
    measure({ ...common, metric: 'agentsPerTick10ms', value: agents, unit: 'agents' }),
    measure({
      ...common,
      metric: 'roundP99Ms',
      value: median,
      least,
      most,
      unit: 'ms',
      baseline: 'tick',
      ratio: median / TICK_MS,
    }),
  ];
}

/** Agents whose steps fit into a tick on one thread, about. */
function guessFor(model: BenchModel): number {
  const kernels = bareKernels(compileModel(model.model, { horizon: model.horizon }), model, GUESS_AGENTS);
  const samples = Array.from({ length: GUESS_ROUNDS }, () => kernels.round() as number);
  kernels.stepper.dispose();
  const stepNs = (1e6 * quantileOf(samples, 0.5)) / GUESS_AGENTS + OVERHEAD_GUESS_NS;
  return Math.ceil((1e6 * TICK_MS) / stepNs);
}
