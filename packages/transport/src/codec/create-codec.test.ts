import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CodecExtension } from './codec.js';
import { createCodec } from './create-codec.js';
import { messages } from './message.test-fixtures.js';

// At stake: a message must arrive as it was sent or be refused at its sender by name. Anything in between, a
// Map that becomes an object, a -0 that becomes 0, is found weeks later in somebody's model.

const codec = createCodec();

function roundTrip(value: unknown): unknown {
  return codec.decode(codec.encode(value));
}

function encoding(value: unknown): () => Uint8Array {
  return () => codec.encode(value);
}

class Point {
  readonly x: number;
  constructor(x: number) {
    this.x = x;
  }
}

describe('what arrives as it was sent', () => {
  test('anything made of plain data', () => {
    fc.assert(
      fc.property(messages, (message) => deepStrictEqual(roundTrip(message), message)),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['a small message', { type: 'add', by: 2 }],
    ['undefined', undefined],
    ['undefined as a property', { reply: undefined }],
    ['negative zero', [-0, { by: -0 }]],
    ['no number and no end', [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
    ['a Map in a Map, with any keys', new Map<unknown, unknown>([[{ a: 1 }, new Map([[null, -0]])]])],
    ['a Set of Sets', new Set([new Set([1]), new Set()])],
    ['every size of bigint', [0n, -1n, 2n ** 63n, 2n ** 64n, -(2n ** 63n), -(2n ** 64n), 3n ** 200n]],
    ['text that UTF-8 cannot say', ['\ud800', 'a\udc00b', `${'x'.repeat(100)}\ud83d`]],
    ['long text with a byte order mark', `\ufeff${'x'.repeat(100)}`],
    ['keys that shadow what objects inherit', { constructor: 1, hasOwnProperty: 2, toJSON: 3, toString: 4 }],
    [
      'more keys than sixteen bits count',
      Object.fromEntries(Array.from({ length: 70_000 }, (_, i) => [i, 0])),
    ],
    ['dates before 1970 and far from it', [new Date(-1), new Date(8.64e15), new Date(-8.64e15), new Date(1)]],
    ['a large typed array', new Float64Array(2_000).fill(0.1)],
  ])('%s', (_, message) => {
    const roomy = createCodec({ messageBytesMax: 2 ** 20 });
    deepStrictEqual(roomy.decode(roomy.encode(message)), message);
  });

  test('an invalid date, as an invalid date', () => {
    const date = roundTrip(new Date(Number.NaN));
    expect(date).toBeInstanceOf(Date);
    expect((date as Date).getTime()).toBeNaN();
  });

  test('an object without a prototype, as a plain object', () => {
    const bare = Object.assign(Object.create(null), { a: 1 });
    deepStrictEqual(roundTrip(bare), { a: 1 });
  });

  test('an error, as a RemoteError with its code, remedy, fields and causes', () => {
    const cause = new RangeError('too far');
    const error = Object.assign(new TypeError('no such place', { cause }), {
      code: 'PLACE_UNKNOWN',
      remedy: 'Look it up.',
      place: [1, 2],
    });
    const { failure } = roundTrip({ failure: error }) as { failure: Error };
    expect(failure).toMatchObject({
      name: 'RemoteError',
      remoteName: 'TypeError',
      message: 'no such place',
      code: 'PLACE_UNKNOWN',
      remedy: 'Look it up.',
      fields: { place: [1, 2] },
      causes: [{ remoteName: 'RangeError', message: 'too far' }],
    });
  });

  test('what an extension recognizes, wherever it is', () => {
    const points: CodecExtension<Point, number> = {
      type: 3,
      name: 'Point',
      recognizes: (value) => value instanceof Point,
      toData: (point) => point.x,
      fromData: (x) => {
        if (typeof x !== 'number') throw new TypeError(`x is ${typeof x}`);
        return new Point(x);
      },
    };
    const withPoints = createCodec({ extensions: [points] });
    const message = { here: new Point(1), by: new Map([[new Point(-0), [new Point(2)]]]) };
    deepStrictEqual(withPoints.decode(withPoints.encode(message)), message);

    const bytes = withPoints.encode(new Point(1));
    expect(() => codec.decode(bytes)).toThrow(expect.objectContaining({ code: 'TRANSPORT_MALFORMED' }));
    const hostile = bytes.slice();
    hostile[hostile.length - 1] = 0xc0;
    expect(() => withPoints.decode(hostile)).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_MALFORMED', cause: expect.any(TypeError) }),
    );
  });

  test('also when an extension encodes and decodes with the same codec', () => {
    const boxes: CodecExtension<Point, Uint8Array> = {
      type: 0,
      name: 'Box',
      recognizes: (value) => value instanceof Point,
      toData: (point) => nested.encode({ x: point.x }),
      fromData: (bytes) => new Point((nested.decode(bytes as Uint8Array) as Point).x),
    };
    const nested = createCodec({ extensions: [boxes] });
    const message = [1, new Point(2), new Set([3]), new Point(4)];
    deepStrictEqual(nested.decode(nested.encode(message)), message);
    expect(() => nested.encode({ first: [new Point(1), () => 1] })).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_UNENCODABLE', path: '$.first[1]' }),
    );
  });
});

describe('whose memory', () => {
  test('encoded bytes belong to the caller alone', () => {
    const first = codec.encode({ a: 1 });
    const copy = first.slice();
    codec.encode({ b: 'something else, and longer' });
    expect(first).toEqual(copy);
    expect(first.buffer.byteLength).toBe(first.length);
    expect(Object.keys(first)).toEqual(Object.keys(copy));
  });

  test('a decoded value shares nothing with the bytes', () => {
    const bytes = codec.encode([new Float32Array([1, 2]), new Uint8Array([3]), 'text']);
    const [floats, octets, text] = codec.decode(bytes) as [Float32Array, Uint8Array, string];
    bytes.fill(0xff);
    codec.decode(codec.encode([new Float32Array([9, 9]), new Uint8Array([9]), 'other']));
    deepStrictEqual([floats, octets, text], [new Float32Array([1, 2]), new Uint8Array([3]), 'text']);
    expect(octets.constructor).toBe(Uint8Array);
    expect(octets.buffer.byteLength).toBe(1);
    expect(Object.keys(bytes)).toEqual(Object.keys(new Uint8Array(bytes.length)));
  });

  test('bytes in shared memory decode as well', () => {
    const bytes = codec.encode({ words: new Int32Array([1, 2]), text: 'x'.repeat(200) });
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    const { words, text } = codec.decode(shared) as { words: Int32Array; text: string };
    expect(words.buffer).toBeInstanceOf(ArrayBuffer);
    expect([[...words], text.length]).toEqual([[1, 2], 200]);
  });

  test('the message itself is not changed', () => {
    const message = { zero: -0, map: new Map([[1, 2]]), list: [new Set([-0])] };
    codec.encode(Object.freeze(message));
    deepStrictEqual(message, { zero: -0, map: new Map([[1, 2]]), list: [new Set([-0])] });
  });
});

const cyclic: { name: string; inner: { back?: unknown } } = { name: 'loop', inner: {} };
cyclic.inner.back = cyclic;

function detached(): Uint8Array {
  const bytes = new Uint8Array(8);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}

describe('what is refused, by name and path', () => {
  test.each([
    ['a function', { items: [0, 1, 2, { callback: () => 1 }] }, '$.items[3].callback', 'function'],
    ['a symbol', [Symbol('here')], '$[0]', 'symbol'],
    ['a class instance', { at: new Point(1) }, '$.at', 'an instance of Point'],
    ['a Buffer, which would come back as another class', [Buffer.from('x')], '$[0]', 'an instance of Buffer'],
    ['a promise', Promise.resolve(), '$', 'an instance of Promise'],
    ['a regular expression', { 'odd key': /x/ }, '$["odd key"]', 'an instance of RegExp'],
    ['an array subclass', new (class Stack extends Array {})(), '$', 'an instance of Stack'],
    ['an unnamed class', new (class {})(), '$', 'an instance of an unnamed class'],
    ['a boxed number', Object(1), '$', 'an instance of Number'],
    ['a cycle', { outer: cyclic }, '$.outer.inner.back', 'a cycle back to $.outer'],
    ['shared memory', new SharedArrayBuffer(4), '$', 'shared memory'],
    ['a view of it', [new Uint8Array(new SharedArrayBuffer(4))], '$[0]', 'a view of shared memory'],
    // biome-ignore lint/suspicious/noSparseArray: the hole is what is tested
    ['a hole', [1, , 3], '$[1]', 'a hole in an array'],
    ['__proto__ as a key', JSON.parse('{"a":{"__proto__":1}}'), '$.a.__proto__', 'a key named __proto__'],
    ['a key that UTF-8 would alter', { '\ud800': 1 }, '$["\\ud800"]', 'a key that UTF-8 would alter'],
    ['something in a Map', new Map([['k', [() => 1]]]), '$.get("k")[0]', 'function'],
    ['something as a key of a Map', new Map([[() => 1, 1]]), '$(key 0)', 'function'],
    ['something in a Set', new Set([1, () => 1]), '$(element 1)', 'function'],
  ])('%s', (_, value, path, kind) => {
    expect(encoding(value)).toThrow(expect.objectContaining({ code: 'TRANSPORT_UNENCODABLE', path, kind }));
  });

  test.each([
    ['a getter that throws', Object.defineProperty({ a: 1 }, 'b', { enumerable: true, get: fail }), '$.b'],
    ['a proxy that throws', [new Proxy({}, { ownKeys: fail })], '$[0]'],
    ['a pretended Date', [Object.create(Date.prototype)], '$[0]'],
    ['a pretended Map', [Object.create(Map.prototype)], '$[0]'],
    ['a detached typed array', detached(), '$'],
  ])('%s', (_, value, path) => {
    expect(encoding(value)).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_UNENCODABLE', path, cause: expect.any(Error) }),
    );
  });

  test('the same object twice is no cycle', () => {
    const shared = { a: 1 };
    deepStrictEqual(roundTrip([shared, shared]), [{ a: 1 }, { a: 1 }]);
  });

  test('a refusal leaves the codec as it was', () => {
    expect(encoding([1, { f: fail }])).toThrow();
    deepStrictEqual(roundTrip([1, { f: -0 }]), [1, { f: -0 }]);
  });
});

