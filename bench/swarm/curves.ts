import { measureRound } from '@skein/agents';
import { efficiencyOf, quantileOf } from '@skein/cli';
import { compileModel } from '@skein/inference';
import type { ActorSystem } from '@skein/runtime';
import { type BenchModel, benchModel } from '../inference/models.js';
import { bareThread, bareThreads } from './bare-threads.js';
import { type Laps, measureLaps, overLaps, ratesOf, type Subject } from './laps.js';
import { measure, type SwarmMeasure } from './measure.js';
import { askedAgents, bareKernels, type SwarmSubject, scalarAgent, steppedSwarm } from './subjects.js';

/** A system, and the threads that its agents live on. */
export interface Site {
  readonly system: ActorSystem;
  /** Count; 1 is the main thread. */
  readonly threads: number;
}

/** How long to measure. */
export interface SwarmEffort {
  readonly laps: number;
  readonly sliceMs: number;
}

const SEED = 1;
/** So many agents each asked by itself are measured beside the same by columns. */
const ASKED = [1000, 10_000];
/** From so many agents on a round is compared between threads. */
const MANY = 1000;
const BENCH = 'steps';
/** Those of the agents asked one by one. */
const BENCH_ASKED = 'steps, each asked by itself';

/** One subject, where it lives, and what was measured. */
interface Measured {
  readonly subject: Subject;
  readonly threads: number;
  readonly laps: Laps;
  readonly rates: readonly number[];
}

/**
 * Rounds of swarms of one model, of each size on each number of threads, beside the same kernels without actors, the fastest single agent
 * and the scalar step, all in one process and in turn.
 */
export async function stepCurves(
  sites: readonly Site[],
  modelName: string,
  counts: readonly number[],
  effort: SwarmEffort,
): Promise<SwarmMeasure[]> {
  const model = benchModel(modelName);
  const compiled = compileModel(model.model, { horizon: model.horizon });
  const swarms = await onEach(sites, counts, (system, agents) => steppedSwarm(system, model, agents));
  const asked = await onEach(
    sites,
    [1, ...ASKED.filter((agents) => counts.includes(agents))],
    (system, agents) => askedAgents(system, model, agents),
  );
  const kernels = counts.map((agents) => bareKernels(compiled, model, agents));
  const scalar = scalarAgent(model);
  const bareShared = await Promise.all(
    sites
      .filter(({ threads }) => threads > 1)
      .flatMap(({ threads }) =>
        counts
          .filter((agents) => agents >= MANY)
          .map(async (agents) => ({
            threads,
            shared: await bareThreads(agents, threads),
            alone: bareThread(agents),
          })),
      ),
  );
  const placed = [...swarms, ...asked];
  const subjects: Subject[] = [...placed.map(({ subject }) => subject), ...kernels, scalar];
  for (const { shared, alone } of bareShared) subjects.push(shared, alone);
  const laps = await measureLaps(subjects, { ...effort, seed: SEED });
  const measured = (subject: Subject, threads: number): Measured => {
    const own = laps.get(subject)!;
    return { subject, threads, laps: own, rates: ratesOf(subject, own) };
  };
  const bare = new Map(kernels.map((subject) => [subject.agents, measured(subject, 1)]));
  const stepped = swarms.map(({ subject, threads }) => measured(subject, threads));
  const told = asked.map(({ subject, threads }) => measured(subject, threads));
  const single = fastest([...stepped, ...told].filter(({ subject }) => subject.agents === 1));
  const yardstick = measured(scalar, 1);
  const measures = [
    rateOf('single agents', model, yardstick, yardstick, 'scalar step'),
    ...told
      .filter(({ subject }) => subject.agents === 1)
      .map((one) => rateOf('single agents, asked', model, one, yardstick, 'scalar step')),
    ...stepped.flatMap((one) => [
      ...curvePoint(model, one, { single, yardstick, bare: bare.get(one.subject.agents)! }),
      ...betweenThreads(model, one, stepped),
    ]),
    ...[...bare.values()].map((one) => rateOf('kernels alone', model, one, yardstick, 'scalar step')),
    ...told
      .filter(({ subject }) => subject.agents > 1)
      .map((one) => {
        const columns = stepped.find(
          ({ subject, threads }) => subject.agents === one.subject.agents && threads === one.threads,
        )!;
        return rateOf(BENCH_ASKED, model, one, columns, 'by columns');
      }),
    ...bareShared.flatMap(({ threads, shared, alone }) =>
      bareGains(model, measured(shared, threads), measured(alone, 1)),
    ),
    ...(await costsOf(sites, swarms, model)),
  ];
  for (const { swarm } of placed.map(({ subject }) => subject)) await swarm.stop();
  for (const { shared } of bareShared) await shared.stop();
  for (const { stepper } of kernels.toReversed()) stepper.dispose();
  return measures;
}

