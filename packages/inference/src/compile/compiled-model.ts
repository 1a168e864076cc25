import { InputError, PopulationError } from '../errors.js';
import type { WorkspaceRows } from '../kernels/structs.js';
import type { LoadedImage } from '../memory/image.js';
import {
  attachInferenceMemory,
  InferenceMemory,
  type SharedInferenceMemory,
} from '../memory/inference-memory.js';
import type { GenerativeModel } from '../model/generative-model.js';
import { type PreparedModel, prepareModel } from '../model/prepare-model.js';
import { describe } from '../model/tensor.js';
import type { Backend, CompileSettings } from './compile-options.js';
import { type Explanation, formatExplanation } from './explanation.js';
import type { LearnedLayout } from './learned-image.js';

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

/** One learned tensor: the block that agents share until they learn, and how it is laid out. */
export interface LearnedTable extends LearnedLayout {
  readonly address: number;
  /** The `Modality` or `Factor` structure whose tensor it is. */
  readonly owner: number;
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

  /**
   * What another thread attaches itself by, with `attachCompiledModel`: plain data; post it.
   *
   * @throws PopulationError `INFERENCE_DISPOSED`
   */
  share(): SharedCompiledModel {
    this.checkUse();
    const { toString: _, ...explanation } = this.#explanation;
    const { model, settings, tables } = this;
    return { memory: this.memory.share(), model, settings, tables, explanation };
  }

  /**
   * Gives the tables' memory back, unless another compiled model has the same. Populations of the model must not be
   * used after, which is refused, nor those of threads that it was shared with, which cannot be noticed; one that was
   * attached has nothing to give back.
   */
  [Symbol.dispose](): void {
    this.checkUse();
    this.#isDisposed = true;
    if (this.#image !== null) this.memory.images.release(this.#image);
  }

  /** @internal @throws PopulationError `INFERENCE_DISPOSED` */
  checkUse(): void {
    if (!this.#isDisposed) return;
    throw new PopulationError('INFERENCE_DISPOSED', 'compiled model', 'one in use', 'one disposed of');
  }
}

/**
 * The compiled model that another thread shared: the same tables, nothing compiled again. Populations of it are this
 * thread's own.
 *
 * @param memory the memory that `shared` came with, where this thread has attached itself to it already; one instance
 *   a thread is enough
 * @throws InputError `INFERENCE_OPTION_INVALID` for what `share` did not return
 *
 * @example
 * worker.postMessage(compileModel(model).share());
 * // in the worker:
 * parentPort.once('message', (shared) => createPopulation(attachCompiledModel(shared), { capacity: 100 }));
 */
export function attachCompiledModel(
  shared: SharedCompiledModel,
  memory: InferenceMemory = attachInferenceMemory(shared?.memory),
): CompiledModel {
  if (!(memory instanceof InferenceMemory)) {
    throw new InputError('INFERENCE_OPTION_INVALID', 'memory', 'an `InferenceMemory`', describe(memory));
  }
  const { model, settings, tables } = shared;
  const explanation = { ...shared.explanation, toString: () => formatExplanation(shared.explanation) };
  const { backend } = explanation;
  return new CompiledModel({ model, settings, backend, memory, tables, explanation, image: null });
}
