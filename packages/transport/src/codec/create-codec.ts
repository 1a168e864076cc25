import { Packr, RESET_BUFFER_MODE, REUSE_BUFFER_MODE } from 'msgpackr/pack';
import {
  ColumnsTooLargeError,
  MalformedMessageError,
  MessageTooLargeError,
  TransportOptionError,
  UnencodableError,
} from '../errors.js';
import type { Codec, CodecExtension, CodecOptions } from './codec.js';
import { lift } from './lift.js';
import { Lowering } from './lower.js';
import { MsgpackScan } from './msgpack-scan.js';
import { EXTENSION_TYPE_MAX } from './wire.js';

/** Largest encoded message unless `messageBytesMax` says otherwise, bytes. */
export const MESSAGE_BYTES_MAX_DEFAULT: number = 65_536;
/** Deepest nesting unless `depthMax` says otherwise, containers. */
export const DEPTH_MAX_DEFAULT: number = 64;

const MESSAGE_BYTES_MAX_LIMIT = 2 ** 30;
/** Encoding and decoding recurse; at this depth they still use a small part of the smallest default stack. */
const DEPTH_MAX_LIMIT = 512;

/** Up to this size a loop beats the call that copies bytes in bulk. Measured: they meet near 60 bytes. */
const SMALL_COPY_BYTES = 48;
/** A message of more than this is given memory of its own, so that none of its size is kept when it has gone. */
const KEPT_BYTES_MAX = 2 ** 18;
/** What is left over in the memory of a large message may stay with it. */
const SLACK_BYTES = 2 ** 16;
/** What msgpackr begins with. */
const PACK_BYTES = 8192;

/**
 * A codec on msgpackr: see {@link Codec} for what round-trips and what is refused. Two codecs understand each
 * other if they have the same extensions; each message is self-contained, whatever was sent before.
 *
 * @throws {@link TransportOptionError} `TRANSPORT_OPTION` for a limit or an extension type out of range or
 *   an extension type used twice
 * @example
 * const codec = createCodec();
 * codec.decode(codec.encode({ type: 'add', by: 2 })); // { type: 'add', by: 2 }
 */
export function createCodec(options: CodecOptions = {}): Codec {
  return new MsgpackCodec(options);
}

class MsgpackCodec implements Codec {
  readonly messageBytesMax: number;
  readonly columnBytesMax: number | undefined;
  readonly depthMax: number;
  private readonly extensions: ReadonlyMap<number, CodecExtension>;
  private readonly packr: Packr;
  private readonly scan: MsgpackScan;
  /** Undefined while an encode uses it: an extension may well encode something itself. */
  private lowering: Lowering | undefined;
  /** A private copy of the message being decoded: nobody can change it between the scan and the decoding. */
  private scratch: Buffer;
  /** Whether what was encoded last stands in memory of its own. */
  private isFresh = false;

  constructor(options: CodecOptions) {
    const {
      messageBytesMax = MESSAGE_BYTES_MAX_DEFAULT,
      depthMax = DEPTH_MAX_DEFAULT,
      columnBytesMax,
    } = options;
    assertRange('messageBytesMax', messageBytesMax, 1, MESSAGE_BYTES_MAX_LIMIT);
    if (columnBytesMax !== undefined)
      assertRange('columnBytesMax', columnBytesMax, 0, MESSAGE_BYTES_MAX_LIMIT);
    assertRange('depthMax', depthMax, 1, DEPTH_MAX_LIMIT);
    this.messageBytesMax = messageBytesMax;
    this.columnBytesMax = columnBytesMax;
    this.depthMax = depthMax;
    this.extensions = byType(options.extensions ?? []);
    // useRecords would let one message define what a later one means; useToJSON would run the sender's code.
    this.packr = new Packr({
      useRecords: false,
      mapsAsObjects: true,
      moreTypes: true,
      variableMapSize: true,
      useToJSON: false,
    });
    this.scan = new MsgpackScan(depthMax, (type) => this.extensions.has(type));
    this.lowering = this.createLowering();
    this.scratch = Buffer.allocUnsafeSlow(256);
  }

  encode(value: unknown): Uint8Array {
    const bytes = this.encodeBriefly(value);
    return this.isFresh ? bytes : copyOf(bytes);
  }

  encodeBriefly(value: unknown): Uint8Array {
    const lowering = this.lowering ?? this.createLowering();
    this.lowering = undefined;
    let lowered: unknown;
    try {
      lowered = lowering.lowerMessage(value);
    } finally {
      this.lowering = lowering;
    }
    this.isFresh = lowering.columnBytes > KEPT_BYTES_MAX;
    return this.isFresh
      ? this.packLarge(lowered, lowering.columnBytes)
      : this.pack(lowered, lowering.columnBytes);
  }

