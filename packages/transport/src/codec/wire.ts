import { unpack } from 'msgpackr/unpack';

/**
 * What our bytes contain beyond plain msgpack.
 *
 * Four extension types are msgpackr's own and hold no further values: `undefined`, a `bigint` beyond 64
 * bits, a typed array (or buffer, or view) and a timestamp. Everything else that msgpack has no word for is a
 * *tagged array*: an array that begins with 0xc1, the one byte that msgpack leaves unused, then a tag, then
 * ordinary values.
 *
 * ```text
 *   [ 0xc1, TAG_MAP,            key, value, key, value … ]
 *   [ 0xc1, TAG_SET,            element … ]
 *   [ 0xc1, TAG_ERROR,          ErrorData ]
 *   [ 0xc1, TAG_TEXT,           Uint16Array of code units ]    text that UTF-8 or msgpackr would alter
 *   [ 0xc1, TAG_NEGATIVE_ZERO ]                                msgpackr writes -0 as the integer 0
 *   [ 0xc1, TAG_EXTENSION + t,  data ]                         the codec's extension of type t, 0 to 63
 * ```
 *
 * A tagged array rather than a msgpack extension, because msgpackr keeps its extensions in one table for the
 * whole process, where two codecs would meet; and because values nested in an extension's payload are
 * invisible to a scan that bounds depth and size.
 */
export const TAG_BYTE: number = 0xc1;

/** The value that msgpackr reads from, and writes as, {@link TAG_BYTE}; its type declarations leave it out. */
export const TAG_MARK: unknown = unpack(Uint8Array.of(TAG_BYTE));

export const TAG_MAP: number = 0;
export const TAG_SET: number = 1;
export const TAG_ERROR: number = 2;
export const TAG_TEXT: number = 3;
export const TAG_NEGATIVE_ZERO: number = 4;
export const TAG_EXTENSION: number = 64;

/** The largest `type` of an extension: its tag is still one byte, a positive fixint. */
export const EXTENSION_TYPE_MAX: number = 63;

export const EXT_UNDEFINED: number = 0x00;
export const EXT_BIGINT: number = 0x42;
export const EXT_BINARY: number = 0x74;
export const EXT_TIMESTAMP: number = 0xff;

/** Bytes an element of each binary class, by the class code that opens an `EXT_BINARY` payload. */
export const BINARY_ELEMENT_BYTES: ReadonlyMap<number, number> = new Map([
  [0, 1], // Int8Array
  [1, 1], // Uint8Array
  [2, 1], // Uint8ClampedArray
  [3, 2], // Int16Array
  [4, 2], // Uint16Array
  [5, 4], // Int32Array
  [6, 4], // Uint32Array
  [7, 4], // Float32Array
  [8, 8], // Float64Array
  [9, 8], // BigInt64Array
  [10, 8], // BigUint64Array
  [16, 1], // ArrayBuffer
  [17, 1], // DataView
]);

/**
 * The one key that is refused in both directions: assigning it changes a prototype, so a receiver that copies
 * the message carelessly would be harmed, and msgpackr would rename it in silence.
 */
export const FORBIDDEN_KEY: string = '__proto__';
