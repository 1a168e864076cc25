// At stake: a question that fails for a while is answered in the end, no later than its deadline, asked no more
// often than allowed, and not again for what asking again cannot cure. The schedule is tried as a property on a
// simulated clock, the rest against actors.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AskTimeoutError, ShardLostError } from '../errors.js';
import { backoffDelayMs } from '../supervision/backoff.js';
import { call, failureOf, note, notes, puppet, soon, startPuppets } from '../testing/puppet.test-fixtures.js';
import { rest } from '../testing/rest.test-fixtures.js';
import { shardUnder } from '../testing/shard-books.test-fixtures.js';
import { startAsker, unanswered } from './asker.test-fixtures.js';
import { seededPace } from './pace.js';
import { type Echo, echo, type Fate, rejected, settled, startFake } from './resilience.test-fixtures.js';
import { type RetryOptions, withRetry } from './retry.js';

const steady = { minMs: 100, maxMs: 1000, jitter: 0 };

function start(fateOf: (n: number, askedBefore: number) => Fate, options: RetryOptions = {}) {
  const { clock, target, pace } = startFake(fateOf);
  return { clock, target, guarded: withRetry<Echo>(target, pace, options) };
}

describe('a question that is retried', () => {
  it('is answered by the first attempt that succeeds', async () => {
    const { clock, target, guarded } = start(
      (_, before) => (before < 2 ? { afterMs: 5, error: rejected('mailbox-full') } : { afterMs: 5 }),
      { backoff: steady },
    );
    expect(await settled(clock, guarded.ask(echo(7), { deadlineMs: 1000 }))).toMatchObject({ value: 7 });
    expect(target.asked.map(({ atMs }) => atMs)).toEqual([0, 105, 310]);
  });

  it('fails as it is when asking again is no cure, at any attempt', async () => {
    const crashed = rejected('crashed');
    for (const attempts of [1, 2, 3]) {
      const { clock, target, guarded } = start((_, before) => ({
        afterMs: 1,
        error: before === attempts - 1 ? crashed : rejected('interrupted'),
      }));
      const outcome = await settled(clock, guarded.ask(echo(1), { deadlineMs: 1000 }));
      expect(outcome).toEqual({ status: 'rejected', reason: crashed });
      expect(target.asked).toHaveLength(attempts);
    }
  });

  it('tells all errors when the attempts run out', async () => {
    const errors = [rejected('link-full'), new ShardLostError(1), rejected('interrupted')];
    const { clock, guarded } = start((_, before) => ({ afterMs: 1, error: errors[before]! }), {
      attemptsMax: 3,
      backoff: steady,
    });
    const outcome = await settled(clock, guarded.ask(echo(1), { deadlineMs: 1000 }));
    expect(outcome).toMatchObject({
      reason: {
        code: 'RUNTIME_RETRIES_EXHAUSTED',
        exhausted: 'attempts',
        attempts: 3,
        errors,
        cause: errors[2],
        target: '/fake',
        messageType: 'echo',
      },
    });
    expect(clock.now()).toBe(303);
  });

  it('does not wait for a time that will be too late', async () => {
    const { clock, guarded } = start(() => ({ afterMs: 10, error: rejected('link-full') }), {
      backoff: steady,
    });
    const outcome = await settled(clock, guarded.ask(echo(1), { deadlineMs: 110 }));
    expect(outcome).toMatchObject({ reason: { exhausted: 'deadline', attempts: 1 } });
    expect(clock.now()).toBe(10);
  });

  it('asks no more when a delay has taken too long', async () => {
    const { clock, target, pace } = startFake(() => ({ afterMs: 1, error: rejected('link-full') }));
    const late = { ...pace, delay: (delayMs: number) => pace.delay(delayMs + 1000) };
    const guarded = withRetry<Echo>(target, late, { backoff: steady });
    const outcome = await settled(clock, guarded.ask(echo(1), { deadlineMs: 500 }));
    expect(outcome).toMatchObject({ reason: { exhausted: 'deadline', attempts: 1 } });
    expect(target.asked).toHaveLength(1);
  });

  it('gives each attempt its share of the time that is left', async () => {
    const { clock, target, guarded } = start(() => ({ afterMs: 9999 }), {
      attemptsMax: 4,
      backoff: { minMs: 0, maxMs: 0 },
    });
    const outcome = await settled(clock, guarded.ask(echo(1), { deadlineMs: 400 }));
    expect(target.asked.map(({ atMs, deadlineMs }) => [atMs, deadlineMs])).toEqual([
      [0, 100],
      [100, 100],
      [200, 100],
      [300, 100],
    ]);
    expect(outcome).toMatchObject({ reason: { attempts: 4, cause: { code: 'RUNTIME_ASK_TIMEOUT' } } });
  });

  it('asks again for whatever it is told to', async () => {
    const { clock, guarded } = start(
      (_, before) => (before === 0 ? { afterMs: 1, error: new TypeError('odd') } : { afterMs: 1 }),
      { retryable: (error) => error instanceof TypeError },
    );
    expect(await settled(clock, guarded.ask(echo(7), { deadlineMs: 1000 }))).toMatchObject({ value: 7 });
  });

  it('is withdrawn between two attempts', async () => {
    const { clock, target, guarded } = start(() => ({ afterMs: 1, error: rejected('link-full') }), {
      backoff: steady,
    });
    const withdrawal = new AbortController();
    const failure = failureOf(guarded.ask(echo(1), { deadlineMs: 1000, signal: withdrawal.signal }));
    await rest();
    clock.advance(50);
    await rest();
    withdrawal.abort('enough');
    expect(await failure).toMatchObject({ code: 'RUNTIME_ASK_ABORTED', target: '/fake', cause: 'enough' });
    expect(clock.nextTimerMs).toBeUndefined();
    expect(target.asked).toHaveLength(1);
  });

  it('keeps its schedule: the same with the same seed, and within the bounds of its backoff', async () => {
    const fate = fc.record({ afterMs: fc.integer({ min: 1, max: 80 }), fails: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fate, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
        fc.record({
          minMs: fc.integer({ min: 0, max: 50 }),
          maxMs: fc.integer({ min: 50, max: 200 }),
          jitter: fc.double({ min: 0, max: 1, noNaN: true }),
        }),
        async (fates, attemptsMax, deadlineMs, attemptDeadlineMs, backoff) => {
          const ask = async () => {
            const { clock, target, guarded } = start(
              (_, before) => {
                const { afterMs, fails } = fates[before % fates.length]!;
                return fails ? { afterMs, error: rejected('interrupted') } : { afterMs };
              },
              { attemptsMax, backoff, ...(attemptDeadlineMs !== undefined && { attemptDeadlineMs }) },
            );
            const outcome = await settled(clock, guarded.ask(echo(7), { deadlineMs }));
            return { outcome, asked: target.asked, endMs: clock.now(), clock };
          };
          const { outcome, asked, endMs, clock } = await ask();
          expect(endMs).toBeLessThanOrEqual(deadlineMs + 1e-9);
          expect(asked.length).toBeLessThanOrEqual(attemptsMax);
          expect(clock.nextTimerMs).toBeUndefined();

          let leastMs = 0;
          let mostMs = 0;
          for (const [attempt, { atMs, deadlineMs: waitMs }] of asked.entries()) {
            expect(atMs).toBeGreaterThanOrEqual(leastMs - 1e-6);
            expect(atMs).toBeLessThanOrEqual(mostMs + 1e-6);
            expect(atMs + waitMs).toBeLessThanOrEqual(deadlineMs + 1e-6);
            if (attemptDeadlineMs !== undefined) expect(waitMs).toBeLessThanOrEqual(attemptDeadlineMs);
            const tookMs = Math.min(waitMs, fates[attempt % fates.length]!.afterMs);
            leastMs += tookMs + backoffDelayMs(backoff, attempt, 0);
            mostMs += tookMs + backoffDelayMs(backoff, attempt, 1);
          }
          if (outcome.status === 'rejected')
            expect(outcome.reason).toMatchObject({
              attempts: asked.length,
              errors: { length: asked.length },
            });
          else expect(outcome.value).toBe(7);

          const again = await ask();
          expect(again.asked).toEqual(asked);
        },
      ),
    );
  });
});

