import { type HeapProfiler, Session } from 'node:inspector';
import { compileModel } from '@skein/inference';
import { collectGarbage } from './collect-garbage.js';
import { type Measure, measure } from './measure.js';
import { type BenchModel, benchModel } from './models.js';
import { recordEpisode } from './regime.js';
import { SimdStep } from './simd-step.js';

const BENCH = 'heap';
export const SAMPLED = 'sampled in inference';
const STEPS = 2000;
const AGENTS = 16;
/** Mean bytes between samples: so few that no allocation of thousands goes unseen. */
const SAMPLING_BYTES = 64;

/** So often as many steps to warm up: until all is compiled, handles of agents are boxed; count. */
const WARM_UPS = 6;
/** Samplings, the least of which counts, count: in one or another of them V8 may compile a function anew. */
const SAMPLINGS = 3;

/** JavaScript memory that a step allocates once everything is warm: the aim is none. */
export async function heapUse(): Promise<Measure[]> {
  const measures: Measure[] = [];
  for (const name of ['ii', 'v', 'vi']) {
    const world = benchModel(name);
    const run = steadyStep(world);
    for (let time = 0; time < WARM_UPS; time++) {
      run(STEPS);
      await collectGarbage();
    }
    const samples: number[] = [];
    const growths: number[] = [];
    for (let sampling = 0; sampling < SAMPLINGS; sampling++) {
      samples.push((await sampledBytes(() => run(STEPS))) / STEPS);
      await collectGarbage();
      const before = process.memoryUsage().heapUsed;
      run(STEPS);
      growths.push((process.memoryUsage().heapUsed - before) / STEPS);
    }
    const common = { bench: BENCH, model: `${name}, ${AGENTS} agents`, unit: 'bytes/step' };
    const least = (values: readonly number[]): Pick<Measure, 'value' | 'least' | 'most'> => ({
      value: Math.min(...values),
      least: Math.min(...values),
      most: Math.max(...values),
    });
    measures.push(
      measure({ ...common, metric: SAMPLED, ...least(samples) }),
      measure({ ...common, metric: 'growth of the heap', ...least(growths) }),
    );
  }
  return measures;
}

/** Steps a population over and over on columns that stand ready. */
function steadyStep(world: BenchModel): (count: number) => void {
  const stepper = new SimdStep(compileModel(world.model, { horizon: world.horizon }), AGENTS);
  const [outcomes] = recordEpisode(stepper, world, 1);
  return (count) => {
    for (let step = 0; step < count; step++) stepper.step(outcomes!);
  };
}

/** Bytes allocated while `work` runs below any function of the inference package, garbage among them. */
async function sampledBytes(work: () => void): Promise<number> {
  const session = new Session();
  session.connect();
  const post = (method: string, parameters?: object): Promise<unknown> =>
    new Promise((resolve, reject) => {
      session.post(method, parameters, (error, result) => (error === null ? resolve(result) : reject(error)));
    });
  await post('HeapProfiler.startSampling', {
    samplingInterval: SAMPLING_BYTES,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  work();
  const { profile } = (await post('HeapProfiler.stopSampling')) as HeapProfiler.StopSamplingReturnType;
  session.disconnect();
  return inferenceBytes(profile.head, false);
}

function inferenceBytes(node: HeapProfiler.SamplingHeapProfileNode, isInside: boolean): number {
  const inside = isInside || node.callFrame.url.includes('/packages/inference/');
  const below = node.children.reduce((sum, child) => sum + inferenceBytes(child, inside), 0);
  return below + (inside ? node.selfSize : 0);
}
