import { MalformedMessageError, TooDeepError } from '../errors.js';
import {
  BINARY_ELEMENT_BYTES,
  EXT_BIGINT,
  EXT_BINARY,
  EXT_TIMESTAMP,
  EXT_UNDEFINED,
  FORBIDDEN_KEY,
  TAG_BYTE,
  TAG_ERROR,
  TAG_EXTENSION,
  TAG_MAP,
  TAG_NEGATIVE_ZERO,
  TAG_SET,
  TAG_TEXT,
} from './wire.js';

const FORBIDDEN_KEY_BYTES: readonly number[] = [...FORBIDDEN_KEY].map((letter) => letter.charCodeAt(0));

/**
 * Proves, before anything is decoded, that bytes are exactly one value that this package could have written:
 * no declared length exceeds the bytes that remain, containers nest at most `depthMax` deep, keys are
 * strings, extensions are known and well formed, and nothing trails. What passes makes the decoder allocate
 * at most a small multiple of the bytes, since every declared item is backed by at least one byte of its own.
 *
 * The walk is a loop with its own stack, one entry an open container, so hostile nesting cannot exhaust the
 * call stack. Text is skipped, not checked: ill-formed UTF-8 decodes with replacement characters.
 */
export class MsgpackScan {
  private readonly depthMax: number;
  private readonly knowsExtension: (type: number) => boolean;
  /** Items still owed to each container outside the innermost one, and whether it is a map. */
  private readonly owedOutside: Int32Array;
  private readonly mapOutside: Uint8Array;

  private bytes: Uint8Array = new Uint8Array(0);
  private at = 0;
  private end = 0;
  private depth = 0;
  private owed = 0;
  private inMap = false;
  private tagged = false;
  /** Whether the binary data that comes next is the code units of a text. */
  private textNext = false;
  /** What typed arrays, views and buffers take in the bytes scanned last, without their heads, bytes. */
  columnBytes = 0;

  constructor(depthMax: number, knowsExtension: (type: number) => boolean) {
    this.depthMax = depthMax;
    this.knowsExtension = knowsExtension;
    this.owedOutside = new Int32Array(depthMax);
    this.mapOutside = new Uint8Array(depthMax);
  }

  /**
   * @param bytes scanned in place from 0 to `end`; not kept
   * @returns whether a tagged array occurs, so whether decoded values need {@link Lifting}
   * @throws {@link MalformedMessageError}, {@link TooDeepError}
   */
  scan(bytes: Uint8Array, end: number): boolean {
    this.bytes = bytes;
    this.at = 0;
    this.end = end;
    this.depth = 0;
    this.owed = 1;
    this.inMap = false;
    this.tagged = false;
    this.textNext = false;
    this.columnBytes = 0;
    for (;;) {
      while (this.owed === 0) {
        if (this.depth === 0) {
          if (this.at !== end) this.malformed(`${end - this.at} bytes trail the value`);
          return this.tagged;
        }
        this.close();
      }
      // A map owes keys and values: an even number before a key, an odd one before its value.
      const isKey = this.inMap && (this.owed & 1) === 0;
      this.owed--;
      if (isKey) this.key();
      else this.value();
    }
  }

  private value(): void {
    const token = this.uint(1);
    if (token < 0x80 || token >= 0xe0) return; // small integer
    if (token < 0x90) this.open(token & 0x0f, true);
    else if (token < 0xa0) this.open(token & 0x0f, false);
    else if (token < 0xc0) this.skip(token & 0x1f);
    else this.longValue(token);
  }

  private longValue(token: number): void {
    switch (token) {
      case 0xc0: // nil
      case 0xc2: // false
      case 0xc3: // true
        return;
      case 0xc7:
        this.extension(this.uint(1));
        return;
      case 0xc8:
        this.extension(this.uint(2));
        return;
      case 0xc9:
        this.extension(this.uint(4));
        return;
      case 0xcc:
      case 0xd0:
        this.skip(1);
        return;
      case 0xcd:
      case 0xd1:
        this.skip(2);
        return;
      case 0xca:
      case 0xce:
      case 0xd2:
        this.skip(4);
        return;
      case 0xcb:
      case 0xcf:
      case 0xd3:
        this.skip(8);
        return;
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        this.extension(1 << (token - 0xd4));
        return;
      case 0xd9:
        this.skip(this.uint(1));
        return;
      case 0xda:
        this.skip(this.uint(2));
        return;
      case 0xdb:
        this.skip(this.uint(4));
        return;
      case 0xdc:
        this.open(this.uint(2), false);
        return;
      case 0xdd:
        this.open(this.uint(4), false);
        return;
      case 0xde:
        this.open(this.uint(2), true);
        return;
      case 0xdf:
        this.open(this.uint(4), true);
        return;
      default: // 0xc1 outside the head of an array, and bin, which our encoder never writes
        this.malformed(`unexpected byte 0x${token.toString(16)}`, this.at - 1);
    }
  }

