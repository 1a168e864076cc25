import fc from 'fast-check';

/** Text of any UTF-16 code units, with lone surrogates and leading byte order marks among them. */
const text: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.nat(0xffff), { maxLength: 100 }).map((units) => String.fromCharCode(...units)),
  fc
    .tuple(fc.constantFrom('\ufeff', '\ud800', 'é'), fc.nat(200))
    .map(([first, length]) => first + 'x'.repeat(length)),
);

const key: fc.Arbitrary<string> = fc
  .oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('constructor', 'hasOwnProperty', 'toJSON', 'length', 'then', '0', '__proto_', 'valueOf'),
  )
  .filter((name) => name !== '__proto__');

const number: fc.Arbitrary<number> = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(
    0,
    -0,
    Number.NaN,
    127,
    128,
    255,
    256,
    65_535,
    65_536,
    2 ** 32 - 1,
    2 ** 32,
    -32,
    -33,
    -(2 ** 31),
  ),
);

const bigint: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
  fc.tuple(fc.nat(600), fc.constantFrom(-1n, 0n, 1n), fc.boolean()).map(([bits, offset, isNegative]) => {
    const magnitude = 2n ** BigInt(bits) + offset;
    return isNegative ? -magnitude : magnitude;
  }),
);

const binary: fc.Arbitrary<unknown> = fc.oneof(
  fc.int8Array({ maxLength: 20 }),
  fc.uint8Array(),
  fc.uint8ClampedArray({ maxLength: 20 }),
  fc.int16Array({ maxLength: 20 }),
  fc.uint16Array(),
  fc.int32Array({ maxLength: 20 }),
  fc.uint32Array({ maxLength: 20 }),
  fc.float32Array({ maxLength: 20 }),
  fc.float64Array({ maxLength: 20 }),
  fc.bigInt64Array({ maxLength: 20 }),
  fc.bigUint64Array({ maxLength: 20 }),
  fc.uint8Array({ maxLength: 260 }).map((bytes) => bytes.slice().buffer),
  fc.uint8Array().map((bytes) => new DataView(bytes.slice().buffer)),
  // Views that begin inside their buffer.
  fc.uint16Array({ minLength: 2 }).map((units) => units.subarray(1)),
  fc.uint8Array({ minLength: 3 }).map((bytes) => new DataView(bytes.slice().buffer, 1, 2)),
);

/** Keeps the largest message well below the default limit. */
const FEW = { maxLength: 6 };

/** Every message that a codec without extensions carries unaltered, errors apart. */
export const messages: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small', withCrossShrink: true },
    fc.oneof(
      fc.constantFrom(null, undefined, true, false),
      number,
      text,
      bigint,
      binary,
      fc.date({ noInvalidDate: true }),
    ),
    fc.array(tie('value'), FEW),
    fc.dictionary(key, tie('value'), { maxKeys: 6, noNullPrototype: true }),
    fc.array(fc.tuple(tie('value'), tie('value')), FEW).map((entries) => new Map(entries)),
    fc.array(tie('value'), FEW).map((elements) => new Set(elements)),
  ),
})).value;
