import { type CompiledModel, compileModel, createInferenceMemory, type MapReport } from '@skein/inference';
import { bindBenchKernels } from './bench-kernels.js';
import { type Effort, interleave, type Timed } from './interleave.js';
import { type Measure, measure } from './measure.js';
import { benchModel } from './models.js';
import { timedSteps } from './regime.js';
import { SimdStep } from './simd-step.js';

const BENCH = 'roofline';
const MULTIPLY_AND_ADDS = 100_000;
/** Working sets that the first and the second cache hold, bytes. */
const L1_BYTES = 16 * 1024;
const L2_BYTES = 512 * 1024;
const READ_BYTES = 32 * 1024 * 1024;

/** What this machine could do in lanes of four, and the share of it that a step in broad beliefs achieves. */
export function roofline(effort: Effort): Measure[] {
  const memory = createInferenceMemory();
  const kernels = bindBenchKernels(memory);
  const address = memory.allocate(L2_BYTES);
  const timed = (name: string, operations: number, work: () => void): Timed => ({
    name,
    operations,
    run() {
      const startedMs = performance.now();
      work();
      return performance.now() - startedMs;
    },
  });
  const peak = timed('multiply and add', 96 * MULTIPLY_AND_ADDS, () =>
    kernels.multiplyAndAdd(MULTIPLY_AND_ADDS),
  );
  const reads = [L1_BYTES, L2_BYTES].map((bytes) =>
    timed(`read ${bytes / 1024} KiB`, READ_BYTES, () => kernels.read(address, bytes, READ_BYTES / bytes)),
  );
  const steps = ['ii', 'vi'].map((name) => {
    const world = benchModel(name);
    const compiled = compileModel(world.model, { horizon: world.horizon });
    return { name, compiled, work: timedSteps(name, new SimdStep(compiled, world.batch), world, 'broad') };
  });
  const spreads = interleave([peak, ...reads, ...steps.map(({ work }) => work)], effort);
  const perSecond = (work: Timed): number => 1e6 / spreads.get(work)!.median;
  const giga = (value: number): number => value / 1e9;
  const common = { bench: BENCH, model: 'machine' };
  return [
    measure({ ...common, metric: peak.name, value: giga(perSecond(peak)), unit: 'Gflop/s' }),
    ...reads.map((read) =>
      measure({ ...common, metric: read.name, value: giga(perSecond(read)), unit: 'GB/s' }),
    ),
    ...steps.flatMap(({ name, compiled, work }) => {
      const { flops, bytes } = workOf(compiled);
      const rate = perSecond(work);
      const own = { bench: BENCH, model: name };
      const share = (value: number, limit: Timed): number => (100 * value * rate) / perSecond(limit);
      return [
        measure({ ...own, metric: 'flops of a step', value: flops, unit: 'flop' }),
        measure({ ...own, metric: 'share of multiply and add', value: share(flops, peak), unit: '%' }),
        measure({ ...own, metric: 'bytes moved in a step', value: bytes, unit: 'bytes' }),
        measure({ ...own, metric: `share of ${reads[0]!.name}`, value: share(bytes, reads[0]!), unit: '%' }),
      ];
    }),
  ];
}

interface Work {
  readonly flops: number;
  readonly bytes: number;
}

/** Of a logarithm, a product with it and a sum: operations on floats. */
const ENTROPY_FLOPS = 13;

/** One step of one agent of a model of one factor and one modality whose policies have one step. */
function workOf(compiled: CompiledModel): Work {
  const { maps } = compiled.explain();
  const likelihood = applied(maps.find(({ tensor }) => tensor === 'A[0]')!);
  const [states, outcomes] = [compiled.model.shape.stateCounts[0]!, compiled.model.shape.outcomeCounts[0]!];
  const policies = maps.filter(({ tensor }) => tensor === 'B[0]').map(applied);
  // To infer: copy the prior, weigh, sum, scale, keep. To evaluate: push, weigh gains, predict outcomes, entropy.
  const flops = policies.reduce(
    (sum, push) => sum + push.flops + 2 * states + likelihood.flops + ENTROPY_FLOPS * outcomes,
    4 * states,
  );
  const bytes = policies.reduce(
    (sum, push) => sum + push.bytes + 5 * states + likelihood.bytes + 4 * outcomes,
    4 * 10 * states,
  );
  return { flops, bytes };
}

/** Flops, and bytes read and written: 4 of a belief for each agent, 4 of a table for every four agents. */
function applied({ form, rows, columns, listed }: MapReport): Work {
  const moved = { inputs: listed, tables: 2 * listed };
  const works: Record<MapReport['form'], { flops: number; inputs: number; tables: number }> = {
    dense: { flops: 2 * rows * columns, inputs: rows * columns, tables: rows * columns },
    sparse: { flops: 2 * listed, ...moved },
    background: { flops: columns + rows + 2 * listed, inputs: listed + columns, tables: 2 * listed + rows },
    'one-hot': { flops: listed, inputs: listed, tables: listed },
    gather: { flops: 0, inputs: rows, tables: rows },
    identity: { flops: 0, inputs: rows, tables: 0 },
    'noisy-gather': { flops: columns + 3 * rows, inputs: columns + rows, tables: 3 * rows },
  };
  const { flops, inputs, tables } = works[form];
  return { flops, bytes: 4 * (inputs + rows) + tables };
}
