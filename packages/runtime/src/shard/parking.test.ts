// At stake: whoever sends at the pace of a receiver is served in order, or is told; and what he gave up is not delivered. Tried
// with a suspended receiver, from its own shard and from others.
import { describe, expect, it } from 'vitest';
import type { SendOptions } from '../actor/actor-ref.js';
import {
  crash,
  expectBooksToBalance,
  failureOf,
  note,
  type PuppetRef,
  pacing,
  puppet,
  type RunningTest,
  run,
  seenFrom,
  soon,
  startPuppets,
} from '../testing/puppet.test-fixtures.js';
import { rest } from '../testing/rest.test-fixtures.js';
import { expectNoMailLeft, shardUnder } from '../testing/shard-books.test-fixtures.js';

/** Makes `sender` send, and logs what becomes of each. */
function sendAll(
  sender: PuppetRef,
  to: PuppetRef,
  texts: readonly string[],
  log: string[],
  options?: SendOptions,
): void {
  sender.send(
    run((context) => {
      for (const text of texts)
        seenFrom(context, to)
          .sendWhenReady(note(text), options)
          .then(
            () => log.push(text),
            (error) => log.push(`${text} ${error.code} ${error.reason ?? ''}`.trim()),
          );
    }),
  );
}
const notesOf = async (ref: PuppetRef, { system }: RunningTest) => {
  await system.quiet();
  return ref.ask({ type: 'notes' }, soon);
};

