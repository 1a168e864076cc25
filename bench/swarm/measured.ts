import { quantileOf } from '@skein/cli';
import type { BenchModel } from '../inference/models.js';
import { type Laps, overLaps, ratesOf, type Subject } from './laps.js';
import { measure, type SwarmMeasure } from './measure.js';

/** The share of rounds that are alike on a machine that others use by the minute. */
export const FASTEST = 0.05;

/** One subject, where it lives, and what was measured. */
export interface Measured {
  readonly subject: Subject;
  /** See `Site`. */
  readonly threads: number;
  readonly laps: Laps;
  readonly rates: readonly number[];
}

/** What was measured of a subject. */
export function measuredOf(subject: Subject, threads: number, laps: ReadonlyMap<Subject, Laps>): Measured {
  const own = laps.get(subject)!;
  return { subject, threads, laps: own, rates: ratesOf(subject, own) };
}

/** Something measured, beside something else that was measured in the same laps. */
export interface Beside {
  /** The table it stands in. */
  readonly bench: string;
  readonly model: BenchModel;
  readonly one: Measured;
  readonly other: Measured;
  /** What the other is called. */
  readonly baseline: string;
}

/** Steps a second. */
export function rateOf(beside: Beside): SwarmMeasure {
  const { one, other, baseline } = beside;
  return measure({
    ...commonOf(beside),
    metric: 'stepsPerSecond',
    ...overLaps(one.rates),
    unit: 'steps/s',
    baseline,
    ratio: overLaps(gainsOf(one, other)).value,
  });
}

/** How many times as fast as the other, which does the same on one thread: by whole laps, and by the fastest twentieth of all rounds of each. */
export function timesOneThread(beside: Beside): SwarmMeasure[] {
  const { one, other, baseline } = beside;
  const gains = overLaps(gainsOf(one, other));
  const fastest = quantileOf(other.laps.flat(), FASTEST) / quantileOf(one.laps.flat(), FASTEST);
  const common = { ...commonOf(beside), unit: '1', baseline };
  return [
    measure({ ...common, metric: 'timesOneThread', ...gains, ratio: gains.value }),
    measure({ ...common, metric: 'timesOneThreadP05', value: fastest, ratio: fastest }),
  ];
}

/** Median and 99th percentile of all rounds. */
export function roundsOf(beside: Beside): SwarmMeasure[] {
  const { one, other, baseline } = beside;
  return (
    [
      ['roundP50Ms', 0.5],
      ['roundP99Ms', 0.99],
    ] as const
  ).map(([metric, share]) => {
    const value = quantileOf(one.laps.flat(), share);
    const ratio = value / quantileOf(other.laps.flat(), share);
    return measure({ ...commonOf(beside), metric, value, unit: 'ms', baseline, ratio });
  });
}

function commonOf({
  bench,
  model,
  one,
}: Beside): Pick<SwarmMeasure, 'bench' | 'model' | 'agents' | 'threads'> {
  return { bench, model: model.name, agents: one.subject.agents, threads: one.threads };
}

function gainsOf(one: Measured, other: Measured): number[] {
  return one.rates.map((rate, lap) => rate / other.rates[lap]!);
}
