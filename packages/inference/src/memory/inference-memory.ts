import { InputError, PopulationError } from '../errors.js';
import { compileKernelModule, instantiateKernels, type Kernels } from '../kernels/kernel-module.js';
import { type KernelModule, Memory, type SharedMemory } from '../kernels/web-assembly.js';
import { describe } from '../model/tensor.js';
import { FreeList } from './free-list.js';
import { ImageStore } from './image-store.js';

/** Bytes of a WebAssembly page. */
const PAGE_BYTES = 65_536;
/** Every region begins at a cache line, so that two threads never write to the same one. */
const ALIGNMENT_BYTES = 64;
/** Where regions begin. What lies before is never handed out, so that address 0 can mean "absent". */
const FIRST_ADDRESS = 64;
/** Word that holds the address behind the last region; all threads advance it. */
const END_WORD = 1;
/** What 32-bit addresses can reach, less one page so that no end wraps to 0, bytes. */
const BYTES_MAX = 65_535 * PAGE_BYTES;

/** How large the memory may become. */
export interface InferenceMemoryOptions {
  /**
   * At least 1; rounded to whole pages of 64 KiB, at least one. Default 4 GiB, the most there can be. Address space only:
   * pages are taken as they are used.
   */
  readonly bytesMax?: number;
}

/** What another thread needs to use the same memory; post it, then call `attachInferenceMemory`. */
export interface SharedInferenceMemory {
  /** @internal */
  readonly memory: SharedMemory;
  /** @internal */
  readonly module: KernelModule;
  /** What the memory may grow to, bytes. */
  readonly bytesMax: number;
}

/**
 * The memory in which compiled models and populations live, and the kernels that work on it.
 *
 * One for a process is enough: a model compiled into it is there once, however many threads use it.
 *
 * ```
 *   0        64                                            end            bytesMax
 *   | header | region | region | freed | region | ...      |  not yet used  |
 *              64-byte aligned; a freed region is used again by the thread that freed it
 * ```
 *
 * **Who uses freed memory again.** What is freed at the end of what is used becomes free for all threads. Any other
 * region is remembered by the thread that freed it, and lost when that thread ends, as is what a thread never freed:
 * dispose of populations before a worker ends, in the reverse order of their making. Where workers come and go, let
 * them stay and take on other work instead, or give each short-lived one a memory of its own, which goes with it.
 *
 * Shared memory never moves: views on a region stay valid as long as the region does, also when the memory grows.
 */
export class InferenceMemory {
  /** @internal */
  readonly kernels: Kernels;
  /** @internal The tables of compiled models that this thread loaded. */
  readonly images: ImageStore;
  readonly #memory: SharedMemory;
  readonly #module: KernelModule;
  readonly #bytesMax: number;
  readonly #free: FreeList = new FreeList();

  /** @internal Use `createInferenceMemory` or `attachInferenceMemory`. */
  constructor({ memory, module, bytesMax }: SharedInferenceMemory) {
    this.#memory = memory;
    this.#module = module;
    this.#bytesMax = bytesMax;
    this.kernels = instantiateKernels(module, memory);
    this.images = new ImageStore(this);
  }

  /** The bytes up to the end of what all threads were handed out, with what was freed before that end, count. */
  get bytesUsed(): number {
    return this.#end(this.#words());
  }

