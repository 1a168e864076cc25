import {
  type CompileOptions,
  compileModel,
  createInferenceMemory,
  enumeratePolicies,
} from '@skein/inference';
import { libmMemory } from './bench-kernels.js';
import { fewAgents } from './few-agents.js';
import { type Effort, interleave, type Timed } from './interleave.js';
import { type Measure, measure, valuesOf } from './measure.js';
import { type BenchModel, benchModel } from './models.js';
import { timedSteps } from './regime.js';
import { ScalarStep } from './scalar-step.js';
import { scalarTables } from './scalar-tables.js';
import { SimdStep } from './simd-step.js';

const BENCH = 'causes';
const SCALAR = 'scalar';
export const LANES_AND_LOGS = '+ vector logarithms';
const MODELS = ['ii', 'iii len 3', 'iv', 'v', 'vi'] as const;
/** Dense tables of 900 states take a while: a smaller batch of them, count. */
const BATCH_OF_LARGE = 32;

/**
 * Where the speed comes from, one cause after the other, in broad beliefs:
 *
 * - lanes: four agents at once, all tensors dense, every policy on its own, `Math.log` a lane at a time;
 * - vector logarithms in place of `Math.log`;
 * - the prefix tree of policies;
 * - structure: gathers, backgrounds and sparse rows in place of dense tensors.
 */
export function causes(effort: Effort, isQuick: boolean): Measure[] {
  const names = MODELS.filter((name) => !(isQuick && name === 'vi'));
  const ladders = names.map((name) => ladder(benchModel(name)));
  const values = logarithms();
  const spreads = interleave([...ladders.flatMap(({ works }) => works), ...values], effort);
  const measures = ladders.flatMap(({ name, works }) => {
    const scalar = spreads.get(works[0]!)!;
    return works.map((work) => {
      const spread = spreads.get(work)!;
      const comparison = work === works[0] ? {} : { baseline: SCALAR, ratio: scalar.median / spread.median };
      const common = { bench: BENCH, model: name, metric: work.name, unit: 'us/agent' };
      return measure({ ...common, ...valuesOf(spread), ...comparison });
    });
  });
  const [scalar, vector] = values.map((work) => spreads.get(work)!);
  const ns = (us: number): number => 1000 * us;
  const logarithm = { bench: 'logarithms', unit: 'ns/value' };
  return [
    ...measures,
    measure({ ...logarithm, model: 'Float32Array', metric: 'Math.log', value: ns(scalar!.median) }),
    measure({
      ...logarithm,
      model: 'block of lanes',
      metric: 'logBlock',
      value: ns(vector!.median),
      baseline: 'Math.log',
      ratio: scalar!.median / vector!.median,
    }),
    ...names.map((name) => {
      const { model, horizon } = benchModel(name);
      const outcomes = model.shape.outcomeCounts.reduce((sum, count) => sum + count, 0);
      const { nodeCount } = compileModel(model, { horizon, form: 'dense' }).explain();
      const metric = 'entropies of predicted outcomes';
      return measure({
        bench: 'logarithms',
        model: name,
        metric,
        value: nodeCount * outcomes,
        unit: 'logs/step',
      });
    }),
  ];
}

function ladder(world: BenchModel): { name: string; works: Timed[] } {
  const { model, horizon, name } = world;
  const policies = enumeratePolicies(model.shape.actionCounts, horizon);
  const tables = scalarTables(model);
  const batch = name === 'vi' ? BATCH_OF_LARGE : world.batch;
  const simd = (options: CompileOptions): SimdStep =>
    new SimdStep(compileModel(model, { policies, memory: createInferenceMemory(), ...options }), batch);
  const dense = { form: 'dense' } as const;
  const rungs = {
    [SCALAR]: fewAgents(world, (count) => new ScalarStep(tables, policies, count)),
    lanes: simd({ ...dense, prefixTree: false, memory: libmMemory() }),
    [LANES_AND_LOGS]: simd({ ...dense, prefixTree: false }),
    '+ prefix tree': simd(dense),
    '+ structure': simd({}),
  };
  const works = Object.entries(rungs).map(([rung, stepper]) => timedSteps(rung, stepper, world, 'broad'));
  return { name, works };
}

/** A logarithm of each of some probabilities, one by one and in lanes. */
function logarithms(): [scalar: Timed, vector: Timed] {
  const rows = 1024;
  const count = 4 * rows;
  const memory = createInferenceMemory();
  const x = memory.allocate(4 * count);
  const out = memory.allocate(4 * count);
  const values = memory.floats(x, count).map((_, i) => ((i * 2654435761) % 4096) / 4096 + 1e-4);
  memory.floats(x, count).set(values);
  const logs = new Float32Array(count);
  const timed = (work: () => void) => (): number => {
    const startedMs = performance.now();
    work();
    return performance.now() - startedMs;
  };
  const scalar = timed(() => {
    for (let i = 0; i < count; i++) logs[i] = Math.log(values[i]!);
  });
  const vector = timed(() => memory.kernels.logBlock(out, x, rows));
  return [
    { name: 'Math.log', operations: count, run: scalar },
    { name: 'logBlock', operations: count, run: vector },
  ];
}
