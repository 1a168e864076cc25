import {
  compileModel,
  createInferenceMemory,
  defineModel,
  type Form,
  type InferenceMemory,
  type MapReport,
  type SparseTensor,
  sparseTensor,
} from '@skein/inference';
import { bindBenchKernels } from './bench-kernels.js';
import { type Effort, interleave, type Spread, type Timed } from './interleave.js';
import { type Pattern, type PatternSpec, patternTensor } from './patterns.js';

/** A form's time and size for one matrix. */
export interface FormTime {
  readonly form: Form;
  /** us for four lanes. */
  readonly time: Spread;
  readonly bytes: number;
  /** What was expected of it, in the units of `MapReport.cost`. */
  readonly cost: number;
}

/** What was found for one matrix. */
export interface FormCase {
  readonly spec: PatternSpec;
  /** Every form it can have, the automatic choice first. */
  readonly forms: readonly FormTime[];
}

/** Larger dense matrices are left out: 10 000 states would take 400 MB. */
const DENSE_ELEMENTS_MAX = 4096 ** 2;

/** Times one application to four lanes of every form that a matrix can have. */
export function timeForms(specs: readonly PatternSpec[], effort: Effort): FormCase[] {
  const memory = createInferenceMemory();
  const kernels = bindBenchKernels(memory);
  return specs.map((spec) => {
    const source = patternTensor(spec);
    const out = memory.allocate(16 * spec.rows);
    const x = memory.allocate(16 * spec.columns);
    memory.floats(x, 4 * spec.columns).fill(1 / spec.columns);
    const elements = spec.rows * spec.columns;
    using chosen = compiledMap(memory, source, null);
    const forms = chosen.report.alternatives.filter(
      ({ form }) => form === chosen.report.form || form !== 'dense' || elements <= DENSE_ELEMENTS_MAX,
    );
    const maps = forms.map(({ form }) =>
      form === chosen.report.form ? chosen : compiledMap(memory, source, form),
    );
    const works = maps.map(({ report, address }): Timed => {
      const repeats = Math.max(1, Math.floor(100_000 / Math.max(report.cost, 1)));
      return {
        name: report.form,
        operations: repeats,
        run() {
          const startedMs = performance.now();
          kernels.applyBlock(address, out, x, repeats);
          return performance.now() - startedMs;
        },
      };
    });
    const spreads = interleave(works, effort);
    for (const map of maps) if (map !== chosen) map[Symbol.dispose]();
    memory.free(out, 16 * spec.rows);
    memory.free(x, 16 * spec.columns);
    return {
      spec,
      forms: maps.map(({ report }, i) => ({
        form: report.form,
        time: spreads.get(works[i]!)!,
        bytes: report.bytes,
        cost: report.cost,
      })),
    };
  });
}

/** Sizes and densities that matrices are tried at. */
export function formSpecs(isQuick: boolean): PatternSpec[] {
  const sizes = isQuick ? [4, 16, 64, 256, 1024] : [4, 8, 16, 32, 64, 256, 1024, 4096];
  const shares = isQuick
    ? [0.01, 0.1, 0.3, 0.5, 1]
    : [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1];
  const sharesOfLarge = [0.01, 0.1, 0.3, 0.6, 1];
  const swept = (rows: number, columns: number, densities: readonly number[]): PatternSpec[] => {
    const counts = [...new Set(densities.map((share) => Math.max(1, Math.round(share * rows))))];
    return (['random', 'background'] as const).flatMap((pattern) =>
      counts
        .filter((listed) => pattern === 'random' || listed < rows)
        .map((listed) => ({ pattern, rows, columns, listed })),
    );
  };
  const fixed = (rows: number, pattern: Pattern): PatternSpec => ({
    pattern,
    rows,
    columns: rows,
    listed: 1,
  });
  return [
    ...sizes.flatMap((size) => [
      ...swept(size, size, size > 1024 ? sharesOfLarge : shares),
      ...(['certain', 'permutation', 'noisy permutation', 'identity'] as const).map((pattern) =>
        fixed(size, pattern),
      ),
    ]),
    ...swept(5, 100, shares),
    ...swept(100, 8, shares),
    ...(isQuick ? [] : [...swept(10_000, 10_000, [0.0005, 0.005, 0.02]), fixed(10_000, 'noisy permutation')]),
  ];
}

interface CompiledMap extends Disposable {
  readonly report: MapReport;
  readonly address: number;
}

/** A model with the matrix for its likelihood, in the form given or in the cheapest. */
function compiledMap(memory: InferenceMemory, likelihood: SparseTensor, form: Form | null): CompiledMap {
  const states = likelihood.shape[1]!;
  const stay = sparseTensor({
    shape: [states, states, 1],
    columns: Array.from({ length: states }, (_, state) => [[state, 1] as const]),
  });
  const model = defineModel({ A: [likelihood], B: [stay] });
  const options = { memory, useStateInformationGain: false, ...(form === null ? {} : { form }) };
  const compiled = compileModel(model, options);
  const { modalities } = readWords(memory, compiled.tables!.addresses.model, MODEL_WORDS);
  const { likelihood: address } = readWords(memory, modalities!, MODALITY_WORDS);
  const report = compiled.explain().maps.find(({ tensor }) => tensor === 'A[0]')!;
  return { report, address: address!, [Symbol.dispose]: () => compiled[Symbol.dispose]() };
}

/** The first words of the kernels' structures `Model` and `Modality`. */
const MODEL_WORDS = ['factorCount', 'modalityCount', 'stateTotal', 'factors', 'modalities'] as const;
const MODALITY_WORDS = ['outcomeCount', 'likelihood'] as const;

function readWords(
  memory: InferenceMemory,
  address: number,
  names: readonly string[],
): Partial<Record<string, number>> {
  const words = memory.unsigned(address, names.length);
  return Object.fromEntries(names.map((name, i) => [name, words[i]!]));
}
