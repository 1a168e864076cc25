import { readFileSync } from 'node:fs';

/**
 * The SIMD kernels, compiled for one memory.
 *
 * Addresses are bytes into that memory. A *block* of n values is `f32[n][4]`, four lanes beside each other. The
 * sources, with what each kernel computes, are in `wasm/assembly`.
 */
export interface Kernels {
  /** `out[i] = ln x[i]`, `count` values of four lanes. */
  logBlock(out: number, x: number, count: number): void;
  /** `out[i] = exp x[i]`, `count` values of four lanes. */
  expBlock(out: number, x: number, count: number): void;
}

/** The same folder from `src` and from `dist`. */
const MODULE_FILE = new URL('../../wasm/build/kernels.wasm', import.meta.url);

/** Compiles the kernel module; `instantiateKernels` takes it once for each thread. */
export function compileKernelModule(): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(MODULE_FILE));
}

/**
 * Binds the kernels to a memory. The module has no state of its own, so any number of threads may do so.
 *
 * @param memory shared, of at least one page
 */
export function instantiateKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return exports as unknown as Kernels;
}
