// At stake: who is listed can be reached, who is gone is not listed, and a unique key never has two holders. Tried
// with actors that crash, end and lose their shard, on one shard and on three.
import { describe, expect, it } from 'vitest';
import type { ActorRef } from '../actor/actor-ref.js';
import {
  crash,
  expectBooksToBalance,
  failureOf,
  note,
  notes,
  type Puppet,
  puppet,
  run,
  soon,
  startPuppets,
  waitCall,
} from '../testing/puppet.test-fixtures.js';
import type { TestSystemOptions } from '../testing/test-system.js';
import { Receptionist, spawnReceptionist } from './receptionist.js';
import {
  RECEPTIONIST_MODULE,
  type ReceptionistBounds,
  type ReceptionistProtocol,
} from './receptionist-actor.js';
import { type Listener, listener, worker, workers } from './receptionists.test-fixtures.js';
import { serviceKey } from './service-key.js';

const modules = [RECEPTIONIST_MODULE, new URL('./receptionists.test-fixtures.js', import.meta.url)];
const puppets = serviceKey<Puppet>('puppets');
const others = serviceKey<Puppet>('others');

const start = async (
  sideShards: number,
  bounds?: ReceptionistBounds,
  options: Partial<TestSystemOptions> = {},
) => {
  const test = await startPuppets({ modules, sideShards, ...options });
  const desk = spawnReceptionist(test.system, bounds);
  const spawn = (name: string) => test.system.spawn(puppet, undefined, { name });
  const listen = () => test.system.spawn(listener, undefined, { shard: sideShards });
  return { ...test, desk, spawn, listen };
};
const namesOf = async (refs: Promise<readonly ActorRef<never>[]>) =>
  (await refs).map(({ address }) => address.path.slice(1));
const heardBy = (ref: ActorRef<Listener>) => ref.ask({ type: 'heard' }, soon);

