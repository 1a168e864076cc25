// At stake: a question that is met at hand differs in nothing but its price from one that lies in the mailbox. Tried by playing random
// programs twice, of which one lets each stretch begin with a message to a bystander, after which no question is at hand; and one by one,
// for whatever may come between the asking and the slice.
import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { ActorRef } from '../actor/actor-ref.js';
import type { ReplyHandle, TurnContext } from '../actor/context.js';
import { type ActorDefinition, defineActor } from '../actor/definition.js';
import { RUNNING } from '../actor/lifecycle.js';
import type { Ask } from '../actor/protocol.js';
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
  type PuppetState,
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
import type { Shard } from './shard.js';
import { closeShard } from './shutdown.js';

const plain = { strict: false, supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }) } as const;

/** What a handler of the actor at `self` does when it is asked or told. */
const DEEDS = [
  'reply',
  'reply twice',
  'keep silent',
  'refuse',
  'crash',
  'reply and crash',
  'defer',
  'answer what was deferred',
  'forward',
  'stash',
  'unstash',
  'go deaf',
  'hear again',
  'stop',
  'stop now',
  'tell another',
  'note the sender',
] as const;
type Deed = (typeof DEEDS)[number];

type Move =
  | { readonly move: 'ask'; readonly deed: Deed; readonly mayBeWithdrawn: boolean }
  | { readonly move: 'tell'; readonly deed: Deed }
  | { readonly move: 'stop' | 'stop now' | 'suspend' | 'resume' | 'restart' | 'withdraw' };

const deed = fc.constantFrom(...DEEDS);
const orders = ['stop', 'stop now', 'suspend', 'resume', 'restart', 'withdraw'] as const;
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ move: fc.constant('ask' as const), deed, mayBeWithdrawn: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ move: fc.constant('tell' as const), deed }) },
  { weight: 2, arbitrary: fc.record({ move: fc.constantFrom(...orders) }) },
);
const program = fc.array(fc.array(move, { minLength: 1, maxLength: 4 }), { maxLength: 8 });

/**
 * Plays a program: stretches of moves, each made at once and then left to come to rest. All moves are of one actor, which now and then
 * hands something on to another. Returns all that anybody could notice.
 */
