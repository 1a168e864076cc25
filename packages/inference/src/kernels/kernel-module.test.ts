// At stake: every thread instantiates this module over one memory that others are using, so it may bring nothing
// but code: a data segment would write into that memory again, a global would differ from thread to thread. And
// results are to be equal on every machine, which relaxed SIMD does not promise. Tried by reading its bytes.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { KernelsMissingError } from '../errors.js';
import { compileKernelModule, type Kernels } from './kernel-module.js';
import { readWasm } from './read-wasm.test-fixtures.js';

const MODULE_FILE = new URL('../../wasm/build/kernels.wasm', import.meta.url);

/** The compiler holds this to the interface, the test holds the module to this. */
const KERNELS: Readonly<Record<keyof Kernels, 'function'>> = {
  deriveLikelihood: 'function',
  deriveTransition: 'function',
  expBlock: 'function',
  inferStates: 'function',
  learn: 'function',
  loadLane: 'function',
  logBlock: 'function',
  planActions: 'function',
  storeLane: 'function',
  uniformBlock: 'function',
  xlogxBlock: 'function',
};

describe('the kernel module', () => {
  const facts = () => readWasm(readFileSync(MODULE_FILE));

  test('imports one shared memory and nothing else', () => {
    expect(facts().imports).toEqual([{ name: 'env.memory', kind: 'memory', shared: true }]);
  });

  test('exports the kernels and nothing else', () => {
    const exports = facts().exports.map(({ name, kind }) => [name, kind]);
    expect(Object.fromEntries(exports)).toEqual(KERNELS);
  });

  test('has no data, globals, tables, memory of its own, or code that runs at the start', () => {
    expect(facts().sections).toEqual(['type', 'import', 'function', 'export', 'code']);
  });

  test('uses SIMD, and none of its relaxed instructions', () => {
    const vectorOpcodes = facts().opcodes.filter((opcode) => opcode >> 16 === 0xfd);
    expect(vectorOpcodes).toContain(F32X4_DIV);
    expect(vectorOpcodes.filter(isRelaxed)).toEqual([]);
  });
});

const F32X4_DIV = 0xfd_00e7;
const isRelaxed = (opcode: number) => opcode >= 0xfd_0100 && opcode <= 0xfd_012f;

// What this test says about the module is worth as much as the reader.
describe('the reader', () => {
  const HEADER = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const read = (...bytes: number[]) => readWasm(Uint8Array.from([...HEADER, ...bytes]));
  const code = (...body: number[]) => read(10, body.length + 3, 1, body.length + 1, 0, ...body);

  test('finds a relaxed instruction behind immediates that look like others', () => {
    const shuffle = [0xfd, 13, ...new Array<number>(16).fill(0xfd)];
    const constant = [0x41, 0x85, 0x82, 0x02];
    const relaxedMultiplyAdd = [0xfd, 0x85, 0x02];
    const { opcodes } = code(...shuffle, ...constant, ...relaxedMultiplyAdd, 0x0b);
    expect(opcodes).toEqual([0xfd_000d, 0x41, 0xfd_0105, 0x0b]);
    expect(opcodes.filter(isRelaxed)).toEqual([0xfd_0105]);
  });

  test('names the sections', () => {
    expect(read(6, 1, 0, 8, 1, 0, 12, 1, 0, 11, 1, 0, 0, 2, 1, 65).sections).toEqual([
      ...['global', 'start', 'data count', 'data'],
    ]);
  });

  test('tells a shared memory from one that is not', () => {
    const memory = (flags: number) => read(2, 9, 1, 1, 0x61, 1, 0x62, 2, flags, 1, 9).imports;
    expect(memory(3)).toEqual([{ name: 'a.b', kind: 'memory', shared: true }]);
    expect(memory(1)).toEqual([{ name: 'a.b', kind: 'memory', shared: false }]);
  });

  test.each([
    { what: 'an opcode that it does not know', body: [0xff, 0x00, 0x0b] },
    { what: 'a body whose last instruction runs over its end', body: [0x43, 0x00, 0x0b] },
    { what: 'a body that does not end', body: [0x01] },
  ])('refuses $what', ({ body }) => {
    expect(() => code(...body)).toThrow();
  });
});

test('without a build the loader says what to run', () => {
  const file = new URL('../../wasm/build/never-built.wasm', import.meta.url);
  const load = () => compileKernelModule(file);
  expect(load).toThrow(KernelsMissingError);
  expect(load).toThrow(expect.objectContaining({ code: 'INFERENCE_KERNELS_MISSING', file: file.href }));
  expect(load).toThrow(/run `npm run build`/);
});
