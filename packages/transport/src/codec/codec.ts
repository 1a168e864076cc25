/**
 * Turns plain data into bytes and back. The round trip is exact for: null, undefined (also as a property
 * value), booleans, numbers (NaN, -0 and infinities too), bigint, strings, arrays, plain objects, `Date`,
 * `Map`, `Set`, typed arrays (same class), `ArrayBuffer`, `DataView`, errors (as {@link ErrorData} behind a
 * `RemoteError`), and every class that an extension recognizes. Everything else (functions, symbols, class
 * instances, cycles, shared memory) is refused by name with the path that leads to it.
 */
export interface Codec {
  /** The largest encoded message, bytes. */
  readonly messageBytesMax: number;
  /** How deep containers may nest. */
  readonly depthMax: number;
  /**
   * @returns fresh bytes that the caller owns.
   * @throws {@link TransportError} `TRANSPORT_UNENCODABLE` (with the path), `TRANSPORT_MESSAGE_TOO_LARGE`,
   *   `TRANSPORT_TOO_DEEP`
   */
  encode(value: unknown): Uint8Array;
  /**
   * Decodes exactly one value that fills `bytes`. The result shares no memory with `bytes`.
   *
   * @throws {@link TransportError} for truncated, oversized, too deep, trailing or otherwise hostile bytes;
   *   never anything else, and never allocates more than a small multiple of `bytes.length`.
   */
  decode(bytes: Uint8Array): unknown;
}

/** Teaches a codec one class of the layer above, as plain data. */
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

export interface CodecOptions {
  /** Bytes, 1 to 2^30. Default 65 536. */
  readonly messageBytesMax?: number;
  /** Levels, 1 to 512. Default 64. */
  readonly depthMax?: number;
  /** The classes this codec carries beyond plain data. Both ends need the same. Default none. */
  readonly extensions?: readonly CodecExtension[];
}
