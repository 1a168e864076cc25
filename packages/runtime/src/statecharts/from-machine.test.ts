// At stake: a machine behaves as its chart says, with every effect on this kernel: timers on its clock, events as
// its messages, children under its supervision. Tried with small machines on the simulated clock.
import { describe, expect, it } from 'vitest';
import { oneForOne } from '../supervision/supervision.js';
import { expectBooksToBalance, failureOf, soon } from '../testing/puppet.test-fixtures.js';
import {
  advance,
  bell,
  boss,
  carelessBoss,
  counterpart,
  debounce,
  fetcher,
  fragile,
  house,
  light,
  listener,
  nursery,
  outspoken,
  patientBoss,
  player,
  promises,
  startMachines,
  stateOf,
  sum,
  teacher,
  tutor,
  vending,
} from './machines.test-fixtures.js';

const actorsOf = (test: Awaited<ReturnType<typeof startMachines>>): number => test.system.metrics().actors;

describe('time in a machine', () => {
  it('is the system’s: `after` comes when it is due, also by a named delay', async () => {
    const test = await startMachines();
    const ref = test.system.spawn(light);
    await advance(test, 99);
    expect(await stateOf(ref)).toEqual({ working: 'green' });
    await advance(test, 1);
    expect(await stateOf(ref)).toEqual({ working: 'yellow' });
    await advance(test, 30);
    expect(await stateOf(ref)).toEqual({ working: 'red' });
    await advance(test, 70);
    expect(await stateOf(ref)).toEqual({ working: 'green' });
  });

  it('ends for a state that is left, and history goes back to where it was', async () => {
    const test = await startMachines();
    const ref = test.system.spawn(light);
    await advance(test, 120);
    ref.send({ type: 'break' });
    await advance(test, 15);
    expect(await stateOf(ref)).toEqual({ broken: 'blink' });
    ref.send({ type: 'mend' });
    await advance(test, 29);
    expect(await stateOf(ref)).toEqual({ working: 'yellow' });
    await advance(test, 1);
    expect(await stateOf(ref)).toEqual({ working: 'red' });
  });

  it('is void when it comes behind mail that has left its state, even if that has come back', async () => {
    const test = await startMachines();
    const ref = test.system.spawn(light);
    await test.system.quiet();
    ref.send({ type: 'break' });
    ref.send({ type: 'mend' });
    test.clock.advance(100); // the message of the first green waits behind both
    await test.system.quiet();
    expect(await stateOf(ref)).toEqual({ working: 'green' });
    await advance(test, 100);
    expect(await stateOf(ref)).toEqual({ working: 'yellow' });
  });

  it('delays a raise until it is cancelled', async () => {
    const test = await startMachines();
    const ref = test.system.spawn(debounce);
    for (const type of ['key', 'key', 'key'] as const) {
      ref.send({ type });
      await advance(test, 30);
    }
    await advance(test, 20);
    const { context } = await ref.ask({ type: '@snapshot' }, soon);
    expect(context).toEqual({ keys: 3, settled: 1 });
    ref.send({ type: 'key' });
    ref.send({ type: 'clear' });
    await advance(test, 100);
    expect((await ref.ask({ type: '@snapshot' }, soon)).context).toEqual({ keys: 4, settled: 1 });
    ref.send({ type: 'key' });
    ref.send({ type: 'clear' });
    await test.system.quiet();
    const { sent } = test.system.metrics();
    await advance(test, 100);
    expect(test.system.metrics().sent).toBe(sent); // no timer is left behind
  });
});

