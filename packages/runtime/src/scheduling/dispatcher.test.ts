// At stake: an actor with something to do is in line exactly once, whoever is chosen. Tried beside a plain
// list, with random choices.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActorCell } from '../shard/actor-cell.js';
import { Dispatcher } from './dispatcher.js';
import { fairChoices } from './dispatcher-choices.js';

const cell = (isReady = true) => ({ queued: false, isReady }) as ActorCell;

describe('Dispatcher', () => {
  it('is the list that it stands for, for any choices', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat()), { maxLength: 400 }), (steps) => {
        let choice = 0;
        const dispatcher = new Dispatcher({ nextReady: (count) => choice % count, turnMessagesMax: () => 1 });
        const cells = Array.from({ length: 20 }, () => cell());
        const model: ActorCell[] = [];
        for (const [offers, number] of steps) {
          const one = cells[number % cells.length]!;
          if (offers) {
            if (!model.includes(one)) model.push(one);
            dispatcher.offer(one);
          } else {
            choice = number;
            const [expected] = model.length === 0 ? [] : model.splice(choice % model.length, 1);
            expect(dispatcher.next()).toBe(expected);
          }
          expect(dispatcher.readyCount).toBe(model.length);
        }
      }),
    );
  });

  it('takes nobody who has nothing to do', () => {
    const dispatcher = new Dispatcher(fairChoices);
    dispatcher.offer(cell(false));
    expect(dispatcher.next()).toBeUndefined();
  });

  it('stays first come, first served over a long run', () => {
    const dispatcher = new Dispatcher(fairChoices);
    const cells = Array.from({ length: 3 }, () => cell());
    for (const one of cells) dispatcher.offer(one);
    for (let i = 0; i < 10_000; i++) {
      const next = dispatcher.next()!;
      expect(next).toBe(cells[i % 3]);
      dispatcher.offer(next);
    }
  });

  it.each([-1, 1, 0.5, Number.NaN])('refuses the choice %d of one', (choice) => {
    const dispatcher = new Dispatcher({ nextReady: () => choice, turnMessagesMax: () => 1 });
    dispatcher.offer(cell());
    expect(() => dispatcher.next()).toThrow(RangeError);
  });
});
