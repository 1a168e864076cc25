import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UnencodableError } from '../errors.js';
import { createCodec } from './create-codec.js';
import { errorToData } from './error-to-data.js';
import { messages } from './message.test-fixtures.js';
import { errorFromData, RemoteError } from './remote-error.js';

// At stake: when an actor fails, its report must arrive. It must be bounded and encodable whatever was
// thrown, or the failure that is reported is the report's own.

const codec = createCodec();

test('an error as it is told elsewhere', () => {
  const error = new UnencodableError('$.f', 'function', { cause: new RangeError('inner') });
  const { stack, causes, ...data } = errorToData(error);
  expect(data).toEqual({
    name: 'UnencodableError',
    message: error.message,
    code: 'TRANSPORT_UNENCODABLE',
    remedy: error.remedy,
    fields: { path: '$.f', kind: 'function' },
  });
  expect(stack).toContain('error-to-data.test');
  expect(causes).toMatchObject([{ name: 'RangeError', message: 'inner', fields: {}, causes: [] }]);
});

test('an AggregateError tells its cause and its errors', () => {
  const error = new AggregateError([new Error('one'), 'two'], 'several', { cause: 'why' });
  expect(errorToData(error).causes.map(({ message }) => message)).toEqual(['why', 'one', 'two']);
});

test.each([
  ['text', 'plain text', 'plain text'],
  ['undefined', undefined, 'undefined'],
  ['null', null, 'null'],
  ['a number', 42, '42'],
  ['a symbol', Symbol('s'), 'Symbol(s)'],
  ['what cannot be shown', Object.create(null), 'a thrown object that cannot be shown'],
])('thrown %s is told as text', (_, thrown, message) => {
  expect(errorToData(thrown)).toEqual({ name: 'NonError', message, fields: {}, causes: [] });
});

describe('fields', () => {
  test('plain data is copied, everything else left out whole', () => {
    const error = Object.assign(new Error('x'), {
      count: 3,
      shape: [2, [3]],
      nested: { when: new Date(0), big: 5n },
      callback: () => 1,
      partly: { good: 1, bad: () => 1 },
      socket: new Map(),
      huge: 2n ** 64n,
      endless: new Array(2 ** 32 - 1),
      errno: undefined,
    });
    deepStrictEqual(errorToData(error).fields, {
      count: 3,
      shape: [2, [3]],
      nested: { when: new Date(0), big: 5n },
      errno: undefined,
    });
  });

  test('a code that is no text is a field', () => {
    const data = errorToData(Object.assign(new Error('x'), { code: 404 }));
    expect(data.fields).toEqual({ code: 404 });
    expect(data).not.toHaveProperty('code');
  });
});

describe('bounded', () => {
  test('a cycle of causes is told once', () => {
    const first = new Error('first');
    first.cause = new Error('second', { cause: first });
    const data = errorToData(first);
    expect(data.causes[0]?.message).toBe('second');
    expect(data.causes[0]?.causes).toEqual([]);
  });

  test('a long chain is cut', () => {
    let error = new Error('end');
    for (let i = 0; i < 100; i++) error = new Error(`link ${i}`, { cause: error });
    let depth = 0;
    for (let data = errorToData(error); data.causes[0] !== undefined; data = data.causes[0]) depth++;
    expect(depth).toBe(8);
  });

  test('what throws when it is read is left out', () => {
    const hostile = new Error('hostile');
    Object.defineProperty(hostile, 'message', { get: fail });
    Object.defineProperty(hostile, 'extra', { get: fail, enumerable: true });
    expect(errorToData(hostile)).toMatchObject({ name: 'Error', message: '', fields: { extra: undefined } });
    const keyless = new Proxy(new Error('keyless'), { ownKeys: fail });
    expect(errorToData(keyless)).toMatchObject({ message: 'keyless', fields: {} });
  });

  test('the largest report of all fits in a message', () => {
    const wide = (depth: number): Error =>
      Object.assign(
        new AggregateError(
          depth === 0 ? [] : Array.from({ length: 40 }, () => wide(depth - 1)),
          '€'.repeat(10_000),
        ),
        { text: '€'.repeat(3_000), list: new Array(300).fill(0), code: '€'.repeat(9_000) },
      );
    const bytes = codec.encode(errorToData(wide(2)));
    expect(bytes.length).toBeLessThan(65_536);
    expect(codec.decode(codec.encode(wide(1)))).toBeInstanceOf(RemoteError);
  });

  test('whatever is thrown, with whatever fields, can be sent', () => {
    fc.assert(
      fc.property(messages, messages, fc.string(), (field, cause, message) => {
        const error = Object.assign(new Error(message, { cause }), { field });
        const data = errorToData(error);
        deepStrictEqual(codec.decode(codec.encode(data)), data);
        expect(codec.decode(codec.encode(error))).toMatchObject({ remoteName: 'Error', message });
      }),
    );
  });
});

describe('rebuilt', () => {
  test('a RemoteError says what the original said', () => {
    const data = errorToData(new UnencodableError('$.f', 'function', { cause: new RangeError('inner') }));
    const error = errorFromData(data);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'RemoteError',
      remoteName: 'UnencodableError',
      message: data.message,
      code: 'TRANSPORT_UNENCODABLE',
      remedy: data.remedy,
      remoteStack: data.stack,
      fields: { path: '$.f', kind: 'function' },
    });
    expect(error.cause).toBe(error.causes[0]);
    expect(error.causes[0]).toMatchObject({ remoteName: 'RangeError', message: 'inner' });
  });

  test('passed on, it is told as the original was', () => {
    const data = errorToData(new UnencodableError('$.f', 'function', { cause: new RangeError('inner') }));
    deepStrictEqual(errorToData(errorFromData(data)), data);
  });

  test.each([
    ['nothing', undefined],
    ['no name', { message: '', fields: {}, causes: [] }],
    ['a message that is no text', { name: 'E', message: 1, fields: {}, causes: [] }],
    ['a code that is no text', { name: 'E', message: '', code: 1, fields: {}, causes: [] }],
    ['no fields', { name: 'E', message: '', causes: [] }],
    ['causes that are no errors', { name: 'E', message: '', fields: {}, causes: [1] }],
  ])('not from %s', (_, data) => {
    expect(() => errorFromData(data)).toThrow(expect.objectContaining({ code: 'TRANSPORT_MALFORMED' }));
  });

  test('not from causes without end', () => {
    const data: Record<string, unknown> = { name: 'E', message: '', fields: {} };
    data.causes = [data];
    expect(() => errorFromData(data)).toThrow(expect.objectContaining({ code: 'TRANSPORT_MALFORMED' }));
  });
});

function fail(): never {
  throw new Error('refused');
}
