import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TransportError } from '../errors.js';
import { createCodec } from './create-codec.js';
import { messages } from './message.test-fixtures.js';

// At stake: bytes come from elsewhere, and a decoder that trusts them crashes, hangs, or allocates gigabytes
// for a header of five bytes. Tried with every hostile header we could think of, with random bytes, and with
// good messages truncated and altered.

const codec = createCodec();

function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

/** Decodes; answers whether there was a value. Any failure but a typed one fails the test. */
function decodes(bytes: Uint8Array): boolean {
  try {
    codec.decode(bytes);
    return true;
  } catch (error) {
    if (error instanceof TransportError) return false;
    throw error;
  }
}

function failure(bytes: Uint8Array): TransportError {
  try {
    codec.decode(bytes);
  } catch (error) {
    return error as TransportError;
  }
  return expect.unreachable('decoded');
}

describe('refused as malformed', () => {
  test.each([
    ['nothing', ''],
    ['two values', '01 02'],
    ['array32 of 4 billion', 'dd ffffffff'],
    ['map32 of 4 billion', 'df ffffffff'],
    ['array16 of 65 535 with one', 'dc ffff 01'],
    ['nested arrays that each claim the same rest', 'dc 0004 dc 0004 dc 0004 01'],
    ['str32 of 4 billion', 'db ffffffff'],
    ['ext32 of 4 billion', 'c9 ffffffff 74 08'],
    ['a string cut short', 'a5 61 62'],
    ['a float64 cut short', 'cb 00 00'],
    ['a length cut short', 'dd 00 00'],
    ['a map without its last value', '82 a161 01 a162'],
    ['a key that is a number', '81 01 02'],
    ['a key that is an array', '81 91 01 02'],
    ['the key __proto__', '81 a9 5f5f70726f746f5f5f 80'],
    ['the key __proto__ in a longer form', '81 d9 09 5f5f70726f746f5f5f 80'],
    ['bin, which we never write', 'c4 01 00'],
    ['a record definition', 'd4 72 40 91 a161 01'],
    ['a reference', 'd6 70 00000001'],
    ['an identified object', 'd6 69 00000001 80'],
    ['bundled strings', 'd6 62 00000001 a161'],
    ['a regular expression', 'd4 78 00 92 a128 a0'],
    ['an error of msgpackr', 'd4 65 00 93 a145 a161 c0'],
    ['a Set of msgpackr', 'd4 73 00 90'],
    ['an unknown extension', 'd4 09 00'],
    ['undefined of the wrong length', 'd5 00 0000'],
    ['a timestamp of the wrong length', 'd5 ff 0000'],
    ['a bigint of no bytes', 'c7 00 42'],
    ['binary data of no class', 'c7 00 74'],
    ['binary data of an unknown class', 'c7 02 74 0b 00'],
    ['half a Uint16', 'c7 02 74 04 00'],
    ['seven bytes of a Float64Array', 'c7 08 74 08 00000000000000'],
    ['the mark outside an array', 'c1'],
    ['the mark later in an array', '92 01 c1'],
    ['the mark as a map value', '81 a161 c1'],
    ['a mark without a tag', '91 c1'],
    ['an unknown tag', '93 c1 05 01'],
    ['a tag that is no small integer', '93 c1 a0 01'],
    ['an extension that this codec does not have', '93 c1 40 01'],
    ['a Map with half an entry', '93 c1 00 01'],
    ['an error with two values', '94 c1 02 80 80'],
    ['an error that is a number', '93 c1 02 01'],
    ['an error without causes', '93 c1 02 83 a46e616d65 a0 a76d657373616765 a0 a66669656c6473 80'],
    ['text without its code units', '93 c1 03 a161'],
    ['-0 with a value', '93 c1 04 01'],
  ])('%s', (_, hex) => {
    const error = failure(bytesOf(hex));
    expect(error.code).toBe('TRANSPORT_MALFORMED');
    // Found by us, not by the decoder tripping over it.
    expect(error.cause).toBeUndefined();
  });

  test('what is not bytes at all', () => {
    expect(() => codec.decode('text' as never)).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_MALFORMED' }),
    );
  });

  test.each([
    ['an unexpected byte', '93 01 02 c4', 3],
    ['a length too large, before anything is read by it', '92 dd 00000009 01 02 03 04', 6],
  ])('the byte offset tells where: %s', (_, hex, byteOffset) => {
    expect(failure(bytesOf(hex))).toMatchObject({ byteOffset });
  });
});

test.each([
  ['arrays', 0x91],
  ['maps', 0x81],
])('a bomb of nested %s is too deep, whatever its depth', (_, token) => {
  const bomb = token === 0x91 ? new Uint8Array(65_000).fill(0x91) : bytesOf('81a161'.repeat(20_000));
  expect(() => codec.decode(bomb)).toThrow(expect.objectContaining({ code: 'TRANSPORT_TOO_DEEP' }));
});

test('bytes beyond the limit are not looked at', () => {
  expect(() => codec.decode(new Uint8Array(65_537))).toThrow(
    expect.objectContaining({ code: 'TRANSPORT_MESSAGE_TOO_LARGE', messageBytes: 65_537 }),
  );
});

test('plain msgpack of other encoders is read: float32, int64, long forms of short things', () => {
  expect(
    codec.decode(bytesOf('95 ca 3fc00000 d3 ffffffffffffffff d9 01 61 de 0001 a161 01 db 00000001 62')),
  ).toEqual([1.5, -1n, 'a', { a: 1 }, 'b']);
});

test('nothing that is decoded pollutes a prototype', () => {
  codec.decode(bytesOf('81 ab 636f6e7374727563746f72 81 a9 70726f746f74797065 81 a1 78 01'));
  codec.decode(bytesOf('93 c1 00 a9 5f5f70726f746f5f5f 81 a1 78 01'.replace('93', '94')));
  expect((Object.prototype as Record<string, unknown>).x).toBeUndefined();
  expect(({} as Record<string, unknown>).x).toBeUndefined();
});

describe('any bytes give a value or a typed error', () => {
  test('random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        decodes(bytes);
      }),
      { numRuns: 3000 },
    );
  });

  test('random bytes that begin like something', () => {
    const heads = fc.constantFrom(
      'dd',
      'df',
      'c7',
      'c8',
      'd4',
      'd8',
      '94 c1',
      '93 c1 02',
      '93 c1 03 c7',
      '8f',
      'c7 0c ff',
    );
    fc.assert(
      fc.property(heads, fc.uint8Array({ maxLength: 60 }), (head, rest) => {
        decodes(new Uint8Array([...bytesOf(head), ...rest]));
      }),
      { numRuns: 3000 },
    );
  });

  test('truncated messages are never a value', () => {
    fc.assert(
      fc.property(messages, fc.nat(), (message, at) => {
        const bytes = codec.encode(message);
        expect(decodes(bytes.subarray(0, at % bytes.length))).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test('messages with something after them are never a value', () => {
    fc.assert(
      fc.property(messages, fc.uint8Array({ minLength: 1 }), (message, rest) => {
        expect(decodes(new Uint8Array([...codec.encode(message), ...rest]))).toBe(false);
      }),
    );
  });

  test('altered messages; and what they decode to can be encoded again', () => {
    const alterations = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(messages, alterations, (message, changes) => {
        const bytes = codec.encode([message, message]);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        if (!decodes(bytes)) return;
        const value = codec.decode(bytes);
        expect(decodes(codec.encode(value))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