describe.each([{ sideShards: 0 }, { sideShards: 2 }])(
  'a receptionist, with $sideShards side shards',
  ({ sideShards }) => {
    it('finds those that share a key, in the order of registration', async () => {
      const { system, desk, spawn } = await start(sideShards);
      const [a, b, c] = [spawn('a'), spawn('b'), spawn('c')];
      for (const ref of [b, a, b]) await desk.register(puppets, ref);
      await desk.register(others, c);
      await desk.register(others, a);
      expect(await namesOf(desk.find(puppets))).toEqual(['b', 'a']);
      expect(await namesOf(desk.find(others))).toEqual(['c', 'a']);
      expect(await desk.find(serviceKey('nobody'))).toEqual([]);
      const [found] = await desk.find(puppets);
      found!.send(note('found'));
      await system.quiet();
      expect(await b.ask(notes, soon)).toEqual(['found']);
    });

    it('serves actors on any shard', async () => {
      const { system, desk } = await start(sideShards);
      for (let shard = 0; shard <= sideShards; shard++)
        system.spawn(worker, { desk: desk.ref, unique: false }, { name: `w${shard}`, shard });
      await system.quiet();
      const found = await desk.find(workers);
      const pings = await Promise.all(found.map((ref) => ref.ask({ type: 'ping' }, soon)));
      expect(pings.sort()).toEqual(Array.from({ length: sideShards + 1 }, (_, i) => `/w${i}`));
      const asker = system.spawn(puppet, undefined, { shard: sideShards });
      const { address } = desk.ref;
      const seen = asker.ask(
        waitCall(async (context) => {
          const away = new Receptionist(context.ref<ReceptionistProtocol>(address));
          const names = await namesOf(away.find(workers));
          context.reply(names.length);
        }),
        soon,
      );
      expect(await seen).toBe(sideShards + 1);
    });

    it('forgets who unregisters, and who ends', async () => {
      const { system, desk, spawn } = await start(sideShards);
      const [a, b, c] = [spawn('a'), spawn('b'), spawn('c')];
      for (const ref of [a, b, c]) await desk.register(puppets, ref);
      await desk.register(others, b);
      expect(await desk.unregister(puppets, a)).toBe(true);
      expect(await desk.unregister(puppets, a)).toBe(false);
      expect(await namesOf(desk.find(puppets))).toEqual(['b', 'c']);
      await system.stopActor(b);
      await system.quiet();
      expect(await namesOf(desk.find(puppets))).toEqual(['c']);
      expect(await desk.find(others)).toEqual([]);
      await desk.register(puppets, b); // it is gone already
      await system.quiet();
      expect(await namesOf(desk.find(puppets))).toEqual(['c']);
    });

    it('watches for as long as it knows an actor at all', async () => {
      const { system, desk, spawn } = await start(sideShards);
      const a = spawn('a');
      await desk.register(puppets, a);
      await desk.unregister(puppets, a);
      await desk.register(puppets, a);
      await desk.register(others, a);
      await desk.unregister(puppets, a);
      await system.stopActor(a);
      await system.quiet();
      expect(await desk.find(others)).toEqual([]);
    });

    it('keeps one that crashes and is restarted', async () => {
      const { system, desk, spawn } = await start(sideShards);
      const a = spawn('a');
      await desk.register(puppets, a);
      a.send(crash());
      await system.quiet();
      expect(await namesOf(desk.find(puppets))).toEqual(['a']);
    });

    it('tells a subscriber who is there, and each change', async () => {
      const { system, desk, spawn, listen } = await start(sideShards);
      const [a, b, c] = [spawn('a'), spawn('b'), spawn('c')];
      const ears = listen();
      await desk.register(puppets, a);
      await desk.subscribe(puppets, ears);
      await desk.register(puppets, b);
      await desk.register(puppets, b); // no change
      await desk.register(others, c); // not its key
      await desk.unregister(puppets, a);
      await system.stopActor(b);
      await system.quiet();
      expect(await heardBy(ears)).toEqual(['puppets: a', 'puppets: a b', 'puppets: b', 'puppets: ']);
      expect(await desk.unsubscribe(puppets, ears)).toBe(true);
      expect(await desk.unsubscribe(puppets, ears)).toBe(false);
      await desk.register(puppets, c);
      await system.quiet();
      expect(await heardBy(ears)).toHaveLength(4);
    });

    it('forgets a subscriber that ends', async () => {
      const { system, desk, spawn, listen, reasons } = await start(sideShards, { subscriptionsMax: 1 });
      const first = listen();
      await desk.subscribe(puppets, first);
      await system.stopActor(first);
      await system.quiet();
      await desk.register(puppets, spawn('a'));
      await system.quiet();
      expect(reasons()).toEqual([]);
      const second = listen();
      await desk.subscribe(puppets, second); // there is room again
      await system.quiet();
      expect(await heardBy(second)).toEqual(['puppets: a']);
    });

    it('gives a unique key to one, until that one lets go or ends', async () => {
      const { system, desk, spawn } = await start(sideShards);
      const [a, b] = [spawn('a'), spawn('b')];
      await desk.register(puppets, a, { unique: true });
      await desk.register(puppets, a, { unique: true });
      await desk.register(puppets, a);
      for (const unique of [true, false])
        expect(await failureOf(desk.register(puppets, b, { unique }))).toMatchObject({
          code: 'RUNTIME_KEY_TAKEN',
          key: 'puppets',
          holder: { path: '/a', id: a.address.id },
        });
      expect(await namesOf(desk.find(puppets))).toEqual(['a']);
      await desk.unregister(puppets, a);
      await desk.register(puppets, b, { unique: true });
      expect(await failureOf(desk.register(puppets, a))).toMatchObject({ holder: { path: '/b' } });
      await system.stopActor(b);
      await system.quiet();
      await desk.register(puppets, a);
      const c = spawn('c');
      await desk.register(puppets, c); // shared again
      expect(await failureOf(desk.register(puppets, c, { unique: true }))).toMatchObject({
        holder: { path: '/a' },
      });
    });

    it('elects one of many that want the same key at once', async () => {
      const { system, desk, spawn } = await start(sideShards);
      const crowd = Array.from({ length: 9 }, (_, i) => spawn(`c${i}`));
      const outcomes = await Promise.allSettled(
        crowd.map((ref) => desk.register(puppets, ref, { unique: true })),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const [leader] = await desk.find(puppets);
      const losers = outcomes.filter((outcome) => outcome.status === 'rejected');
      for (const { reason } of losers) expect(reason.holder.path).toBe(leader!.address.path);
      await system.stopActor(leader!);
      await system.quiet();
      const follower = crowd.find(({ address }) => address.id !== leader!.address.id)!;
      await desk.register(puppets, follower, { unique: true });
      expect(await namesOf(desk.find(puppets))).toEqual([follower.address.path.slice(1)]);
    });

    it('has no more room than it was given', async () => {
      const { desk, spawn, listen } = await start(sideShards, {
        registrationsMax: 3,
        registrationsPerKeyMax: 2,
        subscriptionsMax: 1,
      });
      const [a, b, c] = [spawn('a'), spawn('b'), spawn('c')];
      await desk.register(puppets, a);
      await desk.register(puppets, b);
      const full = (bound: string, max: number) => ({ code: 'RUNTIME_RECEPTIONIST_FULL', bound, max });
      expect(await failureOf(desk.register(puppets, c))).toMatchObject(full('registrationsPerKeyMax', 2));
      await desk.register(others, c);
      expect(await failureOf(desk.register(others, a))).toMatchObject(full('registrationsMax', 3));
      await desk.subscribe(puppets, listen());
      expect(await failureOf(desk.subscribe(puppets, listen()))).toMatchObject(full('subscriptionsMax', 1));
      await desk.unregister(puppets, b);
      await desk.register(others, a);
      expect(await namesOf(desk.find(others))).toEqual(['c', 'a']);
    });

    it('says by a dead letter that a listing is too large', async () => {
      const { system, desk, spawn, listen, letters } = await start(sideShards, {}, { messageBytesMax: 1024 });
      const ears = listen();
      await desk.subscribe(puppets, ears);
      for (let i = 0; i < 40; i++) await desk.register(puppets, spawn(`a-rather-long-name-${i}`));
      expect(await failureOf(desk.find(puppets))).toMatchObject({ reason: 'invalid-message' });
      await system.quiet();
      const lost = letters.filter(({ messageType }) => messageType === 'listing');
      expect(lost.length).toBeGreaterThan(0);
      expect(new Set(lost.map(({ reason }) => reason))).toEqual(new Set(['invalid-message']));
    });
  },
);

describe('a receptionist that loses a shard', () => {
  it('forgets those that were there, and knows them again when they register again', async () => {
    const test = await start(2);
    const { system, desk, listen, killShard } = test;
    const ears = system.spawn(listener, undefined, { shard: 1 });
    const lostEars = listen();
    const key = serviceKey<Puppet>('workers');
    await desk.subscribe(key, ears);
    await desk.subscribe(key, lostEars);
    for (const shard of [1, 2])
      system.spawn(worker, { desk: desk.ref, unique: false }, { name: `w${shard}`, shard });
    await system.quiet();
    killShard(2);
    await system.quiet();
    const [first, ...rest] = await heardBy(ears);
    expect(first).toBe('workers: ');
    expect(rest.slice(-3)).toEqual([expect.stringMatching(/w1 w2|w2 w1/), 'workers: w1', 'workers: w1 w2']);
    expect(await heardBy(lostEars)).toEqual([]); // it lives again, and has not subscribed again
    await expectBooksToBalance(test);
  });

  it('gives the key of a lost leader to another', async () => {
    const { system, desk, killShard, spawn } = await start(2);
    const leader = system.spawn(puppet, undefined, { shard: 2 });
    const follower = spawn('follower');
    await desk.register(puppets, leader, { unique: true });
    killShard(2);
    await system.quiet();
    await desk.register(puppets, follower, { unique: true });
    expect(await failureOf(desk.register(puppets, leader, { unique: true }))).toMatchObject({
      holder: { path: '/follower' },
    });
  });

  it('fails an actor that cannot register, by its floating promise', async () => {
    const { system, desk } = await start(2);
    system.spawn(worker, { desk: desk.ref, unique: true }, { name: 'first', shard: 1 });
    await system.quiet();
    system.spawn(worker, { desk: desk.ref, unique: true }, { name: 'second', shard: 2 });
    const { reason, cause } = await system.terminated;
    expect(reason).toBe('escalated'); // three restarts, each refused
    expect(cause).toMatchObject({ cause: { code: 'RUNTIME_KEY_TAKEN' } });
  });

  it('accounts for subscribers that are told while their shard goes', async () => {
    const test = await start(2);
    const { system, desk, killShard, spawn, listen } = test;
    await desk.subscribe(puppets, listen());
    const [a, b] = [spawn('a'), spawn('b')];
    a.send(run(() => killShard(2)));
    for (const ref of [a, b]) void desk.register(puppets, ref).catch(() => undefined);
    await expectBooksToBalance(test);
    expect(system.metrics().queued).toBe(0);
  });
});

describe('what cannot be', () => {
  it('does not compile: an actor under the key of another protocol', () => {
    const mistake = (desk: Receptionist, ref: ActorRef<Puppet>, ears: ActorRef<Listener>) => {
      // @ts-expect-error a puppet is no worker
      void desk.register(workers, ref);
      // @ts-expect-error a puppet understands no listing
      void desk.subscribe(puppets, ref);
      // @ts-expect-error it wants listings of puppets
      void desk.subscribe(workers, ears);
    };
    expect(mistake).toBeTypeOf('function');
  });

  it.each(['registrationsMax', 'registrationsPerKeyMax', 'subscriptionsMax'])(
    'refuses a %s below 1',
    async (option) => {
      const { system } = await startPuppets({ modules });
      for (const wrong of [0, 1.5, Number.NaN])
        expect(() => spawnReceptionist(system, { [option]: wrong })).toThrow(
          expect.objectContaining({ code: 'RUNTIME_INVALID_OPTION', option }),
        );
    },
  );

  it.each(['', 'x'.repeat(201), 7 as never])('refuses a key of the name %j', (name) => {
    expect(() => serviceKey(name)).toThrow(expect.objectContaining({ code: 'RUNTIME_INVALID_OPTION' }));
  });
});