describe('a machine', () => {
  it('runs `always`, guards and raises within one message', async () => {
    const test = await startMachines();
    const ref = test.system.spawn(vending);
    ref.send({ type: 'insert', coins: 7 });
    expect(await ref.ask({ type: '@snapshot' }, soon)).toMatchObject({
      value: 'resting',
      context: { coins: 1, sold: 2 },
    });
    await advance(test, 20);
    expect(await stateOf(ref)).toBe('counting');
    ref.send({ type: 'refund' });
    expect(await ref.ask({ type: 'credit' }, soon)).toBe(0);
    expect(await stateOf(ref)).toBe('idle');
  });

  it('is in all of its parallel states, and tells so as plain data', async () => {
    const test = await startMachines();
    const ref = test.system.spawn(player);
    ref.send({ type: 'play' });
    expect(await ref.ask({ type: '@snapshot' }, soon)).toEqual({
      value: { deck: { playing: 'slow' }, sound: 'off', lamp: 'red' },
      context: { turns: 1 },
      tags: [],
    });
    await advance(test, 15);
    expect(await stateOf(ref)).toMatchObject({ deck: { playing: { fast: 'even' } } });
  });

  it('answers what it is asked, and does not leave a question open', async () => {
    const test = await startMachines();
    const ref = test.system.spawn(vending);
    expect(await ref.ask({ type: 'quote', count: 2 }, soon)).toBe('6 coins');
    ref.send({ type: 'credit' });
    await test.system.quiet();
    expect(test.reasons()).toEqual(['no-question']);
    const silent = ref as unknown as {
      ask(message: { type: string }, options: typeof soon): Promise<unknown>;
    };
    expect(await failureOf(silent.ask({ type: 'refund' }, soon))).toMatchObject({ reason: 'unanswered' });
  });

  it('ignores what its state has no transition for; what it names nowhere is a dead letter', async () => {
    const test = await startMachines();
    const ref = test.system.spawn(fragile);
    ref.send({ type: 'guard' });
    ref.send({ type: 'unnamed' });
    expect(await stateOf(ref)).toBe('start');
    expect(test.letters).toMatchObject([{ reason: 'unhandled', messageType: 'unnamed' }]);
  });

  it('takes by a wildcard what the definition lists, and logs to the actor’s log', async () => {
    const test = await startMachines();
    const ref = test.system.spawn(listener);
    ref.send({ type: 'mouse.down' });
    ref.send({ type: 'mouse.up' });
    expect((await ref.ask({ type: '@snapshot' }, soon)).context.heard).toEqual(['mouse.down', 'mouse.up']);
    expect(test.records.filter(({ level }) => level === 'info')).toMatchObject([
      { message: 'mouse.down', path: ref.address.path },
      { message: 'heard', fields: { value: 1 } },
      { message: 'mouse.up' },
      { message: 'heard', fields: { value: 2 } },
    ]);
  });

  it('gives its functions a `self` and children that can be sent to', async () => {
    const test = await startMachines();
    const ref = test.system.spawn(outspoken);
    await test.system.quiet();
    const actors = actorsOf(test);
    expect((await ref.ask({ type: '@snapshot' }, soon)).context.heard).toEqual(['on']);
    expect(test.records).toMatchObject([
      { level: 'warn', message: expect.stringContaining('nothing was asked') },
    ]);
    ref.send({ type: 'dismiss' });
    await test.system.quiet();
    expect(actorsOf(test)).toBe(actors - 1);
  });

  it('stops at once when it is done', async () => {
    const test = await startMachines();
    const before = actorsOf(test);
    const ref = test.system.spawn(sum, { wanted: 3 });
    for (const number of [1, 2, 5]) ref.send({ type: 'add', number });
    await test.system.quiet();
    expect(actorsOf(test)).toBe(before);
    expect(test.letters).toMatchObject([{ reason: 'stopped', messageType: 'add' }]);
    test.system.spawn(sum, { wanted: 0 });
    await test.system.quiet();
    expect(actorsOf(test)).toBe(before);
    await expectBooksToBalance(test);
  });

  it('sends to another machine by a ref from an event, now and later, and says who it is', async () => {
    const test = await startMachines();
    const [one, other] = [test.system.spawn(counterpart), test.system.spawn(counterpart)];
    one.send({ type: 'ball', bounces: 3, from: other as never });
    await advance(test, 30);
    expect((await one.ask({ type: '@snapshot' }, soon)).context.heard).toEqual([3, 1]);
    expect((await other.ask({ type: '@snapshot' }, soon)).context.heard).toEqual([2, 0]);
    expect(test.letters).toEqual([]);
  });

  it('runs on another shard as on the main one', async () => {
    const test = await startMachines({ sideShards: 1 });
    const ref = test.system.spawn(teacher, { wanted: 2 }, { shard: 1 });
    ref.send({ type: 'number', number: 2 });
    await test.system.quiet();
    expect((await ref.ask({ type: '@snapshot' }, soon)).context).toMatchObject({ total: 2 });
  });
});

