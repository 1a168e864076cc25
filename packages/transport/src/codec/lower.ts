import { ColumnsTooLargeError, MessageTooLargeError, TooDeepError, UnencodableError } from '../errors.js';
import type { CodecExtension } from './codec.js';
import { errorToData } from './error-to-data.js';
import {
  FORBIDDEN_KEY,
  TAG_ERROR,
  TAG_EXTENSION,
  TAG_MAP,
  TAG_MARK,
  TAG_NEGATIVE_ZERO,
  TAG_SET,
  TAG_TEXT,
} from './wire.js';

/** One step of a path: an array index, an object's key, or a phrase for a place inside a Map or Set. */
type Step = number | string | { readonly phrase: string };

const BINARY_PROTOTYPES: ReadonlySet<unknown> = new Set(
  [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
    DataView,
  ].map((binaryClass) => binaryClass.prototype),
);

/** msgpackr reads text longer than this with a decoder that drops a leading byte order mark. Bytes. */
const TEXT_BYTES_WITH_MARK_MAX = 64;
const BYTE_ORDER_MARK = 0xfeff;

/**
 * The encoder's one walk: proves that a value can be encoded, and rewrites what msgpackr cannot express into
 * the tagged arrays of `wire.ts`. A value that needs no rewriting, such as a small plain message, is returned
 * as it is; otherwise only the containers on the way to the rewritten parts are copied.
 *
 * The walk is bounded: it stops when the bytes it has certainly used exceed the limit (each value takes at
 * least one), so a small value that shares its parts a million times over cannot hold it up. It keeps the
 * way it came, for the path in an error and to recognize a cycle.
 */
export class Lowering {
  private readonly depthMax: number;
  private readonly messageBytesMax: number;
  private readonly columnBytesMax: number | undefined;
  private readonly extensions: readonly CodecExtension[];
  /** The open containers, outermost first, and the step taken in each. */
  private readonly ancestors: (object | undefined)[] = [];
  private readonly steps: Step[] = [];
  /** Where the walk stands now, so that whoever catches a foreign error can say where it came from. */
  private depth = 0;
  private bytesAtLeast = 0;
  /** What the columns of the message lowered last take, bytes: its typed arrays, views and buffers. */
  columnBytes = 0;

  /** @param columnBytesMax undefined if columns count as part of the message */
  constructor(
    depthMax: number,
    messageBytesMax: number,
    columnBytesMax: number | undefined,
    extensions: readonly CodecExtension[],
  ) {
    this.depthMax = depthMax;
    this.messageBytesMax = messageBytesMax;
    this.columnBytesMax = columnBytesMax;
    this.extensions = extensions;
  }

  /** @throws {@link UnencodableError}, {@link TooDeepError}, {@link MessageTooLargeError}, {@link ColumnsTooLargeError} */
  lowerMessage(message: unknown): unknown {
    this.bytesAtLeast = 0;
    this.columnBytes = 0;
    this.depth = 0;
    try {
      return this.lower(message, 0);
    } catch (error) {
      throw this.named(error);
    } finally {
      this.ancestors.fill(undefined); // a codec must not keep messages alive
    }
  }

  private lower(value: unknown, depth: number): unknown {
    this.depth = depth;
    switch (typeof value) {
      case 'string':
        this.count(value.length + 1);
        return isPlainText(value) ? value : this.lowerText(value, depth);
      case 'number':
        this.count(1);
        return Object.is(value, -0) ? this.tagged(TAG_NEGATIVE_ZERO, depth) : value;
      case 'object':
        this.count(1);
        return value === null ? value : this.lowerObject(value, depth);
      case 'boolean':
        this.count(1);
        return value;
      case 'undefined':
        this.count(3);
        return value;
      case 'bigint':
        this.count(9);
        return value;
      default:
        throw this.unencodable(typeof value);
    }
  }

