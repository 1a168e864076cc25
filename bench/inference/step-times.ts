import { compileModel, enumeratePolicies } from '@skein/inference';
import { fewAgents } from './few-agents.js';
import { type Effort, interleave } from './interleave.js';
import { type Measure, measure, valuesOf } from './measure.js';
import type { BenchModel } from './models.js';
import { ReferenceStep } from './reference-step.js';
import { timedSteps } from './regime.js';
import { ScalarStep } from './scalar-step.js';
import { scalarTables } from './scalar-tables.js';
import { SimdStep } from './simd-step.js';
import type { Stepper } from './stepper.js';

const BENCH = 'steps';
const METRICS = {
  simd: 'simd',
  scalar: 'scalar',
  tree: 'scalar, prefix tree',
  reference: 'reference',
} as const;

/** A step of every model in both regimes: the kernels, the scalar step without and with a tree, the reference. */
export function stepTimes(effort: Effort, models: readonly BenchModel[]): Measure[] {
  const cases = models.flatMap((world) => {
    const steppers = Object.entries(steppersOf(world));
    return (['broad', 'tracking'] as const).map((regime) => ({
      model: `${world.name}, ${regime}`,
      works: steppers.map(([name, stepper]) => timedSteps(name, stepper, world, regime)),
    }));
  });
  const spreads = interleave(
    cases.flatMap(({ works }) => works),
    effort,
  );
  return cases.flatMap(({ model, works }) => {
    const common = { bench: BENCH, model, unit: 'us/agent' };
    const [simd, ...others] = works.map((work) => ({ metric: work.name, spread: spreads.get(work)! }));
    return [
      ...others.map(({ metric: baseline, spread }) =>
        measure({
          ...common,
          metric: simd!.metric,
          ...valuesOf(simd!.spread),
          baseline,
          ratio: spread.median / simd!.spread.median,
        }),
      ),
      ...others.map(({ metric, spread }) => measure({ ...common, metric, ...valuesOf(spread) })),
    ];
  });
}

function steppersOf(world: BenchModel): Record<string, Stepper> {
  const { model, horizon, batch } = world;
  const policies = enumeratePolicies(model.shape.actionCounts, horizon);
  const tables = scalarTables(model);
  const steppers = {
    [METRICS.simd]: new SimdStep(compileModel(model, { policies }), batch),
    [METRICS.scalar]: fewAgents(world, (count) => new ScalarStep(tables, policies, count)),
    [METRICS.reference]: fewAgents(world, (count) => new ReferenceStep(model, policies, count)),
  };
  if (horizon === 1) return steppers;
  const options = { sharesPrefixes: true };
  const shared = fewAgents(world, (count) => new ScalarStep(tables, policies, count, options));
  return { ...steppers, [METRICS.tree]: shared };
}