describe('a failing machine', () => {
  const away = async (directive: 'restart' | 'resume') => {
    const test = await startMachines({ supervision: oneForOne({ decide: () => directive }) });
    const ref = test.system.spawn(fragile);
    ref.send({ type: 'go' });
    await test.system.quiet();
    return { test, ref };
  };

  it.each([
    { type: 'action', message: /^in an action$/ },
    { type: 'guard', message: /in a guard/ },
    { type: 'assign', message: /^in an assign$/ },
    { type: 'loop', message: /Infinite loop/ },
    { type: 'emit', message: /`emit`/ },
    { type: 'stranger', message: /no actor here/ },
    { type: 'registry', message: /system.get/ },
  ] as const)('crashes in its $type, and begins anew', async ({ type, message }) => {
    const { test, ref } = await away('restart');
    ref.send({ type });
    expect(await stateOf(ref)).toBe('start');
    expect(test.letters).toMatchObject([
      { reason: 'crashed', messageType: type, cause: { message: expect.stringMatching(message) } },
    ]);
  });

  it('goes on from before the event when it is resumed, its timers untouched', async () => {
    const { test, ref } = await away('resume');
    ref.send({ type: 'action' });
    await advance(test, 50); // the raise of the failed step was not done
    expect(await stateOf(ref)).toBe('away');
    await advance(test, 50); // the timer of the state was kept
    expect(await stateOf(ref)).toBe('late');
  });

  it('does not hear in its next life what was due in the last', async () => {
    const { test, ref } = await away('restart');
    ref.send({ type: 'action' });
    ref.send({ type: 'go' });
    test.clock.advance(100); // its message waits behind the crash, and has the number of the new life's timer
    await test.system.quiet();
    expect(await stateOf(ref)).toBe('away');
    await advance(test, 100);
    expect(await stateOf(ref)).toBe('late');
  });

  it('says by name what a function chose that is not implemented', async () => {
    const test = await startMachines();
    test.system.spawn(nursery).send({ type: 'typo' });
    await test.system.quiet();
    expect(test.letters).toMatchObject([
      {
        reason: 'crashed',
        cause: { code: 'RUNTIME_STATECHART_UNSUPPORTED', message: expect.stringContaining('"typo"') },
      },
    ]);
  });
});

