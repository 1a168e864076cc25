// At stake: what an actor sends itself later comes at its time, and not to its next life. Tried on the
// simulated clock.
import { describe, expect, it } from 'vitest';
import type { ScheduledMessage } from '../actor/context.js';
import {
  crash,
  expectBooksToBalance,
  note,
  notes,
  puppet,
  run,
  soon,
  startPuppets,
} from '../testing/puppet.test-fixtures.js';

describe.each([{ shard: 0 }, { shard: 1 }])('timers on shard $shard', ({ shard }) => {
  const start = async (plan: Parameters<typeof run>[0]) => {
    const test = await startPuppets({ sideShards: 1 });
    const ref = test.system.spawn(puppet, undefined, { shard });
    ref.send(run(plan));
    await test.system.quiet();
    const advance = async (durationMs: number): Promise<readonly string[]> => {
      test.clock.advance(durationMs);
      await test.system.quiet();
      return ref.ask(notes, soon);
    };
    return { ...test, ref, advance };
  };

  it('fire once, or again and again', async () => {
    const test = await start((context) => {
      context.schedule(100, note('once'));
      context.scheduleEvery(40, note('every'));
      context.schedule(0, note('now'));
    });
    expect(await test.advance(0)).toEqual(['now']);
    expect(await test.advance(39)).toEqual(['now']);
    expect(await test.advance(61)).toEqual(['now', 'every', 'every', 'once']);
    expect(await test.advance(20)).toEqual(['now', 'every', 'every', 'once', 'every']);
    await expectBooksToBalance(test);
  });

  it('can be cancelled, also a periodic one between two times', async () => {
    const timers: ScheduledMessage[] = [];
    const test = await start((context) => {
      timers.push(context.schedule(10, note('once')), context.scheduleEvery(10, note('every')));
    });
    timers[0]!.cancel();
    expect(await test.advance(10)).toEqual(['every']);
    timers[1]!.cancel();
    timers[1]!.cancel();
    expect(await test.advance(100)).toEqual(['every']);
  });

  it('are forgotten by a restart and by a stop', async () => {
    const plan: Parameters<typeof run>[0] = (context) => {
      context.schedule(10, note('once'));
      context.scheduleEvery(10, note('every'));
    };
    const test = await start(plan);
    test.ref.send(crash());
    await test.system.quiet();
    expect(await test.advance(100)).toEqual([]);
    test.ref.send(run(plan));
    await test.system.stopActor(test.ref);
    test.clock.advance(100);
    await expectBooksToBalance(test);
    expect(test.reasons()).toEqual(['crashed']);
  });

  it.each([
    {
      what: 'a delay below 0',
      plan: (context: Parameters<Parameters<typeof run>[0]>[0]) => context.schedule(-1, note('x')),
    },
    {
      what: 'a period of 0',
      plan: (context: Parameters<Parameters<typeof run>[0]>[0]) => context.scheduleEvery(0, note('x')),
    },
  ])('refuse $what', async ({ plan }) => {
    const test = await start(plan);
    expect(test.letters).toMatchObject([{ reason: 'crashed', cause: { code: 'RUNTIME_INVALID_OPTION' } }]);
  });
});
