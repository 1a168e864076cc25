// At stake: an async handler never acts for an actor that has moved on, and never blocks or loses what it was
// handling. Tried by letting calls wait at a gate and ending the life around them in every way.
import { describe, expect, it } from 'vitest';
import type { AsyncContext, TurnContext } from '../actor/context.js';
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
  soon,
  startPuppets,
  wait,
  waitCall,
} from '../testing/puppet.test-fixtures.js';
import { rest } from '../testing/rest.test-fixtures.js';
import { undeclared } from './undeclared.test-fixtures.js';

type CallContext = AsyncContext<Puppet, PuppetState>;
const stale = expect.objectContaining({ code: 'RUNTIME_STALE_CONTEXT' });

describe.each([
  { where: 'on the main shard', shard: 0 },
  { where: 'on another shard', shard: 1 },
])('an async handler $where', ({ shard }) => {
  const start = async () => {
    const test = await startPuppets({ sideShards: 1 });
    return { ...test, ref: test.system.spawn(puppet, undefined, { shard }) };
  };

  it('keeps the mail waiting by default', async () => {
    const { ref } = await start();
    const door = gate();
    ref.send(
      wait(async (context) => {
        context.update(({ notes }) => void notes.push('begin'));
        await door.opened;
        context.update(({ notes }) => void notes.push('end'));
      }),
    );
    ref.send(note('mail'));
    await rest();
    door.open();
    expect(await ref.ask(notes, soon)).toEqual(['begin', 'end', 'mail']);
  });

  it('declared reentrant lets other mail through', async () => {
    const { ref } = await start();
    const door = gate();
    const call = (name: string) =>
      meanwhile(async (context) => {
        context.update(({ notes }) => void notes.push(`begin ${name}`));
        await door.opened;
        context.update(({ notes }) => void notes.push(`end ${name}`));
      });
    ref.send(call('a'));
    ref.send(note('mail'));
    ref.send(call('b'));
    await rest();
    expect(await ref.ask(notes, soon)).toEqual(['begin a', 'mail', 'begin b']);
    door.open();
    await rest();
    expect(await ref.ask(notes, soon)).toEqual(['begin a', 'mail', 'begin b', 'end a', 'end b']);
  });

  it('reads the state of now, replies, and acts as its actor', async () => {
    const { ref, system } = await start();
    const other = system.spawn(puppet, undefined, { shard: 1 - shard });
    ref.send(note('seen'));
    const reply = await ref.ask(
      waitCall(async (context) => {
        await null;
        context.send(
          seenFrom(context, other),
          run((there) => there.sender?.send(note('pong') as never)),
        );
        context.reply([context.state.notes.length, context.signal.aborted]);
      }),
      soon,
    );
    expect(reply).toEqual([1, false]);
    await system.quiet();
    expect(await ref.ask(notes, soon)).toEqual(['seen', 'pong']);
  });

  const ends: {
    how: string;
    end: (test: RunningTest & { ref: PuppetRef }) => void;
    alive: boolean;
  }[] = [
    { how: 'stopped', end: ({ system, ref }) => void system.stopActor(ref, { now: true }), alive: false },
    { how: 'restarted', end: ({ system, ref }) => system.restart(ref), alive: true },
    { how: 'failed', end: ({ ref }) => ref.send(crash('beside')), alive: true },
  ];
  it.each(ends)('whose actor is $how is cut off', async ({ how, end, alive }) => {
    const test = await start();
    const { ref, system } = test;
    const door = gate();
    let context!: CallContext;
    let aborted = false;
    const refusals: Record<string, unknown> = {};
    const done = gate();
    const failure = failureOf(
      ref.ask(
        {
          ...meanwhile(async (given) => {
            context = given;
            given.signal.addEventListener('abort', () => {
              aborted = true;
            });
            await door.opened;
            const own = test.system.ref<Puppet>(ref.address);
            const tries: Record<string, () => unknown> = {
              self: () => given.self,
              parent: () => given.parent,
              shard: () => given.shard,
              incarnation: () => given.incarnation,
              log: () => given.log,
              random: () => given.random(),
              extension: () => given.extension('x'),
              shardLocal: () => given.shardLocal({}, () => 1),
              ref: () => given.ref(ref.address),
              spawn: () => given.spawn(puppet),
              stop: () => given.stop(),
              watch: () => given.watch(own),
              unwatch: () => given.unwatch(own),
              schedule: () => given.schedule(1, note('x')),
              scheduleEvery: () => given.scheduleEvery(1, note('x')),
              sender: () => given.sender,
              state: () => given.state,
              update: () => given.update(() => undefined),
              reply: () => given.reply(1),
              deferReply: () => given.deferReply(),
              delay: () => given.delay(1),
              send: () => given.send(own, note('x')),
              ask: () => given.ask(own, notes, soon),
            };
            if (shard === 0) tries['a plain ref'] = () => own.send(note('x'));
            for (const [name, attempt] of Object.entries(tries)) {
              try {
                refusals[name] = attempt();
              } catch (error) {
                refusals[name] = error;
              }
            }
            done.open();
          }),
          type: 'meanwhileCall',
        } as const,
        soon,
      ),
    );
    await rest();
    end(test);
    expect(await failure).toMatchObject({ code: 'RUNTIME_ASK_REJECTED', reason: 'interrupted' });
    await expectBooksToBalance(test);
    expect(aborted).toBe(true);
    expect(test.reasons().sort()).toEqual(how === 'failed' ? ['crashed', 'interrupted'] : ['interrupted']);
    door.open();
    await done.opened;
    expect(Object.keys(refusals)).toHaveLength(shard === 0 ? 24 : 23);
    for (const [name, refusal] of Object.entries(refusals)) expect([name, refusal]).toEqual([name, stale]);
    expect(context.signal.aborted).toBe(true);
    expect(context.now()).toBe(test.clock.now());
    await expectBooksToBalance(test);
    if (alive) expect(await ref.ask(notes, soon)).toEqual([]);
    expect(system.metrics().restarts).toBe(how === 'failed' ? 1 : 0);
  });

  it('that is cut off while it asks has its question withdrawn', async () => {
    const test = await start();
    const { ref, system } = test;
    const silent = system.spawn(puppet, undefined, { shard: 1 - shard });
    const outcome = gate<unknown>();
    ref.send(
      wait(async (context) => {
        const question = call((there) => void there.deferReply());
        await context.ask(seenFrom(context, silent), question, soon).catch(outcome.open);
      }),
    );
    await rest();
    system.restart(ref);
    expect(await outcome.opened).toMatchObject({ code: 'RUNTIME_ASK_ABORTED' });
    await system.quiet();
    expect(system.metrics().shards.map(({ questionsOpen }) => questionsOpen)).toEqual([0, 0]);
  });

  it('that rejects fails its actor', async () => {
    const test = await start();
    test.ref.send(
      wait(async () => {
        await null;
        throw new Error('late');
      }),
    );
    test.ref.send(note('kept'));
    expect(await test.ref.ask(notes, soon)).toEqual(['kept']);
    await expectBooksToBalance(test);
    expect(test.letters).toMatchObject([{ reason: 'crashed', cause: { message: 'late' } }]);
    expect(test.system.metrics().restarts).toBe(1);
  });

  it('that fails after it was cut off is no second failure', async () => {
    const test = await start();
    const door = gate();
    test.ref.send(
      wait(async () => {
        await door.opened;
        throw new Error('nobody cares');
      }),
    );
    await rest();
    test.system.restart(test.ref);
    await test.system.quiet();
    door.open();
    await rest();
    await expectBooksToBalance(test);
    expect(test.reasons()).toEqual(['interrupted']);
    expect(test.system.metrics().restarts).toBe(0);
  });
});

describe('a synchronous handler', () => {
  it('cannot use its context after it has returned', async () => {
    const test = await startPuppets();
    const ref = test.system.spawn(puppet);
    let context!: TurnContext<Puppet>;
    ref.send(
      run((given) => {
        context = given;
      }),
    );
    await test.system.quiet();
    for (const attempt of [
      () => context.reply(1),
      () => context.spawn(puppet),
      () => context.self,
      () => context.now(),
      () => context.sender,
      () => context.schedule(1, note('x')),
      () => context.stop(),
      () => context.deferReply(),
    ])
      expect(attempt).toThrow(stale);
  });

  it('that returns a promise fails: async must be declared', async () => {
    const modules = [new URL('./undeclared.test-fixtures.ts', import.meta.url)];
    const { system } = await startPuppets({ modules });
    const ref = system.spawn(undeclared);
    expect(await failureOf(ref.ask({ type: 'go' }, soon))).toMatchObject({
      reason: 'crashed',
      cause: { code: 'RUNTIME_UNDECLARED_ASYNC', messageType: 'go' },
    });
  });
});