describe('an invoked actor', () => {
  it('gives its input and its output, when it is a machine', async () => {
    const test = await startMachines();
    const ref = test.system.spawn(teacher, { wanted: 5 });
    ref.send({ type: 'number', number: 2 });
    await test.system.quiet();
    expect(await stateOf(ref)).toBe('teaching');
    ref.send({ type: 'number', number: 4 });
    await test.system.quiet();
    expect(await ref.ask({ type: '@snapshot' }, soon)).toMatchObject({
      value: 'home',
      context: { total: 6 },
    });
  });

  it('may be a machine that only its parent names', async () => {
    const test = await startMachines();
    const ref = test.system.spawn(tutor, { wanted: 5 });
    ref.send({ type: 'number', number: 7 });
    await test.system.quiet();
    expect(await ref.ask({ type: '@snapshot' }, soon)).toMatchObject({
      value: 'home',
      context: { total: 7 },
    });
  });

  it('may be done before it hears anything', async () => {
    const test = await startMachines();
    const ref = test.system.spawn(teacher, { wanted: 0 });
    await test.system.quiet();
    expect(await ref.ask({ type: '@snapshot' }, soon)).toMatchObject({
      value: 'home',
      context: { total: 0 },
    });
  });

  it('is stopped when its state is left, without being done, and begun anew when that is entered', async () => {
    const test = await startMachines();
    const ref = test.system.spawn(teacher, { wanted: 5 });
    await test.system.quiet();
    const actors = actorsOf(test);
    ref.send({ type: 'number', number: 4 });
    ref.send({ type: 'leave' });
    await test.system.quiet();
    expect(await ref.ask({ type: '@snapshot' }, soon)).toEqual({
      value: 'home',
      context: { wanted: 5 },
      tags: [],
    });
    expect(actorsOf(test)).toBe(actors - 1);
    ref.send({ type: 'leave' });
    ref.send({ type: 'number', number: 4 });
    await test.system.quiet();
    expect(await stateOf(ref)).toBe('teaching');
    expect(test.letters).toEqual([]);
  });

  it('is done when it stops in its own time', async () => {
    const test = await startMachines();
    const ref = test.system.spawn(boss);
    ref.send({ type: 'finish' });
    await test.system.quiet();
    expect(await stateOf(ref)).toBe('served');
  });

  it('is an error when it fails, unless supervision restarts it', async () => {
    const test = await startMachines();
    const ref = test.system.spawn(boss);
    ref.send({ type: 'fail' });
    await test.system.quiet();
    expect(await ref.ask({ type: '@snapshot' }, soon)).toMatchObject({
      value: 'failed',
      context: { why: 'lost the way' },
    });
    const patient = test.system.spawn(patientBoss);
    patient.send({ type: 'fail' });
    await test.system.quiet();
    expect(await stateOf(patient)).toBe('waiting');
    patient.send({ type: 'finish' });
    await test.system.quiet();
    expect(await stateOf(patient)).toBe('served');
  });

  it('is a failure of the machine past the restart intensity, or where nothing is `onError`', async () => {
    const judged: unknown[] = [];
    const supervision = oneForOne({
      decide: (error) => {
        judged.push((error as Error).message);
        return 'restart';
      },
    });
    const test = await startMachines({ supervision });
    const patient = test.system.spawn(patientBoss);
    patient.send({ type: 'fail' });
    await test.system.quiet();
    patient.send({ type: 'fail' });
    await test.system.quiet();
    expect(judged).toEqual([expect.stringContaining('used up 1 restarts')]);
    const careless = test.system.spawn(carelessBoss);
    careless.send({ type: 'fail' });
    await test.system.quiet();
    expect(judged[1]).toBe('lost the way');
    careless.send({ type: 'fail' }); // to the child of the next life
    await test.system.quiet();
    expect(judged).toHaveLength(3);
  });

  it('sends to its parent', async () => {
    const test = await startMachines();
    const ref = test.system.spawn(house);
    ref.send({ type: 'ring' });
    await test.system.quiet();
    expect((await ref.ask({ type: '@snapshot' }, soon)).context.heard).toBe(1);
    test.system.spawn(bell).send({ type: 'ring' });
    await test.system.quiet();
    expect(test.letters).toMatchObject([{ reason: 'unhandled', target: { path: '/' }, messageType: 'rung' }]);
  });
});

describe('a spawned actor', () => {
  it('lives beside the states, with or without a name, and its ref can be told', async () => {
    const test = await startMachines();
    const before = actorsOf(test);
    const ref = test.system.spawn(nursery);
    await test.system.quiet();
    expect(actorsOf(test)).toBe(before + 2);
    const { context } = await ref.ask({ type: '@snapshot' }, soon);
    expect(String(context.first)).toMatch(/^\/nursery.\d+\/errand.0$/);
    ref.send({ type: 'spawn' });
    await test.system.quiet();
    expect(actorsOf(test)).toBe(before + 4);
    ref.send({ type: 'stop' });
    await test.system.quiet();
    expect(actorsOf(test)).toBe(before + 3);
  });

  it('is there for what is sent to it in the same step', async () => {
    const test = await startMachines();
    const ref = test.system.spawn(nursery);
    await test.system.quiet();
    const before = actorsOf(test);
    ref.send({ type: 'assign' });
    await test.system.quiet();
    expect(test.system.metrics().actors).toBe(before); // it was told to finish, and did
    expect(test.letters).toEqual([]);
  });

  it('is not begun by a state that is left in the same step', async () => {
    const test = await startMachines();
    const ref = test.system.spawn(nursery);
    await test.system.quiet();
    ref.send({ type: 'brief' });
    ref.send({ type: 'assign' });
    await test.system.quiet();
    const { context } = await ref.ask({ type: '@snapshot' }, soon);
    expect(String(context.first)).toMatch(/errand.1$/); // the next name after the first child's
  });
});

