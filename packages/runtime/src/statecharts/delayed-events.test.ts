// At stake: an event comes once, unless it was cancelled, by its name and whenever that was. Tried beside a plain list.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DelayedEvents } from './delayed-events.js';

interface Timer {
  readonly id: string | undefined;
  /** Its name was cancelled. */
  cancelled: boolean;
  taken: boolean;
  /** Its message was taken back. */
  revoked: boolean;
}

const target = {};
const id = fc.constantFrom('a', 'b', undefined);
const step = fc.oneof(
  fc.record({ add: id }),
  fc.record({ cancel: fc.constantFrom('a', 'b', 'c') }),
  fc.record({ take: fc.nat({ max: 20 }) }),
);

describe('delayed events', () => {
  it('are what a list of them is', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const events = new DelayedEvents();
        const model: Timer[] = [];
        for (const one of steps) {
          if ('add' in one) {
            const timer: Timer = { id: one.add, cancelled: false, taken: false, revoked: false };
            const event = { type: `event ${model.length}` };
            events.add({ id: one.add, target, event }, (number) => {
              expect(number).toBe(model.push(timer) - 1);
              return { cancel: () => Object.assign(timer, { revoked: true }) };
            });
          } else if ('cancel' in one) {
            events.cancel(one.cancel);
            for (const timer of model) if (timer.id === one.cancel && !timer.taken) timer.cancelled = true;
          } else {
            const timer = model[one.take];
            const isDue = timer !== undefined && !timer.cancelled && !timer.taken;
            const expected = isDue ? { type: `event ${one.take}` } : undefined;
            expect(events.take(one.take)?.event).toEqual(expected);
            if (timer !== undefined) timer.taken = true;
          }
          expect(events.size).toBe(model.filter(({ cancelled, taken }) => !cancelled && !taken).length);
          expect(model.map(({ revoked }) => revoked)).toEqual(model.map(({ cancelled }) => cancelled));
        }
      }),
    );
  });
});
