// At stake: a promise that an actor forgot must fail that actor and nobody else, and one that no actor made must not fail
// any. Tried with promises made at every place where a definition's code runs, and outside.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  crash,
  expectBooksToBalance,
  life,
  note,
  notes,
  obedient,
  type PuppetRef,
  puppet,
  type RunningTest,
  run,
  startPuppets,
} from '../testing/puppet.test-fixtures.js';
import { rest } from '../testing/rest.test-fixtures.js';

/** Rejections that no actor answers for end the process: as exceptions, which vitest would take for failures of its own. */
const EVENTS = ['uncaughtException', 'unhandledRejection'] as const;
let unattributed: unknown[] = [];
let others: [(typeof EVENTS)[number], (...args: never[]) => void][] = [];
const collect = (error: unknown): void => void unattributed.push(error);
beforeEach(() => {
  unattributed = [];
  others = EVENTS.flatMap((event) =>
    process.listeners(event as 'exit').map((listener): (typeof others)[number] => [event, listener]),
  );
  for (const event of EVENTS) process.removeAllListeners(event);
  process.on('uncaughtException', collect);
});
afterEach(() => {
  process.off('uncaughtException', collect);
  for (const [event, listener] of others) process.on(event, listener as () => void);
});

const failLater = async (message: string): Promise<void> => {
  await null;
  throw new Error(message);
};
/** Node tells of rejections after the microtasks; a failure is then a signal to the supervisor. */
const settle = async ({ system }: RunningTest): Promise<void> => {
  await rest();
  await system.quiet();
};
const incarnationOf = async (ref: PuppetRef, test: RunningTest): Promise<number> => {
  let incarnation = 0;
  ref.send(
    run((context) => {
      incarnation = context.incarnation;
    }),
  );
  await test.system.quiet();
  return incarnation;
};

describe('a rejection that nobody handles', () => {
  it.each([
    ['an async function', () => void failLater('floating')],
    ['a rejected promise', () => void Promise.reject(new Error('floating'))],
    [
      'a chain',
      () =>
        void Promise.resolve()
          .then(() => null)
          .then(() => {
            throw new Error('floating');
          }),
    ],
    ['a chain on a function', () => void failLater('floating').then(() => null)],
    ['a promise of many', () => void Promise.all([null, failLater('floating')])],
    [
      'an executor that fails later',
      () => void new Promise((_, reject) => setImmediate(() => reject(new Error('floating')))),
    ],
  ])('of %s fails the actor in whose handler it was made, once', async (_, float) => {
    const test = await startPuppets();
    const parent = test.system.spawn(puppet);
    const failed: unknown[] = [];
    let other!: PuppetRef;
    const ref = test.system.spawn(puppet);
    parent.send(
      run((context) => {
        other = context.spawn(puppet);
      }),
    );
    ref.send(run(float));
    await settle(test);
    failed.push(
      await incarnationOf(ref, test),
      await incarnationOf(other, test),
      await incarnationOf(parent, test),
    );
    expect(failed).toEqual([2, 1, 1]);
    expect(unattributed).toEqual([]);
    await expectBooksToBalance(test);
  });

  it('of `initial` fails that life', async () => {
    const test = await startPuppets();
    let lives = 0;
    const ref = test.system.spawn(
      puppet,
      life({
        initial: () => {
          if (lives++ === 0) void failLater('floating');
        },
      }),
    );
    await settle(test);
    expect(await incarnationOf(ref, test)).toBe(2);
    expect([lives, unattributed]).toEqual([2, []]);
  });

  it('of `stopped` fails nobody: its life is over', async () => {
    const test = await startPuppets();
    const ref = test.system.spawn(puppet, life({ stopped: () => void failLater('floating') }));
    await test.system.stopActor(ref);
    await settle(test);
    expect(unattributed).toEqual([]);
    expect(
      test.records.filter(({ message }) => message === 'a rejection of a life that is over'),
    ).toHaveLength(1);
  });

  it('of an earlier life does not fail the next one', async () => {
    const test = await startPuppets();
    const ref = test.system.spawn(puppet);
    let reject!: (error: Error) => void;
    ref.send(
      run(() => {
        void new Promise((_, no) => {
          reject = no;
        });
      }),
    );
    ref.send(crash());
    await test.system.quiet();
    reject(new Error('floating'));
    await settle(test);
    expect(await incarnationOf(ref, test)).toBe(2);
    expect(unattributed).toEqual([]);
  });

  it('of a supervisor that judges is its own, not its child`s', async () => {
    const test = await startPuppets();
    const parent = test.system.spawn(obedient);
    let child!: PuppetRef;
    parent.send(
      run((context) => {
        child = context.spawn(puppet);
      }),
    );
    await test.system.quiet();
    child.send(
      run(() => {
        throw Object.defineProperty(new Error(), 'message', {
          get: () => {
            void failLater('restart of the judge');
            return 'resume';
          },
        });
      }),
    );
    child.send(note('resumed'));
    await settle(test);
    expect(await incarnationOf(parent, test)).toBe(2);
    expect(unattributed).toEqual([]);
  });

  it('of a listener outside of all actors is not put down to the actor that made it run', async () => {
    const test = await startPuppets();
    const ref = test.system.spawn(puppet);
    const unsubscribe = test.system.deadLetters.subscribe(() => void failLater('of the listener'));
    ref.send({ type: 'no-such' } as never);
    await settle(test);
    unsubscribe();
    expect(unattributed).toMatchObject([{ message: 'of the listener' }]);
    expect(await incarnationOf(ref, test)).toBe(1);
  });

  it('of plain code is left to the process', async () => {
    const test = await startPuppets();
    const ref = test.system.spawn(puppet);
    ref.send(note('something to do'));
    void failLater('plain');
    await settle(test);
    expect(unattributed).toMatchObject([{ message: 'plain' }]);
    expect(await ref.ask(notes, { deadlineMs: 100 })).toEqual(['something to do']);
  });

  it('belongs to the right one of two systems, also when the other has stopped', async () => {
    const [one, other] = [await startPuppets(), await startPuppets()];
    const refs = [one.system.spawn(puppet), other.system.spawn(puppet)] as const;
    refs[1].send(run(() => void failLater('floating')));
    await settle(other);
    expect([await incarnationOf(refs[0], one), await incarnationOf(refs[1], other)]).toEqual([1, 2]);
    await one.system.stop();
    refs[1].send(run(() => void failLater('floating')));
    await settle(other);
    expect(await incarnationOf(refs[1], other)).toBe(3);
    expect(unattributed).toEqual([]);
  });
});
