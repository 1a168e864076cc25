// At stake: a wait ends on the system's clock, or with the life that waits, and leaves nothing behind. Tried on a clock that
// stands still.
import { describe, expect, it } from 'vitest';
import {
  call,
  expectBooksToBalance,
  meanwhile,
  meanwhileCall,
  notes,
  puppet,
  shardOf,
  soon,
  startPuppets,
} from '../testing/puppet.test-fixtures.js';
import { rest } from '../testing/rest.test-fixtures.js';

describe('context.delay', () => {
  const start = async () => {
    const test = await startPuppets();
    const ref = test.system.spawn(puppet);
    const log: string[] = [];
    const delay = (ms: number, signal?: AbortSignal) =>
      ref.send(
        meanwhile(async (context) => {
          await context.delay(ms, signal).then(
            () => log.push(`${ms} at ${context.now()}`),
            (error) => log.push(`${ms}: ${error.message ?? error}`),
          );
        }),
      );
    const timersNow = () => {
      let count = 0;
      const counted = ref.ask(
        call((context) => {
          count = shardOf(context).timers.size;
          context.reply(null);
        }),
        { deadlineMs: Number.POSITIVE_INFINITY },
      );
      return counted.then(() => count);
    };
    await test.system.quiet();
    return { test, system: test.system, clock: test.clock, ref, log, delay, timersNow };
  };

  it('waits that long, whatever order the calls come in', async () => {
    const { test, clock, log, delay, timersNow } = await start();
    for (const ms of [30, 10, 0, 20]) delay(ms);
    await rest();
    for (let i = 0; i < 30; i++) {
      clock.advance(1);
      await rest();
    }
    expect(log).toEqual(['0 at 1', '10 at 10', '20 at 20', '30 at 30']);
    expect(await timersNow()).toBe(0);
    await expectBooksToBalance(test);
  });

  it.each(['restart', 'stop'])('rejects at a %s, and leaves no timer', async (end) => {
    const { test, system, ref, log, delay, timersNow } = await start();
    delay(1000);
    delay(Number.POSITIVE_INFINITY);
    await rest();
    expect(await timersNow()).toBe(2);
    if (end === 'restart') system.restart(ref);
    else await system.stopActor(ref, { now: true });
    await rest();
    expect(log).toEqual([
      '1000: /puppet~0 has stopped, failed or restarted.',
      'Infinity: /puppet~0 has stopped, failed or restarted.',
    ]);
    if (end === 'restart') expect(await timersNow()).toBe(0);
    await expectBooksToBalance(test);
    expect(test.reasons()).toEqual(['interrupted', 'interrupted']);
  });

  it('is withdrawn by the signal that it is given, also by one that has aborted before', async () => {
    const { log, delay, timersNow } = await start();
    const owner = new AbortController();
    delay(1000, owner.signal);
    await rest();
    expect(await timersNow()).toBe(1);
    owner.abort('enough');
    delay(2000, owner.signal);
    await rest();
    expect(log).toEqual(['1000: enough', '2000: enough']);
    expect(await timersNow()).toBe(0);
  });

  it.each([-1, Number.NaN])('refuses %d', async (ms) => {
    const { ref } = await start();
    const refused = ref.ask(
      meanwhileCall(async (context) => context.reply(await catching(() => context.delay(ms)))),
      soon,
    );
    expect(await refused).toBe('RUNTIME_INVALID_OPTION');
    expect(await ref.ask(notes, soon)).toEqual([]);
  });
});

async function catching(run: () => unknown): Promise<string> {
  try {
    await run();
    return 'nothing thrown';
  } catch (error) {
    return (error as { code: string }).code;
  }
}