describe.each([
  { where: 'its own shard', from: 1 },
  { where: 'the main shard', from: 0 },
  { where: 'another side shard', from: 2 },
])('a sender on $where that waits for room', ({ from }) => {
  const start = async () => {
    const test = await startPuppets({ sideShards: 2 });
    const { system } = test;
    const ref = system.spawn(pacing, undefined, { shard: 1 });
    const sender = system.spawn(puppet, undefined, { shard: from });
    const log: string[] = [];
    const shard = await shardUnder(ref, test);
    system.suspend(ref);
    return { test, system, ref, sender, log, shard };
  };
  /** The same, where there is room for messages of 3 000 bytes in all, and another actor has taken 2 400 of them. */
  const startCrowded = async () => {
    const test = await startPuppets({ sideShards: 2, mailboxBytesMax: 3000 });
    const { system } = test;
    const hog = system.spawn(puppet, undefined, { shard: 1 });
    const ref = system.spawn(puppet, undefined, { shard: 1 });
    const sender = system.spawn(puppet, undefined, { shard: from });
    const log: string[] = [];
    for (const each of [hog, ref]) system.suspend(each);
    hog.send(note('x'.repeat(1200)));
    await system.quiet();
    return { test, system, hog, ref, sender, log };
  };

  it('is told in order as room comes up', async () => {
    const { test, system, ref, sender, log, shard } = await start();
    sendAll(sender, ref, ['0', '1', '2', '3', '4'], log);
    await expectBooksToBalance(test);
    expect(log).toEqual(['0', '1']);
    expect(system.metrics().queued).toBe(5);
    system.resume(ref);
    expect(await notesOf(ref, test)).toEqual(['0', '1', '2', '3', '4']);
    await system.quiet();
    expect(log).toEqual(['0', '1', '2', '3', '4']);
    await expectNoMailLeft(test, shard);
    expect(test.reasons()).toEqual([]);
  });

  it('gives up at its deadline, and its message is not delivered', async () => {
    const { test, system, ref, sender, log, shard } = await start();
    sendAll(sender, ref, ['0', '1', '2', '3'], log, { deadlineMs: 100 });
    await system.quiet();
    sendAll(sender, ref, ['patient'], log);
    await system.quiet();
    test.clock.advance(101);
    await expectBooksToBalance(test);
    expect(log).toEqual(['0', '1', '2 RUNTIME_ASK_TIMEOUT', '3 RUNTIME_ASK_TIMEOUT']);
    expect(test.reasons()).toEqual(['withdrawn', 'withdrawn']);
    expect(system.metrics().queued).toBe(3);
    system.resume(ref);
    expect(await notesOf(ref, test)).toEqual(['0', '1', 'patient']);
    await expectNoMailLeft(test, shard);
  });

  it('can take its message back', async () => {
    const { test, system, ref, sender, log, shard } = await start();
    const [first, second] = [new AbortController(), new AbortController()];
    sendAll(sender, ref, ['0', '1', '2'], log, { signal: first.signal });
    sendAll(sender, ref, ['3', '4'], log, { signal: second.signal });
    await system.quiet();
    second.abort();
    await expectBooksToBalance(test);
    expect(log).toEqual(['0', '1', '3 RUNTIME_ASK_ABORTED', '4 RUNTIME_ASK_ABORTED']);
    first.abort();
    await system.quiet();
    expect(log.at(-1)).toBe('2 RUNTIME_ASK_ABORTED');
    sendAll(sender, ref, ['5'], log);
    system.resume(ref);
    await system.quiet();
    expect(await notesOf(ref, test)).toEqual(['0', '1', '5']);
    await expectNoMailLeft(test, shard);
  });

  it('is refused when the receiver stops, and the messages are dead letters', async () => {
    const { test, system, ref, sender, log, shard } = await start();
    sendAll(sender, ref, ['0', '1', '2', '3'], log);
    await system.quiet();
    await system.stopActor(ref, { now: true });
    await system.quiet();
    expect(log).toEqual(['0', '1', '2 RUNTIME_SEND_REFUSED stopped', '3 RUNTIME_SEND_REFUSED stopped']);
    sendAll(sender, ref, ['4'], log);
    await system.quiet();
    expect(log.at(-1)).toBe('4 RUNTIME_SEND_REFUSED no-such-actor');
    expect(test.reasons()).toEqual(['stopped', 'stopped', 'stopped', 'stopped', 'no-such-actor']);
    await expectNoMailLeft(test, shard);
  });

  it('goes on waiting while the receiver fails and lives again', async () => {
    const { test, system, ref, sender, log, shard } = await start();
    ref.send(crash());
    await system.quiet();
    sendAll(sender, ref, ['0', '1', '2'], log);
    await system.quiet();
    system.resume(ref);
    expect(await notesOf(ref, test)).toEqual(['0', '1', '2']);
    expect(log).toEqual(['0', '1', '2']);
    await expectNoMailLeft(test, shard);
  });

  it('is told when the shard of the receiver is lost', async () => {
    if (from === 1) return; // then the sender is lost with it
    const { test, system, ref, sender, log } = await start();
    sendAll(sender, ref, ['0', '1', '2', '3'], log);
    await system.quiet();
    test.killShard(1);
    await expectBooksToBalance(test);
    expect(log).toEqual(['0', '1', '2 RUNTIME_SHARD_LOST', '3 RUNTIME_SHARD_LOST']);
    sendAll(sender, ref, ['4'], log);
    await system.quiet();
    expect(log.at(-1)).toBe('4');
    expect(await notesOf(ref, test)).toEqual(['4']);
  });

  it('may be lost itself: the receiver gets what waited', async () => {
    if (from !== 2) return;
    const { test, system, ref, sender, log, shard } = await start();
    sendAll(sender, ref, ['0', '1', '2'], log);
    await system.quiet();
    test.killShard(2);
    await system.quiet();
    system.resume(ref);
    expect(await notesOf(ref, test)).toEqual(['0', '1', '2']);
    await expectNoMailLeft(test, shard);
  });

  it('waits for bytes too, and nobody overtakes', async () => {
    const { test, system, hog, ref, sender, log } = await startCrowded();
    sendAll(sender, ref, ['x'.repeat(500), 'y', 'z'], log); // the first has no room, the others would have
    await expectBooksToBalance(test);
    expect(log).toEqual([]);
    system.resume(hog);
    await system.quiet();
    expect(log.map((text) => text[0])).toEqual(['x', 'y', 'z']);
    system.resume(ref);
    expect((await notesOf(ref, test)).map((text) => text[0])).toEqual(['x', 'y', 'z']);
  });

  it('waits for bytes also alone', async () => {
    const { system, hog, ref, sender, log } = await startCrowded();
    sendAll(sender, ref, ['x'.repeat(500)], log);
    await system.quiet();
    expect(log).toEqual([]);
    system.resume(hog);
    await system.quiet();
    expect(log.map((text) => text[0])).toEqual(['x']);
  });

  it('whose first message gives up makes way for the next', async () => {
    const { test, system, hog, ref, sender, log } = await startCrowded();
    sendAll(sender, ref, ['x'.repeat(500)], log, { deadlineMs: 10 });
    sendAll(sender, ref, ['y'], log);
    await system.quiet();
    test.clock.advance(11);
    await expectBooksToBalance(test);
    expect(log.map((text) => text.slice(-1)).sort()).toEqual(['T', 'y']);
    for (const each of [hog, ref]) system.resume(each);
    expect(await notesOf(ref, test)).toEqual(['y']);
  });

  it('is refused at once when there can never be room', async () => {
    const test = await startPuppets({ sideShards: 2, mailboxBytesMax: 3000 });
    const { system } = test;
    const ref = system.spawn(puppet, undefined, { shard: 1 });
    const sender = system.spawn(puppet, undefined, { shard: from });
    const log: string[] = [];
    sendAll(sender, ref, ['x'.repeat(1500), 'y'], log);
    await system.quiet();
    expect(log.map((text) => text.replace(/^x+ /, ''))).toEqual(['RUNTIME_SEND_REFUSED mailbox-full', 'y']);
    expect(test.reasons()).toEqual(['mailbox-full']);
  });
});