  private key(): void {
    const token = this.uint(1);
    let length: number;
    if (token >= 0xa0 && token < 0xc0) length = token & 0x1f;
    else if (token === 0xd9) length = this.uint(1);
    else if (token === 0xda) length = this.uint(2);
    else if (token === 0xdb) length = this.uint(4);
    else this.malformed('a map key is not a string', this.at - 1);
    this.skip(length);
    if (length !== FORBIDDEN_KEY_BYTES.length) return;
    const start = this.at - length;
    for (let i = 0; i < length; i++) {
      if (this.bytes[start + i] !== FORBIDDEN_KEY_BYTES[i]) return;
    }
    this.malformed(`the key ${FORBIDDEN_KEY} is not allowed`, start);
  }

  private open(count: number, isMap: boolean): void {
    const items = isMap ? count * 2 : count;
    if (items > this.end - this.at) {
      this.malformed(`${items} items are declared, ${this.end - this.at} bytes remain`);
    }
    if (this.depth === this.depthMax) throw new TooDeepError(this.depthMax, `byte ${this.at}`);
    this.owedOutside[this.depth] = this.owed;
    this.mapOutside[this.depth] = this.inMap ? 1 : 0;
    this.depth++;
    this.owed = items;
    this.inMap = isMap;
    if (!isMap && count > 0 && this.bytes[this.at] === TAG_BYTE) this.tag();
  }

  private close(): void {
    this.depth--;
    this.owed = this.owedOutside[this.depth]!;
    this.inMap = this.mapOutside[this.depth] === 1;
  }

  /** The head of a tagged array: what may follow depends on the tag. */
  private tag(): void {
    this.tagged = true;
    if (this.owed < 2) this.malformed('a tag is missing');
    this.at++;
    const tag = this.uint(1);
    this.owed -= 2;
    if (!this.tagFits(tag, this.owed)) this.malformed(`tag ${tag} with ${this.owed} values`, this.at - 1);
    if (tag === TAG_TEXT) this.textNext = true;
  }

  private tagFits(tag: number, valueCount: number): boolean {
    switch (tag) {
      case TAG_MAP:
        return valueCount % 2 === 0;
      case TAG_SET:
        return true;
      case TAG_NEGATIVE_ZERO:
        return valueCount === 0;
      case TAG_ERROR:
      case TAG_TEXT:
        return valueCount === 1;
      default:
        return tag >= TAG_EXTENSION && this.knowsExtension(tag - TAG_EXTENSION) && valueCount === 1;
    }
  }

  private extension(length: number): void {
    const start = this.at;
    const type = this.uint(1);
    this.skip(length);
    switch (type) {
      case EXT_UNDEFINED:
        if (length !== 1) this.malformed('undefined is not one byte', start);
        return;
      case EXT_BIGINT:
        if (length === 0) this.malformed('a bigint has no bytes', start);
        return;
      case EXT_TIMESTAMP:
        if (length !== 1 && length !== 4 && length !== 8 && length !== 12) {
          this.malformed(`a timestamp of ${length} bytes`, start);
        }
        return;
      case EXT_BINARY: {
        const elementBytes = length === 0 ? undefined : BINARY_ELEMENT_BYTES.get(this.bytes[start + 1]!);
        if (elementBytes === undefined) this.malformed('unknown class of binary data', start);
        if ((length - 1) % elementBytes !== 0) {
          this.malformed(`${length - 1} bytes are not whole elements of ${elementBytes}`, start);
        }
        if (this.textNext) this.textNext = false;
        else this.columnBytes += length - 1;
        return;
      }
      default:
        this.malformed(`unknown extension 0x${type.toString(16)}`, start);
    }
  }

  private skip(length: number): void {
    if (length > this.end - this.at) this.truncated(length);
    this.at += length;
  }

  /** Reads a big-endian unsigned integer of 1, 2 or 4 bytes. */
  private uint(length: 1 | 2 | 4): number {
    const { bytes, at } = this;
    if (length > this.end - at) this.truncated(length);
    this.at = at + length;
    if (length === 1) return bytes[at]!;
    const high = bytes[at]! * 0x100 + bytes[at + 1]!;
    return length === 2 ? high : high * 0x1_0000 + bytes[at + 2]! * 0x100 + bytes[at + 3]!;
  }

  private truncated(length: number): never {
    this.malformed(`${length} bytes are declared, ${this.end - this.at} remain`);
  }

  private malformed(reason: string, at: number = this.at): never {
    throw new MalformedMessageError(reason, at);
  }
}
