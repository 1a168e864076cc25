// At stake: on real threads, over real rings, everything that the simulated shards promise. Tried with workers
// that exit, throw, spin and float rejections in the middle of their work; a hanging test is a failed one.
import { afterEach, describe, expect, it } from 'vitest';
import {
  type ActorRef,
  type ActorSystem,
  createSystem,
  type DeadLetter,
  type LogRecord,
  type SystemOptions,
} from '../../dist/index.js';
import { collector, keeper } from '../../test-fixtures/actors.mjs';

// biome-ignore lint/suspicious/noExplicitAny: the actors are plain JavaScript, as worker threads need them
type Any = any;
type Ref = ActorRef<Any>;
const definition = collector;

const actors = new URL('../../test-fixtures/actors.mjs', import.meta.url);
const soon = { deadlineMs: 5000 };

const systems: ActorSystem[] = [];
async function start(options: Partial<SystemOptions> = {}) {
  const records: LogRecord[] = [];
  const letters: DeadLetter[] = [];
  const system = await createSystem({
    modules: [actors],
    threads: 2,
    handleProcessSignals: false,
    log: (record) => records.push(record),
    ...options,
  });
  systems.push(system);
  system.deadLetters.subscribe((letter) => letters.push(letter));
  await system.quiet();
  return { system, records, letters };
}

async function expectBooksToBalance(system: ActorSystem): Promise<void> {
  await system.quiet();
  const { sent, handled, deadLetters, queued } = system.metrics();
  expect({ sent, queued }).toEqual({ sent: handled + deadLetters, queued: 0 });
}

afterEach(async () => {
  for (const system of systems.splice(0)) {
    await system.stop({ deadlineMs: 1000 });
    await expectBooksToBalance(system);
    expect(system.metrics().actors).toBe(0);
  }
});

const ask = (ref: Ref, message: object): Promise<Any> => ref.ask(message as Any, soon);
const failureOf = (promise: Promise<unknown>): Promise<Any> =>
  promise.then(
    (value) => Promise.reject(new Error(`fulfilled with ${String(value)}`)),
    (error: unknown) => error,
  );

