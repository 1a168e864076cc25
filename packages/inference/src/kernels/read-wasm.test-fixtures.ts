/** What a test asks about a WebAssembly module, read from its bytes. */
export interface ModuleFacts {
  /** The names of its sections, in order; custom ones left out. */
  readonly sections: readonly string[];
  readonly imports: readonly { readonly name: string; readonly kind: string; readonly shared: boolean }[];
  readonly exports: readonly { readonly name: string; readonly kind: string }[];
  /** The opcodes of all function bodies; one with a prefix as `prefix << 16 | opcode`. */
  readonly opcodes: readonly number[];
}

const SECTIONS = [
  ...['custom', 'type', 'import', 'function', 'table', 'memory', 'global', 'export', 'start', 'element'],
  ...['code', 'data', 'data count', 'tag'],
];
const KINDS = ['function', 'table', 'memory', 'global', 'tag'];

/**
 * Reads what the core specification, "Binary Format", writes, with SIMD and threads. Refuses an opcode that it does
 * not know, since it could not tell where the next one begins.
 */
export function readWasm(bytes: Uint8Array): ModuleFacts {
  const cursor = new Cursor(bytes);
  if (cursor.u32le() !== 0x6d736100 || cursor.u32le() !== 1) throw new Error('no WebAssembly module');
  const sections: string[] = [];
  const imports: ModuleFacts['imports'][number][] = [];
  const exports: ModuleFacts['exports'][number][] = [];
  const opcodes: number[] = [];
  while (cursor.at < bytes.length) {
    const section = named(SECTIONS, cursor.byte());
    const end = cursor.u32() + cursor.at;
    if (section !== 'custom') sections.push(section);
    if (section === 'import') cursor.times(() => imports.push(readImport(cursor)));
    if (section === 'export') cursor.times(() => exports.push(readExport(cursor)));
    if (section === 'code') cursor.times(() => readBody(cursor, opcodes));
    if (section === 'import' || section === 'export' || section === 'code') cursor.expectAt(end);
    cursor.at = end;
  }
  return { sections, imports, exports, opcodes };
}

function readImport(cursor: Cursor): ModuleFacts['imports'][number] {
  const name = `${cursor.name()}.${cursor.name()}`;
  const kind = named(KINDS, cursor.byte());
  if (kind !== 'memory')
    throw new Error(`${name} is an imported ${kind}, which this reader does not take apart`);
  const flags = cursor.byte();
  cursor.u32();
  if (flags & 1) cursor.u32();
  return { name, kind, shared: (flags & 2) !== 0 };
}

function readExport(cursor: Cursor): ModuleFacts['exports'][number] {
  const name = cursor.name();
  const kind = named(KINDS, cursor.byte());
  cursor.u32();
  return { name, kind };
}

function readBody(cursor: Cursor, opcodes: number[]): void {
  const end = cursor.u32() + cursor.at;
  cursor.times(() => {
    cursor.u32();
    cursor.byte();
  });
  let last = -1;
  while (cursor.at < end) {
    last = readOpcode(cursor);
    skipImmediates(cursor, last);
    opcodes.push(last);
  }
  // A body that was taken apart wrongly anywhere ends at its last byte, with `end`, only by a rare accident.
  cursor.expectAt(end);
  if (last !== 0x0b) throw new Error(`a body ends with opcode 0x${last.toString(16)}`);
}

function readOpcode(cursor: Cursor): number {
  const first = cursor.byte();
  return first >= 0xfc ? (first << 16) | cursor.u32() : first;
}

function skipImmediates(cursor: Cursor, opcode: number): void {
  const prefix = opcode >> 16;
  if (prefix === 0xfd) skipVectorImmediates(cursor, opcode & 0xffff);
  else if (prefix === 0xfe) skipAtomicImmediates(cursor, opcode & 0xffff);
  else if (prefix === 0xfc) cursor.skipLeb(bulkImmediates(opcode & 0xffff));
  else skipCoreImmediates(cursor, opcode);
}

