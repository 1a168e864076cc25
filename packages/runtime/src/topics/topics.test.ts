// At stake: what is published reaches everybody who has subscribed, once and in order, and costs the others
// nothing. Tried on one shard and on three, which share one thread.
import { describe, expect, it } from 'vitest';
import {
  createSystem,
  publish,
  spawnTopics,
  subscribe,
  TOPICS_MODULE,
  type Topics,
  topicStatistics,
  unsubscribe,
} from '../index.js';
import {
  expectBooksToBalance,
  failureOf,
  life,
  notes,
  type PuppetRef,
  puppet,
  run,
  seenFrom,
  soon,
  startPuppets,
  wait,
} from '../testing/puppet.test-fixtures.js';
import type { TestSystemOptions } from '../testing/test-system.js';
import { type News, type ReaderArgs, reader } from './reader.test-fixtures.js';
import type { TopicsOptions } from './topics.js';

const modules = [
  TOPICS_MODULE,
  new URL('../testing/puppet.test-fixtures.ts', import.meta.url),
  new URL('./reader.test-fixtures.ts', import.meta.url),
];

async function start(options: Partial<TestSystemOptions> = {}, topicsOptions: TopicsOptions = {}) {
  const test = await startPuppets({ modules, ...options });
  const { system } = test;
  const news = await spawnTopics<News>(system, topicsOptions);
  const spawnReader = (shard: number, args: Omit<ReaderArgs, 'news'> = {}) =>
    system.spawn(reader, { news, ...args }, { shard });
  const note = (topic: string, text: string, severity = 0) =>
    publish(system, news, topic, { type: 'note', text, severity });
  return { ...test, news, spawnReader, note };
}

const heard = { type: 'heard' } as const;