describe('the room for those who wait', () => {
  it('comes up one by one: no more are let in than the capacity says', async () => {
    const test = await startPuppets();
    const { system } = test;
    const ref = system.spawn(pacing);
    const log: string[] = [];
    const pause = () => run(() => system.suspend(ref));
    system.suspend(ref);
    ref.send(pause());
    ref.send(pause());
    sendAll(system.spawn(puppet), ref, ['0', '1', '2'], log);
    await expectBooksToBalance(test);
    for (const admitted of [[], ['0'], ['0', '1']]) {
      expect(log).toEqual(admitted);
      system.resume(ref);
      await system.quiet();
    }
    expect(await notesOf(ref, test)).toEqual(['0', '1', '2']);
  });

  it('is bounded: one more is refused', async () => {
    const test = await startPuppets({ strict: false });
    const { system } = test;
    const ref = system.spawn(pacing);
    system.suspend(ref);
    let refused = 0;
    const open: Promise<void>[] = [];
    for (let i = 0; i < 2 + 65_536 + 3; i++)
      open.push(
        ref.sendWhenReady(note(`${i}`)).catch((error) => {
          expect(error).toMatchObject({ code: 'RUNTIME_SEND_REFUSED', reason: 'mailbox-full' });
          refused++;
        }),
      );
    await rest(1);
    expect(refused).toBe(3);
    await expectBooksToBalance(test);
    system.resume(ref);
    await Promise.all(open);
    expect(await notesOf(ref, test)).toHaveLength(2 + 65_536);
  });
});

it('refuses a message that throws when it is weighed, as a dead letter with the cause', async () => {
  const test = await startPuppets({ strict: false });
  const { system, letters } = test;
  const ref = system.spawn(pacing);
  const shard = await shardUnder(ref, test);
  const spiteful = {
    ...note('never'),
    get more(): never {
      throw new Error('do not look');
    },
  };
  const refusal = await failureOf(ref.sendWhenReady(spiteful));
  expect(refusal).toMatchObject({ code: 'RUNTIME_SEND_REFUSED', reason: 'invalid-message' });
  expect(letters.map(({ reason, cause }) => `${reason} ${cause}`)).toEqual([
    'invalid-message Error: do not look',
  ]);
  await expectNoMailLeft(test, shard);
});
