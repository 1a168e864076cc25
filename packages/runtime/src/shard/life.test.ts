// At stake: an actor ends when it should and not before: after its mail, after its children, by its deadline.
// Tried by stopping, suspending and restarting at every moment of a life.
import { describe, expect, it } from 'vitest';
import {
  call,
  crash,
  expectBooksToBalance,
  gate,
  life,
  meanwhile,
  note,
  notes,
  obedient,
  type Puppet,
  type PuppetRef,
  puppet,
  run,
  soon,
  startPuppets,
  wait,
} from '../testing/puppet.test-fixtures.js';

describe.each([
  { where: 'on the main shard', shard: 0 },
  { where: 'on another shard', shard: 1 },
])('an actor $where', ({ shard }) => {
  const start = async () => {
    const test = await startPuppets({ sideShards: 1 });
    const log: string[] = [];
    const ref = test.system.spawn(
      puppet,
      life({ stopped: (_, { notes }) => void log.push(`stopped after ${notes.join(' ')}`) }),
      { shard },
    );
    return { ...test, ref, log };
  };

  it('that drains handles what was sent before the stop, and nothing after', async () => {
    const test = await start();
    const { ref, log, system } = test;
    ref.send(note('1'));
    ref.send(note('2'));
    const gone = system.stopActor(ref);
    ref.send(note('3'));
    await gone;
    await expectBooksToBalance(test);
    expect(log).toEqual(['stopped after 1 2']);
    expect(test.reasons()).toEqual(['stopped']);
  });

  it('that is stopped now leaves its mail', async () => {
    const test = await start();
    const { ref, log, system } = test;
    ref.send(
      run((context) => {
        context.self.send(note('1'));
        context.stop(undefined, { now: true });
        context.self.send(note('2'));
      }),
    );
    await system.whenTerminated(ref);
    expect(log).toEqual(['stopped after ']);
    await expectBooksToBalance(test);
    expect(test.reasons()).toEqual(['stopped', 'stopped']);
  });

  it('that stops itself handles what it had sent itself before', async () => {
    const test = await start();
    test.ref.send(
      run((context) => {
        context.self.send(note('1'));
        context.stop();
        context.self.send(note('2'));
      }),
    );
    await test.system.whenTerminated(test.ref);
    expect(test.log).toEqual(['stopped after 1']);
  });

  it('can be stopped twice, and watched when it is gone', async () => {
    const test = await start();
    await Promise.all([test.system.stopActor(test.ref), test.system.stopActor(test.ref)]);
    await test.system.stopActor(test.ref, { now: true });
    await test.system.whenTerminated(test.ref);
    expect(test.log).toEqual(['stopped after ']);
  });

  it('that drains for too long is stopped by force', async () => {
    const test = await start();
    const { ref, system, clock, log } = test;
    const never = gate();
    ref.send(wait(() => never.opened));
    ref.send(note('unreachable'));
    const gone = system.stopActor(ref, { deadlineMs: 100 });
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    clock.advance(99);
    await new Promise(setImmediate);
    expect(log).toEqual([]);
    clock.advance(1);
    await gone;
    expect(log).toEqual(['stopped after ']);
    await expectBooksToBalance(test);
    expect(test.reasons()).toEqual(['interrupted', 'stopped']);
  });

  it('of its own accord leaves its children the time to drain that a stop has', async () => {
    const test = await startPuppets({ sideShards: 1, stopDeadlineMs: 200 });
    const { system, clock } = test;
    const door = gate();
    const parent = system.spawn(puppet, undefined, { shard });
    parent.send(
      run((context) => {
        const child = context.spawn(puppet, undefined);
        child.send(wait(() => door.opened));
        child.send(note('last'));
        context.stop();
      }),
    );
    for (let i = 0; i < 4; i++) await new Promise(setImmediate);
    clock.advance(199);
    for (let i = 0; i < 4; i++) await new Promise(setImmediate);
    door.open();
    await system.whenTerminated(parent);
    expect(test.reasons()).toEqual([]);
    expect(test.records).toEqual([]);
  });

  it('takes the shorter of two deadlines', async () => {
    const test = await start();
    const { ref, system, clock } = test;
    ref.send(wait(() => gate().opened));
    void system.stopActor(ref, { deadlineMs: 10_000 });
    const gone = system.stopActor(ref, { deadlineMs: 10 });
    for (let i = 0; i < 4; i++) await new Promise(setImmediate);
    clock.advance(10);
    await gone;
  });

  it('waits for its open calls before it stops', async () => {
    const test = await start();
    const { ref, system, log } = test;
    const door = gate();
    ref.send(
      meanwhile(async (context) => {
        await door.opened;
        context.update((state) => void state.notes.push('call'));
      }),
    );
    ref.send(note('mail'));
    const gone = system.stopActor(ref);
    for (let i = 0; i < 4; i++) await new Promise(setImmediate);
    expect(log).toEqual([]);
    door.open();
    await gone;
    expect(log).toEqual(['stopped after mail call']);
    await expectBooksToBalance(test);
    expect(test.letters).toEqual([]);
  });

  it('that waits for its calls and is restarted then stops instead', async () => {
    const test = await start();
    const { ref, system, log } = test;
    ref.send(meanwhile(() => gate().opened));
    const gone = system.stopActor(ref);
    for (let i = 0; i < 4; i++) await new Promise(setImmediate);
    system.restart(ref);
    await gone; // the simulated deadline never comes
    expect(log).toEqual(['stopped after ']);
  });

  it('lets its mail wait while it is suspended, but not its signals', async () => {
    const test = await start();
    const { ref, system } = test;
    system.suspend(ref); // before its first turn
    ref.send(note('1'));
    await expectBooksToBalance(test);
    expect(system.metrics().queued).toBe(1);
    system.resume(ref);
    expect(await ref.ask(notes, soon)).toEqual(['1']);
    system.suspend(ref);
    ref.send(note('2'));
    await system.quiet();
    await system.stopActor(ref);
    expect(test.log).toEqual(['stopped after 1']);
    await expectBooksToBalance(test);
    expect(test.reasons()).toEqual(['stopped']);
  });

  it('that drains is not suspended any more', async () => {
    const test = await start();
    test.ref.send(note('1'));
    const gone = test.system.stopActor(test.ref);
    test.system.suspend(test.ref);
    await gone;
    expect(test.log).toEqual(['stopped after 1']);
  });

  it('restarted by order keeps its mail and loses its state', async () => {
    const test = await start();
    const { ref, system } = test;
    ref.send(note('old'));
    await system.quiet();
    system.suspend(ref);
    ref.send(note('new'));
    system.restart(ref);
    expect(await ref.ask(notes, soon)).toEqual(['new']);
    expect(test.log).toEqual([]);
  });

  it('stops its children before itself, the last one first', async () => {
    const test = await startPuppets({ sideShards: 1 });
    const { system } = test;
    const order: string[] = [];
    const named = (name: string, children: number) =>
      life({
        initial: (context) => {
          for (let i = 0; i < children; i++)
            context.spawn(
              puppet,
              life({ stopped: (_, { notes }) => void order.push(`${name}.${i} after ${notes.join(' ')}`) }),
            );
        },
        stopped: () => void order.push(name),
      });
    const parent = system.spawn(puppet, named('parent', 3), { shard });
    await system.quiet();
    await system.stopActor(parent);
    expect(order).toEqual(['parent.2 after ', 'parent.1 after ', 'parent.0 after ', 'parent']);
  });

  it('whose `stopped` throws is gone all the same', async () => {
    const test = await startPuppets({ sideShards: 1 });
    const ref = test.system.spawn(
      puppet,
      life({
        stopped: () => {
          throw new Error('not so fast');
        },
      }),
      { shard },
    );
    await test.system.stopActor(ref);
    await test.system.quiet();
    expect(test.records).toMatchObject([{ message: '`stopped` threw', level: 'error', shard }]);
  });

  it('that is stopping starts no child', async () => {
    const test = await startPuppets({ sideShards: 1 });
    const refusals: unknown[] = [];
    const ref = test.system.spawn(
      puppet,
      life({
        stopped: (context) => {
          try {
            context.spawn(puppet);
          } catch (error) {
            refusals.push(error);
          }
        },
      }),
      { shard },
    );
    await test.system.stopActor(ref);
    expect(refusals).toMatchObject([{ code: 'RUNTIME_STALE_CONTEXT', operation: 'spawn' }]);
  });

  it.each([-1, Number.NaN])('refuses a stop deadline of %d ms', async (deadlineMs) => {
    const { system, ref } = await start();
    await expect(system.stopActor(ref, { deadlineMs })).rejects.toMatchObject({
      code: 'RUNTIME_INVALID_OPTION',
    });
  });
});

