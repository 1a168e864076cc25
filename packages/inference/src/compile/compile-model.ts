import { PopulationError } from '../errors.js';
import { FACTOR_WORDS, MODALITY_WORDS, type WorkspaceRows } from '../kernels/structs.js';
import { Workspace } from '../kernels/workspace.js';
import { expectedModel, type LearnedCounts } from '../learning/expected-model.js';
import type { LoadedImage } from '../memory/image.js';
import {
  attachInferenceMemory,
  createInferenceMemory,
  type InferenceMemory,
  type SharedInferenceMemory,
} from '../memory/inference-memory.js';
import type { GenerativeModel } from '../model/generative-model.js';
import { type PreparedModel, prepareModel } from '../model/prepare-model.js';
import {
  type Backend,
  type CompileOptions,
  type CompileSettings,
  compileSettings,
  type HorizonPolicies,
  type LearningSettings,
} from './compile-options.js';
import { whyReference } from './coverage.js';
import { type Explanation, formatExplanation, type MapReport } from './explanation.js';
import type { LearnedPart } from './learned-image.js';
import type { Matrix } from './matrix.js';
import { type ModelImage, modelImage } from './model-image.js';

/** The addresses of a compiled model's structures, for kernels. */
export interface ModelAddresses {
  readonly model: number;
  /** One for each of `CompileSettings.plans`, the full horizon first. */
  readonly plans: readonly number[];
}

/** What `compileModel` made for the SIMD kernels. */
export interface SimdTables {
  readonly addresses: ModelAddresses;
  readonly workspace: WorkspaceRows;
  /** What agents learn, for each modality and for each factor; null for what they do not. */
  readonly learned: LearnedTables;
}

/** The learned tensors of a compiled model. */
export interface LearnedTables {
  readonly likelihoods: readonly (LearnedTable | null)[];
  readonly transitions: readonly (LearnedTable | null)[];
}

/** One learned tensor: the block that agents share until they learn, and where its entries stand. */
export interface LearnedTable {
  readonly address: number;
  readonly bytes: number;
  readonly matrices: readonly Matrix[];
  readonly starts: readonly number[];
}

/**
 * A compiled model for another thread: plain data, which names the tables by where they stand. Valid until the
 * compiled model that shared it is disposed of.
 */
export interface SharedCompiledModel {
  readonly memory: SharedInferenceMemory;
  readonly model: GenerativeModel;
  readonly settings: CompileSettings;
  /** @internal */
  readonly tables: SimdTables | null;
  /** Without its text, which is a function. */
  readonly explanation: Omit<Explanation, 'toString'>;
}

/**
 * A model made ready for many agents: its tables, the policies they will evaluate and how they will choose.
 *
 * The tables stand once in a memory that all threads share. Agents are added with `createPopulation`.
 */
export class CompiledModel implements Disposable {
  /** The model, with what the prior counts lead one to expect where it is learned. */
  readonly model: GenerativeModel;
  readonly settings: CompileSettings;
  readonly backend: Backend;
  /** Where the tables stand, and populations will. */
  readonly memory: InferenceMemory;
  /** @internal Null when the reference runs. */
  readonly tables: SimdTables | null;
  readonly #explanation: Explanation;
  readonly #image: LoadedImage | null;
  #prepared: PreparedModel | null = null;
  #isDisposed = false;

  /** @internal Use `compileModel`. */
  constructor(parts: {
    readonly model: GenerativeModel;
    readonly settings: CompileSettings;
    readonly backend: Backend;
    readonly memory: InferenceMemory;
    readonly tables: SimdTables | null;
    readonly explanation: Explanation;
    readonly image: LoadedImage | null;
  }) {
    this.model = parts.model;
    this.settings = parts.settings;
    this.backend = parts.backend;
    this.memory = parts.memory;
    this.tables = parts.tables;
    this.#explanation = parts.explanation;
    this.#image = parts.image;
  }

  /** The model for the double-precision reference; worked out on first use, in this thread's own memory. */
  get prepared(): PreparedModel {
    this.#prepared ??= prepareModel(this.model);
    return this.#prepared;
  }

  /** How the model was compiled: the form of every matrix, bytes, expected cost, and what falls to the reference. */
  explain(): Explanation {
    return this.#explanation;
  }