  private lowerObject(object: object, depth: number): unknown {
    const prototype: unknown = Object.getPrototypeOf(object);
    if (prototype === Object.prototype || prototype === null) {
      return this.lowerRecord(object as Record<string, unknown>, depth);
    }
    if (prototype === Array.prototype && Array.isArray(object)) return this.lowerArray(object, depth);
    for (const extension of this.extensions) {
      if (extension.recognizes(object)) return this.lowerExtension(extension, object, depth);
    }
    if (ArrayBuffer.isView(object) && BINARY_PROTOTYPES.has(prototype)) {
      if (object.buffer instanceof SharedArrayBuffer) throw this.unencodable('a view of shared memory');
      this.countColumn(object.byteLength);
      return object;
    }
    switch (prototype) {
      case Map.prototype:
        return this.lowerMap(object as Map<unknown, unknown>, depth);
      case Set.prototype:
        return this.lowerSet(object as Set<unknown>, depth);
      case ArrayBuffer.prototype:
        this.countColumn((object as ArrayBuffer).byteLength);
        return object;
      case Date.prototype:
        (object as Date).valueOf(); // throws for a pretender, while the path is known
        return object;
      case SharedArrayBuffer.prototype:
        throw this.unencodable('shared memory');
    }
    if (object instanceof Error) return this.lowerError(object, depth);
    throw this.unencodable(describeInstance(prototype));
  }

  private lowerRecord(record: Record<string, unknown>, depth: number): unknown {
    this.enter(record, depth);
    let copy: Record<string, unknown> | undefined;
    for (const key of Object.keys(record)) {
      this.steps[depth] = key;
      this.depth = depth + 1;
      this.count(key.length + 1);
      if (key === FORBIDDEN_KEY) throw this.unencodable(`a key named ${FORBIDDEN_KEY}`);
      if (!isPlainText(key)) throw this.unencodable('a key that UTF-8 would alter');
      const value = record[key];
      const lowered = this.lower(value, depth + 1);
      if (!Object.is(lowered, value)) {
        copy ??= { ...record };
        copy[key] = lowered;
      }
    }
    this.ancestors[depth] = undefined;
    return copy ?? record;
  }

  private lowerArray(array: readonly unknown[], depth: number): unknown {
    this.enter(array, depth);
    // Each element takes a byte: an array as long as this cannot fit, and may be too long to walk.
    if (array.length > this.messageBytesMax) this.count(array.length);
    let copy: unknown[] | undefined;
    for (let i = 0; i < array.length; i++) {
      this.steps[depth] = i;
      const value = array[i];
      if (value === undefined && !(i in array)) {
        this.depth = depth + 1;
        throw this.unencodable('a hole in an array');
      }
      const lowered = this.lower(value, depth + 1);
      if (!Object.is(lowered, value)) {
        copy ??= [...array];
        copy[i] = lowered;
      }
    }
    this.ancestors[depth] = undefined;
    return copy ?? array;
  }

  private lowerMap(map: Map<unknown, unknown>, depth: number): unknown {
    this.enter(map, depth);
    const lowered: unknown[] = [TAG_MARK, TAG_MAP];
    let entry = 0;
    for (const [key, value] of map) {
      this.steps[depth] = { phrase: `(key ${entry})` };
      lowered.push(this.lower(key, depth + 1));
      this.steps[depth] = {
        phrase: typeof key === 'string' ? `.get(${JSON.stringify(key)})` : `(value ${entry})`,
      };
      lowered.push(this.lower(value, depth + 1));
      entry++;
    }
    this.ancestors[depth] = undefined;
    return lowered;
  }

  private lowerSet(set: Set<unknown>, depth: number): unknown {
    this.enter(set, depth);
    const lowered: unknown[] = [TAG_MARK, TAG_SET];
    let element = 0;
    for (const value of set) {
      this.steps[depth] = { phrase: `(element ${element++})` };
      lowered.push(this.lower(value, depth + 1));
    }
    this.ancestors[depth] = undefined;
    return lowered;
  }

