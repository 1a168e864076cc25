import { ActorRef } from '../../actor/actor-ref.js';

/** What stands for a value in the hash whose own bits do not count. */
const FRACTION = 0x0f00_0001;
const ABSENT = 0x0f00_0002;
const TRUE = 0x0f00_0003;
const FALSE = 0x0f00_0004;
const LIST = 0x0f00_0005;
const RECORD = 0x0f00_0006;
const TEXT = 0x0f00_0007;
const BYTES = 0x0f00_0008;
const FAILURE = 0x0f00_0009;
const REF = 0x0f00_000a;

/** Deeper than messages may be nested. */
const DEPTH_MAX = 512;

/**
 * A hash of 64 bits over all that a run did: choices, addresses, types, contents of messages. Equal on every machine and
 * version of Node for the same run. For that it leaves out what may differ there though the run is the same: the text and stack of
 * errors, and the bits of numbers that are not whole, as `Math.exp` and its kin end in other bits elsewhere, NaN has many forms, and
 * of these only the presence counts.
 *
 * Two lanes of 32 bits, mixed as in MurmurHash3's finalizer (Appleby, 2011); made to find differences, not to withstand malice.
 */
export class RunHash {
  #a = 0x2545_f491;
  #b = 0x6c07_8965;

  add(word: number): void {
    let a = Math.imul(this.#a ^ word, 0xcc9e_2d51);
    a = (a << 15) | (a >>> 17);
    this.#a = (Math.imul(a, 0x1b87_3593) + 0x6b64 + this.#b) | 0;
    const b = Math.imul(this.#b ^ (word >>> 16) ^ (word << 16), 0x85eb_ca6b);
    this.#b = ((b << 13) | (b >>> 19)) ^ this.#a;
  }

  /** A whole number of up to 53 bits. */
  addWhole(value: number): void {
    this.add(value | 0);
    if (value > 0x7fff_ffff || value < -0x8000_0000) this.add(Math.floor(value / 2 ** 32) | 0);
  }

  addText(text: string): void {
    this.add(TEXT);
    this.add(text.length);
    let a = this.#a;
    let b = this.#b;
    for (let i = 0; i < text.length; i++) {
      // As `add`, which would store both lanes for each character.
      const word = text.charCodeAt(i);
      a = Math.imul(a ^ word, 0xcc9e_2d51);
      a = (a << 15) | (a >>> 17);
      a = (Math.imul(a, 0x1b87_3593) + 0x6b64 + b) | 0;
      b = Math.imul(b ^ (word << 16), 0x85eb_ca6b);
      b = ((b << 13) | (b >>> 19)) ^ a;
    }
    this.#a = a;
    this.#b = b;
  }

  /** The content of a message. */
  addValue(value: unknown, depth = 0): void {
    switch (typeof value) {
      case 'string':
        this.addText(value);
        return;
      case 'number':
        if (Number.isSafeInteger(value)) this.addWhole(value);
        else this.add(FRACTION);
        return;
      case 'boolean':
        this.add(value ? TRUE : FALSE);
        return;
      case 'bigint':
        this.addText(value.toString(16));
        return;
      case 'object':
        if (value === null || depth > DEPTH_MAX) this.add(ABSENT);
        else this.#addObject(value, depth);
        return;
      default:
        this.add(ABSENT);
    }
  }

  #addObject(value: object, depth: number): void {
    if (Array.isArray(value)) {
      this.add(LIST);
      this.add(value.length);
      for (const item of value) this.addValue(item, depth + 1);
    } else if (value instanceof ActorRef) {
      this.add(REF);
      this.addWhole(value.address.id);
      this.add(value.address.shard);
    } else if (value instanceof Error) {
      this.add(FAILURE);
      this.addText(String((value as { readonly code?: unknown }).code ?? value.name));
    } else if (ArrayBuffer.isView(value)) {
      this.add(BYTES);
      this.add(value.byteLength);
      if (value instanceof Float32Array || value instanceof Float64Array) return;
      for (const byte of new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) this.add(byte);
    } else if (value instanceof Map || value instanceof Set) {
      this.add(LIST);
      this.add(value.size);
      for (const item of value) this.addValue(item, depth + 1);
    } else if (value instanceof Date) {
      this.addWhole(value.getTime());
    } else {
      this.add(RECORD);
      for (const key in value) {
        this.addText(key);
        this.addValue((value as Record<string, unknown>)[key], depth + 1);
      }
    }
  }

  /** 16 hexadecimal digits. */
  get digest(): string {
    return hex(this.#a) + hex(this.#b);
  }
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
