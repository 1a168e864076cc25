// At stake: whoever inspects a system sees all that happens to its actors, in order, wherever they live; whoever
// does not pays nothing; and a flood of events is bounded. Tried on whole lives, with listeners that throw and
// that act, and by walking the lifecycle machine of XState along what was told.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnyMachineSnapshot, initialTransition, transition } from 'xstate';
import { lifecycleMachine } from '../actor/lifecycle.js';
import {
  crash,
  expectBooksToBalance,
  failureOf,
  gate,
  note,
  notes,
  obedient,
  type PuppetRef,
  puppet,
  type RunningTest,
  run,
  soon,
  startPuppets,
  wait,
} from '../testing/puppet.test-fixtures.js';
import type { InspectedSnapshotEvent, InspectionEvent, InspectionOptions } from './inspection.js';

/** One line an event. */
function told(event: InspectionEvent): string {
  const { id } = event.actorRef;
  if (event.type === '@xstate.actor') return `${id} is ${event.actorRef.src} of ${event.actorRef._parent.id}`;
  if (event.type === '@xstate.event')
    return `${id} gets ${event.event.type} from ${event.sourceRef?.id ?? 'outside'}`;
  const { status, value, error } = event.snapshot;
  return `${id}: ${event.event.type} -> ${value}, ${status}${error ? ` (${error.message})` : ''}`;
}

const isSnapshot = (event: InspectionEvent): event is InspectedSnapshotEvent =>
  event.type === '@xstate.snapshot';

async function inspect(test: RunningTest, options: InspectionOptions = {}) {
  const events: InspectionEvent[] = [];
  const stop = test.system.inspect((event) => void events.push(event), options);
  await test.system.quiet(); // all shards know
  return { events, stop, lines: (path: string) => events.map(told).filter((line) => line.startsWith(path)) };
}