  private lowerError(error: Error, depth: number): unknown {
    this.enter(error, depth);
    this.steps[depth] = { phrase: '(error data)' };
    const lowered = [TAG_MARK, TAG_ERROR, this.lower(errorToData(error), depth + 1)];
    this.ancestors[depth] = undefined;
    return lowered;
  }

  private lowerExtension(extension: CodecExtension, object: object, depth: number): unknown {
    this.enter(object, depth);
    this.steps[depth] = { phrase: `(data of ${extension.name})` };
    const lowered = [
      TAG_MARK,
      TAG_EXTENSION + extension.type,
      this.lower(extension.toData(object), depth + 1),
    ];
    this.ancestors[depth] = undefined;
    return lowered;
  }

  private lowerText(text: string, depth: number): unknown {
    const units = new Uint16Array(text.length);
    for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i);
    return this.tagged(TAG_TEXT, depth, units);
  }

  private tagged(tag: number, depth: number, ...values: unknown[]): unknown {
    if (depth >= this.depthMax) throw this.tooDeep();
    return [TAG_MARK, tag, ...values];
  }

  private enter(container: object, depth: number): void {
    for (let i = 0; i < depth; i++) {
      if (this.ancestors[i] === container) throw this.unencodable(`a cycle back to ${this.path(i)}`);
    }
    if (depth >= this.depthMax) throw this.tooDeep();
    this.ancestors[depth] = container;
  }

  private count(bytes: number): void {
    this.bytesAtLeast += bytes;
    if (this.bytesAtLeast > this.messageBytesMax) {
      throw new MessageTooLargeError(this.bytesAtLeast, this.messageBytesMax);
    }
  }

  private countColumn(bytes: number): void {
    this.columnBytes += bytes;
    if (this.columnBytesMax === undefined) this.count(bytes);
    else if (this.columnBytes > this.columnBytesMax) {
      throw new ColumnsTooLargeError(this.columnBytes, this.columnBytesMax);
    }
  }

  private unencodable(kind: string): UnencodableError {
    return new UnencodableError(this.path(this.depth), kind);
  }

  private tooDeep(): TooDeepError {
    return new TooDeepError(this.depthMax, this.path(this.depth));
  }

  /** Our own errors pass; what a getter, a proxy or an extension threw is told with the place it happened. */
  private named(error: unknown): unknown {
    if (
      error instanceof UnencodableError ||
      error instanceof TooDeepError ||
      error instanceof MessageTooLargeError ||
      error instanceof ColumnsTooLargeError
    ) {
      return error;
    }
    return new UnencodableError(this.path(this.depth), 'something that throws when it is read', {
      cause: error,
    });
  }

  private path(depth: number): string {
    let path = '$';
    for (let i = 0; i < depth; i++) {
      const step = this.steps[i];
      if (typeof step === 'number') path += `[${step}]`;
      else if (typeof step === 'object') path += step.phrase;
      else path += /^[\p{L}_$][\p{L}\d_$]*$/u.test(step!) ? `.${step}` : `[${JSON.stringify(step)}]`;
    }
    return path;
  }
}

/** Whether msgpackr returns this text unaltered: it has no lone surrogate, and no leading mark it would drop. */
function isPlainText(text: string): boolean {
  if (text.charCodeAt(0) === BYTE_ORDER_MARK && text.length > TEXT_BYTES_WITH_MARK_MAX / 3) return false;
  return isWellFormed(text);
}

/** `String.prototype.isWellFormed`, which Node 20 has and the ES2023 library declarations do not. */
function isWellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}

function describeInstance(prototype: unknown): string {
  const constructorOf = (prototype as { constructor?: unknown }).constructor;
  const name = typeof constructorOf === 'function' ? constructorOf.name : '';
  return name === '' ? 'an instance of an unnamed class' : `an instance of ${name}`;
}