describe('a retry around an actor', () => {
  it('may have its question handled more than once', async () => {
    const { system, clock } = await startPuppets();
    const ref = system.spawn(puppet);
    let handled = 0;
    const question = call((context) => (++handled < 3 ? context.deferReply() : context.reply('done')));
    const guarded = withRetry(ref, seededPace(clock, 1), { attemptDeadlineMs: 100 });
    const outcome = await settled(clock, guarded.ask(question, { deadlineMs: 5000 }), () => system.quiet());
    expect(outcome).toMatchObject({ value: 'done' });
    expect(handled).toBe(3);
  });

  it('outlives the loss of its shard', async () => {
    const { system, clock, killShard } = await startPuppets({ sideShards: 1 });
    const ref = system.spawn(puppet, undefined, { shard: 1 });
    await system.quiet();
    killShard(1);
    const guarded = withRetry(ref, seededPace(clock, 1));
    const outcome = await settled(clock, guarded.ask(notes, { deadlineMs: 5000 }), () => system.quiet());
    expect(outcome).toMatchObject({ value: [] });
  });

  it('is withdrawn, in the middle of a delay, when the actor that asks stops', async () => {
    const test = await startAsker((target, pace) =>
      withRetry(target, pace, { attemptDeadlineMs: 10 }).ask(unanswered, soon),
    );
    const { asked, asker } = test;
    test.clock.advance(10); // the first attempt times out
    await rest();
    await test.system.stopActor(asker, { now: true });
    expect(await test.failure).toMatchObject({ code: 'RUNTIME_ASK_ABORTED', target: '/puppet~0' });
    expect((await shardUnder(asked, test)).timers.size).toBe(0);
    asked.send(note('alive'));
    expect(await asked.ask(notes, soon)).toEqual(['alive']);
  });
});