describe('actors on worker threads', { timeout: 30_000 }, () => {
  it('live on threads of their own, and keep the order of each pair', async () => {
    const { system } = await start();
    const refs = [0, 1, 2].map((shard) => system.spawn(definition, undefined, { shard }));
    const places = await Promise.all(refs.map((ref) => ask(ref, { type: 'place' })));
    expect(places.map(({ shard }) => shard)).toEqual([0, 1, 2]);
    expect(new Set(places.map(({ threadId }) => threadId)).size).toBe(3);
    for (const [i, ref] of refs.entries())
      for (const to of refs) ref.send({ type: 'forward', to, from: i * 100_000, count: 2000 });
    await system.quiet();
    for (const ref of refs) {
      const got: number[] = await ask(ref, { type: 'got' });
      expect(got).toHaveLength(6000);
      for (const [i] of refs.entries())
        expect(got.filter((n) => Math.floor(n / 100_000) === i)).toEqual(
          Array.from({ length: 2000 }, (_, n) => i * 100_000 + n),
        );
    }
    await expectBooksToBalance(system);
  });

  it('that exit in the middle of ten thousand messages lose no accounting', async () => {
    const { system, letters, records } = await start();
    const victim = system.spawn(definition, undefined, { shard: 1 });
    const other = system.spawn(definition, undefined, { shard: 2 });
    const waiting = failureOf(ask(victim, { type: 'silent' }));
    for (let number = 0; number < 10_000; number++) {
      victim.send({ type: 'exitAt', number, last: 3000 });
      other.send({ type: 'add', number });
      if (number === 5000) victim.send({ type: 'forward', to: other, from: 1e6, count: 10 });
    }
    const inFlight = failureOf(ask(victim, { type: 'got' }));
    expect(await waiting).toMatchObject({ code: 'RUNTIME_SHARD_LOST', shard: 1 });
    expect(await inFlight).toMatchObject({ code: 'RUNTIME_SHARD_LOST', shard: 1 });
    await system.quiet();
    await expectBooksToBalance(system);
    const metrics = system.metrics();
    expect(metrics).toMatchObject({ actors: 3, restarts: 1 });
    expect(metrics.shards.map(({ epoch }) => epoch)).toEqual([1, 2, 1]);
    const lost = letters.reduce((sum, { reason, count }) => sum + (reason === 'shard-lost' ? count : 0), 0);
    expect(lost).toBe(metrics.deadLetters);
    expect(await ask(other, { type: 'got' })).toHaveLength(10_000);
    expect(await ask(victim, { type: 'got' })).toEqual([]);
    expect(records).toContainEqual(expect.objectContaining({ level: 'error', message: 'a shard was lost' }));
  });

  it('are replaced again and again, also when one shard loses the other', async () => {
    const { system } = await start();
    const parent = system.spawn(keeper, { shards: [0, 1, 2] }, { shard: 2 });
    const children: Ref[] = await ask(parent, { type: 'children' });
    for (let loss = 0; loss < 3; loss++) {
      children[1]!.send({ type: 'exit' });
      children[1]!.send({ type: 'add', number: 1 });
      for (;;) {
        await system.quiet();
        if (system.metrics().shards[1]!.epoch === loss + 2) break;
        await new Promise(setImmediate);
      }
      expect(await ask(children[1]!, { type: 'place' })).toMatchObject({ shard: 1, incarnation: 1 });
    }
    await expectBooksToBalance(system);
    expect(system.metrics()).toMatchObject({ actors: 5, restarts: 3 });
  });

  it('that end during an async call are replaced', async () => {
    const { system } = await start();
    const ref = system.spawn(definition, undefined, { shard: 1 });
    const beside = system.spawn(definition, undefined, { shard: 1 });
    const call = failureOf(ask(ref, { type: 'wait' }));
    beside.send({ type: 'throwOutside' });
    expect(await call).toMatchObject({ code: 'RUNTIME_SHARD_LOST' });
    await system.quiet();
    await expectBooksToBalance(system);
    expect(system.metrics().shards[1]).toMatchObject({ epoch: 2, callsRunning: 0, actors: 2 });
  });

  it('float a rejection: their supervisor hears of it and the thread stays', async () => {
    const { system, records } = await start();
    const ref = system.spawn(definition, undefined, { shard: 1 });
    const neighbour = system.spawn(definition, undefined, { shard: 1 });
    neighbour.send({ type: 'add', number: 1 });
    for (const type of ['float', 'floatLater']) {
      const { restarts } = system.metrics();
      ref.send({ type });
      const endMs = performance.now() + 5000;
      while (system.metrics().restarts === restarts && performance.now() < endMs)
        await new Promise(setImmediate);
      expect(await ask(ref, { type: 'got' })).toEqual([]);
    }
    await system.quiet();
    expect(system.metrics().restarts).toBe(2);
    expect(system.metrics().shards[1]!.epoch).toBe(1);
    expect(await ask(neighbour, { type: 'got' })).toEqual([1]);
    expect(records.map(({ fields }) => (fields.error as Error | undefined)?.message)).toEqual([
      'floating',
      'floating later',
    ]);
  });

  it('throw and log what cannot travel', async () => {
    const { system, records } = await start();
    const [parent] = [system.spawn(keeper, { shards: [1, 2] }, { shard: 1 })];
    const children: Ref[] = await ask(parent, { type: 'children' });
    for (const child of children) {
      child.send({ type: 'throwOdd' });
      child.send({ type: 'log' });
    }
    await system.quiet();
    expect(system.metrics()).toMatchObject({ restarts: 2 });
    expect(system.metrics().shards.map(({ epoch }) => epoch)).toEqual([1, 1, 1]);
    expect(records.filter(({ message }) => message === 'from a thread')).toHaveLength(2);
  });

  it('do not get messages over the limit', async () => {
    const { system, letters } = await start({ messageBytesMax: 4096 });
    const [far, near] = [1, 0].map((shard) => system.spawn(definition, undefined, { shard })) as [Ref, Ref];
    far.send({ type: 'add', number: 'x'.repeat(5000) });
    far.send({ type: 'big', to: near, bytes: 5000 });
    expect(await failureOf(ask(far, { type: 'got', ballast: 'x'.repeat(5000) }))).toMatchObject({
      reason: 'invalid-message',
      cause: { code: 'TRANSPORT_MESSAGE_TOO_LARGE' },
    });
    far.send({ type: 'add', number: 1 });
    await system.quiet();
    expect(letters.map(({ reason }) => reason)).toEqual(new Array(3).fill('invalid-message'));
    expect(await ask(far, { type: 'got' })).toEqual([1]);
    expect(await ask(near, { type: 'got' })).toEqual([]);
    await expectBooksToBalance(system);
  });

  it('that fill their rings lose nothing', async () => {
    const { system } = await start({ messageBytesMax: 1024, ringBytes: 8192 });
    const refs = [1, 2].map((shard) => system.spawn(definition, undefined, { shard }));
    refs[0]!.send({ type: 'forward', to: refs[1], from: 0, count: 20_000 });
    for (let number = 0; number < 5000; number++) refs[0]!.send({ type: 'add', number });
    await system.quiet();
    expect(system.metrics()).toMatchObject({ sent: 25_001, handled: 25_001, deadLetters: 0, queued: 0 });
  });

  it('are watched across threads, and missed when lost', async () => {
    const { system } = await start();
    const [watcher, stopping, lost] = [1, 2, 2].map((shard) =>
      system.spawn(definition, undefined, { shard }),
    ) as [Ref, Ref, Ref];
    watcher.send({ type: 'watch', target: stopping });
    watcher.send({ type: 'watch', target: lost });
    await system.quiet();
    await system.stopActor(stopping);
    await system.quiet();
    lost.send({ type: 'exit' });
    const endMs = performance.now() + 5000;
    while (system.metrics().shards[2]!.epoch === 1 && performance.now() < endMs)
      await new Promise(setImmediate);
    await system.quiet();
    expect(await ask(watcher, { type: 'got' })).toEqual(['stopped', 'shard-lost']);
  });

  it('whose handler never returns are ended after the deadline of the stop', async () => {
    const { system, letters } = await start();
    const ref = system.spawn(definition, undefined, { shard: 1 });
    ref.send({ type: 'spin' });
    ref.send({ type: 'add', number: 1 });
    const beginMs = performance.now();
    await system.stop({ deadlineMs: 200 });
    expect(performance.now() - beginMs).toBeLessThan(10_000);
    await expectBooksToBalance(system);
    expect(letters.reduce((sum, { count }) => sum + count, 0)).toBe(2);
  });

  it('give up when they end faster than it makes sense to replace them', async () => {
    const { system } = await start();
    const refs = Array.from({ length: 8 }, () => system.spawn(definition, undefined, { shard: 1 }));
    let ended = false;
    void system.terminated.then(() => {
      ended = true;
    });
    const endMs = performance.now() + 20_000;
    for (let i = 0; !ended && performance.now() < endMs; i++) {
      refs[i % refs.length]!.send({ type: 'exit' });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await system.terminated).toMatchObject({ reason: 'escalated' });
    await expectBooksToBalance(system);
  });
});

describe('createSystem', { timeout: 30_000 }, () => {
  it.each([
    { fixture: 'fails-on-workers', code: 'RUNTIME_SHARD_START', cause: 'RUNTIME_MODULE_LOAD' },
    { fixture: 'differs-on-workers', code: 'RUNTIME_DEFINITION_MISMATCH', cause: undefined },
  ])('with a module that $fixture rejects and leaves nothing', async ({ fixture, code, cause }) => {
    const modules = [new URL(`../../test-fixtures/${fixture}.mjs`, import.meta.url)];
    const failure = await failureOf(createSystem({ modules, threads: 2, handleProcessSignals: false }));
    expect(failure).toMatchObject({ code, ...(cause && { cause: { code: cause } }) });
  });
});