describe.each([{ sideShards: 0 }, { sideShards: 2 }])(
  'topics with $sideShards side shards',
  ({ sideShards }) => {
    const shards = Array.from({ length: sideShards + 1 }, (_, shard) => shard);

    it('bring a message, and the name it was published under, to those whose pattern matches', async () => {
      const test = await start({ sideShards });
      const patterns = ['city.berlin.north', 'city.*.north', 'city.>', '>', 'city.berlin', 'sea.>'];
      const readers = patterns.map((pattern, i) => test.spawnReader(i % shards.length, { pattern }));
      await test.system.quiet();
      test.note('city.berlin.north', 'hello');
      await test.system.quiet();
      const texts = await Promise.all(readers.map((ref) => ref.ask(heard, soon)));
      const hello = ['city.berlin.north hello'];
      expect(texts).toEqual([hello, hello, hello, hello, [], []]);
    });

    it('bring it once to a subscriber with several patterns that match', async () => {
      const test = await start({ sideShards });
      const ref = test.spawnReader(sideShards);
      for (const pattern of ['a.>', 'a.b', '*.b']) await subscribe(test.system, test.news, pattern, ref);
      await subscribe(test.system, test.news, '*.*', ref, { filter: { field: 'severity', atLeast: 1 } });
      test.note('a.b', 'once');
      expect(await topicStatistics(test.system, test.news)).toMatchObject({ published: 1, delivered: 1 });
      expect(await ref.ask(heard, soon)).toEqual(['a.b once']);
    });

    it('keep what a filter does not want on the shard where it is published', async () => {
      const test = await start({ sideShards });
      const ref = test.spawnReader(sideShards);
      await subscribe(test.system, test.news, 'a', ref, { filter: { field: 'severity', atLeast: 3 } });
      await test.system.quiet();
      const before = test.system.metrics();
      for (let severity = 0; severity < 10; severity++) test.note('a', `${severity}`, severity);
      await test.system.quiet();
      expect(test.system.metrics().sent - before.sent).toBe(10 + 7);
      const counts = { published: 10, delivered: 7, filtered: 3, unmatched: 0, dropped: 0 };
      expect(await topicStatistics(test.system, test.news)).toEqual(counts);
      expect(await ref.ask(heard, soon)).toEqual([3, 4, 5, 6, 7, 8, 9].map((severity) => `a ${severity}`));
    });

    it('let a filter look at the topic too, and be replaced', async () => {
      const test = await start({ sideShards });
      const ref = test.spawnReader(sideShards);
      const wanting = (filter?: object) =>
        subscribe(test.system, test.news, '*', ref, filter && { filter: filter as never });
      await wanting({ field: 'topic', in: ['a', 'b'] });
      for (const topic of ['a', 'b', 'c']) test.note(topic, '1');
      await wanting({ field: 'topic', equals: 'c' });
      for (const topic of ['a', 'b', 'c']) test.note(topic, '2');
      await wanting();
      for (const topic of ['a', 'b', 'c']) test.note(topic, '3');
      await test.system.quiet();
      expect(await ref.ask(heard, soon)).toEqual(['a 1', 'b 1', 'c 2', 'a 3', 'b 3', 'c 3']);
    });

    it('count what nobody subscribed to, and lose no letter over it', async () => {
      const test = await start({ sideShards });
      test.note('nobody.cares', 'at all');
      expect(await topicStatistics(test.system, test.news)).toMatchObject({ published: 1, unmatched: 1 });
      expect(test.letters).toEqual([]);
    });

    it('are known to every broker as soon as subscribing is done, and forgotten as soon as that ends', async () => {
      const test = await start({ sideShards });
      const ref = test.spawnReader(sideShards);
      const publishers = shards.map((shard) => test.spawnReader(shard));
      await test.system.quiet();
      const tellAll = (text: string) => {
        for (const publisher of publishers) publisher.send({ type: 'tell', topic: 'a', text });
      };
      await subscribe(test.system, test.news, 'a', ref);
      tellAll('now');
      await test.system.quiet();
      await unsubscribe(test.system, test.news, 'a', ref);
      tellAll('too late');
      await unsubscribe(test.system, test.news, 'a', ref);
      await test.system.quiet();
      expect(await ref.ask(heard, soon)).toEqual(shards.map(() => 'a now'));
      const { unmatched } = await topicStatistics(test.system, test.news);
      expect(unmatched).toBe(shards.length);
    });

    it('keep the order from each publisher to each subscriber', async () => {
      const test = await start({ sideShards });
      const subscribers = shards.map((shard) => test.spawnReader(shard, { pattern: '*.>' }));
      const publishers = shards.map((shard) => test.spawnReader(shard));
      await test.system.quiet();
      const numbers = Array.from({ length: 200 }, (_, i) => i);
      for (const i of numbers)
        for (const [p, publisher] of publishers.entries())
          publisher.send({ type: 'tell', topic: `from.${p}.${i % 3}`, text: `${p} ${i}` });
      await test.system.quiet();
      for (const subscriber of subscribers) {
        const texts = (await subscriber.ask(heard, soon)).map((line) => line.split(' ').slice(1).map(Number));
        for (const p of shards)
          expect(texts.filter(([from]) => from === p).map(([, i]) => i)).toEqual(numbers);
      }
    });

    it('forget subscribers that stop, on all shards', async () => {
      const test = await start({ sideShards }, { subscriptionsMax: 3 });
      const refs = shards.map((shard) => test.spawnReader(shard, { pattern: 'a' }));
      const gone = test.spawnReader(sideShards);
      await test.system.quiet();
      for (const ref of [...refs, gone]) await test.system.stopActor(ref);
      await test.system.quiet();
      for (const shard of shards) {
        const publisher = test.spawnReader(shard);
        publisher.send({ type: 'tell', topic: 'a', text: 'anybody?' });
      }
      await test.system.quiet();
      const { unmatched } = await topicStatistics(test.system, test.news);
      expect([unmatched, test.letters]).toEqual([shards.length, []]);
      const late = test.spawnReader(0);
      for (const pattern of ['a', 'b', 'c']) await subscribe(test.system, test.news, pattern, late);
      await subscribe(test.system, test.news, 'a', gone).catch(() => undefined); // no room, nor a subscriber
      await unsubscribe(test.system, test.news, 'c', late);
      await subscribe(test.system, test.news, 'a', gone);
      await test.system.quiet();
      await subscribe(test.system, test.news, 'c', late);
    });

    it('stay with a subscriber that fails and begins a new life', async () => {
      const test = await start({ sideShards });
      const ref: PuppetRef = test.system.spawn(puppet, undefined, { shard: sideShards });
      await subscribe(test.system, test.news, 'a', ref);
      ref.send(
        run(() => {
          throw new Error('crash');
        }),
      );
      await test.system.quiet();
      test.note('a', 'after the crash');
      await test.system.quiet();
      expect(await ref.ask(notes, soon)).toEqual(['after the crash']);
    });

    it('are at their bound when there are as many subscriptions as there may be', async () => {
      const test = await start({ sideShards }, { subscriptionsMax: 2 });
      const ref = test.spawnReader(sideShards);
      const to = (pattern: string) => subscribe(test.system, test.news, pattern, ref);
      await to('a');
      await to('b');
      expect(await failureOf(to('c'))).toMatchObject({
        code: 'RUNTIME_TOPICS_FULL',
        pattern: 'c',
        subscriber: ref.address.path,
      });
      await to('a'); // not one more
      await unsubscribe(test.system, test.news, 'a', ref);
      await to('c');
      for (const topic of ['a', 'b', 'c']) test.note(topic, '');
      await test.system.quiet();
      expect(await ref.ask(heard, soon)).toEqual(['b ', 'c ']);
    });

    it('send nothing while nobody publishes or subscribes', async () => {
      const test = await start({ sideShards });
      await subscribe(test.system, test.news, 'a', test.spawnReader(sideShards));
      await test.system.quiet();
      const { sent } = test.system.metrics();
      test.clock.advance(60_000);
      await test.system.quiet();
      expect(test.system.metrics().sent).toBe(sent);
    });

    it('can be told apart: two in one system share nothing', async () => {
      const test = await start({ sideShards });
      const others = await spawnTopics<News>(test.system);
      const ref = test.spawnReader(sideShards, { pattern: 'a' });
      await test.system.quiet();
      publish(test.system, others, 'a', { type: 'note', text: 'not for you' });
      await test.system.quiet();
      expect(await ref.ask(heard, soon)).toEqual([]);
    });
  },
);

