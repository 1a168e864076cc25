// At stake: a question settles exactly once, whatever becomes of the actor that was asked. Tried one fate at a
// time, on the same shard and across shards.
import { describe, expect, it } from 'vitest';
import type { ReplyHandle } from '../actor/context.js';
import {
  call,
  crash,
  expectBooksToBalance,
  failureOf,
  gate,
  note,
  notes,
  type Puppet,
  puppet,
  run,
  soon,
  startPuppets,
  wait,
  waitCall,
} from '../testing/puppet.test-fixtures.js';

describe.each([
  { where: 'on the same shard', shard: 0 },
  { where: 'across shards', shard: 1 },
])('a question $where', ({ shard }) => {
  const start = async () => {
    const test = await startPuppets({ sideShards: 1 });
    return { ...test, ref: test.system.spawn(puppet, undefined, { shard }) };
  };

  it('times out on the clock, and the reply that comes then is a dead letter', async () => {
    const test = await start();
    let answer!: ReplyHandle<unknown>;
    const failure = failureOf(
      test.ref.ask(
        call((context) => (answer = context.deferReply())),
        { deadlineMs: 50 },
      ),
    );
    await test.system.quiet();
    test.clock.advance(50);
    expect(await failure).toMatchObject({
      code: 'RUNTIME_ASK_TIMEOUT',
      target: '/puppet~0',
      messageType: 'call',
      deadlineMs: 50,
    });
    answer('late');
    await expectBooksToBalance(test);
    expect(test.reasons()).toEqual(['late-reply']);
    const late = test.system.metrics().shards.map(({ lateReplies }) => lateReplies);
    expect(late.reduce((sum, count) => sum + count)).toBe(1);
  });

  it('can be withdrawn', async () => {
    const test = await start();
    const controller = new AbortController();
    const failure = failureOf(
      test.ref.ask(
        call((context) => void context.deferReply()),
        { deadlineMs: 50, signal: controller.signal },
      ),
    );
    controller.abort('enough');
    expect(await failure).toMatchObject({ code: 'RUNTIME_ASK_ABORTED', cause: 'enough' });
    await expectBooksToBalance(test);
  });

  it('is not even sent when it was withdrawn before', async () => {
    const test = await start();
    const { sent } = test.system.metrics();
    const failure = failureOf(test.ref.ask(notes, { deadlineMs: 50, signal: AbortSignal.abort('no') }));
    expect(await failure).toMatchObject({ code: 'RUNTIME_ASK_ABORTED', cause: 'no' });
    expect(test.system.metrics().sent).toBe(sent);
  });

  it('can be rejected by its handler, with the cause, and counts as handled', async () => {
    const test = await start();
    const before = test.system.metrics();
    const failure = await failureOf(
      test.ref.ask(
        call((context) => context.reject(new Error('closed on Sundays'))),
        soon,
      ),
    );
    expect(failure).toMatchObject({ code: 'RUNTIME_ASK_REJECTED', reason: 'rejected' });
    expect(failure.message).toContain('closed on Sundays');
    expect(failure.cause).toMatchObject({ message: 'closed on Sundays' });
    const late = waitCall(async (context) => {
      await context.delay(1);
      context.reject(new Error('later'));
    });
    const second = failureOf(test.ref.ask(late, soon));
    await new Promise((resolve) => setImmediate(resolve));
    test.clock.advance(1);
    expect(await second).toMatchObject({ reason: 'rejected' });
    await expectBooksToBalance(test);
    const { handled, deadLetters } = test.system.metrics();
    expect([handled - before.handled, deadLetters - before.deadLetters]).toEqual([2, 0]);
  });

  it('cannot be rejected twice, nor what was told', async () => {
    const test = await start();
    const twice = call((context) => {
      context.reply('yes');
      context.reject(new Error('no'));
    });
    expect(await test.ref.ask(twice, soon)).toBe('yes');
    test.ref.send(run((context) => context.reject(new Error('why'))));
    await expectBooksToBalance(test);
    expect(test.reasons()).toEqual(['second-reply', 'no-question']);
  });

  it('needs a deadline', async () => {
    const { ref } = await start();
    for (const deadlineMs of [0, -1, Number.NaN])
      expect(await failureOf(ref.ask(notes, { deadlineMs }))).toMatchObject({
        code: 'RUNTIME_INVALID_OPTION',
        option: 'deadlineMs',
      });
  });

  it.each([
    { fate: 'unanswered', question: call(() => undefined) },
    { fate: 'unanswered', question: waitCall(async () => undefined) },
    { fate: 'unhandled', question: { type: 'what' } as never },
    { fate: 'crashed', question: { ...crash('because'), type: 'call' } as const, cause: 'because' },
    {
      fate: 'crashed',
      question: waitCall(async () => {
        throw new Error('because');
      }),
      cause: 'because',
    },
    {
      fate: 'invalid-message',
      question: call((context) => context.reply(() => 1)),
      cause: expect.stringMatching(/function/i),
    },
  ])('$fate is rejected for that', async ({ fate, question, cause }) => {
    const test = await start();
    const failure = await failureOf(test.ref.ask(question, soon));
    expect(failure).toMatchObject({ code: 'RUNTIME_ASK_REJECTED', reason: fate, target: '/puppet~0' });
    if (cause !== undefined) expect(failure.cause).toMatchObject({ message: cause });
    await expectBooksToBalance(test);
  });

  it('to an actor that has stopped is rejected', async () => {
    const test = await start();
    await test.system.stopActor(test.ref);
    expect(await failureOf(test.ref.ask(notes, soon))).toMatchObject({ reason: 'no-such-actor' });
    test.ref.send(note('too late'));
    await expectBooksToBalance(test);
    expect(test.reasons()).toEqual(['no-such-actor', 'no-such-actor']);
  });

  it('gets the first reply; a second one, and a reply to a tell, are dead letters', async () => {
    const test = await start();
    const twice = call((context) => {
      context.reply(1);
      context.reply(2);
    });
    expect(await test.ref.ask(twice, soon)).toBe(1);
    test.ref.send(run((context) => context.reply(3)));
    await expectBooksToBalance(test);
    expect(test.letters).toMatchObject([
      { reason: 'second-reply', messageType: 'reply' },
      { reason: 'no-question', messageType: 'reply' },
    ]);
  });

  it('that was answered before its handler crashed is answered', async () => {
    const test = await start();
    const question = call((context) => {
      context.reply('done');
      throw new Error('after');
    });
    expect(await test.ref.ask(question, soon)).toBe('done');
    await expectBooksToBalance(test);
    expect(test.reasons()).toEqual(['crashed']);
  });

  it('can be kept for a later turn', async () => {
    const test = await start();
    let answer!: ReplyHandle<unknown>;
    const reply = test.ref.ask(
      call((context) => {
        answer = context.deferReply();
      }),
      soon,
    );
    await test.system.quiet();
    test.ref.send(run(() => answer('later')));
    expect(await reply).toBe('later');
    expect(test.letters).toEqual([]);
  });

  it('kept beyond a restart cannot be answered any more, and is rejected at once', async () => {
    const test = await start();
    let answer!: ReplyHandle<unknown>;
    const failure = failureOf(
      test.ref.ask(
        call((context) => {
          answer = context.deferReply();
        }),
        soon,
      ),
    );
    test.ref.send(crash());
    await test.system.quiet();
    expect(() => answer('stale')).toThrow(expect.objectContaining({ code: 'RUNTIME_STALE_CONTEXT' }));
    expect(await failure).toMatchObject({ code: 'RUNTIME_ASK_REJECTED', reason: 'interrupted' });
  });

  it('whose handler is cut off by a stop is rejected', async () => {
    const test = await start();
    const never = gate();
    const failure = failureOf(
      test.ref.ask(
        waitCall(() => never.opened),
        soon,
      ),
    );
    const waiting = failureOf(test.ref.ask(notes, soon));
    await new Promise(setImmediate);
    await test.system.stopActor(test.ref, { now: true });
    expect(await failure).toMatchObject({ reason: 'interrupted' });
    expect(await waiting).toMatchObject({ reason: 'stopped' });
    await expectBooksToBalance(test);
    expect(test.reasons()).toEqual(['interrupted', 'stopped']);
  });
});

