import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createInferenceMemory, type InferenceMemory } from '@skein/inference';

/** Kernels that only benchmarks need; `wasm/index.ts` says what each does. */
export interface BenchKernels {
  applyBlock(map: number, out: number, x: number, repeats: number): void;
  multiplyAndAdd(repeats: number): number;
  read(address: number, bytes: number, repeats: number): number;
}

/** TypeScript declares WebAssembly together with the whole of the browser. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
  };
};

/** Compiles the kernels of `wasm`, unless they are up to date. */
export function buildBenchKernels(): void {
  execFileSync(process.execPath, [fileURLToPath(new URL('../../wasm/build.mjs', import.meta.url))]);
}

export function bindBenchKernels(memory: InferenceMemory): BenchKernels {
  return instantiate('bench.wasm', memory) as BenchKernels;
}

/** A memory whose kernels take logarithms with `Math.log`, a lane at a time, and are otherwise the same. */
export function libmMemory(): InferenceMemory {
  const memory = createInferenceMemory();
  const kernels = instantiate('kernels-libm.wasm', memory) as InferenceMemory['kernels'];
  return Object.assign(memory, { kernels });
}

function instantiate(file: string, memory: InferenceMemory): unknown {
  const bytes = readFileSync(new URL(`../wasm/${file}`, import.meta.url));
  const imports = { env: { memory: memory.share().memory, log: Math.log } };
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports;
}
