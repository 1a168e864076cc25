// At stake: a failure costs what its supervisor decides and nothing more. Tried one row a verdict, at the
// limit of the intensity and through the backoff, with children on the same shard and on another.
import { describe, expect, it } from 'vitest';
import type { ChildFailedNotice } from '../actor/definition.js';
import {
  crash,
  expectBooksToBalance,
  life,
  note,
  notes,
  obedient,
  type PuppetArgs,
  type PuppetRef,
  patient,
  puppet,
  type RunningTest,
  run,
  seenFrom,
  soon,
  startPuppets,
  strictParent,
  throwingJudge,
} from '../testing/puppet.test-fixtures.js';

type Parent = typeof puppet;

/** A parent on shard 0 that hands out its child on `shard`. */
async function family(
  test: RunningTest,
  definition: Parent,
  shard: number,
  { childArgs, parentArgs }: { childArgs?: PuppetArgs; parentArgs?: PuppetArgs } = {},
): Promise<{ parent: PuppetRef; child: PuppetRef }> {
  const parent = test.system.spawn(definition, parentArgs, { shard: 0, name: 'parent' });
  let child!: PuppetRef;
  parent.send(
    run((context) => {
      child = context.spawn(puppet, childArgs, { name: 'child', shard });
    }),
  );
  await test.system.quiet();
  return { parent, child: test.system.ref(child.address) };
}

describe.each([
  { where: 'on the same shard', shard: 0 },
  { where: 'on another shard', shard: 1 },
])('a child $where', ({ shard }) => {
  it.each([
    { directive: 'resume', left: ['before', 'after'], incarnation: 1, stops: [], restarts: 0 },
    { directive: 'restart', left: ['after'], incarnation: 2, stops: [], restarts: 1 },
    { directive: 'stop', left: 'no-such-actor', incarnation: 0, stops: ['child'], restarts: 0 },
    { directive: 'escalate', left: 'no-such-actor', incarnation: 0, stops: ['child'], restarts: 1 },
  ])('whose supervisor says $directive', async ({ directive, left, incarnation, stops, restarts }) => {
    const test = await startPuppets({ sideShards: 1 });
    const { system, letters } = test;
    const stopped: string[] = [];
    const failed: ChildFailedNotice[] = [];
    const { child } = await family(test, obedient, shard, {
      childArgs: life({ stopped: () => void stopped.push('child') }),
      parentArgs: life({ childFailed: (notice) => void failed.push(notice) }),
    });
    child.send(note('before'));
    child.send(crash(`${directive} it`));
    child.send(note('after'));
    await expectBooksToBalance(test);

    const crashes = letters.filter(({ reason }) => reason === 'crashed');
    expect(crashes).toMatchObject([{ messageType: 'run', target: { path: '/parent/child' } }]);
    expect(crashes[0]!.cause).toMatchObject({ message: `${directive} it` });
    expect(letters).toHaveLength(left === 'no-such-actor' ? 2 : 1); // `after` went down with its mailbox
    if (typeof left === 'string')
      await expect(child.ask(notes, soon)).rejects.toMatchObject({ reason: left });
    else expect(await child.ask(notes, soon)).toEqual(left);
    expect(stopped).toEqual(stops);
    expect(system.metrics().restarts).toBe(restarts); // of an escalation: the parent's
    if (directive === 'escalate') expect(failed).toEqual([]);
    else
      expect(failed).toMatchObject([
        { directive, child: { path: '/parent/child' }, error: { message: `${directive} it` } },
      ]);
    if (incarnation > 0) {
      let seen = 0;
      child.send(
        run((context) => {
          seen = context.incarnation;
        }),
      );
      await system.quiet();
      expect(seen).toBe(incarnation);
    }
  });

  it('whose `initial` throws is restarted too, and keeps the mail that came before it was well', async () => {
    const test = await startPuppets({ sideShards: 1 });
    let attempts = 0;
    const { child } = await family(test, obedient, shard, {
      childArgs: life({
        initial: () => {
          if (++attempts < 3) throw new Error('restart me');
        },
      }),
    });
    child.send(note('patient mail'));
    expect(await child.ask(notes, soon)).toEqual(['patient mail']);
    expect(attempts).toBe(3);
    expect(test.letters).toEqual([]); // no message was at hand
  });

  it('whose `initial` throws cannot be resumed, so it begins anew', async () => {
    const test = await startPuppets({ sideShards: 1 });
    let attempts = 0;
    const { child } = await family(test, obedient, shard, {
      childArgs: life({
        initial: () => {
          if (++attempts < 2) throw new Error('resume me');
        },
      }),
    });
    expect(await child.ask(notes, soon)).toEqual([]);
    expect(attempts).toBe(2);
  });

  it('is restarted as often as the intensity allows, then its supervisor fails', async () => {
    const test = await startPuppets({ sideShards: 1 });
    const { system, clock } = test;
    const parents: number[] = [];
    const { child } = await family(test, strictParent, shard, {
      parentArgs: life({ initial: (context) => void parents.push(context.incarnation) }),
    });
    for (const advanceMs of [0, 999, 1, 999]) {
      // at 0 and 999 within the window; at 1000 the first has left it; 1999: as 999 has
      clock.advance(advanceMs);
      child.send(crash());
      await system.quiet();
      expect(parents).toEqual([1]);
    }
    child.send(crash('once too often'));
    await system.quiet();
    expect(parents).toEqual([1, 2]);
    expect(test.records).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        message: 'child failed: restart',
        fields: expect.objectContaining({
          path: '/parent',
          error: expect.objectContaining({
            code: 'RUNTIME_ESCALATED',
            child: '/parent/child',
            cause: expect.objectContaining({ message: 'once too often' }),
          }),
        }),
      }),
    );
  });

  it('waits longer before each restart, and its mail waits with it', async () => {
    const test = await startPuppets({ sideShards: 1 });
    const { system, clock } = test;
    const { child } = await family(test, patient, shard);
    for (const delayMs of [100, 200, 400, 800, 1000, 1000]) {
      child.send(crash());
      child.send(note('waiting'));
      await system.quiet();
      clock.advance(delayMs - 1);
      await system.quiet();
      expect(system.metrics().shards[shard]!.mailWaiting).toBe(1);
      clock.advance(1);
      expect(await child.ask(notes, soon)).toEqual(['waiting']);
    }
    clock.advance(1000); // well for as long as the longest delay: the next one is the shortest
    child.send(crash());
    await system.quiet();
    clock.advance(100);
    expect(await child.ask(notes, soon)).toEqual([]);
  });

  it('restarts with jitter that the seed decides', async () => {
    const delays = async (seed: number): Promise<number> => {
      const test = await startPuppets({ sideShards: 1, seed });
      const { child } = await family(test, patient, shard);
      child.send(crash());
      await test.system.quiet();
      return test.clock.nextTimerMs!;
    };
    expect(await delays(1)).toBe(await delays(1));
  });

  it('that fails while its supervisor stops does not hold the stop up', async () => {
    const test = await startPuppets({ sideShards: 1 });
    const { system } = test;
    const { parent, child } = await family(test, obedient, shard);
    child.send(
      run((context) => {
        context.self.send(note('1'));
        context.self.send(crash('restart it'));
        context.self.send(note('2'));
        context.stop(seenFrom(context, parent));
      }),
    );
    await system.whenTerminated(parent); // on the simulated clock: a deadline would never come
    await expectBooksToBalance(test);
    expect(test.reasons()).toContain('crashed');
  });
});