describe('a child', () => {
  it('drains its own mail when its parent stops', async () => {
    const test = await startPuppets({ sideShards: 1 });
    const seen: string[] = [];
    const parent = test.system.spawn(puppet, undefined, { shard: 0 });
    parent.send(
      run((context) => {
        for (const shard of [0, 1]) {
          const child = context.spawn(
            puppet,
            life({ stopped: (_, { notes }) => void seen.push(notes.join(' ')) }),
            { shard },
          );
          child.send(note('mail'));
        }
      }),
    );
    await test.system.stopActor(parent);
    expect(seen).toEqual(['mail', 'mail']);
    expect(test.letters).toEqual([]);
  });

  it('that waits for its backoff is stopped with its parent', async () => {
    const test = await startPuppets();
    const parent = test.system.spawn(obedient);
    let child!: PuppetRef;
    parent.send(
      run((context) => {
        child = context.spawn(puppet);
      }),
    );
    await test.system.quiet();
    child.send(crash('restart'));
    await test.system.stopActor(parent);
    expect(test.system.metrics().actors).toBe(1);
  });
});

describe('a system', () => {
  it('stops gracefully: mail handled, children first, books closed', async () => {
    const test = await startPuppets({ sideShards: 2 });
    const { system } = test;
    const order: string[] = [];
    const refs = [0, 1, 2].map((shard) =>
      system.spawn(
        puppet,
        life({
          initial: (context) =>
            void context.spawn(puppet, life({ stopped: () => void order.push(`child ${shard}`) }), {
              shard: (shard + 1) % 3,
            }),
          stopped: (_, { notes }) => void order.push(`parent ${shard} after ${notes.length}`),
        }),
        { shard },
      ),
    );
    for (const ref of refs) for (let i = 0; i < 100; i++) ref.send(note(`${i}`));
    await system.stop();
    expect(await system.terminated).toEqual({ reason: 'stopped', cause: undefined });
    for (const shard of [0, 1, 2])
      expect(order.indexOf(`child ${shard}`)).toBeLessThan(order.indexOf(`parent ${shard} after 100`));
    expect(order).toHaveLength(6);
    expect(system.metrics()).toMatchObject({ sent: 300, handled: 300, deadLetters: 0, queued: 0, actors: 0 });
    refs[1]!.send(note('too late'));
    expect(system.metrics()).toMatchObject({ sent: 301, deadLetters: 1, queued: 0 });
    await system.whenTerminated(refs[0]!);
    await system.quiet();
  });

  it('is disposed of by `await using`', async () => {
    const test = await startPuppets();
    {
      await using system = test.system;
      system.spawn(puppet).send(note('x'));
    }
    expect(test.system.metrics()).toMatchObject({ handled: 1, actors: 0 });
  });

  it('whose deadline has passed is stopped by force', async () => {
    const test = await startPuppets({ sideShards: 1, stopDeadlineMs: 200 });
    for (const shard of [0, 1])
      test.system.spawn(puppet, undefined, { shard }).send(wait(() => gate().opened));
    const stopped = test.system.stop();
    for (let i = 0; i < 10; i++) await new Promise(setImmediate);
    test.clock.advance(200);
    for (let i = 0; i < 10; i++) await new Promise(setImmediate);
    test.clock.advance(1); // the children's own deadlines were set a moment later
    await stopped;
    expect(test.reasons()).toEqual(['interrupted', 'interrupted']);
  });

  it('keeps parents and children together that live on different shards', async () => {
    const test = await startPuppets({ sideShards: 1 });
    const parent = test.system.spawn(puppet, undefined, { shard: 0 });
    const path = await parent.ask(
      call((context) => {
        const child = context.spawn(puppet, undefined, { shard: 1 });
        child.send(run((there) => there.ref<Puppet>(there.parent).send(note(there.self.address.path))));
        context.reply(child.address.path);
      }),
      soon,
    );
    await test.system.quiet();
    expect(await parent.ask(notes, soon)).toEqual([path]);
  });
});

describe('a thousand actors that drain for too long', () => {
  it('are stopped by force, and the log names no more than ten', async () => {
    const test = await startPuppets();
    const { system, clock, records } = test;
    const never = gate();
    const gone: Promise<void>[] = [];
    for (let i = 0; i < 1000; i++) {
      const ref = system.spawn(puppet);
      ref.send(wait(() => never.opened));
      gone.push(system.stopActor(ref, { deadlineMs: 100 }));
    }
    for (let i = 0; i < 20; i++) await new Promise(setImmediate);
    clock.advance(100);
    await Promise.all(gone);
    const forced = records.filter(({ message }) => message.startsWith('stopping by force'));
    expect(forced.map(({ fields }) => fields.path)).toEqual(
      Array.from({ length: 10 }, (_, i) => `/puppet~${i}`),
    );
    clock.advance(1000);
    expect(records.slice(10)).toMatchObject([{ level: 'warn', fields: { leftOut: 990 } }]);
    await expectBooksToBalance(test);
  });
});
