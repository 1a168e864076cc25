// At stake: that an actor's state was away must show in nothing but memory: not in answers, order, names, watchers or books,
// and a store that is slow, full or broken must cost at most what its contract says. Tried with one test a rule on the
// simulated clock, and with random programs run by actors that passivate and by actors that never do.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActorRef } from '../actor/actor-ref.js';
import { defineActor } from '../actor/definition.js';
import { InvalidOptionError } from '../errors.js';
import { allForOne, FRUITLESS_RESTARTS_MAX, oneForOne, restForOne } from '../supervision/supervision.js';
import { rest } from '../testing/rest.test-fixtures.js';
import {
  AFTER_MS,
  doze,
  dozeSlowly,
  home,
  type Sleeper,
  savingSleeper,
  savingWaker,
  sleeper,
  slowSleeper,
  startSleepers,
  stoppedWith,
  stores,
  waker,
} from './sleepers.test-fixtures.js';

const soon = { deadlineMs: 10_000 };

describe('an idle actor', () => {
  it('gives its state away and has it back for its next message', async () => {
    const test = await startSleepers();
    const ref = test.system.spawn(sleeper, { start: 7 }, { name: 'lazy' });
    ref.send({ type: 'add', by: 1 });
    const [, , before] = await ref.ask({ type: 'lives' }, soon);
    await doze(test);
    expect(stores.memory.size).toBe(1);
    expect(test.system.metrics()).toMatchObject({ actors: 2, queued: 0 });
    expect(await ref.ask({ type: 'count' }, soon)).toBe(8);
    expect(stores.memory.size).toBe(0);
    const [restores, incarnation, random] = await ref.ask({ type: 'lives' }, soon);
    expect([restores, incarnation]).toEqual([1, 1]);
    expect(random).not.toBe(before); // its random stream went on
  });

  it('is one that had no mail for `afterMs`', async () => {
    const test = await startSleepers();
    const ref = test.system.spawn(sleeper, { start: 0 });
    for (let i = 0; i < 10; i++) {
      ref.send({ type: 'add', by: 1 });
      await test.system.quiet();
      test.clock.advance(AFTER_MS - 1);
    }
    expect(await ref.ask({ type: 'lives' }, soon)).toMatchObject({ 0: 0 });
    await doze(test);
    expect(await ref.ask({ type: 'lives' }, soon)).toMatchObject({ 0: 1 });
  });

  it.each<[string, (ref: ActorRef<Sleeper>) => void]>([
    ['a timer', (ref) => ref.send({ type: 'remind', afterMs: 5 * AFTER_MS })],
    ['an open call', (ref) => ref.send({ type: 'hold', ms: 5 * AFTER_MS })],
    ['a kept question', (ref) => void ref.ask({ type: 'keep' }, soon).catch(() => undefined)],
    ['a child', (ref) => void ref.ask({ type: 'child' }, soon)],
    [
      'a stash',
      (ref) => {
        ref.send({ type: 'hoard', on: true });
        ref.send({ type: 'add', by: 1 });
      },
    ],
  ])('is none that has %s', async (_, busy) => {
    const test = await startSleepers();
    const ref = test.system.spawn(sleeper, { start: 0 });
    busy(ref);
    await rest();
    test.clock.advance(3 * AFTER_MS);
    await rest();
    expect(stores.memory.size).toBe(0);
  });

  it('keeps its behaviour, its name and its watchers', async () => {
    const test = await startSleepers();
    const ref = test.system.spawn(sleeper, { start: 5 }, { name: 'named' });
    const gone = test.system.whenTerminated(ref);
    ref.send({ type: 'hoard', on: true });
    await doze(test);
    expect(stores.memory.size).toBe(1);
    expect(() => test.system.spawn(sleeper, { start: 0 }, { name: 'named' })).toThrow(/named/);
    expect(await ref.ask({ type: 'count' }, soon)).toBe(-5);
    await doze(test);
    await test.system.stopActor(ref);
    await gone;
  });

  it('that is stopped has its last call with its state, and leaves nothing in the store', async () => {
    const test = await startSleepers();
    const refs = [1, 2].map((start) => test.system.spawn(sleeper, { start }));
    await doze(test);
    expect(stores.memory.size).toBe(2);
    await test.system.stopActor(refs[0]!, { now: true });
    await test.system.stopActor(refs[1]!);
    expect(stoppedWith).toEqual([1, 2]);
    expect(stores.memory.size).toBe(0);
  });

  it('that is restarted begins anew, and leaves nothing in the store', async () => {
    const test = await startSleepers();
    const ref = test.system.spawn(sleeper, { start: 3 });
    ref.send({ type: 'add', by: 1 });
    await doze(test);
    test.system.restart(ref);
    expect((await ref.ask({ type: 'lives' }, soon))[1]).toBe(2);
    expect(stores.memory.size).toBe(0);
  });

  it('stays active while the store is full; one record a sweep says so', async () => {
    const test = await startSleepers();
    const refs = Array.from({ length: 6 }, (_, i) => test.system.spawn(sleeper, { start: i }));
    await doze(test);
    expect(stores.memory.size).toBe(4);
    expect(test.records.filter(({ level }) => level === 'warn')).toMatchObject([
      { fields: { definition: 'sleeper', count: 2, error: { code: 'RUNTIME_STATE_STORE_FULL' } } },
    ]);
    const counts = await Promise.all(refs.map((ref) => ref.ask({ type: 'count' }, soon)));
    expect(counts).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('a store that takes its time', () => {
  it('keeps the mail waiting while it loads, and loads once', async () => {
    const test = await startSleepers();
    const ref = test.system.spawn(slowSleeper, { start: 1 });
    await doze(test);
    expect(stores.slow.waiting).toBe(1);
    stores.slow.answer();
    await test.system.quiet();
    expect(stores.slow.kept.size).toBe(1);
    ref.send({ type: 'add', by: 1 });
    const count = ref.ask({ type: 'count' }, soon);
    await rest();
    expect([stores.slow.waiting, test.system.metrics().queued]).toEqual([1, 2]);
    stores.slow.answer();
    expect(await count).toBe(2);
    expect(stores.slow.kept.size).toBe(0);
  });

  it('saves in vain when a message comes meanwhile', async () => {
    const test = await startSleepers();
    const ref = test.system.spawn(slowSleeper, { start: 1 });
    await doze(test);
    ref.send({ type: 'add', by: 1 });
    await rest();
    test.clock.advance(AFTER_MS); // dozing again, and what is being saved is out of date
    stores.slow.answer();
    await test.system.quiet();
    expect(stores.slow.kept.size).toBe(0);
    expect(await ref.ask({ type: 'lives' }, soon)).toMatchObject({ 0: 0 });
    expect(await ref.ask({ type: 'count' }, soon)).toBe(2);
  });

  it('delays a stop until the state is there to be stopped with', async () => {
    const test = await startSleepers();
    const ref = test.system.spawn(slowSleeper, { start: 9 });
    await dozeSlowly(test);
    const stopped = test.system.stopActor(ref, { now: true });
    await rest();
    expect(stoppedWith).toEqual([]);
    stores.slow.answer();
    await stopped;
    expect(stoppedWith).toEqual([9]);
  });

  it('delays the restart of a group until the state is there to end the life with', async () => {
    const test = await startSleepers('restart', allForOne);
    const away = test.system.spawn(slowSleeper, { start: 9 });
    const crashing = test.system.spawn(waker, { start: 0 });
    await dozeSlowly(test);
    crashing.send({ type: 'crash' });
    const crashed = crashing.ask({ type: 'lives' }, soon);
    await rest();
    expect([stores.slow.waiting, stoppedWith]).toEqual([1, []]);
    stores.slow.answer();
    expect((await crashed)[1]).toBe(2);
    expect(stoppedWith).toEqual([9]);
    expect((await away.ask({ type: 'lives' }, soon))[1]).toBe(2);
    expect(stores.slow.kept.size).toBe(0);
  });

  it('is not waited for by an actor that fails meanwhile: its next life has its mail', async () => {
    const test = await startSleepers();
    const ref = test.system.spawn(home);
    const [asleep, neighbour] = await ref.ask({ type: 'enter' }, soon);
    await dozeSlowly(test);
    const count = asleep.ask({ type: 'count' }, soon);
    await rest();
    neighbour.send({ type: 'fail' });
    await rest();
    expect(stores.slow.waiting).toBe(1);
    expect(await count).toBe(1);
    stores.slow.answer();
    await test.system.quiet();
    expect(stores.slow.kept.size).toBe(0);
  });

  it('delays a failure behind a stop that waits for the state already', async () => {
    const test = await startSleepers();
    const ref = test.system.spawn(home);
    const [asleep, neighbour] = await ref.ask({ type: 'enter' }, soon);
    await dozeSlowly(test);
    const stopped = test.system.stopActor(asleep, { now: true });
    neighbour.send({ type: 'fail' });
    await rest();
    stores.slow.answer();
    await stopped;
    expect(stoppedWith).toEqual([1]);
  });

  it('delays the end of an actor whose supervisor is lost until the state is there', async () => {
    const test = await startSleepers('restart', oneForOne, 1);
    const ref = test.system.spawn(home, undefined, { shard: 1 });
    const [asleep] = await ref.ask({ type: 'enter' }, soon);
    await dozeSlowly(test);
    const gone = test.system.whenTerminated(asleep);
    test.killShard(1);
    await rest();
    expect([stores.slow.waiting, stoppedWith]).toEqual([1, []]);
    stores.slow.answer();
    await gone;
    expect(stoppedWith).toEqual([1]);
  });

  it('that never has a state again is no reason to give an actor up: its lives came to something', async () => {
    const test = await startSleepers();
    const ref = test.system.spawn(slowSleeper, { start: 4 });
    for (let life = 0; life < 2 * FRUITLESS_RESTARTS_MAX; life++) {
      await dozeSlowly(test);
      const count = ref.ask({ type: 'count' }, soon);
      await rest();
      stores.slow.answer(new Error('lost'));
      expect(await count).toBe(4);
    }
  });

  it('that never answers fails the actor after its deadline', async () => {
    const test = await startSleepers();
    const ref = test.system.spawn(slowSleeper, { start: 4 });
    await dozeSlowly(test);
    const count = ref.ask({ type: 'count' }, soon);
    await rest();
    test.clock.advance(1000);
    expect(await count).toBe(4); // begun anew: what was added is lost with the store
    expect(
      test.records.some(({ fields }) => (fields?.error as { code?: string })?.code === 'RUNTIME_STATE_STORE'),
    ).toBe(true);
    stores.slow.answer();
  });

  it('that fails to load is asked again when the actor is resumed', async () => {
    const test = await startSleepers('resume');
    const ref = test.system.spawn(slowSleeper, { start: 4 });
    ref.send({ type: 'add', by: 1 });
    await dozeSlowly(test);
    const count = ref.ask({ type: 'count' }, soon);
    await rest();
    const reason = new Error('not now');
    stores.slow.answer(reason);
    await rest();
    expect(test.records).toMatchObject([{ fields: { error: { cause: reason } } }]);
    stores.slow.answer();
    expect(await count).toBe(5);
  });

  it('that fails to save is asked again at the next sweep', async () => {
    const test = await startSleepers();
    const ref = test.system.spawn(slowSleeper, { start: 4 });
    await doze(test);
    stores.slow.answer(new Error('no space'));
    await test.system.quiet();
    expect(await ref.ask({ type: 'count' }, soon)).toBe(4);
    await dozeSlowly(test);
    expect(stores.slow.kept.size).toBe(1);
  });
});

describe('`passivation`', () => {
  const spec = { name: 'odd', initial: () => 0, receive: {} };
  const both = { snapshot: (): number => 0, restore: (): number => 0 };
  it.each([
    ['afterMs', { ...both, passivation: { afterMs: 0 } }],
    ['store', { ...both, passivation: { afterMs: 1, store: {} as never } }],
    ['storeDeadlineMs', { ...both, passivation: { afterMs: 1, storeDeadlineMs: 0 } }],
    ['snapshot', { passivation: { afterMs: 1 } }],
    ['restore', { snapshot: (): number => 0, passivation: { afterMs: 1 } }],
  ])('refuses an impossible %s', (_, options) => {
    expect(() => defineActor<Record<never, never>>()({ ...spec, ...options })).toThrow(InvalidOptionError);
  });
});

describe('a random program', () => {
  const who = fc.nat({ max: 2 });
  const step = fc.oneof(
    fc.record({ do: fc.constant('add' as const), who, by: fc.nat({ max: 9 }) }),
    fc.record({
      do: fc.constantFrom('ask' as const, 'lives' as const, 'crash' as const, 'restart' as const),
      who,
    }),
    fc.record({ do: fc.constantFrom('suspend' as const, 'resume' as const, 'stop' as const), who }),
    fc.record({ do: fc.constant('hoard' as const), who, on: fc.boolean() }),
    fc.record({ do: fc.constant('remind' as const), who, afterMs: fc.nat({ max: 3 * AFTER_MS }) }),
    fc.record({ do: fc.constantFrom('doze' as const, 'quiet' as const) }),
    fc.record({ do: fc.constant('advance' as const), ms: fc.nat({ max: AFTER_MS }) }),
  );

  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
  /** What the program could see, but for the number of restores. */
  async function play(
    definition: typeof sleeper,
    supervise: typeof oneForOne,
    steps: readonly Step[],
  ): Promise<unknown> {
    const test = await startSleepers('restart', supervise);
    const { system, clock } = test;
    const letters: string[] = [];
    system.deadLetters.subscribe(({ reason, messageType }) => letters.push(`${reason} ${messageType}`));
    await system.quiet();
    const refs = [0, 1, 2].map((start) => system.spawn(definition, { start }, { name: `actor-${start}` }));
    const answers: Promise<unknown>[] = [];
    const settled = (answer: Promise<unknown>): void =>
      void answers.push(answer.catch(({ code, reason }) => `${code} ${reason}`));
    const finish = async (): Promise<void> => {
      do {
        await rest();
        if (definition === slowSleeper) stores.slow?.answer();
        await rest();
      } while (system.metrics().shards[0]!.callsRunning > 0);
      await system.quiet();
    };
    for (const each of steps) {
      if (each.do === 'add') refs[each.who]!.send({ type: 'add', by: each.by });
      else if (each.do === 'hoard') refs[each.who]!.send({ type: 'hoard', on: each.on });
      else if (each.do === 'remind') refs[each.who]!.send({ type: 'remind', afterMs: each.afterMs });
      else if (each.do === 'crash') refs[each.who]!.send({ type: 'crash' });
      else if (each.do === 'ask') settled(refs[each.who]!.ask({ type: 'count' }, { deadlineMs: 1e9 }));
      else if (each.do === 'lives')
        settled(refs[each.who]!.ask({ type: 'lives' }, { deadlineMs: 1e9 }).then(([, ...seen]) => seen));
      else if (each.do === 'restart') system.restart(refs[each.who]!);
      else if (each.do === 'suspend') system.suspend(refs[each.who]!);
      else if (each.do === 'resume') system.resume(refs[each.who]!);
      else if (each.do === 'stop') void system.stopActor(refs[each.who]!, { now: true });
      else {
        await finish();
        if (each.do === 'quiet') continue;
        clock.advance('ms' in each ? each.ms : 2 * AFTER_MS);
        await finish();
      }
    }
    await finish();
    for (const ref of refs) system.resume(ref);
    await finish();
    const { sent, handled, deadLetters, actors } = system.metrics();
    const books = { sent, handled, deadLetters, actors };
    letters.sort(); // actors have their states back in an order of their own
    const stopped = [...stoppedWith].sort();
    const end = system.stop();
    await finish();
    await end;
    return {
      answers: await Promise.all(answers),
      letters,
      books,
      stopped,
      stoppedAtTheEnd: [...stoppedWith].sort(),
    };
  }

  const anyStrategy = [oneForOne, allForOne, restForOne];
  it.each([
    ['a store that answers at once', sleeper, waker, anyStrategy],
    ['a store that answers in its time', slowSleeper, waker, [oneForOne]], // a group takes as long to bring down
    ['snapshots', savingSleeper, savingWaker, anyStrategy],
  ])(
    'runs as if nobody were ever away, with %s',
    async (_, definition, reference, strategies) => {
      const strategy = fc.constantFrom(...strategies);
      await fc.assert(
        fc.asyncProperty(strategy, fc.array(step, { maxLength: 30 }), async (supervise, steps) => {
          expect(await play(definition, supervise, steps)).toEqual(await play(reference, supervise, steps));
        }),
        { numRuns: 100 },
      );
    },
    60_000,
  );
});
