// At stake: without a watcher on another thread, a handler that was slow is named when it has returned, no innocent
// one is for time that passed elsewhere, and a slice leaves the event loop its turn. Tried on a clock that only
// the test and its handlers move, and once as if a watcher had looked; real threads are tried in `watchdog.threads.test.ts`.
import { setImmediate as nextImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ActorSystem, createSystem } from '../system/actor-system.js';
import { createLedgerMemory, LedgerRow } from '../system/ledger.js';
import type { SlowHandler } from '../system/watchdog.js';
import { LocalLauncher } from '../testing/local-launcher.js';
import {
  call,
  life,
  note,
  puppet,
  run,
  shardOf,
  soon,
  startPuppets,
} from '../testing/puppet.test-fixtures.js';
import type { TestSystemOptions } from '../testing/test-system.js';
import { SimulatedClock } from '../time/simulated-clock.js';
import { systemClock } from '../time/system-clock.js';
import { Pace } from './pace.js';
import type { Shard } from './shard.js';

const PUPPETS = new URL('../testing/puppet.test-fixtures.ts', import.meta.url);

async function start(options: Partial<TestSystemOptions> = {}) {
  const test = await startPuppets({ sideShards: 1, ...options });
  const reports: SlowHandler[] = [];
  const stop = test.system.watchdog.subscribe((slow) => reports.push(slow));
  const slow = (ms: number) => run(() => test.clock.advance(ms));
  return { ...test, reports, slow, stop };
}

describe.each([{ shard: 0 }, { shard: 1 }])('a slow handler on shard $shard', ({ shard }) => {
  it('is named with path, type and duration when it has returned', async () => {
    const { system, reports, slow, records } = await start();
    const ref = system.spawn(puppet, undefined, { shard, name: 'snail' });
    ref.send(slow(999));
    await system.quiet();
    expect(reports).toEqual([]);
    ref.send(slow(1500));
    await system.quiet();
    const report = {
      shard,
      returned: true,
      durationMs: 1500,
      suspects: [{ actor: ref.address, definition: 'puppet', messageType: 'run', messages: 1 }],
    };
    expect(reports).toEqual([report]);
    expect(records).toMatchObject([{ level: 'warn', message: 'a handler was slow', fields: report }]);
  });

  it('may be `initial`', async () => {
    const { system, reports, clock } = await start();
    system.spawn(puppet, undefined, { shard }).send(note('before'));
    await system.quiet();
    const ref = system.spawn(puppet, life({ initial: () => clock.advance(1000) }), { shard });
    await system.quiet();
    expect(reports[0]!.suspects).toEqual([
      { actor: ref.address, definition: 'puppet', messageType: undefined, messages: 0 },
    ]);
  });

  it('among several is one of the suspects at first, and named for sure the next time', async () => {
    const { system, reports, slow } = await start();
    const refs = Array.from({ length: 3 }, () => system.spawn(puppet, undefined, { shard }));
    await system.quiet();
    const paths = () => reports.map(({ suspects }) => suspects.map(({ actor }) => actor.path));
    for (const ref of refs) {
      ref.send(note('a'));
      if (ref === refs[1]) ref.send(slow(1000));
      ref.send(note('b'));
    }
    await system.quiet();
    expect(paths()).toEqual([refs.map(({ address }) => address.path)]);
    for (const ref of refs) {
      ref.send(note('a'));
      if (ref === refs[1]) ref.send(slow(1000));
      ref.send(note('b'));
    }
    await system.quiet();
    expect(reports).toHaveLength(2);
    expect(reports[1]!.suspects).toEqual([
      { actor: refs[1]!.address, definition: 'puppet', messageType: 'run', messages: 1 },
    ]);
  });

  it('is not blamed for time that passes between slices', async () => {
    const { system, clock, reports } = await start();
    const ref = system.spawn(puppet, undefined, { shard });
    for (let i = 0; i < 100; i++) {
      ref.send(note('a'));
      clock.advance(5000);
      await ref.ask(
        call((context) => context.reply(undefined)),
        soon,
      );
      clock.advance(5000);
    }
    expect(reports).toEqual([]);
  });
});