function fail(): never {
  throw new Error('refused');
}

function nest(depth: number): unknown {
  let value: unknown = 0;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

describe('limits', () => {
  test.each([
    ['arrays', nest],
    ['objects', (depth: number) => (depth === 0 ? 0 : { a: nest(depth - 1) })],
    ['Maps', (depth: number) => (depth === 0 ? 0 : new Map([[1, nest(depth - 1)]]))],
    [
      '-0, which is carried as an array',
      (depth: number) => JSON.parse(JSON.stringify(nest(depth - 1)), minusZero),
    ],
  ])('nesting of %s: exactly depthMax', (_, nested) => {
    const shallow = createCodec({ depthMax: 5 });
    deepStrictEqual(shallow.decode(shallow.encode(nested(5))), nested(5));
    expect(() => shallow.encode(nested(6))).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_TOO_DEEP', depthMax: 5 }),
    );
    expect(() => shallow.decode(createCodec().encode(nested(6)))).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_TOO_DEEP', depthMax: 5 }),
    );
  });

  test('size: exactly messageBytesMax', () => {
    const small = createCodec({ messageBytesMax: 100 });
    const fits = 'x'.repeat(98);
    expect(small.decode(small.encode(fits))).toBe(fits);
    expect(() => small.encode(`${fits}x`)).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_MESSAGE_TOO_LARGE', messageBytesMax: 100 }),
    );
    expect(() => small.decode(codec.encode(`${fits}x`))).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_MESSAGE_TOO_LARGE', messageBytes: 101 }),
    );
    // Short to count, long in UTF-8: only the encoded size tells.
    expect(() => small.encode('€'.repeat(50))).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_MESSAGE_TOO_LARGE', messageBytes: 152 }),
    );
  });

  test('64 KiB by default', () => {
    expect(codec.messageBytesMax).toBe(65_536);
    expect(encoding(new Uint8Array(65_536))).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_MESSAGE_TOO_LARGE' }),
    );
  });

  test('a huge value is refused without walking it to the end', () => {
    let doubled: unknown = 0;
    for (let i = 0; i < 60; i++) doubled = [doubled, doubled];
    const tooLarge = expect.objectContaining({ code: 'TRANSPORT_MESSAGE_TOO_LARGE' });
    expect(encoding(doubled)).toThrow(tooLarge);
    expect(encoding(new Array(2 ** 32 - 1))).toThrow(tooLarge);
    expect(encoding(new Float64Array(2 ** 20))).toThrow(tooLarge);
  });

  test.each([
    { messageBytesMax: 0 },
    { messageBytesMax: 2 ** 30 + 1 },
    { depthMax: 0 },
    { depthMax: 513 },
    { depthMax: 1.5 },
    { extensions: [extensionOf(64)] },
    { extensions: [extensionOf(-1)] },
    { extensions: [extensionOf(1), extensionOf(1)] },
  ])('an option out of range: %o', (options) => {
    expect(() => createCodec(options)).toThrow(expect.objectContaining({ code: 'TRANSPORT_OPTION' }));
  });

  test('the deepest codec there is does not exhaust the stack', () => {
    const deepest = createCodec({ depthMax: 512 });
    deepStrictEqual(deepest.decode(deepest.encode(nest(512))), nest(512));
  });
});

function minusZero(_key: string, value: unknown): unknown {
  return value === 0 ? -0 : value;
}

function extensionOf(type: number): CodecExtension {
  return {
    type,
    name: `E${type}`,
    recognizes: (value): value is object => value === null,
    toData: fail,
    fromData: fail,
  };
}

test('bytes that are good until the next use are those that are good for ever', () => {
  const codec = createCodec();
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.oneof(fc.string(), fc.integer(), fc.double(), fc.int32Array()))),
      (values) => {
        for (const value of values) {
          const brief = Uint8Array.from(codec.encodeBriefly(value));
          expect(codec.encode(value)).toEqual(brief);
        }
        const kept = values.map((value) => codec.encode(value));
        for (const [i, value] of values.entries())
          expect(kept[i]).toEqual(Uint8Array.from(codec.encodeBriefly(value)));
      },
    ),
  );
});