describe.each([
  { where: 'on the main shard', shard: 0 },
  { where: 'on a side shard', shard: 1 },
])('inspection of actors $where', ({ shard }) => {
  const start = async () => {
    const test = await startPuppets({ sideShards: 1 });
    const spawn = (definition = puppet) => test.system.spawn(definition, undefined, { shard });
    return { ...test, spawn, quiet: () => test.system.quiet() };
  };

  it('tells a whole life: a crash, a restart, a suspension, a timer, the end', async () => {
    const test = await start();
    const { system, clock, quiet } = test;
    const { events, lines } = await inspect(test);
    const ref = test.spawn();
    ref.send(note('a'));
    await quiet();
    ref.send(crash('oh'));
    await quiet();
    system.suspend(ref);
    await quiet();
    system.resume(ref);
    ref.send(run((context) => void context.schedule(5, note('later'))));
    await quiet();
    clock.advance(5);
    await quiet();
    await system.stopActor(ref);
    await quiet();
    const root = shard === 0 ? '/' : `#${events[0]!.rootId}`; // another shard knows its number only
    expect(lines('/puppet~0')).toEqual([
      '/puppet~0 is puppet of /',
      '/puppet~0: xstate.init -> starting, active',
      '/puppet~0: started -> running, active',
      '/puppet~0 gets note from outside',
      '/puppet~0 gets run from outside',
      '/puppet~0: fail -> failed, error (oh)',
      '/puppet~0 gets skein.restart from outside',
      '/puppet~0: restart -> restarting, active',
      '/puppet~0: started -> running, active',
      '/puppet~0 gets skein.suspend from outside',
      '/puppet~0: suspend -> suspended, active',
      '/puppet~0 gets skein.resume from outside',
      '/puppet~0: resume -> running, active',
      '/puppet~0 gets run from outside',
      '/puppet~0 gets note from /puppet~0',
      `/puppet~0 gets skein.watch from ${root}`,
      '/puppet~0 gets skein.stop from outside',
      '/puppet~0: stop -> stopping, active',
      '/puppet~0: finished -> stopped, stopped',
    ]);
    const { id } = ref.address;
    expect(lines('/ gets')).toEqual([
      '/ gets skein.child-failed from /puppet~0',
      '/ gets skein.terminated from /puppet~0',
      '/ gets skein.child-terminated from /puppet~0',
    ]);
    expect(new Set(events.map(({ rootId }) => rootId)).size).toBe(1);
    for (const { actorRef } of events)
      if (actorRef.id !== '/')
        expect(actorRef).toMatchObject({ sessionId: String(id), address: { id, shard } });
  });

  it('tells whole messages to those who ask for them, refs and all, and nothing of those after', async () => {
    const test = await start();
    const typesOnly = await inspect(test);
    const whole = await inspect(test, { messages: true });
    const ref = test.spawn();
    ref.send({ type: 'note', text: ref } as never);
    await test.quiet();
    expect(whole.events.filter(({ type }) => type === '@xstate.event')).toMatchObject([
      { event: { type: 'note', text: { address: ref.address } } },
    ]);
    whole.stop();
    await test.quiet();
    ref.send(note('b'));
    await test.quiet();
    expect(whole.lines('/puppet~0 gets')).toHaveLength(1);
    expect(typesOnly.events.at(-1)).toMatchObject({ event: { type: 'note' } });
    expect((typesOnly.events.at(-1) as { event: object }).event).toEqual({ type: 'note' });
  });

  it('tells nothing while nobody listens, and nothing of that later', async () => {
    const test = await start();
    const first = await inspect(test);
    first.stop();
    first.stop();
    await test.quiet();
    const ref = test.spawn();
    ref.send(note('a'));
    ref.send(crash());
    await test.quiet();
    const second = await inspect(test);
    ref.send(note('b'));
    await test.quiet();
    expect(first.events).toEqual([]);
    expect(second.events.map(told)).toEqual(['/puppet~0 gets note from outside']);
  });

  it('tells of async handlers as they begin, and not of messages that have none', async () => {
    const test = await start();
    const { lines } = await inspect(test);
    const ref = test.spawn();
    const { opened, open } = gate();
    ref.send(wait(() => opened));
    ref.send({ type: 'nothing' } as never);
    open();
    await test.quiet();
    expect(lines('/puppet~0 gets')).toEqual(['/puppet~0 gets wait from outside']);
  });

  it('bounds what it keeps, and counts the rest', async () => {
    const test = await start();
    const ref = test.spawn();
    await test.quiet();
    const leftOut: unknown[] = [];
    const events: InspectionEvent[] = [];
    test.system.inspect({
      next: (event) => void events.push(event),
      leftOut: (count, from) => void leftOut.push({ count, from }),
    });
    await test.quiet();
    const count = 6000;
    // One slice, in which each child is told of twice at its spawn alone.
    ref.send(run((context) => void Array.from({ length: count }, () => context.spawn(puppet))));
    await test.quiet();
    const dropped = leftOut.reduce<number>((sum, entry) => sum + (entry as { count: number }).count, 0);
    expect(dropped).toBeGreaterThan(0);
    // For each child: it is there, it is starting, it is running; and one message.
    expect(events.length + dropped).toBe(3 * count + 1);
    expect(leftOut).toContainEqual({ count: expect.any(Number), from: shard });
    expect(test.records.map(({ level, message }) => ({ level, message }))).toContainEqual({
      level: 'warn',
      message: 'inspection events were left out',
    });
  });
});