  /**
   * Reserves a region; it is zeroed.
   *
   * @internal
   * @returns its address, bytes, a multiple of 64
   * @throws PopulationError `INFERENCE_MEMORY_EXHAUSTED`
   */
  allocate(bytes: number): number {
    const size = Math.ceil(Math.max(bytes, 1) / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    const again = this.#free.take(size);
    if (again !== undefined) {
      new Uint8Array(this.#memory.buffer, again, size).fill(0);
      return again;
    }
    const words = this.#words();
    for (;;) {
      const address = this.#end(words);
      if (address + size > this.#bytesMax) {
        const expected = `room for ${size} bytes within ${this.#bytesMax}`;
        throw new PopulationError('INFERENCE_MEMORY_EXHAUSTED', 'memory', expected, `${address} in use`);
      }
      // Whoever moves the end from where it was owns what lies between: no two threads can.
      if (Atomics.compareExchange(words, END_WORD, address >>> 0, (address + size) >>> 0) !== address >>> 0)
        continue;
      if (this.#reaches(address + size)) return address;
      // Not freed, for there is nothing there: the end goes back, unless another thread has gone on from it.
      Atomics.compareExchange(words, END_WORD, (address + size) >>> 0, address >>> 0);
      const expected = `${address + size} bytes of memory`;
      throw new PopulationError('INFERENCE_MEMORY_EXHAUSTED', 'memory', expected, 'no more from the system');
    }
  }

  /** @internal Gives a region of `allocate` back; whoever still has a view on it must not use it. */
  free(address: number, bytes: number): void {
    this.#free.add(address, Math.ceil(Math.max(bytes, 1) / ALIGNMENT_BYTES) * ALIGNMENT_BYTES);
    this.#moveEndBack();
  }

  /** @internal */
  floats(address: number, count: number): Float32Array {
    return new Float32Array(this.#buffer(address + 4 * count), address, count);
  }

  /** @internal */
  integers(address: number, count: number): Int32Array {
    return new Int32Array(this.#buffer(address + 4 * count), address, count);
  }

  /** @internal */
  unsigned(address: number, count: number): Uint32Array {
    return new Uint32Array(this.#buffer(address + 4 * count), address, count);
  }

  /** @internal */
  bytes(address: number, count: number): Uint8Array {
    return new Uint8Array(this.#buffer(address + count), address, count);
  }

  /** What another thread attaches itself by. */
  share(): SharedInferenceMemory {
    return { memory: this.#memory, module: this.#module, bytesMax: this.#bytesMax };
  }

  #words(): Uint32Array {
    return new Uint32Array(this.#memory.buffer, 0, 2);
  }

  /** Gives a gap that is the last of all to all threads: what follows it is free too, and large regions find room. */
  #moveEndBack(): void {
    const words = this.#words();
    const end = this.#end(words);
    const address = this.#free.takeEndingAt(end);
    if (address === undefined) return;
    // Whoever is handed it out next expects zeros, as in memory that is new.
    new Uint8Array(this.#buffer(end), address, end - address).fill(0);
    if (Atomics.compareExchange(words, END_WORD, end >>> 0, address >>> 0) === end >>> 0) return;
    this.#free.add(address, end - address);
  }

  #end(words: Uint32Array): number {
    return Math.max(Atomics.load(words, END_WORD), FIRST_ADDRESS);
  }

  /** The memory as it is now, at least so many bytes of it: it may have grown on another thread. */
  #buffer(bytes: number): SharedArrayBuffer {
    if (this.#memory.buffer.byteLength < bytes) this.#memory.grow(0);
    return this.#memory.buffer;
  }

  /** Grows the memory to at least so many bytes, unless another thread has. @returns whether it is so long now */
  #reaches(bytes: number): boolean {
    const missing = bytes - this.#buffer(bytes).byteLength;
    if (missing <= 0) return true;
    try {
      this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
    return this.#buffer(bytes).byteLength >= bytes;
  }
}

/**
 * Makes an empty memory.
 *
 * @throws InputError `INFERENCE_OPTION_INVALID`
 */
export function createInferenceMemory(options: InferenceMemoryOptions = {}): InferenceMemory {
  if (typeof options !== 'object' || options === null) {
    throw new InputError('INFERENCE_OPTION_INVALID', 'options', 'an object, or nothing', describe(options));
  }
  const { bytesMax = BYTES_MAX } = options;
  if (!(typeof bytesMax === 'number' && bytesMax >= 1)) {
    throw new InputError('INFERENCE_OPTION_INVALID', 'bytesMax', 'at least 1 byte', describe(bytesMax));
  }
  const pages = Math.max(1, Math.floor(Math.min(bytesMax, BYTES_MAX) / PAGE_BYTES));
  const memory = new Memory({ initial: 1, maximum: pages, shared: true });
  new Uint32Array(memory.buffer, 0, 2)[END_WORD] = FIRST_ADDRESS;
  return new InferenceMemory({ memory, module: compileKernelModule(), bytesMax: pages * PAGE_BYTES });
}

/**
 * The memory that another thread shared.
 *
 * @throws InputError `INFERENCE_OPTION_INVALID` for what `share` did not return
 */
export function attachInferenceMemory(shared: SharedInferenceMemory): InferenceMemory {
  if (!(shared?.memory?.buffer instanceof SharedArrayBuffer)) {
    throw new InputError('INFERENCE_OPTION_INVALID', 'shared', 'what `share` returned', describe(shared));
  }
  return new InferenceMemory(shared);
}
