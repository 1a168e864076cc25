// At stake: nobody waits for an answer that cannot come any more. Tried by ending a life, in each way, while questions are
// kept for later; deadlines are so long that only a rejection can settle them.
import { describe, expect, it } from 'vitest';
import type { ReplyHandle } from '../actor/context.js';
import {
  call,
  crash,
  expectBooksToBalance,
  failureOf,
  meanwhileCall,
  puppet,
  run,
  seenFrom,
  startPuppets,
} from '../testing/puppet.test-fixtures.js';

const long = { deadlineMs: 1e9 } as const;

describe.each([
  { where: 'of its own shard', from: 1 },
  { where: 'of the main shard', from: 0 },
  { where: 'of a third shard', from: 2 },
])('a kept question $where', ({ from }) => {
  const start = async (keep: 'in a turn' | 'in a call') => {
    const test = await startPuppets({ sideShards: 2 });
    const ref = test.system.spawn(puppet, undefined, { shard: 1 });
    const asker = test.system.spawn(puppet, undefined, { shard: from });
    const handles: ReplyHandle<unknown>[] = [];
    const settled: unknown[] = [];
    const question =
      keep === 'in a turn'
        ? call((context) => void handles.push(context.deferReply()))
        : meanwhileCall(async (context) => void handles.push(context.deferReply()));
    asker.send(
      run((context) => {
        for (let i = 0; i < 2; i++)
          seenFrom(context, ref)
            .ask(question, long)
            .then(
              (reply) => settled.push(reply),
              (error) => settled.push(error.reason),
            );
      }),
    );
    await test.system.quiet();
    return { ...test, test, ref, handles, settled };
  };

  describe.each(['in a turn', 'in a call'] as const)('%s', (keep) => {
    it.each(['restart', 'crash', 'stop', 'stop now'])('is rejected at once by a %s', async (end) => {
      const { test, system, ref, handles, settled } = await start(keep);
      handles[0]!('in time');
      await system.quiet();
      expect(settled).toEqual(['in time']);
      if (end === 'restart') system.restart(ref);
      else if (end === 'crash') ref.send(crash());
      else void system.stopActor(ref, { now: end === 'stop now' });
      await expectBooksToBalance(test);
      expect(settled).toEqual(['in time', 'interrupted']);
      expect(() => handles[1]!('too late')).toThrow(
        expect.objectContaining({ code: 'RUNTIME_STALE_CONTEXT' }),
      );
    });

    it('is kept over a suspension', async () => {
      const { test, system, ref, handles, settled } = await start(keep);
      system.suspend(ref);
      await system.quiet();
      system.resume(ref);
      for (const handle of handles) handle('still');
      await expectBooksToBalance(test);
      expect(settled).toEqual(['still', 'still']);
    });
  });
});

describe('a question that was answered although it was kept', () => {
  it('is not answered again by the end of the life', async () => {
    const test = await startPuppets();
    const ref = test.system.spawn(puppet);
    const answer = ref.ask(
      call((context) => {
        context.deferReply();
        context.reply('at once');
      }),
      long,
    );
    expect(await answer).toBe('at once');
    test.system.restart(ref);
    await expectBooksToBalance(test);
    expect(test.reasons()).toEqual([]);
  });

  it('but never is, rejects its asker when the system stops', async () => {
    const test = await startPuppets();
    const ref = test.system.spawn(puppet);
    const failure = failureOf(
      ref.ask(
        call((context) => void context.deferReply()),
        long,
      ),
    );
    await test.system.quiet();
    await test.system.stop();
    expect(await failure).toMatchObject({ code: 'RUNTIME_ASK_REJECTED' });
  });
});