describe('topics', () => {
  it('refuse bad names, patterns, filters and options where they are written', async () => {
    const { system, news, note } = await start();
    const ref = system.spawn(reader, { news });
    const invalid = (option: string, got: unknown) => ({ code: 'RUNTIME_INVALID_OPTION', option, got });
    expect(() => note('a.*', '')).toThrow(expect.objectContaining(invalid('topic', 'a.*')));
    expect(await failureOf(subscribe(system, news, 'a..b', ref))).toMatchObject(invalid('pattern', 'a..b'));
    expect(await failureOf(unsubscribe(system, news, '', ref))).toMatchObject(invalid('pattern', ''));
    const filter = { and: [{ field: 'text', prefix: 3 as never }] };
    expect(await failureOf(subscribe(system, news, 'a', ref, { filter }))).toMatchObject(
      invalid('filter.and[0].prefix', 3),
    );
    const strangers: Topics<News> = { ...news, brokers: [] };
    expect(() => publish(system, strangers, 'a', { type: 'note', text: '' })).toThrow(
      expect.objectContaining(invalid('topics', strangers)),
    );
    for (const bad of [{ subscriptionsMax: 0 }, { heldMax: -1 }, { heldMax: Number.NaN }])
      expect(await failureOf(spawnTopics(system, bad))).toMatchObject({
        option: Object.keys(bad)[0],
        code: 'RUNTIME_INVALID_OPTION',
      });
    expect(await failureOf(startPuppets().then((test) => spawnTopics(test.system)))).toMatchObject({
      code: 'RUNTIME_UNKNOWN_DEFINITION',
    });
  });

  it('take from the publisher what the message is, and leave the topic to the one it is published under', async () => {
    const { system, news } = await start();
    const ref = system.spawn(reader, { news, pattern: '>' });
    await system.quiet();
    publish(system, news, 'a', { type: 'note', text: 'x', topic: 'b' } as never);
    await system.quiet();
    expect(await ref.ask(heard, soon)).toEqual(['a x']);
  });

  it('survive a filter that meets a message with traps', async () => {
    const { system, news, spawnReader, records } = await start({ strict: false });
    const ref = spawnReader(0);
    await subscribe(system, news, 'a', ref, { filter: { field: 'text.trap', exists: true } });
    const text = Object.defineProperty({}, 'trap', {
      get: () => {
        throw new Error('trap');
      },
    });
    publish(system, news, 'a', { type: 'note', text: text as never });
    expect(await topicStatistics(system, news)).toMatchObject({ published: 1, filtered: 1 });
    expect(records).toEqual([]);
  });

  it('accept as subscribers only actors that understand what is published', async () => {
    type Alarm = { alarm: { level: number } };
    const { system, news } = await start();
    const alarms: Topics<Alarm> = { ...news } as never;
    const ref = system.spawn(reader, { news });
    await subscribe(system, news, 'a', ref);
    // @ts-expect-error: a reader has no handler for alarms
    await subscribe(system, alarms, 'a', ref);
    // @ts-expect-error: and these are no news
    publish(system, news, 'a', { type: 'alarm', level: 1 });
  });
});

