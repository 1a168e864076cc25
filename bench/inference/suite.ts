import { batchLanes } from './batch-lanes.js';
import { batchSizes } from './batch-sizes.js';
import { buildBenchKernels } from './bench-kernels.js';
import { causes } from './causes.js';
import { FITTED } from './fit-costs.js';
import { formatForms, formChoice } from './form-choice.js';
import { heapUse } from './heap.js';
import { formatMeasures, type Measure } from './measure.js';
import { memoryUse } from './memory.js';
import { benchModels } from './models.js';
import { roofline } from './roofline.js';
import { stepTimes } from './step-times.js';
import { formatTargets } from './targets.js';

/** What the suite is asked for. */
export interface SuiteOptions {
  /** A line of JSON for each figure instead of tables. */
  readonly json: boolean;
  /** Times that everything is measured, count; default: 7, or 3 when quick. */
  readonly repeats: number | null;
  /** Fewer models and matrices, shorter samples. */
  readonly quick: boolean;
}

const isFitted = ({ bench }: Measure): boolean => bench === FITTED;

/** Measures the inference core: its kernels beside a scalar step and the reference, in one process. */
export async function runInferenceSuite({ json, repeats, quick }: SuiteOptions): Promise<void> {
  buildBenchKernels();
  const rounds = repeats ?? (quick ? 3 : 7);
  const effort = { rounds, sampleMs: quick ? 3 : 20 };
  const models = benchModels().filter(
    ({ name }) => !(quick && name.startsWith('fa-') && name.includes('10x10')),
  );
  const parts: Record<string, () => Measure[] | Promise<Measure[]>> = {
    heap: heapUse,
    memory: memoryUse,
    'batch sizes': () => batchSizes(effort),
    'batch lanes': () => batchLanes(effort),
    steps: () => stepTimes(effort, models),
    causes: () => causes(effort, quick),
    roofline: () => roofline(effort),
    // Many short samples: what is compared takes nanoseconds, and a busy moment must not decide.
    forms: () => formChoice({ rounds: 2 * rounds + 1, sampleMs: quick ? 0.5 : 1 }, quick),
  };
  const measures: Measure[] = [];
  for (const [name, run] of Object.entries(parts)) {
    if (process.stderr.isTTY) process.stderr.write(`\r${name.padEnd(20)}`);
    const found = await run();
    measures.push(...found);
    if (json) for (const line of found) console.log(JSON.stringify(line));
    else if (name !== 'forms') console.log(`${formatMeasures(found)}\n`);
    else console.log(`${formatForms(found)}\n\n${formatMeasures(found.filter(isFitted))}\n`);
  }
  if (process.stderr.isTTY) process.stderr.write(`\r${' '.repeat(20)}\r`);
  if (json) return;
  console.log(`targets\n\n${formatTargets(measures)}`);
  console.log(`\nmedian, least and most of ${rounds} rounds; Node ${process.version}`);
}