  decode(bytes: Uint8Array): unknown {
    if (!(bytes instanceof Uint8Array)) throw new MalformedMessageError('not a Uint8Array', -1);
    const length = bytes.length;
    const bytesMax = this.messageBytesMax + (this.columnBytesMax ?? 0);
    if (length > bytesMax) throw new MessageTooLargeError(length, bytesMax);
    const unshared = length > KEPT_BYTES_MAX ? ownView(bytes) : this.copyToScratch(bytes, length);
    const isTagged = this.scan.scan(unshared, length);
    this.assertWithin(length, this.scan.columnBytes);
    const value = this.unpack(unshared, length);
    return isTagged ? lift(value, this.extensions) : value;
  }

  private pack(value: unknown, columnBytes: number): Uint8Array {
    const target = this.packInto(value);
    const { start, end } = target;
    this.assertWithin(end - start, columnBytes);
    return new Uint8Array(target.buffer, target.byteOffset + start, end - start); // no Buffer, whose `slice` is none
  }

  /**
   * The same in memory made for it: msgpackr's own buffer would grow to several times the message and stay so, and
   * what has been copied once need not be copied out.
   */
  private packLarge(value: unknown, columnBytes: number): Uint8Array {
    this.packr.useBuffer(Buffer.allocUnsafeSlow(columnBytes + SLACK_BYTES));
    try {
      const target = this.packInto(value);
      const { start, end } = target;
      const length = end - start;
      this.assertWithin(length, columnBytes);
      const bytes = new Uint8Array(target.buffer, target.byteOffset + start, length);
      return target.length - length <= SLACK_BYTES ? bytes : bytes.slice();
    } finally {
      this.packr.useBuffer(Buffer.allocUnsafeSlow(PACK_BYTES));
    }
  }

  private packInto(value: unknown): Packed {
    try {
      // REUSE_BUFFER_MODE answers with msgpackr's own buffer and where in it the message is, and
      // RESET_BUFFER_MODE lets the next message overwrite it: it is copied out before anything else can run.
      return this.packr.pack(value, REUSE_BUFFER_MODE | RESET_BUFFER_MODE) as Packed;
    } catch (cause) {
      // The walk accepted it, so it changed under our hands, or is a pretender such as a detached buffer.
      throw new UnencodableError('$', 'something that cannot be read', { cause });
    }
  }

  /** Columns count against their own limit, if they have one, and the rest against that of the message. */
  private assertWithin(length: number, columnBytes: number): void {
    const { messageBytesMax, columnBytesMax } = this;
    const messageBytes = columnBytesMax === undefined ? length : length - columnBytes;
    if (messageBytes > messageBytesMax) throw new MessageTooLargeError(messageBytes, messageBytesMax);
    if (columnBytesMax !== undefined && columnBytes > columnBytesMax)
      throw new ColumnsTooLargeError(columnBytes, columnBytesMax);
  }

  private unpack(bytes: Buffer, length: number): unknown {
    try {
      return this.packr.unpack(bytes, length);
    } catch (cause) {
      throw new MalformedMessageError('msgpackr cannot decode it', -1, { cause });
    }
  }

  private copyToScratch(bytes: Uint8Array, length: number): Buffer {
    if (this.scratch.length < length) {
      const doubled = Math.min(Math.max(length, this.scratch.length * 2), KEPT_BYTES_MAX);
      this.scratch = Buffer.allocUnsafeSlow(doubled);
    }
    const { scratch } = this;
    if (length > SMALL_COPY_BYTES) scratch.set(bytes);
    else for (let i = 0; i < length; i++) scratch[i] = bytes[i]!;
    return scratch;
  }

  private createLowering(): Lowering {
    const { depthMax, messageBytesMax, columnBytesMax, extensions } = this;
    return new Lowering(depthMax, messageBytesMax, columnBytesMax, [...extensions.values()]);
  }
}

/** msgpackr's buffer, and where in it a message is. */
type Packed = Buffer & { readonly start: number; readonly end: number };

/** The bytes as nobody can change them between the scan and the decoding: as they are, unless other threads see them. */
function ownView(bytes: Uint8Array): Buffer {
  const { buffer, byteOffset, length } = bytes;
  return buffer instanceof SharedArrayBuffer ? Buffer.from(bytes) : Buffer.from(buffer, byteOffset, length);
}

function byType(extensions: readonly CodecExtension[]): ReadonlyMap<number, CodecExtension> {
  const byType = new Map<number, CodecExtension>();
  for (const extension of extensions) {
    assertRange(`extensions (${extension.name}).type`, extension.type, 0, EXTENSION_TYPE_MAX);
    const other = byType.get(extension.type);
    if (other !== undefined) {
      throw new TransportOptionError(
        `extensions (${extension.name}).type`,
        `a type other than that of ${other.name}`,
        extension.type,
      );
    }
    byType.set(extension.type, extension);
  }
  return byType;
}

function assertRange(option: string, value: number, min: number, max: number): void {
  if (!(Number.isSafeInteger(value) && value >= min && value <= max)) {
    throw new TransportOptionError(option, `a whole number from ${min} to ${max}`, value);
  }
}

function copyOf(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  const copy = new Uint8Array(length);
  if (length > SMALL_COPY_BYTES) copy.set(bytes);
  else for (let i = 0; i < length; i++) copy[i] = bytes[i]!;
  return copy;
}
