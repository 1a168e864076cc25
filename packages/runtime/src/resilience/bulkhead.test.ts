// At stake: no more calls at a time than allowed, none waits longer than its deadline or overtakes another, and
// no place is lost whatever becomes of a call. Tried as a property over calls that come, end and are withdrawn at
// random times, then one fate at a time.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureOf, soon } from '../testing/puppet.test-fixtures.js';
import { rest } from '../testing/rest.test-fixtures.js';
import { startAsker, unanswered } from './asker.test-fixtures.js';
import { Bulkhead, type BulkheadOptions, withBulkhead } from './bulkhead.js';
import { type Echo, echo, type Fate, rejected, settled, startFake } from './resilience.test-fixtures.js';

function start(bounds: Partial<BulkheadOptions>, fateOf: (n: number) => Fate = () => ({ afterMs: 10 })) {
  const { clock, target, pace } = startFake(fateOf);
  const bulkhead = new Bulkhead({ name: 'disk', callsMax: 1, ...bounds });
  const guarded = withBulkhead<Echo>(target, pace, bulkhead);
  return { clock, target, pace, bulkhead, guarded };
}

describe('a bulkhead', () => {
  it('lets through no more than it may, in order, and gets every place back', async () => {
    const callOf = fc.record({
      gapMs: fc.nat({ max: 10 }),
      tookMs: fc.integer({ min: 1, max: 30 }),
      deadlineMs: fc.integer({ min: 1, max: 60 }),
      withdrawnAfterMs: fc.option(fc.nat({ max: 40 }), { nil: undefined }),
      fails: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(callOf, { maxLength: 25 }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat({ max: 5 }),
        async (calls, callsMax, queueMax) => {
          const { clock, target, pace, bulkhead, guarded } = start({ callsMax, queueMax }, (n) => {
            const { tookMs, fails } = calls[n]!;
            return fails ? { afterMs: tookMs, error: rejected('crashed') } : { afterMs: tookMs };
          });
          const ends = calls.map(async ({ deadlineMs, withdrawnAfterMs }, n) => {
            await pace.delay(calls.slice(0, n + 1).reduce((sum, { gapMs }) => sum + gapMs, 0));
            const startMs = clock.now();
            const withdrawal = new AbortController();
            if (withdrawnAfterMs !== undefined) clock.setTimer(withdrawnAfterMs, () => withdrawal.abort());
            const isFull = bulkhead.running === callsMax && bulkhead.waiting === queueMax;
            const code = await guarded.ask(echo(n), { deadlineMs, signal: withdrawal.signal }).then(
              () => 'answered',
              (error) => error.code,
            );
            expect(code === 'RUNTIME_BULKHEAD_FULL').toBe(isFull);
            expect(clock.now() - startMs).toBeLessThanOrEqual(deadlineMs);
            expect(bulkhead.waiting).toBeLessThanOrEqual(queueMax);
          });
          expect(await settled(clock, Promise.all(ends))).toMatchObject({ status: 'fulfilled' });
          expect(target.inFlightMost).toBeLessThanOrEqual(callsMax);
          const order = target.asked.map(({ n }) => n);
          expect(order).toEqual([...order].sort((a, b) => a - b));
          expect([bulkhead.running, bulkhead.waiting]).toEqual([0, 0]);
        },
      ),
    );
  });

  it('refuses at once what finds no room', async () => {
    const { clock, guarded, target } = start({ callsMax: 1, queueMax: 1 });
    const asks = [1, 2, 3].map((n) => guarded.ask(echo(n), { deadlineMs: 1000 }));
    expect(await failureOf(asks[2]!)).toMatchObject({
      code: 'RUNTIME_BULKHEAD_FULL',
      bulkhead: 'disk',
      callsMax: 1,
      queueMax: 1,
    });
    expect(clock.now()).toBe(0);
    expect(await settled(clock, Promise.all(asks.slice(0, 2)))).toMatchObject({ value: [1, 2] });
    expect(target.asked.map(({ n, atMs, deadlineMs }) => [n, atMs, deadlineMs])).toEqual([
      [1, 0, 1000],
      [2, 10, 990],
    ]);
    expect(clock.nextTimerMs).toBeUndefined();
  });

  it('counts the waiting into the deadline', async () => {
    const { clock, guarded, target, bulkhead } = start({ queueMax: 2 }, () => ({ afterMs: 100 }));
    const first = guarded.ask(echo(1), { deadlineMs: 1000 });
    const late = failureOf(guarded.ask(echo(2), { deadlineMs: 50 }));
    const outcome = await settled(clock, late);
    expect(outcome).toMatchObject({
      value: { code: 'RUNTIME_ASK_TIMEOUT', target: '/fake', messageType: 'echo', deadlineMs: 50 },
    });
    expect([clock.now(), target.asked.length, bulkhead.waiting]).toEqual([50, 1, 0]);
    expect(await settled(clock, first)).toMatchObject({ value: 1 });
    expect(bulkhead.running).toBe(0);
  });

  it('does not ask when the turn comes too late, whatever the timer says', async () => {
    const { clock, target, pace } = startFake(() => ({ afterMs: 100 }));
    const late = {
      ...pace,
      delay: (delayMs: number, signal?: AbortSignal) => pace.delay(delayMs + 1000, signal),
    };
    const guarded = withBulkhead<Echo>(
      target,
      late,
      new Bulkhead({ name: 'disk', callsMax: 1, queueMax: 1 }),
    );
    const first = guarded.ask(echo(1), { deadlineMs: 1000 });
    const outcome = await settled(clock, failureOf(guarded.ask(echo(2), { deadlineMs: 50 })));
    expect(outcome).toMatchObject({ value: { code: 'RUNTIME_ASK_TIMEOUT', deadlineMs: 50 } });
    expect(target.asked).toHaveLength(1);
    expect(await first).toBe(1);
  });

  it('lets go of a call that is withdrawn while it waits', async () => {
    const { guarded, bulkhead, clock } = start({ queueMax: 1 });
    const first = guarded.ask(echo(1), { deadlineMs: 1000 });
    const withdrawal = new AbortController();
    const { signal } = withdrawal;
    const failure = failureOf(guarded.ask(echo(2), { deadlineMs: 1000, signal }));
    await rest();
    withdrawal.abort('enough');
    expect(await failure).toMatchObject({ code: 'RUNTIME_ASK_ABORTED', target: '/fake', cause: 'enough' });
    expect([bulkhead.running, bulkhead.waiting]).toEqual([1, 0]);
    expect(await settled(clock, first)).toMatchObject({ value: 1 });
  });

  it('lets go of a call whose actor stops while it waits', async () => {
    const bulkhead = new Bulkhead({ name: 'disk', callsMax: 1, queueMax: 1 });
    const other = bulkhead.enter();
    const { system, asker, failure } = await startAsker((target, pace) =>
      withBulkhead(target, pace, bulkhead).ask(unanswered, soon),
    );
    expect(bulkhead.waiting).toBe(1);
    await system.stopActor(asker, { now: true });
    expect(await failure).toMatchObject({ code: 'RUNTIME_ASK_ABORTED' });
    bulkhead.leave(other);
    expect([bulkhead.running, bulkhead.waiting]).toEqual([0, 0]);
  });

  it.each([
    { option: 'name', bounds: { name: '' } },
    { option: 'callsMax', bounds: { callsMax: 0 } },
    { option: 'queueMax', bounds: { queueMax: -1 } },
    { option: 'queueMax', bounds: { queueMax: Number.POSITIVE_INFINITY } },
  ])('refuses $option in $bounds', ({ option, bounds }) => {
    expect(() => start(bounds)).toThrow(expect.objectContaining({ code: 'RUNTIME_INVALID_OPTION', option }));
  });
});
