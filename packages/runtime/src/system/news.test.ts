// At stake: a system tells what it does, and telling cannot hurt it. Tried with logs, metrics and dead letters
// of two shards, and with listeners and sinks that throw or misbehave.
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  call,
  crash,
  expectBooksToBalance,
  gate,
  note,
  notes,
  puppet,
  run,
  soon,
  startPuppets,
  wait,
} from '../testing/puppet.test-fixtures.js';
import { createLogger, type LogRecord, stderrSink } from './log.js';

describe.each([{ shard: 0 }, { shard: 1 }])('context.log on shard $shard', ({ shard }) => {
  it('writes structured records that say where and when', async () => {
    const test = await startPuppets({ sideShards: 1 });
    test.clock.advance(42);
    const ref = test.system.spawn(puppet, undefined, { shard, name: 'teller' });
    ref.send(run((context) => context.log.info('counted', { count: 3, nested: { deep: [1n] } })));
    await test.system.quiet();
    expect(test.records).toEqual([
      {
        level: 'info',
        message: 'counted',
        timeMs: 42,
        shard,
        path: '/teller',
        fields: { count: 3, nested: { deep: [1n] } },
      },
    ]);
  });

  it('takes what cannot travel, and never fails its actor', async () => {
    const test = await startPuppets({ sideShards: 1 });
    const ref = test.system.spawn(puppet, undefined, { shard });
    ref.send(
      run((context) => {
        const cycle: Record<string, unknown> = {};
        cycle.self = cycle;
        context.log.warn('odd', {
          act: () => 1,
          sign: Symbol('s'),
          cycle,
          bare: Object.create(null),
          error: new RangeError('far'),
        });
      }),
    );
    await expectBooksToBalance(test);
    expect(test.letters).toEqual([]);
    expect(test.records).toHaveLength(1);
    if (shard === 1)
      expect(test.records[0]!.fields).toMatchObject({
        act: expect.stringContaining('Function'),
        sign: 'Symbol(s)',
        error: { name: 'RangeError', message: 'far' },
      });
  });

  it('survives a sink that throws', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const test = await startPuppets({
      sideShards: 1,
      log: () => {
        throw new Error('disk full');
      },
    });
    const ref = test.system.spawn(puppet, undefined, { shard });
    ref.send(run((context) => context.log.info('x')));
    ref.send(crash());
    ref.send(note('alive'));
    expect(await ref.ask(notes, soon)).toEqual(['alive']);
    await test.system.quiet();
    expect(warned).toHaveBeenCalledWith('The log sink threw: disk full', 'SkeinLogWarning');
  });
});

describe('the default sink', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('writes warnings and errors as lines of JSON, whatever their fields', () => {
    const lines: string[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(line as string) > 0);
    const log = createLogger(stderrSink, 3, '/a', () => 7);
    log.debug('no');
    log.info('no');
    log.warn('yes', { error: new Error('why'), big: 1 });
    log.error('odd', { big: 1n });
    const records = lines.map((line) => JSON.parse(line) as LogRecord);
    expect(records).toMatchObject([
      {
        level: 'warn',
        message: 'yes',
        timeMs: 7,
        shard: 3,
        path: '/a',
        fields: { error: { message: 'why' } },
      },
      { level: 'error', message: 'odd', fields: expect.stringContaining('1n') },
    ]);
  });
});