async function play(stretches: readonly (readonly Move[])[], isAtHand: boolean): Promise<unknown> {
  const test = await startPuppets(plain);
  const { system, letters } = test;
  const bystander = system.spawn(puppet, undefined);
  const ref = system.spawn(puppet, undefined);
  const other = system.spawn(puppet, undefined);
  const shard = await shardUnder(bystander, test);
  const met: string[] = [];
  const answers: string[] = [];
  const kept: ReplyHandle<unknown>[] = [];
  let withdraw: (() => void) | undefined;
  let asked = 0;
  const script = (deed: Deed) => {
    const name = `${deed} ${asked++}`;
    return (context: TurnContext<Puppet>, state: PuppetState): void => {
      met.push(`${name} by ${context.self} in life ${context.incarnation}`);
      state.notes.push(name);
      if (context.self.address.id === other.address.id) {
        context.reply('on behalf');
        return;
      }
      if (deed === 'reply' || deed === 'reply and crash') context.reply(name);
      if (deed === 'reply twice') for (const word of ['first', 'second']) context.reply(word);
      if (deed === 'refuse') context.reject(new Error(name));
      if (deed === 'crash' || deed === 'reply and crash') throw new Error(name);
      if (deed === 'defer') kept.push(context.deferReply());
      if (deed === 'answer what was deferred') kept.pop()?.(name);
      if (deed === 'forward') context.forward(other);
      if (deed === 'stash' && state.notes.length < 9) context.stash();
      if (deed === 'unstash') context.unstashAll();
      if (deed === 'go deaf') context.become('deaf');
      if (deed === 'hear again') context.become();
      if (deed === 'stop') context.stop();
      if (deed === 'stop now') context.stop(undefined, { now: true });
      if (deed === 'tell another') other.send(note(name));
      if (deed === 'note the sender')
        met.push(`${name} from ${context.sender?.toString()} to ${context.self} `);
    };
  };
  const make = (made: Move): void => {
    if (made.move === 'ask') {
      const name = `${made.deed} ${asked}`;
      const controller = made.mayBeWithdrawn ? new AbortController() : undefined;
      withdraw = () => controller?.abort();
      const options = { deadlineMs: 1e9, ...(controller && { signal: controller.signal }) };
      ref.ask(call(script(made.deed)), options).then(
        (reply) => answers.push(`${name} was answered: ${String(reply)}`),
        (error) => answers.push(`${name} failed: ${error.code} ${error.reason}`),
      );
    } else if (made.move === 'tell') ref.send(run(script(made.deed)));
    else if (made.move === 'withdraw') withdraw?.();
    else if (made.move === 'stop' || made.move === 'stop now')
      void system.stopActor(ref, { now: made.move === 'stop now' });
    else system[made.move](ref);
  };
  for (const stretch of stretches) {
    if (!isAtHand) bystander.send(note('busy'));
    for (const made of stretch) make(made);
    if (isAtHand) bystander.send(note('busy'));
    await system.quiet();
  }
  system.resume(ref);
  await system.quiet();
  expectNobodyInLine(shard);
  await system.stopActor(ref, { now: true });
  await expectNoMailLeft(test, shard);
  const { sent, handled, deadLetters, queued } = system.metrics();
  const dead = letters.map(({ reason, target, messageType }) => `${reason} ${target?.path} ${messageType}`);
  // What the two actors do is in no order between them: a turn may be as short as one message.
  const byActor = [ref, other].map(({ address: { path } }) =>
    [met, dead].map((all) => all.filter((one) => one.includes(`${path} `))),
  );
  const rest = dead.filter((one) => one.includes('undefined')).sort();
  return { byActor, rest, answers: answers.sort(), books: { sent, handled, deadLetters, queued } };
}

describe('a question at hand', () => {
  it('differs in nothing from one in the mailbox', async () => {
    await fc.assert(
      fc.asyncProperty(program, async (stretches) => {
        expect(await play(stretches, true)).toEqual(await play(stretches, false));
      }),
      { numRuns: 300 },
    );
  });

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
      modules: [new URL('../testing/puppet.test-fixtures.ts', import.meta.url)],
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

  it('crashes its actor as any message does: its mail stays, its dead letter has the cause', async () => {
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
    const test = await startPuppets({ ...plain, modules: [import.meta.url] });
    const order: string[] = [];
    const [alarm, clerk, cleaner] = [critical, standard, batch].map((definition) =>
      test.system.spawn(definition, order),
    );
    const shard = await shardOfMeter(clerk!, test);
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

  it('leaves an actor that crashed while others asked as it should be', async () => {
    const asked = await start();
    asked.ref.send(crash());
    const replies = await Promise.all([noted(asked.ref), noted(asked.ref)]);
    expect(replies).toEqual([[], []]);
    await expectNoMailLeft(asked.test, asked.shard);
  });
});

type Meter = { meet: Ask<{ name: string }, void>; shard: Ask<{}, Shard> };

const meter = (priority: 'critical' | 'standard' | 'batch'): ActorDefinition<Meter, string[]> =>
  defineActor<Meter>()({
    name: `${priority}-meter`,
    priority,
    initial: (order: string[]) => order,
    receive: {
      meet: (order, { name }, context) => {
        order.push(name);
        context.reply(undefined);
      },
      shard: (_, __, context) => context.reply((context as unknown as { shardOf: Shard }).shardOf),
    },
  });
export const critical = meter('critical');
export const standard = meter('standard');
export const batch = meter('batch');

async function shardOfMeter(ref: ActorRef<Meter>, { system }: RunningTest): Promise<Shard> {
  const shard = await ref.ask({ type: 'shard' }, soon);
  await system.quiet();
  return shard;
}
