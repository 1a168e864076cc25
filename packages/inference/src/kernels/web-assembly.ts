/**
 * The part of WebAssembly's JavaScript interface that is used here. TypeScript declares it together with the whole
 * of the browser, which neither this package nor those who import it run in.
 */
export interface SharedMemory {
  /** Replaced by a longer one when the memory grows. */
  readonly buffer: SharedArrayBuffer;
  /** @returns the pages before */
  grow(pages: number): number;
}

/** Compiled code, not yet bound to a memory; can be posted to another thread. */
export interface KernelModule {
  readonly brand?: 'WebAssembly.Module';
}

interface WebAssemblyInterface {
  readonly Memory: new (descriptor: { initial: number; maximum: number; shared: true }) => SharedMemory;
  readonly Module: new (bytes: Uint8Array) => KernelModule;
  readonly Instance: new (
    module: KernelModule,
    imports: { env: { memory: SharedMemory } },
  ) => { readonly exports: unknown };
}

const { WebAssembly: api } = globalThis as unknown as { readonly WebAssembly: WebAssemblyInterface };
export const Memory: WebAssemblyInterface['Memory'] = api.Memory;
export const Module: WebAssemblyInterface['Module'] = api.Module;
export const Instance: WebAssemblyInterface['Instance'] = api.Instance;
