// At stake: a flood of messages that are all the same takes no memory, and yet each comes as what it was: the very object, or, of those
// that hold nothing but their type, an object that nobody else has. Tried by counting nodes, and with objects of every make.
import { describe, expect, it } from 'vitest';
import type { ActorRef } from '../actor/actor-ref.js';
import type { Shard } from '../shard/shard.js';
import {
  expectBooksToBalance,
  type PuppetRef,
  puppet,
  type RunningTest,
  run,
  startPuppets,
} from '../testing/puppet.test-fixtures.js';
import { expectNoMailLeft, shardUnder } from '../testing/shard-books.test-fixtures.js';
import { type Catch, type CaughtMessage, catcher, type Meet, MODULES } from './rows.test-fixtures.js';

interface Stage extends RunningTest {
  readonly ref: ActorRef<Catch>;
  /** Sends for others. */
  readonly sender: PuppetRef;
  readonly shard: Shard;
  readonly met: CaughtMessage[];
}

async function start(meet: Meet = () => undefined): Promise<Stage> {
  const test = await startPuppets({ modules: [...MODULES], strict: false });
  const met: CaughtMessage[] = [];
  const ref = test.system.spawn(catcher, (message, context) => {
    met.push(message);
    meet(message, context);
  });
  const sender = test.system.spawn(puppet);
  const shard = await shardUnder(sender, test);
  return { ...test, ref, sender, shard, met };
}

const same = { type: 'one', value: 1 } as const;
const bare = () => ({ type: 'bare' }) as const;

describe('a flood that waits', () => {
  const COUNT = 100_000;
  it.each([
    { what: 'messages without content', make: bare, nodesMax: 32 },
    { what: 'one and the same object', make: () => same, nodesMax: 32 },
    {
      what: 'one and the same object, after others,',
      make: (i: number) => (i < 100 ? ({ type: 'one', value: i } as const) : same),
      nodesMax: 64,
    },
  ])('of $what lies in a few nodes', async ({ make, nodesMax }) => {
    const test = await start();
    const { system, ref, shard, met } = test;
    system.suspend(ref);
    for (let i = 0; i < COUNT; i++) ref.send(make(i));
    await system.quiet();
    expect(system.metrics().queued).toBe(COUNT);
    expect(shard.mail.pool.used).toBeLessThanOrEqual(nodesMax);
    system.resume(ref);
    await expectNoMailLeft(test, shard);
    expect(met.length).toBe(COUNT);
  });

  it('is as many dead letters when its receiver stops', async () => {
    const test = await start();
    const { system, ref, shard, letters } = test;
    system.suspend(ref);
    for (let i = 0; i < 1000; i++) ref.send(bare());
    for (let i = 0; i < 1000; i++) ref.send(same);
    await system.stopActor(ref, { now: true });
    await expectNoMailLeft(test, shard);
    const types = letters.map(({ messageType, count, reason }) => `${reason} ${count} ${messageType}`);
    expect(types.filter((type) => type === 'stopped 1 bare').length).toBe(1000);
    expect(types.filter((type) => type === 'stopped 1 one').length).toBe(1000);
  });

  it.each([
    { what: 'messages without content', make: bare },
    { what: 'one and the same object', make: () => same },
    { what: 'messages that differ', make: () => ({ type: 'one', value: 1 }) as const },
  ])('of $what may grow while the last one is met', async ({ make }) => {
    let grown = 0;
    const test = await start((_, context) => {
      if (++grown >= 20 && grown < 40) context.self.send(make());
    });
    const { ref, shard, met } = test;
    ref.send({
      type: 'act',
      act: ({ self }) => {
        for (let i = 0; i < 20; i++) self.send(make());
      },
    });
    await expectNoMailLeft(test, shard);
    expect(met.length).toBe(40);
  });
});

/** Sends so many of what a function makes. */
const LOADS = [
  { how: 'in a row', crowd: 0, rivals: 0 },
  { how: 'one by one on a crowded shard', crowd: 5000, rivals: 1 },
] as const;

describe.each(LOADS)('a message $how', ({ crowd, rivals }) => {
  /** What comes of 100 messages that `make` makes, sent in turns with messages to as many rivals. */
  async function arrivals(make: (i: number) => object, meet?: Meet): Promise<Stage> {
    const test = await start(meet);
    const { system, ref, sender, shard } = test;
    const crowded = system.spawn(catcher, () => undefined);
    const others = Array.from({ length: rivals }, () => system.spawn(catcher, () => undefined));
    await system.quiet();
    for (const each of [crowded, ...others]) system.suspend(each);
    await system.quiet();
    for (let i = 0; i < crowd; i++) crowded.send(bare());
    sender.send(
      run(() => {
        for (let i = 0; i < 100; i++) {
          ref.send(make(i) as CaughtMessage as { type: 'bare' });
          for (const other of others) other.send(bare());
        }
      }),
    );
    await system.quiet();
    expect(test.met.length).toBe(100);
    for (const each of [crowded, ...others]) system.resume(each);
    await expectNoMailLeft(test, shard);
    return test;
  }

  it('without content comes as an object of its own', async () => {
    const { met } = await arrivals(bare, (message) => {
      expect(message).toEqual({ type: 'bare' });
      (message as { spoiled?: boolean }).spoiled = true;
    });
    expect(new Set(met).size).toBe(100);
  });

  class Instance {
    readonly type = 'bare';
  }
  class Silent {
    get type(): 'bare' {
      return 'bare';
    }
  }
  it.each([
    { what: 'an instance', make: () => new Instance() },
    { what: 'an instance whose class knows the type', make: () => new Silent() },
    {
      what: 'an object without a prototype',
      make: () => Object.assign(Object.create(null), { type: 'bare' }) as object,
    },
    { what: 'an object with a field', make: () => ({ type: 'bare', more: 1 }) },
    {
      what: 'an object with a field of its prototype',
      make: () => Object.assign(Object.create({ more: 1 }), { type: 'bare' }) as object,
    },
    { what: 'an object that is an array', make: () => Object.assign([], { type: 'bare' }) },
    { what: 'an object with a constructor of its own', make: () => ({ type: 'bare', constructor: Object }) },
  ])('that is $what comes as that very object', async ({ make }) => {
    const sent: object[] = [];
    const { met } = await arrivals((i) => (sent[i] = make()));
    expect(met.length).toBe(100);
    expect(met.every((message, i) => message === sent[i])).toBe(true);
  });

  it('sent over and over is the same object each time, if it has content', async () => {
    const { met } = await arrivals(() => same);
    expect(met.every((message) => message === same)).toBe(true);
  });
});

describe('a message that throws when it is looked at', () => {
  const spiteful = {
    type: 'bare',
    get constructor(): never {
      throw new Error('do not look');
    },
  } as const;

  it.each(LOADS)('$how counts as not sent', async ({ crowd, rivals }) => {
    const test = await start();
    const { system, ref, sender, met } = test;
    const crowded = system.spawn(catcher, () => undefined);
    await system.quiet();
    system.suspend(crowded);
    for (let i = 0; i < crowd; i++) crowded.send(bare());
    let refused = 0;
    sender.send(
      run(() => {
        ref.send(bare()); // so that the ninth, which begins a run, is one of the others
        for (let i = 0; i < 20; i++) {
          ref.send(bare());
          for (let rival = 0; rival < rivals; rival++) crowded.send(bare());
          try {
            ref.send(spiteful);
          } catch {
            refused++;
          }
        }
      }),
    );
    await expectBooksToBalance(test);
    expect(refused).toBeGreaterThan(0);
    expect(met.length).toBe(41 - refused);
  });
});
