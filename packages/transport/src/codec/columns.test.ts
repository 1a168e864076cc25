import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCodec } from './create-codec.js';

// At stake: a column of a hundred thousand observations must pass where a message that large must not, and a sender
// who may send a thing must not be refused at the receiver. So both limits are tried from both sides, at the byte.

const MESSAGE_BYTES_MAX = 400;
const COLUMN_BYTES_MAX = 1000;
const codec = createCodec({ messageBytesMax: MESSAGE_BYTES_MAX, columnBytesMax: COLUMN_BYTES_MAX });
/** Refuses nothing, so that the bytes of what is too large can be had. */
const roomy = createCodec({ messageBytesMax: 2 ** 20 });

const CLASSES = [
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Int32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
];

function codeOf(run: () => unknown): string {
  try {
    run();
    return 'fine';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const columns = fc
  .tuple(fc.nat(CLASSES.length - 1), fc.nat(80))
  .map(([which, length]) => new CLASSES[which]!(length));
const wrappings: readonly ((value: unknown) => unknown)[] = [
  (value) => value,
  (value) => ({ at: { depth: value } }),
  (value) => new Map([['key', value]]),
  (value) => new Set([value]),
  (value) => [-0, 'a\ud800', value],
];

test('each limit holds for what is its own, at both ends', () => {
  const wrapped = fc.tuple(columns, fc.constantFrom(...wrappings)).map(([column, wrap]) => wrap(column));
  const messages = fc
    .tuple(fc.nat(500), fc.array(wrapped, { maxLength: 4 }), fc.constantFrom('', '\ud800'.repeat(20)))
    .map(([length, columns, lone]) => ({ text: 'x'.repeat(length), columns, lone }));
  const outcomes = new Set<string>();
  fc.assert(
    fc.property(messages, (message) => {
      const bytes = roomy.encode(message);
      let columnBytes = 0;
      const count = (value: unknown): void => {
        if (ArrayBuffer.isView(value)) columnBytes += value.byteLength;
        else if (value instanceof Map || value instanceof Set) [...value.values()].map(count);
        else if (typeof value === 'object' && value !== null) Object.values(value).map(count);
      };
      count(message);
      const messageBytes = bytes.length - columnBytes;
      const isTooLarge = messageBytes > MESSAGE_BYTES_MAX;
      const hasTooMuch = columnBytes > COLUMN_BYTES_MAX;
      for (const run of [() => codec.encode(message), () => codec.decode(bytes)]) {
        const code = codeOf(run);
        outcomes.add(code);
        if (!isTooLarge && !hasTooMuch) expect(code).toBe('fine');
        else {
          const codes = [
            ...(isTooLarge ? ['TRANSPORT_MESSAGE_TOO_LARGE'] : []),
            ...(hasTooMuch ? ['TRANSPORT_COLUMNS_TOO_LARGE'] : []),
            ...(bytes.length > MESSAGE_BYTES_MAX + COLUMN_BYTES_MAX ? ['TRANSPORT_MESSAGE_TOO_LARGE'] : []),
          ];
          expect(codes).toContain(code);
        }
      }
      if (!isTooLarge && !hasTooMuch) deepStrictEqual(codec.decode(codec.encode(message)), message);
    }),
    { numRuns: 500 },
  );
  expect(outcomes.size).toBe(3);
});

describe('a column', () => {
  test.each([
    ['a typed array', new Float32Array(250)],
    ['a view', new DataView(new ArrayBuffer(1000))],
    ['a buffer', new ArrayBuffer(1000)],
    ['many', Array.from({ length: 10 }, () => new Uint8Array(100))],
  ])('may take what columns may take: %s', (_, value) => {
    deepStrictEqual(codec.decode(codec.encode(value)), value);
    const more = [value, new Uint8Array(1)];
    const tooLarge = expect.objectContaining({
      code: 'TRANSPORT_COLUMNS_TOO_LARGE',
      columnBytes: 1001,
      columnBytesMax: 1000,
    });
    expect(() => codec.encode(more)).toThrow(tooLarge);
    expect(() => codec.decode(roomy.encode(more))).toThrow(tooLarge);
  });

  test('is no way to send text: its code units are of the message', () => {
    const text = '\ud800'.repeat(250);
    const tooLarge = expect.objectContaining({ code: 'TRANSPORT_MESSAGE_TOO_LARGE' });
    expect(() => codec.encode(text)).toThrow(tooLarge);
    expect(() => codec.decode(roomy.encode(text))).toThrow(tooLarge);
  });

  test('counts as part of the message where columns have no limit of their own', () => {
    const plain = createCodec({ messageBytesMax: MESSAGE_BYTES_MAX });
    expect([plain.columnBytesMax, codec.columnBytesMax]).toEqual([undefined, COLUMN_BYTES_MAX]);
    const column = new Uint8Array(MESSAGE_BYTES_MAX);
    const tooLarge = expect.objectContaining({ code: 'TRANSPORT_MESSAGE_TOO_LARGE' });
    expect(() => plain.encode(column)).toThrow(tooLarge);
    expect(() => plain.decode(roomy.encode(column))).toThrow(tooLarge);
  });

  test('can be forbidden', () => {
    const none = createCodec({ columnBytesMax: 0 });
    deepStrictEqual(none.decode(none.encode(new Int8Array(0))), new Int8Array(0));
    expect(() => none.encode(new Int8Array(1))).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_COLUMNS_TOO_LARGE' }),
    );
  });

  test.each([-1, 0.5, 2 ** 30 + 1])('cannot have the limit %d', (columnBytesMax) => {
    expect(() => createCodec({ columnBytesMax })).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_OPTION', option: 'columnBytesMax' }),
    );
  });
});

describe('a message of megabytes', () => {
  const large = createCodec({ columnBytesMax: 2 ** 24 });
  const message = { type: 'pass', column: Float32Array.from({ length: 786_432 }, (_, i) => i), after: -0 };

  test('arrives as it was sent, and the ones after it too', () => {
    deepStrictEqual(large.decode(large.encode(message)), message);
    deepStrictEqual(large.decode(large.encode({ small: 'one' })), { small: 'one' });
  });

  test('arrives from shared memory', () => {
    const bytes = large.encode(message);
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    deepStrictEqual(large.decode(shared), message);
  });

  test('shares no memory with its bytes, nor these with the next', () => {
    const bytes = large.encode(message);
    const next = large.encode({ ...message, type: 'next' });
    const decoded = large.decode(bytes) as typeof message;
    bytes.fill(255);
    deepStrictEqual(decoded, message);
    expect((large.decode(next) as typeof message).type).toBe('next');
  });

  test('takes little more memory than it needs', () => {
    for (const text of ['', 'x'.repeat(60_000)]) {
      const bytes = large.encode({ ...message, text });
      expect(bytes.buffer.byteLength - bytes.length).toBeLessThanOrEqual(2 ** 16);
    }
  });

  test('leaves the codec as it was when it is refused after all', () => {
    expect(() => large.encode({ ...message, text: '€'.repeat(30_000) })).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_MESSAGE_TOO_LARGE' }),
    );
    deepStrictEqual(large.decode(large.encode({ small: 'one' })), { small: 'one' });
  });
});
