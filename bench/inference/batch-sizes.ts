import { compileModel, enumeratePolicies } from '@skein/inference';
import { type Effort, interleave } from './interleave.js';
import { type Measure, measure, valuesOf } from './measure.js';
import { benchModel } from './models.js';
import { timedSteps } from './regime.js';
import { ScalarStep } from './scalar-step.js';
import { scalarTables } from './scalar-tables.js';
import { SimdStep } from './simd-step.js';

const BENCH = 'batch sizes';
const SIZES = Array.from({ length: 13 }, (_, i) => 2 ** i);
const SCALAR = 'scalar';

/** A step of model ii, tracking, in batches of 1 to 4 096, beside the scalar step, which no batch makes faster. */
export function batchSizes(effort: Effort): Measure[] {
  const world = benchModel('ii');
  const policies = enumeratePolicies(world.model.shape.actionCounts, world.horizon);
  const compiled = compileModel(world.model, { policies });
  const scalar = new ScalarStep(scalarTables(world.model), policies, 64);
  const works = SIZES.map((size) =>
    timedSteps(`batch of ${size}`, new SimdStep(compiled, size), world, 'tracking'),
  );
  const line = timedSteps(SCALAR, scalar, world, 'tracking');
  const spreads = interleave([line, ...works], effort);
  const common = { bench: BENCH, model: 'ii', unit: 'us/agent' };
  const { median } = spreads.get(line)!;
  return [
    measure({ ...common, metric: SCALAR, ...valuesOf(spreads.get(line)!) }),
    ...works.map((work) => {
      const spread = spreads.get(work)!;
      const comparison = { baseline: SCALAR, ratio: median / spread.median };
      return measure({ ...common, metric: work.name, ...valuesOf(spread), ...comparison });
    }),
  ];
}
