// At stake: a message that is handed on keeps its sender and its question, and the asker hears from whoever has it, or that
// nobody has. Tried from and to all shards, with targets that go and shards that are lost.
import { describe, expect, it } from 'vitest';
import {
  call,
  expectBooksToBalance,
  gate,
  note,
  type Puppet,
  type PuppetRef,
  puppet,
  rejecting,
  run,
  seenFrom,
  soon,
  startPuppets,
  waitCall,
} from '../testing/puppet.test-fixtures.js';

/** A question that is handed on once, and then meets `answer`. */
function relayed(to: PuppetRef, answer: Parameters<typeof call>[0]) {
  let hops = 0;
  return call((context, state) => {
    if (hops++ === 0) context.forward(seenFrom(context, to));
    else answer(context, state);
  });
}
const long = { deadlineMs: 1_000_000 } as const;

const ways = [0, 1, 2].flatMap((from) =>
  [0, 1, 2].flatMap((via) => [0, 1, 2].map((to) => ({ from, via, to }))),
);

describe.each(ways)(
  'a message from shard $from, handed on by shard $via to shard $to,',
  ({ from, via, to }) => {
    const start = async () => {
      const test = await startPuppets({ sideShards: 2 });
      const { system } = test;
      const asker = system.spawn(puppet, undefined, { shard: from });
      const relay = system.spawn(puppet, undefined, { shard: via });
      const target = system.spawn(puppet, undefined, { shard: to });
      const settled: unknown[] = [];
      const ask = (question: ReturnType<typeof call>, options = long) =>
        asker.send(
          run((context) => {
            seenFrom(context, relay)
              .ask(question, options)
              .then(
                (reply) => settled.push(reply),
                (error) => settled.push(`${error.code} ${error.reason ?? ''}`.trim()),
              );
          }),
        );
      await system.quiet();
      return { test, system, asker, relay, target, settled, ask };
    };

    it('is answered to the asker, whose ref the answerer sees', async () => {
      const { test, system, asker, target, settled, ask } = await start();
      ask(
        relayed(target, (context) => {
          context.reply(`${context.sender?.address.id} ${context.self.address.id}`);
          seenFrom(context, context.sender as unknown as PuppetRef).send(note('by ref'));
        }),
      );
      await expectBooksToBalance(test);
      expect(settled).toEqual([`${asker.address.id} ${target.address.id}`]);
      expect(await asker.ask({ type: 'notes' }, soon)).toEqual(['by ref']);
      // the order to ask, the question, twice, its answer, the note; and the question for notes
      expect(system.metrics()).toMatchObject({ sent: 7, handled: 7, deadLetters: 0 });
    });

    it('is told on with its sender', async () => {
      const { test, asker, relay, target } = await start();
      const seen: unknown[] = [];
      let hops = 0;
      asker.send(
        run((context) =>
          seenFrom(context, relay).send(
            run((there) => {
              if (hops++ === 0) there.forward(seenFrom(there, target));
              else seen.push(there.sender?.address.id, there.shard);
            }),
          ),
        ),
      );
      await expectBooksToBalance(test);
      expect(seen).toEqual([asker.address.id, to]);
    });

    it('is rejected when its target is gone, or says nothing', async () => {
      const { test, system, target, settled, ask } = await start();
      ask(relayed(target, () => undefined));
      await system.quiet();
      await system.stopActor(target);
      ask(relayed(target, () => undefined));
      await expectBooksToBalance(test);
      expect(settled).toEqual(['RUNTIME_ASK_REJECTED unanswered', 'RUNTIME_ASK_REJECTED no-such-actor']);
      expect(test.reasons()).toEqual(['no-such-actor']);
    });

    it('is rejected when the shard of its target is lost', async () => {
      if (to === 0 || to === from) return; // it cannot be lost, or the asker is lost too
      const { test, system, target, settled, ask } = await start();
      ask(relayed(target, (context) => void context.deferReply()));
      await system.quiet();
      test.killShard(to);
      await expectBooksToBalance(test);
      expect(settled).toEqual([`RUNTIME_SHARD_LOST`]);
    });

    it('is rejected when the shard of its target is lost before it gets there', async () => {
      if (to === 0 || to === from || to === via) return;
      const { test, target, settled, ask } = await start();
      let hops = 0;
      ask(
        call((context) => {
          if (hops++ > 0) return;
          context.forward(seenFrom(context, target));
          test.killShard(to);
        }),
      );
      await expectBooksToBalance(test);
      expect(settled).toHaveLength(1);
      expect(settled[0]).toMatch(/^RUNTIME_(SHARD_LOST|ASK_REJECTED shard-lost)$/);
    });

    it('does not need the shard any more that handed it on', async () => {
      if (via === 0 || via === from || via === to) return;
      const { test, system, target, settled, ask } = await start();
      const door = gate();
      let answer!: (value: unknown) => void;
      ask(
        relayed(target, (context) => {
          answer = context.deferReply();
          door.open();
        }),
      );
      await door.opened;
      await system.quiet();
      test.killShard(via);
      await system.quiet();
      answer('late, not lost');
      await expectBooksToBalance(test);
      expect(settled).toEqual(['late, not lost']);
    });

    it('is handed on at once by an async call that goes on', async () => {
      const { test, system, asker, relay, target, settled } = await start();
      const door = gate();
      let hops = 0;
      asker.send(
        run((context) => {
          const question = waitCall(async (there) => {
            if (hops++ > 0) {
              there.reply('meanwhile');
              return;
            }
            await new Promise(setImmediate);
            there.forward(there.ref<Puppet>(target.address));
            await door.opened;
          });
          void seenFrom(context, relay)
            .ask(question, long)
            .then((reply) => settled.push(reply));
        }),
      );
      for (let i = 0; i < 30; i++) await new Promise(setImmediate);
      expect(settled).toEqual(['meanwhile']);
      door.open();
      await expectBooksToBalance(test);
      expect(system.metrics().deadLetters).toBe(0);
    });
  },
);

describe('a message that waited for room', () => {
  it.each([0, 1, 2])('is handed on to shard %i like any other: a full mailbox refuses it', async (to) => {
    const test = await startPuppets({ sideShards: 2 });
    const { system } = test;
    const relay = system.spawn(puppet, undefined, { shard: 1 });
    const target = system.spawn(rejecting, undefined, { shard: to });
    system.suspend(target);
    for (const text of ['0', '1']) target.send(note(text));
    await system.quiet();
    await relay.sendWhenReady(run((context) => context.forward(seenFrom(context, target))));
    await expectBooksToBalance(test);
    expect(test.reasons()).toEqual(['mailbox-full']);
    expect(system.metrics().queued).toBe(2);
  });
});

describe('a question handed on over many shards', () => {
  it('is lost with the last of them, and with no other', async () => {
    const test = await startPuppets({ sideShards: 3 });
    const { system, killShard } = test;
    const [one, two, three] = [1, 2, 3].map((shard) => system.spawn(puppet, undefined, { shard }));
    const ways = [two!, three!, two!, one!];
    let hop = 0;
    const settled: unknown[] = [];
    const question = call((context) => {
      const next = ways[hop++];
      if (next === undefined) context.deferReply();
      else context.forward(seenFrom(context, next));
    });
    one!.ask(question, long).catch((error) => settled.push(error.code));
    await system.quiet();
    expect(hop).toBe(5);
    for (const other of [2, 3]) {
      killShard(other);
      await system.quiet();
    }
    expect(settled).toEqual([]);
    killShard(1);
    await expectBooksToBalance(test);
    expect(settled).toEqual(['RUNTIME_SHARD_LOST']);
  });
});
