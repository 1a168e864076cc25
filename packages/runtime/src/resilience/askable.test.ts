// At stake: behaviours stack in any order and lose neither the types of question and reply nor the hold that an
// async call has on its questions. Tried with the type checker and with the whole stack around an actor.
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { ActorRef } from '../actor/actor-ref.js';
import type { AsyncContext } from '../actor/context.js';
import type { Ask, Protocol } from '../actor/protocol.js';
import { call, notes, puppet, soon, startPuppets } from '../testing/puppet.test-fixtures.js';
import { askAll, askAllSettled } from './ask-all.js';
import { type Askable, askingFrom, askingThrough, type GuardedRef } from './askable.js';
import { Bulkhead, withBulkhead } from './bulkhead.js';
import { CircuitBreaker, withCircuitBreaker } from './circuit-breaker.js';
import { type Pace, seededPace } from './pace.js';
import { withRetry } from './retry.js';

type Shop = {
  price: Ask<{ item: string }, number>;
  names: Ask<{}, readonly string[]>;
  close: {};
};

const guard = <P extends Protocol>(ref: Askable<P>, pace: Pace): GuardedRef<P> =>
  withRetry(
    withCircuitBreaker(
      withBulkhead(ref, pace, new Bulkhead({ name: 'shop', callsMax: 2 })),
      pace,
      new CircuitBreaker({ name: 'shop' }),
    ),
    pace,
  );

// Never called: only its types are of interest.
async function typesOf(shop: ActorRef<Shop>, context: AsyncContext, pace: Pace): Promise<void> {
  const options = { deadlineMs: 1 };
  const guarded = withRetry(shop, pace);
  expectTypeOf(guarded).toEqualTypeOf<GuardedRef<Shop>>();
  expectTypeOf(withRetry(guarded, pace)).toEqualTypeOf<GuardedRef<Shop>>();
  expectTypeOf(askingFrom(context, shop)).toEqualTypeOf<GuardedRef<Shop>>();
  expectTypeOf(withBulkhead(shop, pace, {} as Bulkhead)).toEqualTypeOf<GuardedRef<Shop>>();
  expectTypeOf(withCircuitBreaker(shop, pace, {} as CircuitBreaker)).toEqualTypeOf<GuardedRef<Shop>>();
  expectTypeOf(await guarded.ask({ type: 'price', item: 'tea' }, options)).toEqualTypeOf<number>();
  expectTypeOf(await guarded.ask({ type: 'names' }, options)).toEqualTypeOf<readonly string[]>();
  // @ts-expect-error a field is missing
  await guarded.ask({ type: 'price' }, options);
  // @ts-expect-error `close` is not answered
  await guarded.ask({ type: 'close' }, options);
  // @ts-expect-error a deadline is needed
  await guarded.ask({ type: 'names' }, {});
  const prices = ['tea'].map((item) => ({ type: 'price', item }) as const);
  for await (const price of askAll(guarded, prices, options)) expectTypeOf(price).toEqualTypeOf<number>();
  for await (const price of askAll(shop, prices, options)) expectTypeOf(price).toEqualTypeOf<number>();
  for await (const outcome of askAllSettled(shop, prices, options))
    expectTypeOf(outcome).toEqualTypeOf<PromiseSettledResult<number>>();
  const mixed = [{ type: 'price', item: 'tea' }, { type: 'names' }] as const;
  for await (const reply of askAll(shop, mixed, options))
    expectTypeOf(reply).toEqualTypeOf<number | readonly string[]>();
  // @ts-expect-error `close` is not answered
  askAll(shop, [{ type: 'close' }] as const, options);
}

describe('behaviours', () => {
  it('keep the types of question and reply', () => {
    expect(typesOf).toBeTypeOf('function');
  });

  it('stack', async () => {
    const { system, clock } = await startPuppets();
    const ref = system.spawn(puppet);
    const guarded = guard(ref, seededPace(clock, system.seed));
    expect(guarded.address).toEqual(ref.address);
    expect(await guarded.ask(notes, soon)).toEqual([]);
    const replies: unknown[] = [];
    const questions = [1, 2, 3].map((n) => call((context) => context.reply(n)));
    for await (const reply of askAll(guarded, questions, { ...soon, window: 2 })) replies.push(reply);
    expect(replies).toEqual([1, 2, 3]);
  });

  it('of one’s own go between them', async () => {
    const { system, clock } = await startPuppets();
    const ref = system.spawn(puppet);
    const seen: string[] = [];
    const told = askingThrough(ref, async (ask, options, messageType) => {
      seen.push(`${messageType} within ${options.deadlineMs} ms`);
      return await ask(options);
    });
    expect(await withRetry(told, seededPace(clock, 1)).ask(notes, { deadlineMs: 400 })).toEqual([]);
    expect(seen).toEqual(['notes within 100 ms']);
  });
});