describe('dead letters', () => {
  it('go to every listener from when it listens until it stops, and a bad one hurts nobody', async () => {
    const test = await startPuppets({ sideShards: 1 });
    const { system } = test;
    const seen: string[] = [];
    const unsubscribe = system.deadLetters.subscribe(({ messageType }) => seen.push(messageType));
    const stopBad = system.deadLetters.subscribe(() => {
      throw new Error('bad listener');
    });
    await system.quiet();
    const refs = [0, 1].map((shard) => system.spawn(puppet, undefined, { shard }));
    for (const ref of refs) {
      ref.send(crash());
      ref.send(note('kept'));
    }
    await expectBooksToBalance(test);
    expect(seen).toEqual(['run', 'run']);
    for (const ref of refs) expect(await ref.ask(notes, soon)).toEqual(['kept']);
    expect(test.records.filter(({ message }) => message === 'a dead letter listener threw')).toHaveLength(2);
    unsubscribe();
    unsubscribe();
    stopBad();
    refs[0]!.send(crash());
    await system.quiet();
    expect(seen).toHaveLength(2);
    expect(test.letters).toHaveLength(3);
  });

  it('may be answered by their listener, who is nobody’s actor', async () => {
    const { system } = await startPuppets();
    const clerk = system.spawn(puppet, undefined, { name: 'clerk' });
    const senders: unknown[] = [];
    system.deadLetters.subscribe(() => clerk.send(run((context) => senders.push(context.sender))));
    const ref = system.spawn(puppet);
    ref.send(run((context) => context.self.send({ type: 'nonsense' } as never)));
    ref.send(crash());
    await system.quiet();
    expect(senders).toEqual([undefined, undefined]);
  });
});

describe('metrics', () => {
  it('count what is done and show what waits', async () => {
    const test = await startPuppets({ sideShards: 1 });
    const { system } = test;
    const near = system.spawn(puppet, undefined, { shard: 0 });
    const far = system.spawn(puppet, undefined, { shard: 1 });
    const door = gate();
    far.send(wait(() => door.opened));
    far.send(note('waits'));
    near.send(note('done'));
    near.send(crash());
    const asked = near.ask(
      call((context) => void context.deferReply()),
      { deadlineMs: 100 },
    );
    asked.catch(() => undefined);
    for (let i = 0; i < 6; i++) await new Promise(setImmediate);
    expect(system.metrics()).toMatchObject({
      sent: 5,
      handled: 2,
      deadLetters: 1,
      queued: 2,
      actors: 3,
      restarts: 1,
      shards: [
        { shard: 0, sent: 5, questionsOpen: 1, restarts: 1, epoch: 1, mailWaiting: 0, actors: 2 },
        { shard: 1, callsRunning: 1, mailWaiting: 1, actors: 1, epoch: 1 },
      ],
    });
    door.open();
    test.clock.advance(100);
  });

  it('show nothing more when a system is quiet, and quiet gives up on one that is not', async () => {
    const { system } = await startPuppets();
    const ref = system.spawn(puppet);
    const door = gate();
    ref.send(wait(() => door.opened));
    await expect(system.quiet({ deadlineMs: 20 })).rejects.toMatchObject({
      code: 'RUNTIME_QUIET_TIMEOUT',
      message: expect.stringContaining('async calls running'),
    });
    door.open();
    await system.quiet();
    expect(system.metrics().queued).toBe(0);
  });
});

describe('random and time', () => {
  it('are decided by the seed, the path and the clock alone', async () => {
    const draw = async (seed: number, sideShards: number) => {
      const { system, clock } = await startPuppets({ seed, sideShards });
      clock.advance(5);
      const ref = system.spawn(puppet, undefined, { name: 'dice' });
      const question = call((context) => context.reply([context.random(), context.random(), context.now()]));
      return ref.ask(question, soon);
    };
    const [first, second, now] = (await draw(9, 0)) as number[];
    expect(first).not.toBe(second);
    expect(now).toBe(5);
    expect(await draw(9, 2)).toEqual([first, second, now]);
    expect(await draw(10, 0)).not.toEqual([first, second, now]);
  });

  it('extensions and shard-local things are there by name', async () => {
    const { system } = await startPuppets({ sideShards: 1, extensions: { chart: { depth: 3 } } });
    const key = {};
    let built = 0;
    for (const shard of [0, 1, 1]) {
      const ref = system.spawn(puppet, undefined, { shard });
      const question = call((context) =>
        context.reply([context.extension('chart'), context.shardLocal(key, () => ++built)]),
      );
      expect(await ref.ask(question, soon)).toEqual([{ depth: 3 }, shard + 1]);
      await expect(
        ref.ask(
          call((context) => context.extension('map')),
          soon,
        ),
      ).rejects.toMatchObject({ cause: { code: 'RUNTIME_INVALID_OPTION' } });
    }
    expect(built).toBe(2);
  });
});
