import { InputError } from '../errors.js';
import { FACTOR_WORDS, MODALITY_WORDS, type WorkspaceRows } from '../kernels/structs.js';
import { Workspace } from '../kernels/workspace.js';
import { expectedModel, type LearnedCounts } from '../learning/expected-model.js';
import { Allocations } from '../memory/allocations.js';
import type { LoadedImage, Part } from '../memory/image.js';
import { createInferenceMemory, InferenceMemory } from '../memory/inference-memory.js';
import type { GenerativeModel } from '../model/generative-model.js';
import { describe } from '../model/tensor.js';
import type { CompileOptions, LearningSettings } from './compile-options.js';
import { compileSettings } from './compile-settings.js';
import { CompiledModel, type LearnedTable, type LearnedTables } from './compiled-model.js';
import { whyReference } from './coverage.js';
import { explain, stepCountOf } from './explanation.js';
import type { LearnedPart } from './learned-image.js';
import { type ModelImage, modelImage } from './model-image.js';

/**
 * Compiles a model: chooses how each matrix is stored, works out what no observation changes, lays the policies out as
 * a tree, and copies all of it into a memory that every thread can use. What is compiled twice into one memory, by one
 * thread, is there once.
 *
 * @param source a valid model, as `defineModel` returns it
 * @throws InputError `INFERENCE_OPTION_INVALID`, `INFERENCE_POLICY_INVALID`, `INFERENCE_POLICY_COUNT_EXCEEDED`
 * @throws PopulationError `INFERENCE_MEMORY_EXHAUSTED`
 *
 * @example
 * const compiled = compileModel(gridWorld({ width: 5, height: 5 }), { horizon: 2 });
 * console.log(String(compiled.explain()));
 * const population = createPopulation(compiled, { capacity: 10_000 });
 */
export function compileModel(source: GenerativeModel, options: CompileOptions = {}): CompiledModel {
  const settings = compileSettings(source, options);
  const model = settings.learning === null ? source : expectedModel(source, priorCounts(settings.learning));
  const { memory = createInferenceMemory() } = options;
  if (!(memory instanceof InferenceMemory)) {
    throw new InputError('INFERENCE_OPTION_INVALID', 'memory', 'an `InferenceMemory`', describe(memory));
  }
  const reasons = whyReference(model, settings);
  const common = { model, settings, memory };
  if (reasons.length > 0) {
    const explanation = explain(
      model,
      settings,
      'reference',
      reasons,
      [],
      0,
      settings.plans.map(stepCountOf),
    );
    return new CompiledModel({ ...common, backend: 'reference', tables: null, explanation, image: null });
  }
  const { image, model: modelPart, plans, workspace, maps, learned } = modelImage(model, settings);
  const loaded = memory.images.load(image, (fresh) => deriveShared(memory, fresh, learned, workspace));
  const addresses = {
    model: loaded.addressOf(modelPart),
    plans: plans.map(({ part }) => loaded.addressOf(part)),
  };
  const nodeCounts = plans.map(({ nodeCount }) => nodeCount);
  const explanation = explain(model, settings, 'simd', [], maps, loaded.bytes, nodeCounts);
  return new CompiledModel({
    ...common,
    backend: 'simd',
    tables: { addresses, workspace, learned: learnedTables(loaded, learned) },
    explanation,
    image: loaded,
  });
}

const priorCounts = ({ pA, pB, pD, pE }: LearningSettings): LearnedCounts => ({
  pA,
  pB,
  pD,
  ...(pE === null ? {} : { pE }),
});

function learnedTables(loaded: LoadedImage, learned: ModelImage['learned']): LearnedTables {
  const tables = (
    parts: readonly (LearnedPart | null)[],
    owners: Part,
    words: number,
  ): (LearnedTable | null)[] =>
    parts.map((part, i) => {
      if (part === null) return null;
      const owner = loaded.addressOf(owners) + 4 * words * i;
      return { ...part.layout, address: loaded.addressOf(part.shared), owner };
    });
  return {
    likelihoods: tables(learned.likelihoods, learned.modalities, MODALITY_WORDS),
    transitions: tables(learned.transitions, learned.factors, FACTOR_WORDS),
  };
}

/** Has the kernels work out what follows from the prior counts, as they will from every agent's own. */
function deriveShared(
  memory: InferenceMemory,
  loaded: LoadedImage,
  learned: ModelImage['learned'],
  rows: WorkspaceRows,
): void {
  const { kernels } = memory;
  const scratch = new Allocations(memory);
  const workspace = new Workspace(scratch, rows);
  learned.likelihoods.forEach((part, m) => {
    if (part === null) return;
    const modality = loaded.addressOf(learned.modalities) + 4 * MODALITY_WORDS * m;
    kernels.deriveLikelihood(modality, loaded.addressOf(part.shared), workspace.address);
  });
  learned.transitions.forEach((part, f) => {
    if (part === null) return;
    const factor = loaded.addressOf(learned.factors) + 4 * FACTOR_WORDS * f;
    kernels.deriveTransition(factor, loaded.addressOf(part.shared), workspace.address);
  });
  scratch.free();
}