describe('the watchdog', () => {
  it('reports what takes as long as its option says, or nothing at all', async () => {
    for (const [watchdog, count] of [
      [{ slowHandlerMs: 20 }, 1],
      [{ slowHandlerMs: 21 }, 0],
      [false, 0],
    ] as const) {
      const { system, reports, slow } = await start({ watchdog });
      system.spawn(puppet).send(slow(20));
      await system.quiet();
      expect(reports).toHaveLength(count);
    }
  });

  it('tells until it is asked to stop, and logs a listener that throws', async () => {
    const { system, reports, slow, stop, records } = await start();
    system.watchdog.subscribe(() => {
      throw new Error('not now');
    });
    const ref = system.spawn(puppet);
    for (let i = 0; i < 2; i++) {
      ref.send(slow(1000));
      await system.quiet();
      stop();
    }
    expect(reports).toHaveLength(1);
    expect(records.map(({ level }) => level)).toEqual(['warn', 'error', 'warn', 'error']);
  });

  it('refuses a time below a millisecond', async () => {
    await expect(createSystem({ modules: [], watchdog: { slowHandlerMs: 0 } })).rejects.toMatchObject({
      code: 'RUNTIME_INVALID_OPTION',
      option: 'watchdog.slowHandlerMs',
    });
  });
});

it('gives the event loop its turn when a slice takes too long', async () => {
  const { system, clock } = await start();
  let handled = 0;
  const work = run(() => {
    handled++;
    clock.advance(1);
  });
  const refs = Array.from({ length: 20 }, () => system.spawn(puppet));
  await system.quiet();
  for (const ref of refs) for (let i = 0; i < 50; i++) ref.send(work);
  await nextImmediate();
  expect(handled).toBeGreaterThan(0);
  expect(handled).toBeLessThanOrEqual(2 * 64); // the message count alone would allow all of them
  await system.quiet();
  expect(handled).toBe(20 * 50);
});

it('gives the event loop its turn also when actors only come to life', async () => {
  const { system, clock } = await start();
  let started = 0;
  const args = life({
    initial: () => {
      started++;
      clock.advance(1);
    },
  });
  for (let i = 0; i < 1000; i++) system.spawn(puppet, args);
  await nextImmediate();
  expect(started).toBeGreaterThan(0);
  expect(started).toBeLessThanOrEqual(2 * 64);
  await system.quiet();
  expect(started).toBe(1000);
});

it('tells once of a slow turn that another thread has seen, also when the next in line has stopped meanwhile', async () => {
  const system = await ActorSystem.create(
    { modules: [PUPPETS], threads: 1, handleProcessSignals: false, log: () => undefined },
    {
      clock: systemClock,
      createLauncher: (options) =>
        new LocalLauncher(options.threads, options.ringBytes, options, systemClock),
    },
  );
  const reports: SlowHandler[] = [];
  system.watchdog.subscribe((slow) => reports.push(slow));
  const ref = system.spawn(puppet);
  ref.send(
    run((context) => {
      const { row } = shardOf(context);
      context.stop(context.spawn(puppet, undefined), { now: true });
      row.set('slowType', row.get('runningType')); // as the other thread would
      row.set('slowTurn', row.get('turns'));
    }),
  );
  await system.quiet();
  await system.stop();
  expect(reports.map(({ suspects }) => suspects)).toMatchObject([
    [{ actor: ref.address, messageType: 'run' }],
  ]);
});

/** A pace that nothing else uses, on a clock of its own, and what it reports. */
function lonePace() {
  const clock = new SimulatedClock();
  const reports: SlowHandler[] = [];
  const pace = new Pace(
    {
      clock,
      index: 0,
      shardCount: 1,
      row: new LedgerRow(createLedgerMemory(1), 0),
      registry: { numbered: () => undefined },
      idOf: (slot: number) => slot,
      resolve: () => 0,
    } as unknown as Shard,
    1000,
    (slow) => reports.push(slow),
  );
  return { clock, reports, pace };
}

it('names only turns that there were when a group had more of them than are noted', () => {
  const { clock, reports, pace } = lonePace();
  pace.beginSlice();
  for (let slot = 1; slot <= 200; slot++) pace.noteTurn(slot, 1, 0, 1, 1);
  clock.advance(1000);
  pace.turnEnded(200);
  const [report] = reports;
  expect(report?.suspects.map(({ actor }) => actor.id)).toEqual(Array.from({ length: 64 }, (_, i) => i + 1));
  expect(pace.turnMessagesMax(64)).toBe(1); // not certain: looked at closely from now on
});

it.each([
  ['nobody closely when all turns are noted and were of one message', 64, 1, 64],
  ['closely when one turn had several messages', 1, 2, 1],
  ['closely when there were more turns than are noted', 65, 1, 1],
])('looks at %s', (_, turns, messages, messagesMax) => {
  const { clock, reports, pace } = lonePace();
  pace.beginSlice();
  for (let turn = 0; turn < turns; turn++) pace.noteTurn(1, 1, 0, 1, messages);
  clock.advance(1000);
  pace.endSlice();
  expect(reports).toHaveLength(1);
  expect(pace.turnMessagesMax(64)).toBe(messagesMax);
});
