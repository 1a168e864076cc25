// At stake: a test that asks what an actor sent gets just that, in order, and is told in words what came instead; it never hangs. Tried on
// systems with a clock that is moved, with shards beside, and on one whose time passes by itself.
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { ActorRef } from '../../actor/actor-ref.js';
import type { Ask } from '../../actor/protocol.js';
import { createSystem } from '../../system/actor-system.js';
import { UnmetExpectationError } from '../errors.js';
import { failureOf, note, puppet, run, seenFrom, soon, startPuppets, wait } from '../puppet.test-fixtures.js';
import { createProbe } from './create-probe.js';

type Till = { paid: { amount: number }; closed: {}; price: Ask<{ of: string }, number> };
const puppetModule = new URL('../puppet.test-fixtures.js', import.meta.url);

/** What an expectation was told that it got instead. */
const gotBy = async (promise: Promise<unknown>): Promise<readonly string[]> => {
  const failure = await failureOf(promise);
  expect(failure).toBeInstanceOf(UnmetExpectationError);
  return (failure as UnmetExpectationError).got;
};

describe('a probe', () => {
  it('receives what others send, of any type, in order, without being in any module', async () => {
    const { system } = await startPuppets();
    const probe = createProbe<Till>(system, { name: 'till' });
    const actor = system.spawn(puppet);
    actor.send(
      run((context) => {
        const ref = context.ref<Till>(probe.ref.address);
        ref.send({ type: 'paid', amount: 3 });
        ref.send({ type: 'closed' });
      }),
    );
    const paid = await probe.receive('paid');
    expectTypeOf(paid.amount).toEqualTypeOf<number>();
    expect(paid).toEqual({ type: 'paid', amount: 3 });
    expect(await probe.receive()).toEqual({ type: 'closed' });
    expect(probe.messages).toEqual([{ type: 'paid', amount: 3 }, { type: 'closed' }]);
    expect(probe.ref.address.path).toBe('/till');
    await probe.expectNothing(10_000);
  });

  it('answers questions, each once', async () => {
    const { system } = await startPuppets();
    const probe = createProbe<Till>(system);
    const first = probe.ref.ask({ type: 'price', of: 'tea' }, soon);
    const second = probe.ref.ask({ type: 'price', of: 'milk' }, soon);
    expect((await probe.receive('price')).of).toBe('tea');
    probe.reply(2);
    expect(await first).toBe(2);
    expect(() => probe.reply(3)).toThrow('expected "price" to be a question, not answered yet');
    await probe.receive();
    probe.reply(4);
    expect(await second).toBe(4);
    probe.ref.send({ type: 'closed' });
    await probe.receive('closed');
    expect(() => probe.reply(1)).toThrow(UnmetExpectationError);
    expect(() => createProbe(system).reply(1)).toThrow('to have received a question');
  });

  it('sends in its own name, so that it can be answered', async () => {
    const { system } = await startPuppets();
    const probe = createProbe(system);
    const actor = system.spawn(puppet);
    probe.send(
      actor,
      run((context) => context.sender?.send(note('to you'))),
    );
    expect(await probe.receive()).toEqual(note('to you'));
  });

  it('tells of an end, also of one that it was not watching', async () => {
    const { system } = await startPuppets();
    const probe = createProbe(system);
    const [watched, gone] = [system.spawn(puppet), system.spawn(puppet)];
    await system.stopActor(gone);
    probe.watch(watched);
    expect((await probe.terminated(gone)).reason).toBe('stopped');
    expect(await failureOf(probe.terminated(watched, { deadlineMs: 50 }))).toMatchObject({
      message: `The probe ${probe.ref} expected the end of ${watched} within 50 ms, and got nothing.`,
    });
    void system.stopActor(watched);
    expect((await probe.terminated(watched)).address.id).toBe(watched.address.id);
  });

  it('lives on the main shard and receives from others', async () => {
    const { system } = await startPuppets({ sideShards: 2 });
    const probe = createProbe(system);
    const far = system.spawn(puppet, undefined, { shard: 2 });
    far.send(run((context) => context.ref(probe.ref.address).send(note(`from ${context.shard}`))));
    expect(await probe.receive('note')).toEqual(note('from 2'));
    void system.stopActor(far);
    expect((await probe.terminated(far)).reason).toBe('stopped');
  });
});

describe('what a probe says when it is disappointed', () => {
  it('names the type that came instead, and leaves it to be received', async () => {
    const { system } = await startPuppets();
    const probe = createProbe<Till>(system, { name: 'till' });
    probe.ref.send({ type: 'closed' });
    probe.ref.send({ type: 'paid', amount: 1 });
    expect(await failureOf(probe.receive('paid'))).toMatchObject({
      code: 'RUNTIME_UNMET_EXPECTATION',
      expected: '"paid"',
      got: ['closed', 'paid { amount: 1 }'],
      message: 'The probe /till expected "paid", and got:\n  closed\n  paid { amount: 1 }',
    });
    expect(await gotBy(probe.expectNothing())).toHaveLength(2);
    expect(await probe.receive('closed')).toEqual({ type: 'closed' });
  });

  it('shows the first of many, and long ones in part', async () => {
    const { system } = await startPuppets();
    const probe = createProbe(system);
    for (let i = 0; i < 25; i++) probe.ref.send({ type: 'note', text: 'x'.repeat(500) });
    const got = await gotBy(probe.expectNothing());
    expect(got).toHaveLength(21);
    expect(got[0]).toHaveLength(200);
    expect(got[20]).toBe('… and 5 more');
  });

  it.each([
    { options: { deadlineMs: -1 }, option: 'deadlineMs' },
    { options: { messagesMax: 0 }, option: 'messagesMax' },
  ])('refuses $option out of range', async ({ options, option }) => {
    const { system } = await startPuppets();
    expect(() => createProbe(system, options)).toThrow(option);
    expect(() => createProbe(system).expectNothing(Number.NaN)).toThrow('withinMs');
  });
});

