import { expect, test } from 'vitest';
import * as errors from './errors.js';

// At stake: people match on codes and act on remedies, so each class needs its own, and its values at hand.

const samples: readonly errors.TransportError[] = [
  new errors.ColumnsTooLargeError(11, 10),
  new errors.FrameHeaderError('kind', 300, 255),
  new errors.FrameTooLargeError(11, 10),
  new errors.FrameVersionError(2, 1),
  new errors.MalformedMessageError('truncated', 5),
  new errors.MessageTooLargeError(11, 10),
  new errors.RingCorruptError('odd length', 192),
  new errors.TooDeepError(64, '$.a'),
  new errors.TransportOptionError('self', 'a peer', 9),
  new errors.UnencodableError('$.items[3].callback', 'function'),
  new errors.UnknownPeerError(7, 0),
];

test('every class has a sample here', () => {
  const classes = Object.values(errors).filter((exported) => exported !== errors.TransportError);
  expect(new Set(samples.map((sample) => sample.constructor))).toEqual(new Set(classes));
});

test.each(samples)('$name has a code, a remedy, and its values in the message', (error) => {
  expect(error).toBeInstanceOf(errors.TransportError);
  expect(error.name).toBe(error.constructor.name);
  expect(error.code).toMatch(/^TRANSPORT_[A-Z_]+$/);
  expect(error.remedy).toMatch(/^[A-Z].*\.$/);
  const { name, code, remedy, ...values } = error as errors.TransportError & Record<string, unknown>;
  for (const value of Object.values(values)) expect(error.message).toContain(String(value));
  expect([name, code, remedy]).not.toContain('');
});

test('codes are unique', () => {
  expect(new Set(samples.map(({ code }) => code)).size).toBe(samples.length);
});

test('a cause is passed on', () => {
  const cause = new Error('why');
  expect(new errors.UnencodableError('$', 'a getter that throws', { cause }).cause).toBe(cause);
});
