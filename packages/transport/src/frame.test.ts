import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameHeaderError, FrameVersionError } from './errors.js';
import {
  FRAME_FLAG_TORN,
  FRAME_HEADER_BYTES,
  type FrameHeader,
  readFrameHeader,
  readPayloadBytes,
  writeFrameHeader,
} from './frame.js';

// At stake: a header that comes out other than it went in sends a message to the wrong actor. Tried with any
// header at any offset, and with each field out of its range.

const HEADER: FrameHeader = { kind: 1, flags: 2, target: 3, sender: 4, correlation: 5 };

const headers: fc.Arbitrary<FrameHeader> = fc.record({
  kind: fc.nat(0xff),
  flags: fc.nat(0x7fff),
  target: fc.maxSafeNat(),
  sender: fc.maxSafeNat(),
  correlation: fc.maxSafeNat(),
});

test('reading undoes writing, and nothing beside the header is touched', () => {
  fc.assert(
    fc.property(headers, fc.nat(2 ** 32 - 1), fc.nat(16), (header, payloadBytes, offset) => {
      const bytes = new Uint8Array(FRAME_HEADER_BYTES + 32).fill(0xaa);
      const view = new DataView(bytes.buffer);
      writeFrameHeader(view, offset, header, payloadBytes);
      expect(readFrameHeader(view, offset)).toEqual(header);
      expect(readPayloadBytes(view, offset)).toBe(payloadBytes);
      expect(bytes.subarray(0, offset).every((byte) => byte === 0xaa)).toBe(true);
      expect(bytes.subarray(offset + FRAME_HEADER_BYTES).every((byte) => byte === 0xaa)).toBe(true);
    }),
  );
});

test('the bytes are those of the picture', () => {
  const bytes = new Uint8Array(FRAME_HEADER_BYTES);
  const header = { kind: 0x11, flags: 0x2233, target: 2 ** 53 - 1, sender: 2 ** 32, correlation: 0x66 };
  writeFrameHeader(new DataView(bytes.buffer), 0, header, 0x44);
  const hex = Buffer.from(bytes).toString('hex');
  expect(hex).toBe('01113322' + '44000000' + 'ffffffffffff1f00' + '0000000001000000' + '6600000000000000');
});

describe('refused', () => {
  test.each([
    { field: 'kind', value: 256 },
    { field: 'kind', value: -1 },
    { field: 'flags', value: 0x1_0000 },
    { field: 'flags', value: FRAME_FLAG_TORN },
    { field: 'target', value: 2 ** 53 },
    { field: 'target', value: -1 },
    { field: 'sender', value: 1.5 },
    { field: 'correlation', value: Number.NaN },
  ])('$field $value', ({ field, value }) => {
    const view = new DataView(new ArrayBuffer(FRAME_HEADER_BYTES));
    const write = () => writeFrameHeader(view, 0, { ...HEADER, [field]: value }, 0);
    expect(write).toThrow(FrameHeaderError);
    expect(write).toThrow(expect.objectContaining({ code: 'TRANSPORT_FRAME_HEADER', field, value }));
    expect(new Uint8Array(view.buffer).every((byte) => byte === 0)).toBe(true);
  });

  test('a payload size that does not fit', () => {
    const view = new DataView(new ArrayBuffer(FRAME_HEADER_BYTES));
    expect(() => writeFrameHeader(view, 0, HEADER, 2 ** 32)).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_FRAME_HEADER', field: 'payloadBytes' }),
    );
  });

  test('another version', () => {
    const view = new DataView(new ArrayBuffer(FRAME_HEADER_BYTES));
    writeFrameHeader(view, 0, HEADER, 0);
    view.setUint8(0, 2);
    expect(() => readFrameHeader(view, 0)).toThrow(FrameVersionError);
    expect(() => readFrameHeader(view, 0)).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_FRAME_VERSION', version: 2, versionExpected: 1 }),
    );
  });

  test('an id beyond 2^53 - 1 in the bytes', () => {
    const view = new DataView(new ArrayBuffer(FRAME_HEADER_BYTES));
    writeFrameHeader(view, 0, HEADER, 0);
    view.setUint32(20, 0x20_0000, true);
    expect(() => readFrameHeader(view, 0)).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_FRAME_HEADER', field: 'sender' }),
    );
  });
});