describe('a probe that is full', () => {
  it('keeps the first messages, and says that there were more', async () => {
    const { system, clock } = await startPuppets();
    const probe = createProbe<Till>(system, { messagesMax: 2 });
    for (let amount = 1; amount <= 5; amount++) probe.ref.send({ type: 'paid', amount });
    expect((await probe.receive('paid')).amount).toBe(1);
    expect((await probe.receive('paid')).amount).toBe(2);
    const more = '3 more that were not kept, as `messagesMax` is 2';
    expect(await gotBy(probe.receive())).toEqual([more]);
    expect(await gotBy(probe.expectNothing())).toEqual([more]);
    expect(probe.messages).toHaveLength(2);
    expect(clock.now()).toBe(0);
  });

  it('does not count what it ignores', async () => {
    const { system } = await startPuppets();
    const probe = createProbe<Till>(system, { messagesMax: 1, ignore: ({ type }) => type === 'closed' });
    probe.ignore((message) => message.type === 'paid' && message.amount < 3);
    probe.ref.send({ type: 'closed' });
    for (let amount = 1; amount <= 3; amount++) probe.ref.send({ type: 'paid', amount });
    expect((await probe.receive('paid')).amount).toBe(3);
    await probe.expectNothing();
  });
});

describe('waiting', () => {
  it('moves a simulated clock from timer to timer, as far as needed and no further', async () => {
    const { system, clock } = await startPuppets();
    const probe = createProbe(system, { deadlineMs: 60_000 });
    const actor = system.spawn(puppet);
    // Each tick sets the next, so that all but the first exist only when the one before has been met.
    const tick = (left: number): ReturnType<typeof run> =>
      run((context) => {
        (context.ref(probe.ref.address) as ActorRef).send({ type: 'tick', at: context.now() });
        if (left > 0) context.schedule(100, tick(left - 1));
      });
    actor.send(tick(3));
    expect(await probe.receive()).toEqual({ type: 'tick', at: 0 });
    expect(await probe.receive()).toEqual({ type: 'tick', at: 100 });
    expect(clock.now()).toBe(100);
    await probe.expectNothing(99);
    expect(clock.now()).toBe(199);
    expect(await gotBy(probe.expectNothing(10_000))).toEqual(['tick { at: 200 }']);
    expect(clock.now()).toBe(200);
    await probe.receive();
    await probe.receive();
    expect(await gotBy(probe.receive())).toEqual([]);
    expect(clock.now()).toBe(60_300);
  });

  it('lets a call wait for its delay', async () => {
    const { system, clock } = await startPuppets();
    const probe = createProbe(system);
    system.spawn(puppet).send(
      wait(async (context) => {
        await context.delay(300);
        context.send(seenFrom(context, probe.ref as never), note('late'));
      }),
    );
    expect(await probe.receive()).toEqual(note('late'));
    expect(clock.now()).toBe(300);
  });

  it('is for one call after the other', async () => {
    const { system, clock } = await startPuppets();
    const probe = createProbe(system);
    const both = [probe.receive({ deadlineMs: 100 }), probe.receive({ deadlineMs: 50 })];
    expect(await gotBy(both[0]!)).toEqual([]);
    expect(clock.now()).toBe(100);
    expect(await gotBy(both[1]!)).toEqual([]);
    expect(clock.now()).toBe(150);
  });

  it('goes no further when it is over', async () => {
    const { system, clock } = await startPuppets();
    const probe = createProbe(system);
    const sends = run((context) => context.ref(probe.ref.address).send(note('now')));
    system.spawn(puppet).send(
      run((context) => {
        context.schedule(100, sends);
        context.schedule(500, note('later'));
      }),
    );
    await probe.receive();
    for (let i = 0; i < 5; i++) await system.quiet();
    expect(clock.now()).toBe(100);
  });

  it('is served in order, and goes by real time on a system that has it', async () => {
    await using system = await createSystem({ modules: [puppetModule], handleProcessSignals: false });
    const probe = createProbe(system, { deadlineMs: 5000 });
    const received = [probe.receive(), probe.receive()];
    const actor = system.spawn(puppet);
    for (const text of ['first', 'second'])
      actor.send(run((context) => void seenFrom(context, probe.ref as never).send(note(text))));
    expect(await Promise.all(received)).toEqual([note('first'), note('second')]);
    await probe.expectNothing(5);
    expect(await gotBy(probe.receive({ deadlineMs: 5 }))).toEqual([]);
  });
});