describe('topics whose brokers lose their thread', () => {
  it('miss nothing that is published once the thread is back, and the brokers know all', async () => {
    const test = await start({ sideShards: 2 });
    const { system, news, killShard } = test;
    const near = test.spawnReader(0, { pattern: 'a.>' });
    const far = test.spawnReader(2, { pattern: '*.b', filter: { field: 'severity', atLeast: 2 } });
    const publisher = test.spawnReader(1);
    await system.quiet();
    killShard(1);
    await system.quiet();
    for (const severity of [1, 2])
      publisher.send({ type: 'tell', topic: 'a.b', text: `${severity}`, severity });
    await expectBooksToBalance(test);
    expect(await near.ask(heard, soon)).toEqual(['a.b 1', 'a.b 2']);
    expect(await far.ask(heard, soon)).toEqual(['a.b 2']);
    expect(await topicStatistics(system, news)).toMatchObject({ published: 2, delivered: 3, dropped: 0 });
  });

  it('hold what is published while a broker learns, in order, and up to a bound', async () => {
    const test = await start({ sideShards: 1 }, { heldMax: 5 });
    const { system, news } = test;
    const ref = test.spawnReader(0);
    // More than one batch: the broker learns for a while.
    for (let i = 0; i < 1000; i++) void subscribe(system, news, `${'x'.repeat(60)}.${i}`, ref);
    await subscribe(system, news, 'a', ref);
    await system.quiet();
    const [, broker] = news.brokers;
    const publisher = test.spawnReader(1);
    await system.quiet();
    system.suspend(system.ref(news.coordinator));
    system.restart(system.ref(broker!));
    await system.quiet();
    for (let i = 0; i < 8; i++) publisher.send({ type: 'tell', topic: 'a', text: `${i}` });
    await system.quiet();
    expect(await ref.ask(heard, soon)).toEqual([]);
    system.resume(system.ref(news.coordinator));
    await system.quiet();
    publisher.send({ type: 'tell', topic: 'a', text: 'after' });
    await system.quiet();
    expect(await ref.ask(heard, soon)).toEqual([...'01234', 'after'].map((text) => `a ${text}`));
    expect(await topicStatistics(system, news)).toMatchObject({ published: 9, delivered: 6, dropped: 3 });
  });

  it('resolve a subscription that was being made when the thread is back', async () => {
    const test = await start({ sideShards: 2 });
    const { system, news, killShard } = test;
    const ref = test.spawnReader(2);
    const publisher = test.spawnReader(1);
    await system.quiet();
    killShard(1);
    await subscribe(system, news, 'a', ref);
    publisher.send({ type: 'tell', topic: 'a', text: 'back' });
    await expectBooksToBalance(test);
    expect(await ref.ask(heard, soon)).toEqual(['a back']);
  });

  it('stay what they are when it happens often', async () => {
    const test = await start({ sideShards: 1 });
    const ref = test.spawnReader(0, { pattern: 'a' });
    for (let loss = 0; loss < 5; loss++) {
      await test.system.quiet();
      test.killShard(1);
    }
    await test.system.quiet();
    const publisher = test.spawnReader(1);
    publisher.send({ type: 'tell', topic: 'a', text: 'still here' });
    await test.system.quiet();
    expect(await ref.ask(heard, soon)).toEqual(['a still here']);
  });

  it('let no more wait for the thread than there may be subscriptions', async () => {
    const test = await start({ sideShards: 1 }, { subscriptionsMax: 2 });
    const { system, news, killShard } = test;
    const ref = test.spawnReader(0);
    const to = (pattern: string) => subscribe(system, news, pattern, ref);
    await to('a');
    killShard(1);
    const waiting = [to('a'), unsubscribe(system, news, 'a', ref)];
    const full = { code: 'RUNTIME_TOPICS_FULL', pattern: 'a' };
    expect(await failureOf(to('a'))).toMatchObject(full);
    expect(await failureOf(unsubscribe(system, news, 'a', ref))).toMatchObject(full);
    await Promise.all(waiting);
    await to('a');
    test.note('a', 'room again');
    await system.quiet();
    expect(await ref.ask(heard, soon)).toEqual(['a room again']);
  });

  it('resolve an ended subscription likewise', async () => {
    const test = await start({ sideShards: 1 });
    const { system, news, killShard } = test;
    const ref = test.spawnReader(0, { pattern: 'a' });
    const publisher = test.spawnReader(1);
    await system.quiet();
    killShard(1);
    await unsubscribe(system, news, 'a', ref);
    publisher.send({ type: 'tell', topic: 'a', text: 'back' });
    await expectBooksToBalance(test);
    expect(await ref.ask(heard, soon)).toEqual([]);
  });

  it('forget subscribers that lived there, until they subscribe again', async () => {
    const test = await start({ sideShards: 2 });
    const { system, news, killShard } = test;
    const itself = test.spawnReader(1, { pattern: 'a' });
    const byOthers = test.spawnReader(1);
    await subscribe(system, news, 'a', byOthers);
    await system.quiet();
    killShard(1);
    await system.quiet();
    test.note('a', 'still there?');
    await expectBooksToBalance(test);
    expect(await itself.ask(heard, soon)).toEqual(['a still there?']);
    expect(await byOthers.ask(heard, soon)).toEqual([]);
    await subscribe(system, news, 'a', byOthers);
    test.note('a', 'again');
    await system.quiet();
    expect(await byOthers.ask(heard, soon)).toEqual(['a again']);
  });

  it('tell a broker again, and less at a time, when a batch does not reach it', async () => {
    const test = await start({ sideShards: 1, messageBytesMax: 1024 });
    const { system, news, clock } = test;
    const ref = test.spawnReader(0);
    const subscribed = Array.from({ length: 30 }, (_, i) =>
      subscribe(system, news, `${'x'.repeat(60)}.${i}`, ref, { deadlineMs: 60_000 }),
    );
    // All but the first come in one batch, which is larger than this system lets a message be.
    for (let i = 0; i < 10; i++) {
      await system.quiet();
      clock.advance(1000);
    }
    await Promise.all(subscribed);
    expect(test.reasons()).toContain('invalid-message');
    const publisher = test.spawnReader(1);
    for (let i = 0; i < 30; i++) publisher.send({ type: 'tell', topic: `${'x'.repeat(60)}.${i}`, text: '' });
    await system.quiet();
    expect(await topicStatistics(system, news)).toMatchObject({ delivered: 30, unmatched: 0 });
  });

  it('hold up nobody else by a subscription that cannot travel', async () => {
    const test = await start({ sideShards: 1, messageBytesMax: 1024, strict: false });
    const { system, news, clock } = test;
    const ref = test.spawnReader(0);
    const filter = { field: 'text', equals: 'x'.repeat(1500) };
    const stuck = failureOf(subscribe(system, news, 'big', ref, { filter }));
    const small = subscribe(system, news, 'small', ref);
    for (let i = 0; i < 5; i++) {
      await system.quiet();
      clock.advance(999);
    }
    await small;
    clock.advance(5000);
    expect(await stuck).toMatchObject({ code: 'RUNTIME_ASK_TIMEOUT' });
    const ended = unsubscribe(system, news, 'big', ref);
    await system.quiet();
    clock.advance(1000);
    await ended;
  });
});

