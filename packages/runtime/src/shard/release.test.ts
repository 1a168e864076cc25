// At stake: what a state holds outside of itself is given back once, however its life ends. Tried with families that fail,
// restart, resume, stop and give up in any order, beside the set of what is held.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createTestSystem } from '../testing/test-system.js';
import { delayed, held, holder, single, together } from './release.test-fixtures.js';

const modules = [new URL('./release.test-fixtures.ts', import.meta.url)];

const deed = fc.record({
  child: fc.nat({ max: 3 }),
  what: fc.constantFrom('fail' as const, 'leave' as const),
  how: fc.constantFrom('restart', 'resume', 'stop', 'escalate'),
  rests: fc.boolean(),
  passMs: fc.constantFrom(0, 5, 2000),
});

it.each([single, together, delayed])('gives back what states hold: %#', async (definition) => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 12 }), async (deeds) => {
      held.clear();
      const records: string[] = [];
      const { system, advance } = await createTestSystem({
        modules,
        log: ({ message }) => records.push(message),
      });
      const parent = system.spawn(definition);
      for (const { child, what, how, rests, passMs } of deeds) {
        if (child === 3) parent.send({ type: 'fail' });
        else parent.send({ type: 'give', child, what, how });
        if (rests) await system.quiet();
        if (rests && passMs > 0) await advance(passMs);
      }
      await system.quiet();
      const living = system.metrics().actors;
      expect(held.size).toBeLessThanOrEqual(living);
      await system.stop({ now: true });
      expect(held.size).toBe(0);
      expect(records.filter((message) => message.includes('release'))).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

it('gives a state back that nobody vouches for any more, before the next is built', async () => {
  held.clear();
  const { system } = await createTestSystem({ modules, log: () => undefined });
  const ref = system.spawn(holder);
  await system.quiet();
  const [before] = held;
  ref.send({ type: 'fail', how: 'restart' });
  await system.quiet();
  expect(held.size).toBe(1);
  expect(held.has(before!)).toBe(false);
  await system.stop();
});
