// At stake: what may come between the asking of a question and the slice that begins with it. Tried one by one; that it all is as if the
// question lay in the mailbox is for `question-at-hand-equals-mail.test.ts`.
import { describe, expect, it } from 'vitest';
import { RUNNING } from '../actor/lifecycle.js';
import { oneForOne } from '../supervision/supervision.js';
import {
  call,
  crash,
  expectBooksToBalance,
  failureOf,
  gate,
  meanwhile,
  note,
  notes,
  type Puppet,
  type PuppetRef,
  puppet,
  type RunningTest,
  run,
  seenFrom,
  shardOf,
  soon,
  startPuppets,
} from '../testing/puppet.test-fixtures.js';
import { expectNobodyInLine, expectNoMailLeft, shardUnder } from '../testing/shard-books.test-fixtures.js';
import { createTestSystem } from '../testing/test-system.js';
import { batchMeter, criticalMeter, standardMeter } from './meters.test-fixtures.js';
import type { Shard } from './shard.js';
import { closeShard } from './shutdown.js';

const puppets = new URL('../testing/puppet.test-fixtures.ts', import.meta.url);
const plain = { strict: false, supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }) } as const;

describe('a question at hand', () => {
  interface Asked {
    readonly test: RunningTest;
    readonly ref: PuppetRef;
    readonly shard: Shard;
  }
  const start = async (): Promise<Asked> => {
    const test = await startPuppets(plain);
    const ref = test.system.spawn(puppet, undefined);
    return { test, ref, shard: await shardUnder(ref, test) };
  };
  /** Asks for what was noted so far. */
  const noted = (ref: PuppetRef): Promise<unknown> =>
    ref.ask(
      call((context, state) => context.reply([...state.notes])),
      soon,
    );
  /** Sees that the question asked last is at hand, for else a test would say nothing. */
  const expectAtHand = ({ shard }: Asked): void => expect(shard.atHand.slot).not.toBe(0);

  it('is mail that waits, until it is met', async () => {
    const asked = await start();
    const { test, ref, shard } = asked;
    const before = shard.mail.bytes;
    const reply = noted(ref);
    expectAtHand(asked);
    expect([shard.mail.envelopes, shard.mail.bytes > before]).toEqual([1, true]);
    expect(await reply).toEqual([]);
    await expectNoMailLeft(test, shard);
  });

  it('comes before what is sent after it', async () => {
    const asked = await start();
    const reply = noted(asked.ref);
    expectAtHand(asked);
    asked.ref.send(note('later'));
    expect(await reply).toEqual([]);
    expect(await noted(asked.ref)).toEqual(['later']);
  });

  it('is overtaken by a stop at once, and is a dead letter then', async () => {
    const asked = await start();
    const failure = failureOf(noted(asked.ref));
    expectAtHand(asked);
    void asked.test.system.stopActor(asked.ref, { now: true });
    expect(await failure).toMatchObject({ code: 'RUNTIME_ASK_REJECTED', reason: 'stopped' });
    await expectNoMailLeft(asked.test, asked.shard);
    expectNobodyInLine(asked.shard);
  });

  it('is a dead letter if the system stops before', async () => {
    const asked = await start();
    const failure = failureOf(noted(asked.ref));
    expectAtHand(asked);
    await asked.test.system.stop({ now: true });
    expect(await failure).toMatchObject({ reason: 'stopped' });
  });

  it('is a dead letter if its shard is closed before', async () => {
    const { system } = await createTestSystem({
      modules: [puppets],
      strict: false,
    });
    const ref = system.spawn(puppet, undefined);
    const shard = await shardUnder(ref, { system } as RunningTest);
    const failure = failureOf(ref.ask(notes, soon));
    expect(shard.atHand.slot).not.toBe(0);
    closeShard(shard);
    expect(await failure).toMatchObject({ reason: 'stopped' });
    expect([shard.mail.envelopes, shard.mail.pool.used]).toEqual([0, 0]);
  });

  it('waits while its actor is suspended', async () => {
    const asked = await start();
    const { ref, test } = asked;
    const reply = noted(ref);
    expectAtHand(asked);
    test.system.suspend(ref);
    ref.send(note('behind it'));
    await test.system.quiet();
    expect(test.system.metrics().queued).toBe(2);
    test.system.resume(ref);
    expect(await reply).toEqual([]);
  });

  it.each([
    { where: 'that its supervisor is on', shard: 0 },
    { where: 'beside it', shard: 1 },
  ])(
    'waits for the next life when a call of its actor fails first, on the shard $where',
    async ({ shard }) => {
      const lives = new Set<unknown>();
      const lifecycles = new Set<unknown>();
      // How many promises are settled between the end of a call and its supervision is not for a test to know.
      for (let ticks = 0; ticks < 12; ticks++) {
        const test = await startPuppets({ ...plain, sideShards: 1 });
        const ref = test.system.spawn(puppet, undefined, { shard });
        const asker = test.system.spawn(puppet, undefined, { shard });
        const met: string[] = [];
        const { opened, open } = gate();
        const { opened: answered, open: answer } = gate<unknown>();
        let isStashed = false;
        ref.send(
          run((context) => {
            met.push('older');
            if (!isStashed) context.stash();
            isStashed = true;
          }),
        );
        const question = call((context) => {
          met.push('asked');
          lifecycles.add(shardOf(context).life.lifecycle(shardOf(context).resolve(context.self.address.id)));
          context.reply(context.incarnation);
        });
        asker.send(
          meanwhile(async (context) => {
            await opened;
            for (let tick = 0; tick < ticks; tick++) await undefined;
            answer(await seenFrom(context, ref).ask(question, soon));
          }),
        );
        ref.send(
          meanwhile(async () => {
            await opened;
            throw new Error('too bad');
          }),
        );
        await test.system.quiet({ withCalls: false });
        open();
        const life = await answered;
        lives.add(life);
        await test.system.quiet();
        expect(met).toEqual(life === 1 ? ['older', 'asked', 'older'] : ['older', 'older', 'asked']);
      }
      expect(lives).toEqual(new Set([1, 2]));
      expect(lifecycles).toEqual(new Set([RUNNING]));
    },
  );

  it('crashes its actor like every message: its mail stays, its dead letter has the cause', async () => {
    const asked = await start();
    const { ref, test } = asked;
    const failure = failureOf(
      ref.ask(
        call(() => {
          throw new Error('too much');
        }),
        soon,
      ),
    );
    expectAtHand(asked);
    ref.send(note('behind it'));
    expect(await failure).toMatchObject({ reason: 'crashed' });
    expect(await noted(ref)).toEqual(['behind it']);
    expect(test.letters).toMatchObject([
      { reason: 'crashed', messageType: 'call', cause: { message: 'too much' } },
    ]);
    await expectNoMailLeft(test, asked.shard);
  });

  it('is seen by whoever begins to look before it is met', async () => {
    const asked = await start();
    const { ref, test } = asked;
    const reply = noted(ref);
    expectAtHand(asked);
    const seen: string[] = [];
    test.system.inspect((event) => seen.push(event.type), { messages: true });
    await reply;
    await test.system.quiet();
    expect(seen).toContain('@xstate.event');
  });

  it('tells who asked, also of an actor', async () => {
    const asked = await start();
    const { ref, test } = asked;
    const asker = test.system.spawn(puppet, undefined);
    const { opened, open } = gate<unknown>();
    const { opened: slept, open: wake } = gate();
    asker.send(
      meanwhile(async (context) => {
        await slept;
        open(
          await context.ref<Puppet>(ref.address).ask(
            call((turn) => turn.reply(turn.sender?.toString())),
            soon,
          ),
        );
      }),
    );
    await test.system.quiet({ withCalls: false });
    wake();
    expect(await opened).toBe(asker.address.path);
  });

  it('is not there for who must not wait for it, or be met so', async () => {
    const test = await startPuppets({
      ...plain,
      modules: [puppets, new URL('./meters.test-fixtures.ts', import.meta.url)],
    });
    const order: string[] = [];
    const [alarm, clerk, cleaner] = [criticalMeter, standardMeter, batchMeter].map((definition) =>
      test.system.spawn(definition, order),
    );
    const shard = await shardUnder(test.system.spawn(puppet, undefined), test);
    const replies = [clerk!.ask({ type: 'meet', name: 'clerk' }, soon)];
    expect(shard.atHand.slot).not.toBe(0);
    alarm!.send({ type: 'meet', name: 'alarm' });
    await Promise.all(replies);
    expect(order).toEqual(['alarm', 'clerk']);
    const late = cleaner!.ask({ type: 'meet', name: 'cleaner' }, soon);
    expect(shard.atHand.slot).toBe(0);
    clerk!.send({ type: 'meet', name: 'clerk' });
    await late;
    expect(order.slice(2)).toEqual(['clerk', 'cleaner']);
  });

  it('is never more than the mail that there is room for', async () => {
    const test = await startPuppets({ ...plain, mailboxBytesMax: 4096 });
    const ref = test.system.spawn(puppet, undefined);
    await shardUnder(ref, test);
    const large = { ...notes, text: 'x'.repeat(4096) };
    expect(await failureOf(ref.ask(large, soon))).toMatchObject({ reason: 'mailbox-full' });
    await expectBooksToBalance(test);
  });

  it('is buried once, also if its message cannot be read any more by then', async () => {
    const { test, ref } = await start();
    await test.system.stopActor(ref, { now: true });
    let reads = 0;
    const message = {
      get type(): 'notes' {
        if (++reads > 3) throw new Error('enough');
        return 'notes';
      },
    };
    expect(await failureOf(ref.ask(message, soon))).toMatchObject({ code: 'RUNTIME_ASK_REJECTED' });
    expect(test.system.metrics().shards[0]!.questionsOpen).toBe(0);
  });

  it('leaves an actor that crashed while others asked as it should be', async () => {
    const asked = await start();
    asked.ref.send(crash());
    const replies = await Promise.all([noted(asked.ref), noted(asked.ref)]);
    expect(replies).toEqual([[], []]);
    await expectNoMailLeft(asked.test, asked.shard);
  });
});
