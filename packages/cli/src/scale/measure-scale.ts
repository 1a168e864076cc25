import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { measureRound } from '@skein/agents';
import { efficiencyOf, quantileOf } from './curve.js';
import type { ScalePoint, ScaleReport } from './scale-report.js';
import type { ScaleSpec, ScaleSubject } from './scale-spec.js';

/** What is to be measured. */
export interface ScaleOptions {
  readonly example: string;
  readonly agents: readonly number[];
  /** Threads that agents live on, counts: see `ScaleRequest`. */
  readonly threads: readonly number[];
  readonly seed: number;
  /** How long rounds of each point are timed, ms. */
  readonly pointMs: number;
}

/** Who watches. */
export interface ScaleWatch {
  /** Milliseconds, never running backward. */
  now(): number;
  /** Ends the measuring after the point at hand. */
  readonly signal: AbortSignal;
  /** Told before each point. */
  onPoint(agents: number, threads: number): void;
}

/** Rounds of a point at least and at most, count. */
const ROUNDS_MIN = 10;
const ROUNDS_MAX = 20_000;
/** So much of the time of a point goes to warming up, and to the single agent before and after it. */
const WARM_UP_SHARE = 0.3;
const SINGLE_SHARE = 0.15;
/** Stretches of rounds that a rate is the median of, count. */
const STRETCHES = 10;
/** With fewer agents the growth of the process is noise. */
const SEEN_IN_MEMORY = 1000;

/** How long rounds took, and the kernels alone in each; ms. */
interface Timed {
  readonly roundsMs: readonly number[];
  readonly kernelsMs: readonly number[];
}

/**
 * Measures an example's swarm at each number of agents on each number of threads. A single agent lives beside them all the time and is
 * measured before and after each point, which is compared with it: so a slow minute hits both.
 */
export async function measureScale(
  spec: ScaleSpec,
  { example, agents: counts, threads: threadCounts, seed, pointMs }: ScaleOptions,
  { now, signal, onPoint }: ScaleWatch,
): Promise<ScaleReport> {
  const single = await spec.start({ agents: 1, threads: 1, seed });
  const singleRate = async (): Promise<number> => {
    const { roundsMs } = await timeRounds(single, SINGLE_SHARE * pointMs, now);
    return rateOf(1, roundsMs);
  };
  const points: ScalePoint[] = [];
  const singleRates: number[] = [];
  try {
    await timeRounds(single, pointMs, now); // to warm up
    for (const threads of threadCounts) {
      for (const agents of counts) {
        if (signal.aborted) break;
        onPoint(agents, threads);
        const before = await singleRate();
        const point = await measurePoint(spec, { agents, threads, seed }, pointMs, now);
        const after = await singleRate();
        singleRates.push(before, after);
        const computing = { agents, threads, rate: point.stepsPerSecond };
        points.push({ ...point, efficiency: efficiencyOf(computing, (before + after) / 2) });
      }
    }
  } finally {
    await single.close();
  }
  const singleStepsPerSecond = quantileOf(singleRates, 0.5);
  return { example, seed, singleStepsPerSecond, points, interrupted: signal.aborted };
}

async function measurePoint(
  spec: ScaleSpec,
  request: { readonly agents: number; readonly threads: number; readonly seed: number },
  pointMs: number,
  now: () => number,
): Promise<Omit<ScalePoint, 'efficiency'>> {
  const { agents, threads } = request;
  const bytesBefore = await residentBytes();
  const subject = await spec.start(request);
  try {
    await timeRounds(subject, WARM_UP_SHARE * pointMs, now);
    const grown = (await residentBytes()) - bytesBefore;
    const { roundsMs, kernelsMs } = await timeRounds(subject, pointMs, now);
    subject.prepare?.();
    const { costs } = await measureRound(subject.system, () => subject.round());
    // On several threads kernels run beside each other: their share of a round cannot be told from outside.
    const knowsKernels = kernelsMs.length > 0 && threads === 1;
    return {
      agents,
      threads,
      stepsPerSecond: rateOf(agents, roundsMs),
      roundP50Ms: quantileOf(roundsMs, 0.5),
      roundP99Ms: quantileOf(roundsMs, 0.99),
      rounds: roundsMs.length,
      overheadShare: knowsKernels ? Math.max(0, 1 - sum(kernelsMs) / sum(roundsMs)) : null,
      // What a worker thread takes for itself would hide what its agents take.
      bytesPerAgent: agents >= SEEN_IN_MEMORY && threads === 1 ? Math.max(0, grown) / agents : null,
      hops: costs.down.hops + costs.up.hops,
      messagesPerActorMax: costs.messagesPerActorMax,
    };
  } finally {
    await subject.close();
  }
}

async function timeRounds(subject: ScaleSubject, durationMs: number, now: () => number): Promise<Timed> {
  const roundsMs: number[] = [];
  const kernelsMs: number[] = [];
  for (
    let spentMs = 0;
    roundsMs.length < ROUNDS_MIN || (spentMs < durationMs && roundsMs.length < ROUNDS_MAX);
  ) {
    subject.prepare?.();
    const startedMs = now();
    await subject.round();
    const endedMs = now();
    roundsMs.push(endedMs - startedMs);
    spentMs += endedMs - startedMs;
    if (subject.kernels === undefined) continue;
    const kernelsStartedMs = now();
    subject.kernels();
    kernelsMs.push(now() - kernelsStartedMs);
  }
  return { roundsMs, kernelsMs };
}

/** Steps a second: the median over some stretches of the rounds, so that one moment in which the machine was away does not decide. */
function rateOf(agents: number, roundsMs: readonly number[]): number {
  const length = Math.ceil(roundsMs.length / STRETCHES);
  const rates: number[] = [];
  for (let from = 0; from < roundsMs.length; from += length) {
    const stretch = roundsMs.slice(from, from + length);
    rates.push((1000 * agents * stretch.length) / sum(stretch));
  }
  return quantileOf(rates, 0.5);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Of the process, once garbage is collected. Threads' garbage is not. */
async function residentBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let time = 0; time < 2; time++) {
    collect();
    await setTimeout(10); // buffers are freed beside the main thread
  }
  return process.memoryUsage.rss();
}
