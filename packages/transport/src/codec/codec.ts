/**
 * Turns plain data into bytes and back. The round trip is exact for: null, undefined (also as a property
 * value), booleans, numbers (NaN, -0 and infinities too), bigint, strings (lone surrogates too), arrays, plain
 * objects, `Date`, `Map`, `Set`, typed arrays (same class), `ArrayBuffer`, `DataView`, errors (as
 * {@link ErrorData} behind a `RemoteError`), and every class that an extension recognizes. Everything else
 * (functions, symbols, class instances, cycles, shared memory, holes in arrays, a key named `__proto__` or
 * with a lone surrogate) is refused by name with the path that leads to it.
 *
 * Where plain data leaves room, these are the choices:
 * - An object's own enumerable properties with string keys are its data; getters are read. It comes back with
 *   the ordinary prototype, also if it had none.
 * - An array's elements are its data, further properties are not.
 * - A view carries the bytes it shows, not the rest of its buffer. A `Buffer` is refused, because it would
 *   come back as a `Uint8Array`: send `new Uint8Array(buffer)`.
 * - An object that occurs twice comes back as two.
 * - Ill-formed UTF-8 in foreign bytes decodes with replacement characters.
 *
 * A codec keeps buffers for reuse and no message; it may be used again from within an extension.
 */
export interface Codec {
  /** The largest encoded message, bytes; without its columns, if these have a limit of their own. */
  readonly messageBytesMax: number;
  /** What the columns of a message may take together, bytes; undefined if they count as part of the message. */
  readonly columnBytesMax: number | undefined;
  /** How deep containers may nest; an error, an extension and a -0 count as one more. */
  readonly depthMax: number;
  /**
   * @returns fresh bytes that the caller owns.
   * @throws {@link TransportError} `TRANSPORT_UNENCODABLE` (with the path), `TRANSPORT_MESSAGE_TOO_LARGE`,
   *   `TRANSPORT_COLUMNS_TOO_LARGE`, `TRANSPORT_TOO_DEEP`
   */
  encode(value: unknown): Uint8Array;
  /** The same without a copy: bytes that are good until the codec is used again, for who copies them at once. */
  encodeBriefly(value: unknown): Uint8Array;
  /**
   * Decodes exactly one value that fills `bytes`. The result shares no memory with `bytes`.
   *
   * @throws {@link TransportError} for truncated, oversized, too deep, trailing or otherwise hostile bytes;
   *   never anything else. Allocates at most about 70 times the bytes that are no column, whatever these declare: the
   *   worst is an empty object for each byte. A column is copied once.
   */
  decode(bytes: Uint8Array): unknown;
}

/**
 * Teaches a codec one class of the layer above, as plain data. Plain objects and arrays are not offered to
 * extensions; everything else is, before the codec's own classes, in the order of the extensions.
 */
export interface CodecExtension<T extends object = object, Data = unknown> {
  /** Unique within a codec, 0 to 63. */
  readonly type: number;
  /** Named in errors. */
  readonly name: string;
  /** Must not throw. */
  recognizes(value: object): value is T;
  /** To encodable plain data. */
  toData(value: T): Data;
  /** From decoded data, which may be hostile: validate it and throw if it is wrong. */
  fromData(data: unknown): T;
}

/** The bounds of a codec, and what it knows beyond plain data. */
export interface CodecOptions {
  /** Bytes, 1 to 2^30. Default 65 536. */
  readonly messageBytesMax?: number;
  /**
   * What the columns of one message may take together, bytes, 0 to 2^30: the bytes of its typed arrays, `DataView`s and
   * `ArrayBuffer`s, wherever they are. They do not count against `messageBytesMax` then. Left out, they do, as everything else.
   */
  readonly columnBytesMax?: number;
  /** Levels, 1 to 512. Default 64. */
  readonly depthMax?: number;
  /** The classes this codec carries beyond plain data. Both ends need the same. Default none. */
  readonly extensions?: readonly CodecExtension[];
}