interface Placed extends Site {
  readonly subject: SwarmSubject;
}

async function onEach(
  sites: readonly Site[],
  counts: readonly number[],
  create: (system: ActorSystem, agents: number) => Promise<SwarmSubject>,
): Promise<Placed[]> {
  const placed: Placed[] = [];
  for (const site of sites)
    for (const agents of counts) placed.push({ ...site, subject: await create(site.system, agents) });
  return placed;
}

/** By the median of its rates. */
function fastest(candidates: readonly Measured[]): Measured {
  const rate = ({ rates }: Measured): number => overLaps(rates).value;
  return candidates.reduce((best, one) => (rate(one) > rate(best) ? one : best));
}

function rateOf(
  bench: string,
  { name: model }: BenchModel,
  one: Measured,
  other: Measured,
  baseline: string,
): SwarmMeasure {
  const { subject, threads, rates } = one;
  return measure({
    bench,
    model,
    agents: subject.agents,
    threads,
    metric: 'stepsPerSecond',
    ...overLaps(rates),
    unit: 'steps/s',
    baseline,
    ratio: overLaps(rates.map((rate, lap) => rate / other.rates[lap]!)).value,
  });
}

/** What a swarm is measured beside, in each lap. */
interface Yardsticks {
  readonly single: Measured;
  readonly yardstick: Measured;
  readonly bare: Measured;
}

function curvePoint(
  model: BenchModel,
  one: Measured,
  { single, yardstick, bare }: Yardsticks,
): SwarmMeasure[] {
  const { subject, threads, laps, rates } = one;
  const { agents } = subject;
  const common = { bench: BENCH, model: model.name, agents, threads };
  const efficiencies = rates.map((rate, lap) => efficiencyOf({ agents, threads, rate }, single.rates[lap]!));
  const rounds = laps.flat();
  const bareRounds = bare.laps.flat();
  const p50s = laps.map((lap) => quantileOf(lap, 0.5));
  const points = [
    rateOf(BENCH, model, one, yardstick, 'scalar step'),
    measure({
      ...common,
      metric: 'efficiency',
      ...overLaps(efficiencies),
      unit: '1',
      baseline: 'fastest single agents',
      ratio: overLaps(efficiencies).value,
    }),
    measure({
      ...common,
      metric: 'roundP50Ms',
      ...overLaps(p50s),
      unit: 'ms',
      baseline: 'kernels alone',
      ratio: overLaps(p50s.map((p50, lap) => p50 / quantileOf(bare.laps[lap]!, 0.5))).value,
    }),
    measure({
      ...common,
      metric: 'roundP99Ms',
      value: quantileOf(rounds, 0.99),
      unit: 'ms',
      baseline: 'kernels alone',
      ratio: quantileOf(rounds, 0.99) / quantileOf(bareRounds, 0.99),
    }),
  ];
  if (threads > 1) return points;
  // On one thread all that is not kernels stands between the two: of whole laps, garbage and all, and of median rounds.
  const kernelsNs = bare.rates.map((rate) => 1e9 / rate);
  const overheads = rates.map((rate, lap) => 1e9 / rate - kernelsNs[lap]!);
  const medians = p50s.map((p50, lap) => (1e6 * (p50 - quantileOf(bare.laps[lap]!, 0.5))) / agents);
  const shares = rates.map((rate, lap) => 1 - rate / bare.rates[lap]!);
  const ofKernels = (ns: readonly number[]): Pick<SwarmMeasure, 'baseline' | 'ratio'> => ({
    baseline: 'kernels alone',
    ratio: overLaps(ns.map((one, lap) => one / kernelsNs[lap]!)).value,
  });
  const unit = 'ns/agent step';
  return [
    ...points,
    measure({ ...common, metric: 'overheadNs', ...overLaps(overheads), unit, ...ofKernels(overheads) }),
    measure({ ...common, metric: 'overheadP50Ns', ...overLaps(medians), unit, ...ofKernels(medians) }),
    measure({
      ...common,
      metric: 'overheadShare',
      ...overLaps(shares),
      unit: '1',
      baseline: 'round',
      ratio: overLaps(shares).value,
    }),
  ];
}