  /** What another thread attaches itself by, with `attachCompiledModel`: plain data; post it. */
  share(): SharedCompiledModel {
    const { toString: _, ...explanation } = this.#explanation;
    const { model, settings, tables } = this;
    return { memory: this.memory.share(), model, settings, tables, explanation };
  }

  /**
   * Gives the tables' memory back, unless another compiled model has the same. Populations of the model must not be
   * used after, nor those of threads that it was shared with; one that was attached has nothing to give back.
   */
  [Symbol.dispose](): void {
    if (this.#isDisposed)
      throw new PopulationError('INFERENCE_DISPOSED', 'model', 'a compiled model', 'one disposed of');
    this.#isDisposed = true;
    if (this.#image !== null) this.memory.images.release(this.#image);
  }
}

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
  const memory = options.memory ?? createInferenceMemory();
  const reasons = whyReference(model, settings);
  const common = { model, settings, memory };
  if (reasons.length > 0) {
    const explanation = explanationOf(
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
  const explanation = explanationOf(model, settings, 'simd', [], maps, loaded.bytes, nodeCounts);
  return new CompiledModel({
    ...common,
    backend: 'simd',
    tables: { addresses, workspace, learned: learnedTables(loaded, learned) },
    explanation,
    image: loaded,
  });
}

/**
 * The compiled model that another thread shared: the same tables, nothing compiled again. Populations of it are this
 * thread's own.
 *
 * @param memory the memory that `shared` came with, where this thread has attached itself to it already; one instance
 *   a thread is enough
 *
 * @example
 * worker.postMessage(compileModel(model).share());
 * // in the worker:
 * parentPort.once('message', (shared) => createPopulation(attachCompiledModel(shared), { capacity: 100 }));
 */
export function attachCompiledModel(
  shared: SharedCompiledModel,
  memory: InferenceMemory = attachInferenceMemory(shared.memory),
): CompiledModel {
  const { model, settings, tables } = shared;
  const explanation = { ...shared.explanation, toString: () => formatExplanation(shared.explanation) };
  const { backend } = explanation;
  return new CompiledModel({ model, settings, backend, memory, tables, explanation, image: null });
}

const priorCounts = ({ pA, pB, pD, pE }: LearningSettings): LearnedCounts => ({
  pA,
  pB,
  pD,
  ...(pE === null ? {} : { pE }),
});

function learnedTables(loaded: LoadedImage, learned: ModelImage['learned']): LearnedTables {
  const table = (part: LearnedPart | null): LearnedTable | null =>
    part === null ? null : { ...part, address: loaded.addressOf(part.shared) };
  return { likelihoods: learned.likelihoods.map(table), transitions: learned.transitions.map(table) };
}

/** Has the kernels work out what follows from the prior counts, as they will from every agent's own. */
function deriveShared(
  memory: InferenceMemory,
  loaded: LoadedImage,
  learned: ModelImage['learned'],
  rows: WorkspaceRows,
): void {
  const { kernels } = memory;
  const workspace = new Workspace(memory, rows);
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
  workspace.free();
}

function explanationOf(
  model: GenerativeModel,
  settings: CompileSettings,
  backend: Backend,
  reasons: readonly string[],
  maps: readonly MapReport[],
  bytes: number,
  nodeCounts: readonly number[],
): Explanation {
  const elements = [...new Set([...model.A, ...model.B])].map(({ shape }) =>
    shape.reduce((n, length) => n * length, 1),
  );
  const bytesEach = backend === 'simd' ? 4 : 8;
  const plans = settings.plans.map((plan, i) => ({
    horizon: plan.horizon,
    policyCount: plan.policies.length,
    nodeCount: nodeCounts[i]!,
    stepCount: stepCountOf(plan),
  }));
  const { policyCount, nodeCount, stepCount } = plans[0]!;
  const explanation = {
    backend,
    reasons,
    maps,
    bytes,
    denseBytes: 4 * elements.reduce((total, count) => total + count, 0),
    policyCount,
    nodeCount,
    stepCount,
    plans,
    beliefBytes: bytesEach * model.shape.stateCounts.reduce((total, count) => total + count, 0),
  };
  return { ...explanation, toString: () => formatExplanation(explanation) };
}

const stepCountOf = ({ policies }: HorizonPolicies): number =>
  policies.reduce((steps, policy) => steps + policy.length, 0);
