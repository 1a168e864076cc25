import { readFileSync } from 'node:fs';
import { KernelsMissingError } from '../errors.js';
import { Instance, type KernelModule, Module, type SharedMemory } from './web-assembly.js';

/**
 * The SIMD kernels, bound to one memory.
 *
 * Addresses are bytes into that memory. A *block* of n values is `f32[n][4]`, four lanes beside each other. The
 * sources, with what each kernel computes, are in `wasm/assembly`.
 */
export interface Kernels {
  /** `out[i] = ln x[i]`, `count` values of four lanes. */
  logBlock(out: number, x: number, count: number): void;
  /** `out[i] = x[i] ln x[i]`, 0 for 0, `count` values of four lanes. */
  xlogxBlock(out: number, x: number, count: number): void;
  /** `out[i] = exp x[i]`, `count` values of four lanes. */
  expBlock(out: number, x: number, count: number): void;
  /** `out[i] = keyedUniformF32(seed, stream, index[i], step[i])`, `count` values of four lanes. */
  uniformBlock(
    out: number,
    index: number,
    step: number,
    count: number,
    stream: number,
    seedLow: number,
    seedHigh: number,
  ): void;
  /** Copies one agent's belief out; `out` is the address of its lane's first value in a block. */
  loadLane(model: number, population: number, lane: number, out: number): void;
  /** Keeps one agent's belief. @returns the mass that compression spread evenly, probability */
  storeLane(model: number, population: number, lane: number, from: number): number;
  /** Infers the hidden states of a batch; the arguments are addresses of structures. @returns agents left undecided */
  inferStates(model: number, population: number, batch: number, workspace: number, count: number): number;
  /** Evaluates all policies for a batch and chooses actions. @returns agents whose belief allowed none */
  planActions(
    model: number,
    plan: number,
    population: number,
    batch: number,
    workspace: number,
    count: number,
  ): number;
  /** Teaches the agents of a batch, whose blocks have been made, what they experienced. */
  learn(model: number, population: number, batch: number, workspace: number, count: number): void;
  /** Works out what follows from the counts in a block of a learned likelihood. */
  deriveLikelihood(modality: number, block: number, workspace: number): void;
  /** Works out what follows from the counts in a block of a learned transition. */
  deriveTransition(factor: number, block: number, workspace: number): void;
}

/** The same file from `src` and from `dist`. */
const MODULE_FILE: URL = new URL('../../wasm/build/kernels.wasm', import.meta.url);

/**
 * Compiles the kernel module; every thread binds it to its memory with `instantiateKernels`.
 *
 * @throws KernelsMissingError `INFERENCE_KERNELS_MISSING`: nothing was built
 */
export function compileKernelModule(file: URL = MODULE_FILE): KernelModule {
  return new Module(readKernels(file));
}

function readKernels(file: URL): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new KernelsMissingError(file.href, { cause });
  }
}

/**
 * Binds the kernels to a memory. The module has no state of its own, so any number of threads may do so.
 *
 * @param memory shared, of at least one page
 */
export function instantiateKernels(module: KernelModule, memory: SharedMemory): Kernels {
  return new Instance(module, { env: { memory } }).exports as Kernels;
}
