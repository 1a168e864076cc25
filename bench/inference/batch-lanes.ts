import { compileModel } from '@skein/inference';
import { type Effort, interleave } from './interleave.js';
import { type Measure, measure, valuesOf } from './measure.js';
import { benchModel } from './models.js';
import { timedSteps } from './regime.js';
import { SimdStep } from './simd-step.js';

const BENCH = 'lanes of a batch';
const ALL = 'all, in order';
/** Lanes of the population, count; the stride of the batch in no order has no divisor in common with it. */
const LANES = 1024;
const STRIDE = 577;

/** Which lanes of a population a batch is of, in its order. */
const CHOICES: Readonly<Record<string, (lane: number) => number | null>> = {
  [ALL]: (lane) => lane,
  'from the second on': (lane) => (lane < 1 ? null : lane),
  'from the fourth on': (lane) => (lane < 3 ? null : lane),
  'one of 32 missing': (lane) => (lane % 32 === 9 ? null : lane),
  'one of 5 missing': (lane) => (lane % 5 === 4 ? null : lane),
  'in no order': (lane) => (lane * STRIDE) % LANES,
};

/** A step of model ii, tracking, by which agents of a population share a batch: four that fill a block of lanes are read and written together. */
export function batchLanes(effort: Effort): Measure[] {
  const world = benchModel('ii');
  const compiled = compileModel(world.model, { horizon: world.horizon });
  const works = Object.entries(CHOICES).map(([name, choose]) => {
    const lanes = Array.from({ length: LANES }, (_, lane) => choose(lane)).filter((lane) => lane !== null);
    return timedSteps(name, new SimdStep(compiled, LANES, lanes), world, 'tracking');
  });
  const spreads = interleave(works, effort);
  const all = spreads.get(works[0]!)!;
  return works.map((work) => {
    const spread = spreads.get(work)!;
    const comparison = work.name === ALL ? {} : { baseline: ALL, ratio: all.median / spread.median };
    const figure = { ...valuesOf(spread), unit: 'us/agent' };
    return measure({ bench: BENCH, model: 'ii', metric: work.name, ...figure, ...comparison });
  });
}
