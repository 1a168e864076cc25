// At stake: a budget in bytes must hold although not every message is measured. Tried with types that stay small,
// that are large, and that become large.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WEIGHT_BYTES } from '../kernel/mail-pool.js';
import { estimateMessageBytes, MessageWeights } from './message-size.js';

const unitsOf = (message: object) => Math.ceil(estimateMessageBytes(message) / WEIGHT_BYTES);

const message = (chars: number) => ({ type: 'x', text: 'x'.repeat(chars) });

describe('the estimate', () => {
  it('counts strings, arrays and the bytes of typed arrays, and a flat price for the rest', () => {
    const empty = estimateMessageBytes({});
    expect(estimateMessageBytes({ text: 'x'.repeat(1000) }) - empty).toBe(2000);
    expect(estimateMessageBytes({ column: new Float32Array(1000) }) - empty).toBe(4000);
    expect(estimateMessageBytes({ view: new DataView(new ArrayBuffer(500)) }) - empty).toBe(500);
    expect(estimateMessageBytes({ list: new Array(1000).fill(0) }) - empty).toBe(16_000);
    expect(estimateMessageBytes({ buffer: new ArrayBuffer(5000) }) - empty).toBe(5000);
    expect(estimateMessageBytes({ a: 1, b: true, c: null, d: {} }) - empty).toBe(8 * 3 + 64);
  });
});

describe('MessageWeights', () => {
  it('measures a large type each time', () => {
    const weights = new MessageWeights(1);
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 5000 }), (chars) => {
        expect(weights.weigh(1, message(chars))).toBe(unitsOf(message(chars)));
      }),
    );
  });

  it('notices within 32 messages that a small type has become large, and small again at once', () => {
    fc.assert(
      fc.property(fc.nat(100), (smallOnes) => {
        const weights = new MessageWeights(1);
        for (let i = 0; i < smallOnes; i++) weights.weigh(1, message(1));
        const large = unitsOf(message(5000));
        let unnoticed = 0;
        while (weights.weigh(1, message(5000)) !== large) unnoticed++;
        expect(unnoticed).toBeLessThan(32);
        expect(weights.weigh(1, message(5000))).toBe(large);
        expect(weights.weigh(1, message(1))).toBe(unitsOf(message(1)));
      }),
    );
  });

  it('weighs each type by itself, and one that the definition does not know each time', () => {
    const weights = new MessageWeights(2);
    expect(weights.weigh(1, message(1))).toBeLessThan(512 / WEIGHT_BYTES);
    expect(weights.weigh(2, message(5000))).toBeGreaterThan(10_000 / WEIGHT_BYTES - 1);
    expect(weights.weigh(0, message(1))).toBeLessThan(512 / WEIGHT_BYTES);
    expect(weights.weigh(0, message(5000))).toBeGreaterThan(10_000 / WEIGHT_BYTES - 1);
    expect(weights.weigh(1, message(5000))).toBeLessThan(512 / WEIGHT_BYTES); // one of the 31 that are not measured
  });
});