describe('an inspection listener', () => {
  it('that throws is logged, and the others are told', async () => {
    const test = await startPuppets();
    test.system.inspect(() => {
      throw new Error('not now');
    });
    const { events } = await inspect(test);
    const ref = test.system.spawn(puppet);
    expect(await ref.ask(notes, soon)).toEqual([]);
    await test.system.quiet();
    expect(events).toHaveLength(4);
    expect(test.records).toHaveLength(4);
    expect(test.records[0]).toMatchObject({ level: 'error', message: 'an inspection listener threw' });
  });

  it('that acts misses nothing of what it causes, and acts in the name of nobody', async () => {
    const test = await startPuppets();
    const events: InspectionEvent[] = [];
    test.system.inspect((event) => {
      events.push(event);
      if (event.type !== '@xstate.snapshot' || event.actorRef.id !== '/puppet~0') return;
      if (event.snapshot.value === 'running') test.system.spawn(puppet).send(note('from the listener'));
      if (event.snapshot.value === 'failed') test.system.suspend(test.system.ref(event.actorRef.address));
    });
    test.system.spawn(puppet);
    await test.system.quiet();
    expect(events.map(told).slice(3)).toEqual([
      '/puppet~1 is puppet of /',
      '/puppet~1: xstate.init -> starting, active',
      '/puppet~1: started -> running, active',
      '/puppet~1 gets note from outside',
    ]);
  });

  it('that stops the system from within is obeyed', async () => {
    const test = await startPuppets();
    test.system.inspect((event) => {
      if (isSnapshot(event) && event.snapshot.value === 'running') void test.system.stop({ now: true });
    });
    test.system.spawn(puppet);
    expect(await test.system.terminated).toMatchObject({ reason: 'stopped' });
  });

  it('must be a function or an observer', async () => {
    const { system } = await startPuppets();
    for (const listener of [undefined, {}, 'log'])
      expect(await failureOf((async () => system.inspect(listener as never))())).toMatchObject({
        code: 'RUNTIME_INVALID_OPTION',
        option: 'listener',
      });
  });
});

describe('what is told of each actor', () => {
  const commands = fc.array(
    fc.record({
      actor: fc.nat(3),
      what: fc.constantFrom(
        'note',
        'crash',
        'escalate',
        'suspend',
        'resume',
        'restart',
        'stop',
        'child',
        'quiet',
      ),
    }),
    { maxLength: 25 },
  );

  it('is a walk along the lifecycle machine from its beginning to its end', async () => {
    await fc.assert(
      fc.asyncProperty(commands, async (given) => {
        const test = await startPuppets({ sideShards: 1 });
        const { events } = await inspect(test);
        const refs: PuppetRef[] = [0, 1, 0, 1].map((shard) =>
          test.system.spawn(obedient, undefined, { shard }),
        );
        for (const { actor, what } of given) {
          const ref = refs[actor]!;
          if (what === 'note') ref.send(note('a'));
          else if (what === 'crash' || what === 'escalate') ref.send(crash(what));
          else if (what === 'child')
            ref.send(run((context) => void context.spawn(puppet).send(crash('resume'))));
          else if (what === 'stop') void test.system.stopActor(ref);
          else if (what === 'quiet') await test.system.quiet();
          else test.system[what](ref);
        }
        await expectBooksToBalance(test);
        await test.system.stop({ now: true });
        expect(walkedAll(events)).toBeGreaterThanOrEqual(refs.length);
      }),
      { numRuns: 40 },
    );
  });

  /** Follows every actor; each must be told of from its spawn to its end. Returns how many there are. */
  function walkedAll(events: readonly InspectionEvent[]): number {
    const at = new Map<string, AnyMachineSnapshot>();
    for (const event of events) {
      const { sessionId } = event.actorRef;
      if (sessionId === event.rootId) continue; // it was there before
      if (event.type === '@xstate.actor') {
        expect(at.has(sessionId)).toBe(false);
        at.set(sessionId, initialTransition(lifecycleMachine)[0]);
      } else if (isSnapshot(event)) {
        const before = at.get(sessionId)!;
        const isFirst = event.event.type === 'xstate.init';
        const next = isFirst ? before : transition(lifecycleMachine, before, event.event)[0];
        if (!isFirst) expect(next).not.toBe(before);
        expect(event.snapshot.value).toBe(next.value);
        at.set(sessionId, next);
      }
    }
    for (const { value } of at.values()) expect(value).toBe('stopped');
    return at.size;
  }
});