describe('an actor', () => {
  it('publishes and subscribes in any of its functions', async () => {
    const test = await start({ sideShards: 2 });
    const { system, news } = test;
    const order: string[] = [];
    const watcher: PuppetRef = system.spawn(
      puppet,
      life({
        initial: (context) => {
          void subscribe(context, news, 'a.>', context.self).then(() => order.push('subscribed'));
        },
      }),
      { shard: 2 },
    );
    await system.quiet();
    expect(order).toEqual(['subscribed']);
    const other = system.spawn(
      puppet,
      life({ stopped: (context) => publish(context, news, 'a.end', { type: 'note', text: 'stopped' }) }),
      { shard: 1 },
    );
    other.send(run((context) => publish(context, news, 'a.b', { type: 'note', text: 'synchronously' })));
    other.send(
      wait(async (context) => {
        await null;
        publish(context, news, 'a.b', { type: 'note', text: 'later' });
      }),
    );
    await system.quiet();
    await system.stopActor(other);
    await system.quiet();
    expect(await watcher.ask(notes, soon)).toEqual(['synchronously', 'later', 'stopped']);
    watcher.send(run((context) => void unsubscribe(context, news, 'a.>', seenFrom(context, watcher))));
    await system.quiet();
    test.note('a.b', 'unheard');
    await system.quiet();
    expect(await watcher.ask(notes, soon)).toHaveLength(3);
  });
});

describe('the module of topics', () => {
  it('is what a system needs beside the modules of its user', async () => {
    await using system = await createSystem({ modules: [TOPICS_MODULE], handleProcessSignals: false });
    expect((await spawnTopics(system)).brokers).toHaveLength(1);
  });
});