describe('actors that ask each other', () => {
  it('inside async handlers get on without a deadlock', async () => {
    const { system } = await startPuppets({ sideShards: 1 });
    const far = system.spawn(puppet, undefined, { shard: 1 });
    const near = system.spawn(puppet, undefined, { shard: 0 });
    far.send(note('from afar'));
    near.send(
      wait(async (context) => {
        const seen = await context.ask(context.ref<Puppet>(far.address), notes, soon);
        context.update((state) => void state.notes.push(...seen));
      }),
    );
    near.send(note('after'));
    await system.quiet();
    expect(await near.ask(notes, soon)).toEqual(['from afar', 'after']);
  });
});

describe('a loop of questions', () => {
  it('leaves room for the event loop', async () => {
    const { system } = await startPuppets();
    const ref = system.spawn(puppet);
    let turned = false;
    setImmediate(() => {
      turned = true;
    });
    let questions = 0;
    while (!turned && questions < 100_000) {
      await ref.ask(notes, soon);
      questions++;
    }
    expect(questions).toBeLessThan(100_000);
  });
});

describe('a question', () => {
  it('has its deadline also when a listener asks it while it is told of something', async () => {
    const { system, advance } = await startPuppets();
    const ref = system.spawn(puppet, undefined);
    await system.quiet();
    system.suspend(ref);
    await system.quiet();
    let failure: Promise<unknown> | undefined;
    system.inspect(() => {
      failure ??= failureOf(ref.ask(notes, soon));
    });
    system.spawn(puppet, undefined);
    await system.quiet();
    await advance(soon.deadlineMs);
    let settled: unknown = 'never';
    void failure?.then((error) => {
      settled = error;
    });
    await system.quiet();
    expect(settled).toMatchObject({ code: 'RUNTIME_ASK_TIMEOUT' });
    await system.stop();
  });

  it('whose message cannot even be looked at is rejected with what that threw', async () => {
    const { system } = await startPuppets({ strict: false });
    const ref = system.spawn(puppet, undefined);
    const broken = {
      ...notes,
      get note(): string {
        throw new Error('broken');
      },
    };
    await expect(ref.ask(broken, soon)).rejects.toThrow('broken');
    expect(system.metrics()).toMatchObject({ sent: 0, handled: 0, deadLetters: 0 });
    await system.stop();
  });
});
