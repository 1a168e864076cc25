import { compileModel, createInferenceMemory, createPopulation } from '@skein/inference';
import { collectGarbage } from './collect-garbage.js';
import { type Measure, measure } from './measure.js';
import { benchModel } from './models.js';

const BENCH = 'memory';
export const BYTES_AN_AGENT = 'bytes an agent adds';
export const BYTES_SAVED = 'tables, less than dense';
const MANY = 100_000;

/** What agents add to the memory, and what structure takes off the tables. */
export async function memoryUse(): Promise<Measure[]> {
  const one = await bytesOf(1);
  const many = await bytesOf(MANY);
  const each = (part: 'kernels' | 'process'): number => (many[part] - one[part]) / (MANY - 1);
  const { model, name } = benchModel('vi');
  const { bytes, denseBytes } = compileModel(model).explain();
  const agents = { bench: BENCH, model: `ii, ${MANY.toLocaleString('en')} agents`, unit: 'bytes' };
  return [
    measure({ ...agents, metric: 'in the kernels’ memory', value: each('kernels') }),
    measure({ ...agents, metric: 'on and beside the heap', value: each('process') }),
    measure({ ...agents, metric: BYTES_AN_AGENT, value: each('kernels') + each('process') }),
    measure({ bench: BENCH, model: name, metric: 'tables', value: bytes, unit: 'bytes' }),
    measure({ bench: BENCH, model: name, metric: 'A and B dense', value: denseBytes, unit: 'bytes' }),
    measure({
      bench: BENCH,
      model: name,
      metric: BYTES_SAVED,
      value: 100 * (1 - bytes / denseBytes),
      unit: '%',
    }),
  ];
}

/** Bytes with a population of so many agents of model ii, handles and results with them, once they have all stepped. */
async function bytesOf(count: number): Promise<{ kernels: number; process: number }> {
  const { model } = benchModel('ii');
  await collectGarbage();
  const before = processBytes();
  const memory = createInferenceMemory();
  const population = createPopulation(compileModel(model, { memory }), { capacity: count });
  const batch = { agents: population.addMany(count), outcomes: [new Int32Array(count)] };
  population.step(batch);
  batch.outcomes.length = 0; // what they saw is the caller's
  await collectGarbage();
  const bytes = { kernels: memory.bytesUsed, process: processBytes() - before };
  if (batch.agents.length !== count || population.size !== count) throw new Error('lost agents');
  return bytes;
}

/** The heap and what JavaScript keeps beside it; not WebAssembly's memory, which is shared. */
function processBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
