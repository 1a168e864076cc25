// At stake: a wrong message does not compile, and a reply has the type that the protocol says. Tried with the
// type checker: these tests are run by `pnpm types` more than by vitest.
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { ActorSystem } from '../system/actor-system.js';
import type { ActorRef } from './actor-ref.js';
import type { ActorContext } from './context.js';
import { type ActorDefinition, defineActor } from './definition.js';
import type { Ask } from './protocol.js';

type Counter = { add: { by: number }; reset: {}; read: Ask<{}, number>; at: Ask<{ index: number }, string> };

const counter = defineActor<Counter>()({
  name: 'counter',
  initial: ({ start }: { start: number }) => ({ count: start }),
  receive: {
    add: (state, { by }) => {
      expectTypeOf(by).toEqualTypeOf<number>();
      state.count += by;
    },
    reset: (state, message) => {
      expectTypeOf(message.type).toEqualTypeOf<'reset'>();
      state.count = 0;
    },
    read: (state, _, context) => {
      context.reply(state.count);
      // @ts-expect-error a number is promised
      context.reply('many');
    },
    at: {
      async: async (context, { index }) => {
        expectTypeOf(context.state.count).toEqualTypeOf<number>();
        // @ts-expect-error the state is only to read; `update` writes
        context.state.count = index;
        context.reply(`${index}`);
      },
    },
  },
});
const plain = defineActor<{ go: {} }>()({
  name: 'plain',
  initial: () => undefined,
  receive: { go: () => undefined },
});

// Never called: only its types are of interest.
async function typesOf(system: ActorSystem, context: ActorContext<Counter>): Promise<void> {
  const ref = system.spawn(counter, { start: 1 });
  expectTypeOf(ref).toEqualTypeOf<ActorRef<Counter>>();
  ref.send({ type: 'add', by: 1 });
  ref.send({ type: 'reset' });
  // @ts-expect-error no such type
  ref.send({ type: 'subtract', by: 1 });
  // @ts-expect-error a field is missing
  ref.send({ type: 'add' });
  // @ts-expect-error a field has another type
  ref.send({ type: 'add', by: '1' });
  expectTypeOf(await ref.ask({ type: 'read' }, { deadlineMs: 1 })).toEqualTypeOf<number>();
  expectTypeOf(await ref.ask({ type: 'at', index: 0 }, { deadlineMs: 1 })).toEqualTypeOf<string>();
  // @ts-expect-error `add` is not answered
  await ref.ask({ type: 'add', by: 1 }, { deadlineMs: 1 });
  // @ts-expect-error a deadline is needed
  await ref.ask({ type: 'read' });
  // @ts-expect-error the arguments are missing
  system.spawn(counter);
  // @ts-expect-error the arguments are wrong
  system.spawn(counter, { start: 'one' });
  system.spawn(plain);
  expectTypeOf(context.self).toEqualTypeOf<ActorRef<Counter>>();
  context.schedule(1, { type: 'reset' });
  // @ts-expect-error no such type
  context.schedule(1, { type: 'later' });
  context.spawn(counter, { start: 2 }, { shard: 'spread' });
  context.watch(ref);
  context.stop(ref);
}

describe('types', () => {
  it('of a definition are its protocol and its arguments', () => {
    expectTypeOf(counter).toEqualTypeOf<ActorDefinition<Counter, { start: number }>>();
    expect(counter.messageTypes).toEqual(['add', 'at', 'read', 'reset']);
    expect(typesOf).toBeTypeOf('function');
  });
});

describe('defineActor', () => {
  const receive = {};
  const initial = () => undefined;
  it.each([
    { option: 'name', spec: { name: '', initial, receive } },
    { option: 'name', spec: { name: 'a b', initial, receive } },
    { option: 'name', spec: { name: 7, initial, receive } },
    { option: 'mailbox.capacity', spec: { name: 'a', initial, receive, mailbox: { capacity: 0 } } },
    { option: 'mailbox.capacity', spec: { name: 'a', initial, receive, mailbox: { capacity: Number.NaN } } },
    { option: 'mailbox.overflow', spec: { name: 'a', initial, receive, mailbox: { overflow: 'explode' } } },
    { option: 'receive.go', spec: { name: 'a', initial, receive: { go: 3 } } },
    { option: 'initial', spec: { name: 'a', receive } },
  ])('refuses $option of $spec', ({ option, spec }) => {
    expect(() => defineActor()(spec as never)).toThrow(
      expect.objectContaining({ code: 'RUNTIME_INVALID_OPTION', option }),
    );
  });
});