describe('a promise', () => {
  const start = async () => {
    const test = await startMachines();
    promises.length = 0;
    const ref = test.system.spawn(fetcher);
    ref.send({ type: 'fetch', url: 'here' });
    const begun = async (): Promise<unknown> => {
      await stateOf(ref); // the step that begins it
      return stateOf(ref); // its own turn
    };
    expect(await begun()).toBe('fetching');
    return { test, ref, begun };
  };

  it.each([
    { what: 'its output, of any kind', settle: () => promises[0]!.resolve(new Map([['a', 1]])), got: 1 },
    { what: 'its error', settle: () => promises[0]!.reject(new Error('no answer')), got: 'no answer' },
  ])('gives the machine $what', async ({ settle, got }) => {
    const { test, ref } = await start();
    expect(promises[0]!.input).toEqual({ url: 'here' });
    settle();
    await test.system.quiet();
    expect(await stateOf(ref)).toBe('idle');
    expect(await ref.ask({ type: 'got' }, soon)).toBe(got);
  });

  it('may throw at once', async () => {
    const test = await startMachines();
    const ref = test.system.spawn(fetcher);
    ref.send({ type: 'fetch', url: 'nowhere' });
    await test.system.quiet();
    expect(await ref.ask({ type: 'got' }, soon)).toBe('no such place');
  });

  it('is aborted when its state is left, and what it gives then is ignored', async () => {
    const { test, ref, begun } = await start();
    ref.send({ type: 'give-up' });
    ref.send({ type: 'fetch', url: 'there' });
    await begun();
    expect(promises.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    promises[0]!.resolve(new Map());
    expect(await begun()).toBe('fetching');
    promises[1]!.reject(new Error('from there'));
    await test.system.quiet();
    expect(await ref.ask({ type: 'got' }, soon)).toBe('from there');
    expect(test.letters).toEqual([]);
  });

  it('is not begun when its state is left before its turn', async () => {
    const { test, ref } = await start();
    ref.send({ type: 'give-up' });
    ref.send({ type: 'fetch', url: 'there' });
    ref.send({ type: 'give-up' });
    await test.system.quiet();
    expect(promises.map(({ input }) => input)).toEqual([{ url: 'here' }]);
  });

  it('is aborted by a crash, a call cut off; the next life does not hear of it', async () => {
    const { test, ref, begun } = await start();
    ref.send({ type: 'crash' });
    ref.send({ type: 'fetch', url: 'again' });
    await begun();
    expect(promises.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    promises[0]!.resolve(new Map());
    expect(await begun()).toBe('fetching');
    promises[1]!.resolve(new Map());
    await test.system.quiet();
    expect(await ref.ask({ type: 'got' }, soon)).toBe(0);
    expect(test.reasons()).toEqual(['crashed', 'interrupted']);
  });

  it('is begun by the life that it belongs to only', async () => {
    const test = await startMachines();
    promises.length = 0;
    const ref = test.system.spawn(fetcher);
    ref.send({ type: 'fetch', url: 'here' });
    ref.send({ type: 'crash' }); // before the call has had its turn
    ref.send({ type: 'fetch', url: 'there' });
    await stateOf(ref);
    await stateOf(ref);
    expect(promises.map(({ input }) => input)).toEqual([{ url: 'there' }]);
    promises[0]!.resolve(new Map());
    await test.system.quiet();
    expect(test.reasons()).toEqual(['crashed']);
  });

  it('takes no events; one that is sent to it is told of in the log', async () => {
    const { test, ref, begun } = await start();
    ref.send({ type: 'poke' });
    expect(await begun()).toBe('fetching');
    expect(test.records).toMatchObject([{ level: 'warn', message: expect.stringContaining('takes none') }]);
    promises[0]!.resolve(new Map());
  });

  it('is one too many past `pendingMax`: a crash', async () => {
    const { test, ref, begun } = await start();
    ref.send({ type: 'more' });
    await begun();
    ref.send({ type: 'more' });
    await test.system.quiet();
    expect(test.letters.find(({ reason }) => reason === 'crashed')).toMatchObject({
      messageType: 'more',
      cause: { code: 'RUNTIME_STATECHART_PENDING', pendingMax: 2 },
    });
    expect(promises.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    expect(await stateOf(ref)).toBe('idle');
  });
});
