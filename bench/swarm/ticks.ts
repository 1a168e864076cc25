import { quantileOf } from '@skein/cli';
import { spreadOf } from '../inference/interleave.js';
import { benchModel } from '../inference/models.js';
import type { Site } from './curves.js';
import { largestWithin } from './largest-within.js';
import { measure, type SwarmMeasure } from './measure.js';
import { steppedSwarm } from './subjects.js';

const TICK_MS = 10;
/** Agents that a search does not go beyond, count. */
const AGENTS_MOST = 200_000;
/** Where a search begins, count, on one thread. */
const FIRST = 2000;

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
): Promise<SwarmMeasure> {
  const model = benchModel(modelName);
  const p99s = new Map<number, readonly number[]>();
  const isWithin = async (agents: number): Promise<boolean> => {
    const subject = await steppedSwarm(system, model, agents);
    const ofBlocks: number[] = [];
    // The first block warms up; one that is out of reach need not be measured again.
    for (let block = 0; block <= blocks; block++) {
      const samples: number[] = [];
      for (let round = 0; round < rounds; round++) samples.push(await subject.round());
      const p99 = quantileOf(samples, 0.99);
      if (block > 0) ofBlocks.push(p99);
      else if (quantileOf(samples, 0.5) > 2 * TICK_MS) ofBlocks.push(p99);
      if (ofBlocks[0]! > 2 * TICK_MS) break;
    }
    await subject.swarm.stop();
    p99s.set(agents, ofBlocks);
    return spreadOf(ofBlocks).median <= TICK_MS;
  };
  const most = largestWithin(isWithin, { first: FIRST * threads, most: AGENTS_MOST, precision });
  const agents = await most;
  const { least, most: worst } = spreadOf(p99s.get(agents) ?? [Number.NaN]);
  return measure({
    bench: 'within a tick',
    model: modelName,
    agents,
    threads,
    metric: 'agentsPerTick10ms',
    value: agents,
    unit: 'agents',
    baseline: `p99 of ${least.toFixed(1)} to ${worst.toFixed(1)} ms, of ms`,
    ratio: TICK_MS,
  });
}