describe('a supervisor', () => {
  it('whose `decide` throws escalates', async () => {
    const test = await startPuppets();
    const { child } = await family(test, throwingJudge, 0);
    child.send(crash('who knows'));
    await test.system.quiet();
    expect(test.records.map(({ message }) => message)).toEqual([
      'no verdict from `decide`; escalating',
      'child failed: restart',
    ]);
  });

  it('that is restarted stops its children and builds them anew', async () => {
    const test = await startPuppets({ sideShards: 1 });
    const { system } = test;
    const told: string[] = [];
    const children: PuppetRef[] = [];
    const parent = system.spawn(
      puppet,
      life({
        initial: (context) => {
          const { incarnation } = context;
          for (const [i, shard] of [0, 1, 0].entries())
            children.push(
              context.spawn(puppet, life({ stopped: () => void told.push(`${incarnation} ${i}`) }), {
                name: `child-${i}`,
                shard,
              }),
            );
        },
      }),
      { shard: 0, name: 'parent' },
    );
    await system.quiet();
    parent.send(crash());
    parent.send(note('kept'));
    await expectBooksToBalance(test);
    expect(told.sort()).toEqual(['1 0', '1 1', '1 2']);
    expect(children.map(({ address }) => address.path)).toEqual(
      [0, 1, 2, 0, 1, 2].map((i) => `/parent/child-${i}`),
    );
    expect(new Set(children.map(({ address }) => address.id)).size).toBe(6);
    expect(await parent.ask(notes, soon)).toEqual(['kept']);
    expect(system.metrics().actors).toBe(5);
  });

  it('judges a sibling on its own: one for one', async () => {
    const test = await startPuppets();
    const { system } = test;
    const parent = system.spawn(puppet, undefined, { name: 'parent' });
    let siblings: PuppetRef[] = [];
    parent.send(
      run((context) => {
        siblings = [context.spawn(puppet), context.spawn(puppet)];
      }),
    );
    await system.quiet();
    for (const sibling of siblings) sibling.send(note('kept'));
    siblings[0]!.send(crash());
    await system.quiet();
    expect(await siblings[0]!.ask(notes, soon)).toEqual([]);
    expect(await siblings[1]!.ask(notes, soon)).toEqual(['kept']);
  });

  it.each([
    { limit: 'the root tolerates', crashes: 3, ends: false },
    { limit: 'one more', crashes: 4, ends: true },
  ])(
    'at the root ends the system when failures pass what it tolerates: $limit',
    async ({ crashes, ends }) => {
      const test = await startPuppets({ sideShards: 1 });
      const { system } = test;
      const ref = system.spawn(puppet, undefined, { name: 'one', shard: 1 });
      for (let i = 0; i < crashes; i++) ref.send(crash(`crash ${i}`));
      if (ends) {
        const termination = await system.terminated;
        expect(termination).toMatchObject({
          reason: 'escalated',
          cause: { code: 'RUNTIME_ESCALATED', child: '/one', cause: { message: 'crash 3' } },
        });
        expect(() => system.spawn(puppet)).toThrow(
          expect.objectContaining({ code: 'RUNTIME_SYSTEM_STOPPED' }),
        );
        await expect(ref.ask(notes, soon)).rejects.toMatchObject({ code: 'RUNTIME_ASK_REJECTED' });
      } else expect(await ref.ask(notes, soon)).toEqual([]);
      await expectBooksToBalance(test);
    },
  );

  it('does not wait for the deadline of a stop when it escalates to the root meanwhile', async () => {
    const { system } = await startPuppets();
    const refs = Array.from({ length: 6 }, () => system.spawn(puppet));
    for (const ref of refs) ref.send(crash('just before the end'));
    await system.stop(); // the clock stands still: no deadline will ever pass
    const { sent, handled, deadLetters } = system.metrics();
    expect(sent).toBe(handled + deadLetters);
  });

  it('escalates through the levels, each error the cause of the next', async () => {
    const test = await startPuppets({ sideShards: 1 });
    const { system } = test;
    const top = system.spawn(obedient, undefined, { name: 'top', shard: 0 });
    let low!: PuppetRef;
    top.send(
      run((context) => {
        const middle = context.spawn(obedient, undefined, { name: 'middle', shard: 1 });
        middle.send(
          run((there) => {
            low = there.spawn(puppet, undefined, { name: 'low', shard: 0 });
          }),
        );
      }),
    );
    await system.quiet();
    // `top` does what the error of `middle` asks for: its first word is the path of `low`, which is no
    // directive, so it is none of the three and the failure goes on.
    system.ref<never>(low.address).send(crash('escalate now') as never);
    await system.quiet();
    const failure = test.records.find(({ message }) => message.startsWith('child failed'));
    expect(failure?.fields).toMatchObject({
      path: '/top', // the root judges it: its supervision restarts
      error: {
        code: 'RUNTIME_ESCALATED',
        child: '/top/middle',
        cause: { code: 'RUNTIME_ESCALATED', cause: { message: 'escalate now' } },
      },
    });
  });

  it.each([
    { what: 'an error larger than a message', error: () => new Error('x'.repeat(100_000)) },
    {
      what: 'an error full of fields',
      error: () => Object.assign(new Error('fields'), { fields: 'y'.repeat(3_000) }),
    },
    { what: 'a function', error: () => () => 1 },
    { what: 'an object with a function', error: () => ({ act: () => 1 }) },
    { what: 'a symbol', error: () => Symbol('thrown') },
    { what: 'nothing', error: () => undefined },
  ])('on another shard hears of a child that throws $what', async ({ error }) => {
    const test = await startPuppets({ sideShards: 2, messageBytesMax: 1024 });
    const { system } = test;
    const parent = system.spawn(puppet, undefined, { shard: 1 });
    const children: PuppetRef[] = [];
    parent.send(
      run((context) => {
        for (const shard of [0, 1, 2]) children.push(context.spawn(puppet, undefined, { shard }));
      }),
    );
    await system.quiet();
    for (const { address } of children) {
      const child = system.ref(address) as unknown as PuppetRef;
      child.send(note('lost'));
      child.send(
        run(() => {
          throw error();
        }),
      );
      child.send(note('kept'));
    }
    await expectBooksToBalance(test);
    for (const { address } of children)
      expect(await (system.ref(address) as unknown as PuppetRef).ask(notes, soon)).toEqual(['kept']);
    expect(system.metrics().restarts).toBe(3);
  });
});