function betweenThreads(model: BenchModel, one: Measured, all: readonly Measured[]): SwarmMeasure[] {
  const { subject, threads, rates } = one;
  const { agents } = subject;
  const alone = all.find((other) => other.threads === 1 && other.subject.agents === agents);
  if (threads === 1 || agents < MANY || alone === undefined) return [];
  const gains = overLaps(rates.map((rate, lap) => rate / alone.rates[lap]!));
  return [
    measure({
      bench: BENCH,
      model: model.name,
      agents,
      threads,
      metric: 'timesOneThread',
      ...gains,
      unit: '1',
      baseline: 'one thread',
      ratio: gains.value,
    }),
  ];
}

/** What threads gain that only count. */
function bareGains({ name: model }: BenchModel, shared: Measured, alone: Measured): SwarmMeasure[] {
  const { threads, subject, laps, rates } = shared;
  const common = { bench: 'bare threads', model, agents: subject.agents, threads };
  const gains = overLaps(rates.map((rate, lap) => rate / alone.rates[lap]!));
  return [
    measure({
      ...common,
      metric: 'timesOneThread',
      ...gains,
      unit: '1',
      baseline: 'one thread',
      ratio: gains.value,
    }),
    ...([0.5, 0.99] as const).map((share) => {
      const value = quantileOf(laps.flat(), share);
      const ratio = value / quantileOf(alone.laps.flat(), share);
      const metric = share === 0.5 ? 'roundP50Ms' : 'roundP99Ms';
      return measure({ ...common, metric, value, unit: 'ms', baseline: 'one thread', ratio });
    }),
  ];
}

/** Hops and messages of a round, counted by the kernel, and whether all threads have their part of the agents. */
async function costsOf(
  sites: readonly Site[],
  swarms: readonly Placed[],
  model: BenchModel,
): Promise<SwarmMeasure[]> {
  const measures: SwarmMeasure[] = [];
  for (const { system, threads, subject } of swarms) {
    const { agents } = subject;
    const { costs } = await measureRound(system, async () => subject.round());
    const common = { bench: 'round', model: model.name, agents, threads };
    measures.push(
      measure({ ...common, metric: 'hops', value: costs.down.hops + costs.up.hops, unit: 'count' }),
      measure({ ...common, metric: 'messagesPerActorMax', value: costs.messagesPerActorMax, unit: 'count' }),
      measure({
        ...common,
        metric: 'messages',
        value: costs.down.messages + costs.up.messages,
        unit: 'count',
      }),
    );
  }
  for (const { system, threads } of sites) {
    if (threads === 1) continue;
    const actors = system
      .metrics()
      .shards.slice(1)
      .map((shard) => shard.actors);
    const least = Math.min(...actors) / (actors.reduce((sum, count) => sum + count, 0) / actors.length);
    const agents = swarms.reduce(
      (sum, { subject, system: of }) => sum + (of === system ? subject.agents : 0),
      0,
    );
    measures.push(
      measure({
        bench: 'round',
        model: model.name,
        agents,
        threads,
        metric: 'leastFullThread',
        value: least,
        unit: 'of an even share',
      }),
    );
  }
  return measures;
}
