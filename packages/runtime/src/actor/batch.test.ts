// At stake: a batched definition is typed without annotations: `receive` owes handlers only for what `receiveBatch` does not
// take. Tried by compiling, and by definitions that are refused.
import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../errors.js';
import { defineActor } from './definition.js';
import type { Ask } from './protocol.js';

type Counter = { add: { by: number }; read: Ask<{}, number>; stop: {} };

describe('a batched definition', () => {
  it('needs no handler beside, for what it takes in batches', () => {
    const counter = defineActor<Counter>()({
      name: 'counter',
      initial: ({ start }: { start: number }) => ({ count: start }),
      receive: { stop: (state, _, context) => (state.count > 0 ? context.stop() : undefined) },
      receiveBatch: {
        add: (batch) => {
          const { states, messages, size } = batch;
          for (let i = 0; i < size; i++) states[i]!.count += messages[i]!.by;
          // @ts-expect-error: a type that is only told has no reply
          if (size < 0) batch.reply(0, 1);
        },
        read: (batch) => {
          for (let i = 0; i < batch.size; i++) batch.reply(i, batch.states[i]!.count);
          // @ts-expect-error: the reply is a number
          if (batch.size < 0) batch.reply(0, '1');
        },
      },
    });
    expect(counter.messageTypes).toEqual(['add', 'read', 'stop']);
    defineActor<Counter>()({
      name: 'forgetful',
      initial: () => undefined,
      // @ts-expect-error: nobody takes `stop`
      receive: {},
      receiveBatch: { add: () => {}, read: () => {} },
    });
    defineActor<Counter>()({
      name: 'unknowing',
      initial: () => undefined,
      receive: { add: () => {}, read: () => {}, stop: () => {} },
      // @ts-expect-error: not in the protocol
      receiveBatch: { subtract: () => {} },
    });
  });

  it.each([
    { option: 'batchMax', wrong: { batchMax: 0 } },
    { option: 'batchMax', wrong: { batchMax: 1.5 } },
    { option: 'batchMax', wrong: { batchMax: 65_537 } },
    { option: 'receiveBatch.add', wrong: { receiveBatch: { add: { async: async () => {} } } } },
  ])('is refused by name: $option of $wrong', ({ option, wrong }) => {
    const refused = () =>
      defineActor<{ add: {} }>()({
        name: 'refused',
        initial: () => undefined,
        receive: { add: () => {} },
        ...(wrong as {}),
      });
    expect(refused).toThrow(InvalidOptionError);
    expect(refused).toThrow(expect.objectContaining({ option }));
  });
});
