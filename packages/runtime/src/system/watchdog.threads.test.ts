// At stake: on real threads, a handler that does not return is reported while it runs, whichever thread it keeps, and
// once more when it returns; without threads it is found then. Tried with handlers that wait until the test, having
// heard of them, lets them go.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type ActorRef,
  type ActorSystem,
  createSystem,
  type LogRecord,
  type SlowHandler,
  type SystemOptions,
} from '../../dist/index.js';
import { sleeper } from '../../test-fixtures/sleeper.mjs';

/** More than a busy machine keeps a thread waiting. */
const slowHandlerMs = 150;
const systems: ActorSystem[] = [];

async function start(options: Partial<SystemOptions> = {}) {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const records: LogRecord[] = [];
  const system = await createSystem({
    modules: [new URL('../../test-fixtures/sleeper.mjs', import.meta.url)],
    threads: 1,
    handleProcessSignals: false,
    watchdog: { slowHandlerMs },
    extensions: { gate: gate.buffer },
    log: (record) => records.push(record),
    ...options,
  });
  systems.push(system);
  const reports: SlowHandler[] = [];
  const waiting: (() => void)[] = [];
  system.watchdog.subscribe((slow) => {
    reports.push(slow);
    for (const look of waiting) look();
  });
  const reported = (count: number) =>
    new Promise<SlowHandler>((resolve) => {
      const look = () => {
        if (reports.length >= count) resolve(reports[count - 1]!);
      };
      waiting.push(look);
      look();
    });
  const openGate = () => {
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
  };
  return { system, records, reports, reported, openGate };
}

afterEach(async () => {
  for (const system of systems.splice(0)) await system.stop({ now: true });
});

const hello = (ref: ActorRef) => ref.ask({ type: 'hello' } as never, { deadlineMs: 10_000 });

describe('a handler that keeps a worker thread', { timeout: 30_000 }, () => {
  it('is reported by name, type and duration while it does, and again when it returns', async () => {
    const { system, reports, reported, openGate, records } = await start();
    const ref = system.spawn(sleeper, undefined, { shard: 1, name: 'ben' });
    await hello(ref);
    ref.send({ type: 'sleep' });
    const suspects = [{ actor: ref.address, definition: 'sleeper', messageType: 'sleep', messages: 1 }];
    const running = await reported(1);
    expect(running).toEqual({ shard: 1, returned: false, durationMs: expect.any(Number), suspects });
    expect(running.durationMs).toBeGreaterThanOrEqual(slowHandlerMs);
    openGate();
    const returned = await reported(2);
    expect(returned).toEqual({ shard: 1, returned: true, durationMs: expect.any(Number), suspects });
    expect(returned.durationMs).toBeGreaterThanOrEqual(running.durationMs);
    await system.quiet();
    expect(reports).toHaveLength(2);
    expect(records.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'warn a handler has not returned',
      'warn a handler was slow',
    ]);
  });

  it('has a path only when it returns, if the main thread does not know it', async () => {
    const { system, reported, openGate } = await start();
    const ref = system.spawn(sleeper, undefined, { shard: 1, name: 'hen' });
    ref.send({ type: 'nest' });
    const [running] = (await reported(1)).suspects;
    openGate();
    const [returned] = (await reported(2)).suspects;
    expect(returned!.actor.path).toBe('/hen/egg');
    expect(running!.actor).toEqual({ ...returned!.actor, path: `#${returned!.actor.id}` });
  });
});

describe('a handler that keeps the main thread', { timeout: 30_000 }, () => {
  it('is reported on stderr by another thread, and by its own when it returns', async () => {
    const program = fileURLToPath(new URL('../../test-fixtures/stuck.mjs', import.meta.url));
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program], { timeout: 20_000 });
    const running = JSON.parse(stderr.split('\n')[0]!) as LogRecord;
    expect(running).toMatchObject({
      level: 'warn',
      message: 'a handler has not returned',
      fields: { shard: 0, returned: false, suspects: [{ definition: 'sleeper', messageType: 'sleepMs' }] },
    });
    const returned = JSON.parse(stdout) as SlowHandler;
    expect(returned).toMatchObject({
      shard: 0,
      returned: true,
      suspects: [{ actor: { path: '/main' }, definition: 'sleeper', messageType: 'sleepMs' }],
    });
    expect(returned.durationMs).toBeGreaterThan(500);
  });

  it('is reported once when it returns, whatever becomes of the next question', async () => {
    const { system, reports, reported } = await start({ strict: false });
    const ref = system.spawn(sleeper, undefined, { shard: 0, name: 'main' });
    await hello(ref);
    ref.send({ type: 'sleepMs', ms: 4 * slowHandlerMs });
    await reported(1);
    await system.quiet();
    const reply = hello(ref);
    system.inspect(() => undefined); // who looks on sees it come out of the mailbox
    expect(await reply).toBe('hello');
    await system.quiet();
    expect(reports).toMatchObject([{ returned: true, suspects: [{ messageType: 'sleepMs' }] }]);
  });

  it('is reported after the fact when there is no other', async () => {
    const { system, reported } = await start({ threads: 0 });
    const ref = system.spawn(sleeper, undefined, { name: 'solo' });
    await hello(ref);
    ref.send({ type: 'sleepMs', ms: 3 * slowHandlerMs });
    const { returned, durationMs, suspects } = await reported(1);
    expect(returned).toBe(true);
    expect(durationMs).toBeGreaterThanOrEqual(3 * slowHandlerMs);
    expect(suspects.map(({ actor }) => actor.path)).toEqual(['/solo']);
    expect(suspects.at(-1)).toMatchObject({ definition: 'sleeper', messageType: 'sleepMs' });
  });

  it('is reported after the fact also in a rush of questions, and no pause of the asker is', async () => {
    const { system, reports, reported } = await start({ threads: 0 });
    const [ref, other] = ['solo', 'other'].map((name) => system.spawn(sleeper, undefined, { name }));
    const rush = async () => {
      for (let i = 0; i < 1500; i++) await hello(i % 2 === 0 ? ref! : other!);
    };
    const pause = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * slowHandlerMs);
    await hello(ref!);
    pause();
    await hello(ref!);
    for (const certain of [false, true]) {
      const known = reports.length;
      await rush();
      ref!.send({ type: 'sleepMs', ms: 3 * slowHandlerMs });
      await hello(ref!);
      const { suspects } = await reported(known + 1);
      expect(suspects.map(({ actor }) => actor.path)).toContain('/solo');
      if (certain) expect(suspects).toMatchObject([{ messageType: 'sleepMs', messages: 1 }]);
    }
    expect(reports).toHaveLength(2);
  });
});