function skipCoreImmediates(cursor: Cursor, opcode: number): void {
  if (opcode >= 0x02 && opcode <= 0x04)
    cursor.skipLeb(1); // block, loop, if: a type
  else if (opcode === 0x0c || opcode === 0x0d || opcode === 0x10)
    cursor.skipLeb(1); // br, br_if, call
  else if (opcode === 0x0e)
    cursor.skipLeb(cursor.u32() + 1); // br_table
  else if (opcode === 0x11)
    cursor.skipLeb(2); // call_indirect
  else if (opcode === 0x1c)
    cursor.skipLeb(cursor.u32()); // select, with types
  else if (opcode >= 0x20 && opcode <= 0x26)
    cursor.skipLeb(1); // locals, globals, tables
  else if (opcode >= 0x28 && opcode <= 0x3e) cursor.memoryArgument();
  else if (opcode === 0x3f || opcode === 0x40)
    cursor.skipLeb(1); // memory.size, memory.grow
  else if (opcode === 0x41 || opcode === 0x42)
    cursor.skipLeb(1); // i32.const, i64.const
  else if (opcode === 0x43)
    cursor.at += 4; // f32.const
  else if (opcode === 0x44)
    cursor.at += 8; // f64.const
  else if (opcode === 0xd0 || opcode === 0xd2)
    cursor.skipLeb(1); // ref.null, ref.func
  else if (!bare(opcode)) throw new Error(`unknown opcode 0x${opcode.toString(16)}`);
}

/** Opcodes that stand by themselves: control, drop and select, comparisons, arithmetic, conversions. */
function bare(opcode: number): boolean {
  const control = [0x00, 0x01, 0x05, 0x0b, 0x0f, 0x1a, 0x1b, 0xd1];
  return control.includes(opcode) || (opcode >= 0x45 && opcode <= 0xc4);
}

function skipVectorImmediates(cursor: Cursor, opcode: number): void {
  if (opcode <= 11 || opcode === 92 || opcode === 93) cursor.memoryArgument();
  else if (opcode === 12 || opcode === 13)
    cursor.at += 16; // v128.const, i8x16.shuffle
  else if (opcode >= 21 && opcode <= 34)
    cursor.at += 1; // extract_lane, replace_lane
  else if (opcode >= 84 && opcode <= 91) {
    cursor.memoryArgument();
    cursor.at += 1; // the lane
  } else if (opcode > 0x12f) throw new Error(`unknown vector opcode 0x${opcode.toString(16)}`);
}

function skipAtomicImmediates(cursor: Cursor, opcode: number): void {
  if (opcode === 3)
    cursor.at += 1; // atomic.fence
  else if (opcode <= 0x4e) cursor.memoryArgument();
  else throw new Error(`unknown atomic opcode 0x${opcode.toString(16)}`);
}

/** How many indices follow: none a saturating conversion, then memory.init, data.drop, memory.copy and so on. */
function bulkImmediates(opcode: number): number {
  const count = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1][opcode];
  if (count === undefined) throw new Error(`unknown bulk opcode 0x${opcode.toString(16)}`);
  return count;
}

function named(names: readonly string[], index: number): string {
  const name = names[index];
  if (name === undefined) throw new Error(`unknown number ${index}`);
  return name;
}

class Cursor {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new Error('the module ends too early');
    return byte;
  }

  u32le(): number {
    return this.byte() | (this.byte() << 8) | (this.byte() << 16) | (this.byte() << 24);
  }

  /** An unsigned LEB128 of up to 32 bits. */
  u32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  /** Numbers of any size and sign. */
  skipLeb(count: number): void {
    for (let i = 0; i < count; i++) while (this.byte() >= 0x80);
  }

  /** Alignment and offset; bit 6 of the alignment announces the number of a memory. */
  memoryArgument(): void {
    this.skipLeb(this.u32() & 0x40 ? 2 : 1);
  }

  name(): string {
    const length = this.u32();
    this.at += length;
    return new TextDecoder().decode(this.bytes.subarray(this.at - length, this.at));
  }

  /** Calls `read` as often as the count that stands here says. */
  times(read: () => void): void {
    for (let left = this.u32(); left > 0; left--) read();
  }

  expectAt(end: number): void {
    if (this.at !== end) throw new Error(`read up to byte ${this.at} where ${end} is the end`);
  }
}
