// At stake: two mails must never share a node, and a payload must not outlive its mail. Tried beside a map of what
// each node holds, and by reading numbers back that pass 32 bits.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { highHalf, idFromHalves, lowHalf, MailPool, shardFromHalf, WORD } from './mail-pool.js';

describe('MailPool', () => {
  it('keeps what each node holds, and lets go of what was freed', () => {
    const steps = fc.array(fc.oneof(fc.constant('allocate' as const), fc.nat(99)), {
      maxLength: 300,
      size: 'max',
    });
    fc.assert(
      fc.property(steps, (all) => {
        const pool = new MailPool();
        const model = new Map<number, { readonly number: number }>();
        let number = 0;
        let most = 0;
        for (const step of all) {
          if (step === 'allocate' || model.size === 0) {
            const node = pool.allocate();
            expect(node).toBeGreaterThan(0);
            expect(model.has(node)).toBe(false);
            const payload = { number: ++number };
            pool.setPayload(node, payload);
            pool.set(node, WORD, number);
            model.set(node, payload);
          } else {
            const node = [...model.keys()][step % model.size]!;
            pool.free(node);
            expect(pool.payload(node)).toBeUndefined();
            model.delete(node);
          }
          most = Math.max(most, model.size);
          expect(pool.used).toBe(model.size);
          const isKept = ([node, payload]: [number, { readonly number: number }]): boolean =>
            pool.payload(node) === payload && pool.get(node, WORD) === payload.number;
          expect([...model].every(isKept)).toBe(true);
          expect(Math.max(0, ...model.keys())).toBeLessThanOrEqual(most); // freed nodes come first
        }
      }),
      { numRuns: 50 },
    );
  });

  it('grows by pages that stay where they are', () => {
    const pool = new MailPool();
    const nodes = Array.from({ length: 3000 }, () => pool.allocate());
    expect(new Set(nodes).size).toBe(3000);
    expect(pool.pages).toHaveLength(4);
    const [page] = pool.pages;
    for (const node of nodes) pool.free(node);
    for (let i = 0; i < 3000; i++) pool.allocate();
    expect(pool.pages).toHaveLength(4);
    expect(pool.pages[0]).toBe(page);
  });

  it('holds any id and its shard in two halves of int32', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat(1023), (id, shard) => {
        const [low, high] = Int32Array.of(lowHalf(id), highHalf(id, shard));
        expect(idFromHalves(low!, high!)).toBe(id);
        expect(shardFromHalf(high!)).toBe(shard);
      }),
    );
  });
});
