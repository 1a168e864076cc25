import { efficiencyOf, quantileOf } from '@skein/cli';
import { compileModel } from '@skein/inference';
import type { ActorSystem } from '@skein/runtime';
import { type BenchModel, benchModel } from '../inference/models.js';
import { bareThread, bareThreads } from './bare-threads.js';
import { measureLaps, overLaps, type Subject } from './laps.js';
import { measure, type SwarmMeasure } from './measure.js';
import { FASTEST, type Measured, measuredOf, rateOf, roundsOf, timesOneThread } from './measured.js';
import { leastFullThread, roundCosts } from './round-costs.js';
import type { Site } from './site.js';
import {
  askedAgents,
  bareKernels,
  type SwarmSubject,
  scalarAgent,
  sharedKernels,
  steppedSwarm,
} from './subjects.js';

/** Where swarms live. */
export interface CurveSites {
  /** On one thread, and on two. */
  readonly one: Site;
  readonly two: Site;
  /** Two workers, which large swarms are measured on as well; default: they are not. */
  readonly workers?: Site;
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
/** From so many on it is so with kernels on two threads, and with two workers. */
const LARGE = 7500;
const BENCH = 'steps';
/** Those of the agents asked one by one. */
const BENCH_ASKED = 'steps, each asked by itself';

/**
 * Rounds of swarms of one model, of each size on one thread and on two, beside the same kernels without actors, threads that only count, the
 * fastest single agent and the scalar step, all in one process and in turn.
 */
export async function stepCurves(
  { one, two, workers }: CurveSites,
  modelName: string,
  counts: readonly number[],
  effort: SwarmEffort,
): Promise<SwarmMeasure[]> {
  const model = benchModel(modelName);
  const compiled = compileModel(model.model, { horizon: model.horizon });
  const large = counts.filter((agents) => agents >= LARGE);
  const stepOn = (sites: readonly Site[], of: readonly number[]): Promise<Placed[]> =>
    onEach(sites, of, (system, agents) => steppedSwarm(system, model, agents));
  const swarms = await stepOn([one, two], counts);
  const onWorkers = await stepOn(workers === undefined ? [] : [workers], large);
  const asked = await onEach(
    [one, two],
    [1, ...ASKED.filter((agents) => counts.includes(agents))],
    (system, agents) => askedAgents(system, model, agents),
  );
  const kernels = counts.map((agents) => bareKernels(compiled, model, agents));
  const kernelsShared = large.map((agents) => sharedKernels(compiled, model, agents));
  const scalar = scalarAgent(model);
  const bareShared = counts
    .filter((agents) => agents >= MANY)
    .map((agents) => ({ shared: bareThreads(agents), alone: bareThread(agents) }));
  const placed = [...swarms, ...onWorkers, ...asked];
  const subjects: Subject[] = [
    ...placed.map(({ subject }) => subject),
    ...kernels,
    ...kernelsShared,
    scalar,
    ...bareShared.flatMap(({ shared, alone }) => [shared, alone]),
  ];
  const laps = await measureLaps(subjects, { ...effort, seed: SEED });
  const measured = (subject: Subject, threads: number): Measured => measuredOf(subject, threads, laps);
  const bare = new Map(kernels.map((subject) => [subject.agents, measured(subject, one.threads)]));
  const stepped = swarms.map(({ subject, threads }) => measured(subject, threads));
  const steppedBy = (threads: number, { subject }: Measured): Measured =>
    stepped.find((other) => other.threads === threads && other.subject.agents === subject.agents)!;
  const told = asked.map(({ subject, threads }) => measured(subject, threads));
  const single = fastest([...stepped, ...told].filter(({ subject }) => subject.agents === 1));
  const yardstick = measured(scalar, one.threads);
  const besideScalar = (bench: string, one: Measured): SwarmMeasure =>
    rateOf({ bench, model, one, other: yardstick, baseline: 'scalar step' });
  const measures = [
    besideScalar('single agents', yardstick),
    ...told
      .filter(({ subject }) => subject.agents === 1)
      .map((one) => besideScalar('single agents, asked', one)),
    ...stepped.flatMap((swarm) => [
      besideScalar(BENCH, swarm),
      ...curvePoint(model, swarm, { single, bare: bare.get(swarm.subject.agents)! }),
      ...(swarm.threads === one.threads || swarm.subject.agents < MANY
        ? []
        : timesOneThread({
            bench: BENCH,
            model,
            one: swarm,
            other: steppedBy(one.threads, swarm),
            baseline: 'one thread',
          })),
    ]),
    ...[...bare.values()].map((one) => besideScalar('kernels alone', one)),
    ...told
      .filter(({ subject }) => subject.agents > 1)
      .map((one) => {
        const other = steppedBy(one.threads, one);
        return rateOf({ bench: BENCH_ASKED, model, one, other, baseline: 'by columns' });
      }),
    ...bareShared.flatMap(({ shared, alone }) => {
      const [both, other] = [measured(shared, two.threads), measured(alone, one.threads)];
      const beside = { bench: 'bare threads', model, one: both, other, baseline: 'one thread' };
      return [...timesOneThread(beside), ...roundsOf(beside)];
    }),
    ...kernelsShared.flatMap((subject) => {
      const [both, other] = [measured(subject, two.threads), bare.get(subject.agents)!];
      const beside = { bench: 'kernels on two threads', model, one: both, other, baseline: 'kernels alone' };
      return [rateOf(beside), ...timesOneThread(beside), ...roundsOf(beside)];
    }),
    ...onWorkers.flatMap(({ subject, threads }) => {
      const theirs = measured(subject, threads);
      const other = steppedBy(two.threads, theirs);
      const beside = { bench: 'two workers', model, one: theirs, other, baseline: 'two threads' };
      const gains = timesOneThread({
        ...beside,
        other: steppedBy(one.threads, theirs),
        baseline: 'one thread',
      });
      return [rateOf(beside), ...gains, ...roundsOf(beside)];
    }),
  ];
  for (const { subject, ...site } of swarms) measures.push(...(await roundCosts(site, subject, modelName)));
  for (const { swarm } of placed.map(({ subject }) => subject)) await swarm.stop();
  for (const site of [two, ...(workers === undefined ? [] : [workers])])
    measures.push(await leastFullThread(site, modelName, Math.max(...counts)));
  for (const { shared } of bareShared) await shared.stop();
  for (const subject of kernelsShared.toReversed()) await subject.stop();
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

/** What a swarm is measured beside, in each lap. */
interface Yardsticks {
  readonly single: Measured;
  readonly bare: Measured;
}

function curvePoint(model: BenchModel, one: Measured, { single, bare }: Yardsticks): SwarmMeasure[] {
  const { subject, threads, laps, rates } = one;
  const { agents } = subject;
  const common = { bench: BENCH, model: model.name, agents, threads };
  const efficiencies = rates.map((rate, lap) => efficiencyOf({ agents, threads, rate }, single.rates[lap]!));
  const rounds = laps.flat();
  const bareRounds = bare.laps.flat();
  const p50s = laps.map((lap) => quantileOf(lap, 0.5));
  const points = [
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
  // On one thread all that is not kernels stands between the two: of whole laps, garbage and all, of median rounds, and of the fastest, which
  // are alike on a machine that others use by the minute.
  const kernelsNs = bare.rates.map((rate) => 1e9 / rate);
  const overheads = rates.map((rate, lap) => 1e9 / rate - kernelsNs[lap]!);
  const medians = p50s.map((p50, lap) => (1e6 * (p50 - quantileOf(bare.laps[lap]!, 0.5))) / agents);
  const fastest = (1e6 * (quantileOf(rounds, FASTEST) - quantileOf(bareRounds, FASTEST))) / agents;
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
      metric: 'overheadP05Ns',
      value: fastest,
      unit,
      baseline: 'kernels alone',
      ratio: (fastest * agents) / (1e6 * quantileOf(bareRounds, FASTEST)),
    }),
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