describe('withRetry', () => {
  it.each<{ option: string; options: RetryOptions }>([
    { option: 'attemptsMax', options: { attemptsMax: 0 } },
    { option: 'attemptsMax', options: { attemptsMax: 1.5 } },
    { option: 'attemptsMax', options: { attemptsMax: Number.POSITIVE_INFINITY } },
    { option: 'attemptDeadlineMs', options: { attemptDeadlineMs: 0 } },
    { option: 'attemptDeadlineMs', options: { attemptDeadlineMs: Number.NaN } },
    { option: 'retryable', options: { retryable: 'all' as never } },
    { option: 'backoff.minMs', options: { backoff: { minMs: -1, maxMs: 1 } } },
    { option: 'backoff.maxMs', options: { backoff: { minMs: 2, maxMs: 1 } } },
    { option: 'backoff.maxMs', options: { backoff: { minMs: 2, maxMs: Number.POSITIVE_INFINITY } } },
    { option: 'backoff.factor', options: { backoff: { minMs: 1, maxMs: 2, factor: 0.5 } } },
    { option: 'backoff.jitter', options: { backoff: { minMs: 1, maxMs: 2, jitter: 2 } } },
  ])('refuses $option in $options', ({ option, options }) => {
    expect(() => start(() => ({ afterMs: 1 }), options)).toThrow(
      expect.objectContaining({ code: 'RUNTIME_INVALID_OPTION', option }),
    );
  });

  it.each([0, -1, Number.NaN])('refuses a question with a deadline of %s', async (deadlineMs) => {
    const { guarded, target } = start(() => ({ afterMs: 1, error: new AskTimeoutError('/a', 'echo', 1) }));
    expect(await failureOf(guarded.ask(echo(1), { deadlineMs }))).toMatchObject({ option: 'deadlineMs' });
    expect(target.asked).toEqual([]);
  });
});
