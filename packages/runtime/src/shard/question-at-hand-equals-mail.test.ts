// At stake: a question that is met at hand differs in nothing but its price from one that lies in the mailbox. Tried by doing the same
// twice, of which once a message to a bystander is sent first, after which no question is at hand: random programs, and what
// they seldom come to.
import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { ActorRef } from '../actor/actor-ref.js';
import type { ReplyHandle, TurnContext } from '../actor/context.js';
import { oneForOne } from '../supervision/supervision.js';
import {
  call,
  gate,
  meanwhile,
  note,
  type Puppet,
  type PuppetRef,
  type PuppetState,
  puppet,
  run,
  soon,
  startPuppets,
} from '../testing/puppet.test-fixtures.js';
import { expectNobodyInLine, expectNoMailLeft, shardUnder } from '../testing/shard-books.test-fixtures.js';
import { batchMeter, criticalMeter, type Meter, standardMeter } from './meters.test-fixtures.js';

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

describe('a program', () => {
  it('does the same with questions at hand as with questions in the mailbox', async () => {
    await fc.assert(
      fc.asyncProperty(program, async (stretches) => {
        expect(await play(stretches, true)).toEqual(await play(stretches, false));
      }),
      { numRuns: 300 },
    );
  });
});

describe.each([
  { where: 'at hand', isAtHand: true },
  { where: 'in the mailbox', isAtHand: false },
])('a question $where', ({ isAtHand }) => {
  const start = async (options: Parameters<typeof startPuppets>[0] = {}) => {
    const test = await startPuppets({ ...plain, ...options });
    const bystander = test.system.spawn(puppet, undefined, { shard: 0 });
    const shard = await shardUnder(bystander, test);
    /** Asks, having seen to it that the question lies where it should. */
    const ask = (ref: PuppetRef, question: ReturnType<typeof call>): Promise<unknown> => {
      if (!isAtHand) bystander.send(note('busy'));
      const reply = ref.ask(question, soon);
      expect(shard.atHand.slot !== 0).toBe(isAtHand);
      return reply;
    };
    return { test, system: test.system, shard, ask };
  };
  /** Notes that it is met, stashing itself the first time. */
  const stashedOnce = (met: string[]) => {
    let isStashed = false;
    return run((context) => {
      met.push('older');
      if (!isStashed) context.stash();
      isStashed = true;
    });
  };
  const asked = (met: string[]) =>
    call((context) => {
      met.push('asked');
      context.reply(context.incarnation);
    });

  it('comes after what an async call takes out of the stash', async () => {
    const { system, ask } = await start();
    const ref = system.spawn(puppet, undefined);
    const met: string[] = [];
    const { opened, open } = gate();
    ref.send(stashedOnce(met));
    ref.send(
      meanwhile(async (context) => {
        await opened;
        const reply = ask(ref, asked(met));
        context.unstashAll();
        await reply;
      }),
    );
    await system.quiet({ withCalls: false });
    open();
    await system.quiet();
    expect(met).toEqual(['older', 'older', 'asked']);
  });

  it('is answered before the stop that an async call asks for after it, also if a suspension comes then', async () => {
    const { system, ask } = await start();
    const ref = system.spawn(puppet, undefined);
    const { opened, open } = gate();
    let reply: Promise<unknown> | undefined;
    ref.send(
      meanwhile(async (context) => {
        await opened;
        reply = ask(ref, asked([]));
        context.stop();
        system.suspend(ref);
      }),
    );
    await system.quiet({ withCalls: false });
    open();
    await system.quiet();
    expect(system.metrics().queued).toBe(0);
    expect(await reply).toBe(1);
  });

  it('comes after signals that are handled outside of slices, when a shard is lost: a restart', async () => {
    let onLost = (): void => undefined;
    const log = ({ message }: { message: string }): void => {
      if (message === 'a shard was lost') onLost();
    };
    const { test, system, ask } = await start({ sideShards: 1, log });
    const ref = system.spawn(puppet, undefined, { shard: 0 });
    const met: string[] = [];
    const { opened, open } = gate<unknown>();
    ref.send(stashedOnce(met));
    await system.quiet();
    onLost = () => {
      ask(ref, asked(met)).then(open, open);
      system.restart(ref);
    };
    test.killShard(1);
    expect(await opened).toBe(2);
    await system.quiet();
    expect(met).toEqual(['older', 'older', 'asked']);
  });

  it('comes after signals that are handled outside of slices, when a shard is lost: a stop', async () => {
    let onLost = (): void => undefined;
    const log = ({ message }: { message: string }): void => {
      if (message === 'a shard was lost') onLost();
    };
    const { test, system, ask } = await start({ sideShards: 1, log });
    const parent = system.spawn(puppet, undefined, { shard: 0, name: 'parent' });
    let child!: PuppetRef;
    parent.send(
      run((context) => {
        child = context.spawn(puppet, undefined, { name: 'child' });
      }),
    );
    await system.quiet();
    const { opened, open } = gate<unknown>();
    onLost = () => {
      ask(child, asked([])).then(open, open);
      void system.stopActor(parent, { now: true });
    };
    test.killShard(1);
    expect(await opened).toMatchObject({ reason: 'stopped', target: '/parent/child' });
    await system.quiet();
    expect(test.letters.map(({ reason, target }) => [reason, target?.path])).toEqual([
      ['stopped', '/parent/child'],
    ]);
  });

  const startMeters = async () => {
    const modules = ['./meters.test-fixtures.ts', '../testing/puppet.test-fixtures.ts'].map(
      (file) => new URL(file, import.meta.url),
    );
    const { system, shard } = await start({ modules });
    const order: string[] = [];
    const bystander = system.spawn(standardMeter, []);
    const ask = (ref: ActorRef<Meter>, name: string): Promise<void> => {
      if (!isAtHand) bystander.send({ type: 'note', name: 'busy' });
      const reply = ref.ask({ type: 'meet', name }, soon);
      expect(shard.atHand.slot !== 0).toBe(isAtHand);
      return reply;
    };
    return { system, order, ask };
  };

  it('is met before critical actors that are told something later, if its own is critical', async () => {
    const { system, order, ask } = await startMeters();
    const [first, second] = [system.spawn(criticalMeter, order), system.spawn(criticalMeter, order)];
    await system.quiet();
    const reply = ask(first, 'first');
    second.send({ type: 'note', name: 'second' });
    await reply;
    await system.quiet();
    expect(order).toEqual(['first', 'second']);
  });

  it('is met before actors that are told something later, whatever signals there are', async () => {
    const { system, order, ask } = await startMeters();
    const [first, second, other] = [1, 2, 3].map(() => system.spawn(standardMeter, order));
    await system.quiet();
    const reply = ask(first!, 'first');
    second!.send({ type: 'note', name: 'second' });
    system.suspend(other!);
    await reply;
    await system.quiet();
    expect(order).toEqual(['first', 'second']);
  });

  it('is one of the 64 turns of which a batch actor has one', async () => {
    const { system, order, ask } = await startMeters();
    const crowd = Array.from({ length: 99 }, () => system.spawn(standardMeter, order));
    const cleaner = system.spawn(batchMeter, order);
    await system.quiet();
    cleaner.send({ type: 'note', name: 'warm' });
    await system.quiet();
    order.length = 0;
    const reply = ask(crowd[0]!, 'asked');
    cleaner.send({ type: 'note', name: 'cleaner' });
    for (const ref of crowd.slice(1)) ref.send({ type: 'note', name: 'told' });
    await reply;
    await system.quiet();
    expect(order.indexOf('cleaner')).toBeLessThan(64);
  });
});
