// At stake: an observation is in the pool or in an agent's own, never in both and never in neither. Tried by
// letting a swarm count, or fail to count, what an agent offers, beside a plain list of all observations.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SharedEvidence } from './shared-evidence.js';

it('holds every observation once, whichever offers were counted', () => {
  const tick = fc.record({ nats: fc.integer({ min: 1, max: 9 }), counted: fc.boolean() });
  fc.assert(
    fc.property(fc.array(tick, { maxLength: 20 }), (ticks) => {
      const evidence = new SharedEvidence(1, 0);
      let pool = Float64Array.of(0);
      let countedThrough = 0;
      let seen = 0;
      for (const [index, { nats, counted }] of ticks.entries()) {
        evidence.own[0]! += nats;
        seen += nats;
        const offered = evidence.offer();
        if (counted) {
          pool = Float64Array.of(pool[0]! + offered[0]!);
          countedThrough = index + 1;
        }
        evidence.accept(pool, countedThrough);
        expect(evidence.pool[0]! + evidence.own[0]!).toBe(seen);
        expect(evidence.own[0]).toBe(counted ? 0 : seen - pool[0]!);
      }
    }),
  );
});

it('begins after what a swarm has counted of the life before', () => {
  const evidence = new SharedEvidence(2, 7);
  evidence.accept(Float64Array.of(5, 6), 7);
  evidence.own[1]! += 1;
  evidence.accept(Float64Array.of(5, 6), 7); // nothing new was counted
  expect([...evidence.own]).toEqual([0, 1]);
  expect([...evidence.pool]).toEqual([5, 6]);
});
