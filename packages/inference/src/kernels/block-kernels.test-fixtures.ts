import { compileKernelModule, instantiateKernels, type Kernels } from './kernel-module.js';
import { Memory, type SharedMemory } from './web-assembly.js';

const PAGE_BYTES = 65_536;

/** Kernels with a memory to themselves, of at least that many bytes. */
export function kernelsWith(bytes: number): { readonly kernels: Kernels; readonly memory: SharedMemory } {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  const memory = new Memory({ initial: pages, maximum: pages, shared: true });
  return { kernels: instantiateKernels(compileKernelModule(), memory), memory };
}

/** What a kernel that maps a block to a block makes of each number; `x` may have any length. */
export function mapByKernel(name: 'logBlock' | 'xlogxBlock' | 'expBlock', x: Float32Array): Float32Array {
  const vectors = Math.ceil(x.length / 4);
  const { kernels, memory } = kernelsWith(32 * vectors);
  new Float32Array(memory.buffer).set(x);
  kernels[name](16 * vectors, 0, vectors);
  return new Float32Array(memory.buffer, 16 * vectors, x.length).slice();
}

/** Every `stride`-th float32 from `from` up to `to`, both of one sign, in the order of their bit patterns. */
export function floatsBetween(from: number, to: number, stride: number): Float32Array {
  const first = bitsOf(from);
  const words = Uint32Array.from(
    { length: Math.floor((bitsOf(to) - first) / stride) + 1 },
    (_, i) => first + i * stride,
  );
  return new Float32Array(words.buffer);
}

/** The `count` float32 on either side of a positive number, and the number itself. */
export function floatsAround(x: number, count: number): Float32Array {
  const words = Uint32Array.from({ length: 2 * count + 1 }, (_, i) => bitsOf(x) - count + i);
  return new Float32Array(words.buffer);
}

export function bitsOf(x: number): number {
  return new Uint32Array(Float32Array.of(x).buffer)[0]!;
}

/** The largest of `measure(x[i], y[i])`, and the x where it is. */
export function worst(
  x: Float32Array,
  y: Float32Array,
  measure: (x: number, y: number) => number,
): { readonly at: number; readonly error: number } {
  let at = Number.NaN;
  let error = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < x.length; i++) {
    const here = measure(x[i]!, y[i]!);
    // Written so that NaN counts as worst of all.
    if (!(here <= error)) {
      at = x[i]!;
      error = here;
    }
    if (Number.isNaN(error)) break;
  }
  return { at, error };
}
