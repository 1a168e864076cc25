// At stake: actors that are of no use without each other go down together, and nobody goes down for a neighbour
// that was only restarted or has done its work. Tried in both directions, within a shard and across two.
import { describe, expect, it } from 'vitest';
import {
  crash,
  notes,
  obedient,
  type PuppetRef,
  patient,
  puppet,
  run,
  seenFrom,
  soon,
  startPuppets,
} from '../testing/puppet.test-fixtures.js';

describe.each([
  { where: 'on one shard', shards: [0, 0, 0] },
  { where: 'on three', shards: [0, 1, 2] },
])('linked actors $where', ({ shards }) => {
  /** a, linked by itself to b, and b to c; their supervisor does what their errors ask for, and escalates the rest. */
  const start = async () => {
    const test = await startPuppets({ sideShards: 2 });
    const { system } = test;
    const addresses: PuppetRef['address'][] = [];
    const parent = system.spawn(obedient, undefined, { shard: 0, name: 'parent' });
    parent.send(
      run((context) => {
        for (const [i, shard] of shards.entries())
          addresses.push(
            context.spawn(puppet, undefined, { shard, name: 'abc'[i]!, restart: 'temporary' }).address,
          );
      }),
    );
    await system.quiet();
    const [a, b, c] = addresses.map((address) => system.ref(address) as unknown as PuppetRef) as [
      PuppetRef,
      PuppetRef,
      PuppetRef,
    ];
    a.send(run((context) => context.link(seenFrom(context, b))));
    await system.quiet();
    b.send(run((context) => context.link(seenFrom(context, c))));
    await system.quiet();
    return { ...test, a, b, c };
  };
  const isAlive = (ref: PuppetRef) =>
    ref.ask(notes, soon).then(
      () => true,
      () => false,
    );

  it.each(['a', 'b', 'c'] as const)('tell each other when %s fails for good', async (name) => {
    const test = await start();
    test[name].send(crash('stop it'));
    await test.system.quiet();
    expect(test.records.map(({ fields }) => (fields.error as Error).cause)).toContainEqual(
      expect.objectContaining({
        code: 'RUNTIME_LINKED_ACTOR',
        message: expect.stringContaining(`/parent/${name}, which this actor is linked to`),
        cause: expect.objectContaining({ message: 'stop it' }),
      }),
    );
    // Nobody said what to do about a LinkedActorError, so the parent failed for it, and took its children along.
    for (const ref of [test.a, test.b, test.c]) expect(await isAlive(ref)).toBe(false);
  });

  it('do not miss it while they wait for their own restart', async () => {
    const test = await startPuppets({ sideShards: 2 });
    const { system, advance } = test;
    const children: PuppetRef[] = [];
    const spawns = (name: string, shard: number) =>
      run((context) => {
        const { address } = context.spawn(puppet, undefined, { shard, name });
        children.push(system.ref(address) as unknown as PuppetRef);
      });
    const [slow, strict] = [patient, obedient].map((each) => system.spawn(each, undefined, { shard: 0 }));
    slow!.send(spawns('a', shards[0]!));
    strict!.send(spawns('b', shards[1]!));
    await system.quiet();
    const [a, b] = children as [PuppetRef, PuppetRef];
    a.send(run((context) => context.link(seenFrom(context, b))));
    await system.quiet();
    a.send(crash('a slip'));
    await system.quiet(); // its restart comes after 100 ms
    b.send(crash('stop it'));
    await system.quiet();
    await advance(100);
    await advance(1000);
    expect(system.metrics().restarts).toBe(2); // for its slip, and for b
    expect(await isAlive(a)).toBe(true);
  });

  it('live on when one of them is resumed, or stops in good order', async () => {
    const { system, a, b, c } = await start();
    a.send(crash('resume it'));
    await system.quiet();
    await system.stopActor(b);
    await system.quiet();
    expect([await isAlive(a), await isAlive(b), await isAlive(c)]).toEqual([true, false, true]);
  });

  it.each(['a', 'b'] as const)('part when %s unlinks the other, whoever had linked them', async (name) => {
    const { system, a, b, c } = await start();
    const other = name === 'a' ? b : a;
    const unlinking = { a, b }[name];
    unlinking.send(run((context) => context.unlink(seenFrom(context, other))));
    await system.quiet();
    a.send(crash('stop it'));
    await system.quiet();
    expect([await isAlive(a), await isAlive(b), await isAlive(c)]).toEqual([false, true, true]);
  });
});

describe('a link', () => {
  const pair = async (shard: number) => {
    const test = await startPuppets({ sideShards: 1 });
    const lives: number[] = [];
    const one = test.system.spawn(puppet, undefined, { shard: 0, name: 'one' });
    const other = test.system.spawn(obedient, undefined, { shard, name: 'other' });
    await test.system.quiet();
    const incarnation = async () => {
      one.send(run((context) => void lives.push(context.incarnation)));
      await test.system.quiet();
      return lives.at(-1);
    };
    const link = async () => {
      one.send(run((context) => context.link(seenFrom(context, other))));
      await test.system.quiet();
    };
    return { ...test, one, other, incarnation, link };
  };

  it.each([0, 1])('to an actor of shard %d that is gone fails the one that asks for it', async (shard) => {
    const { system, other, incarnation, link, records } = await pair(shard);
    await system.stopActor(other);
    await link();
    expect(await incarnation()).toBe(2);
    expect(records.at(-1)?.fields).toMatchObject({
      path: '/one',
      error: { code: 'RUNTIME_LINKED_ACTOR', cause: undefined },
    });
  });

  it('outlasts restarts on both sides', async () => {
    const { system, one, other, incarnation, link } = await pair(1);
    await link();
    one.send(crash());
    other.send(crash());
    await system.quiet();
    expect(await incarnation()).toBe(2);
    other.send(crash());
    other.send(crash());
    await system.quiet();
    expect(await incarnation()).toBe(2);
  });

  it('breaks when the thread of the other is lost', async () => {
    const { system, killShard, incarnation, link, records } = await pair(1);
    await link();
    killShard(1);
    await system.quiet();
    expect(await incarnation()).toBe(2);
    expect(records).toContainEqual(
      expect.objectContaining({
        fields: expect.objectContaining({
          path: '/one',
          error: expect.objectContaining({
            code: 'RUNTIME_LINKED_ACTOR',
            cause: expect.objectContaining({ code: 'RUNTIME_SHARD_LOST' }),
          }),
        }),
      }),
    );
  });

  it('to oneself is refused', async () => {
    const { system, one } = await pair(0);
    const refusals: unknown[] = [];
    one.send(
      run((context) => {
        try {
          context.link(context.self);
        } catch (error) {
          refusals.push(error);
        }
      }),
    );
    await system.quiet();
    expect(refusals).toMatchObject([{ code: 'RUNTIME_INVALID_OPTION', option: 'target' }]);
  });
});
