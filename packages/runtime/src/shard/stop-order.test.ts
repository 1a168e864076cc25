// At stake: children stop in the reverse order of their starts, each when the one after it is gone, and none holds
// the others up for longer than it may. Tried with children that drain for ever, on three shards.
import { describe, expect, it } from 'vitest';
import type { SpawnOptions } from '../actor/context.js';
import {
  expectBooksToBalance,
  gate,
  life,
  note,
  notes,
  type PuppetRef,
  pool,
  puppet,
  run,
  soon,
  startPuppets,
  wait,
} from '../testing/puppet.test-fixtures.js';
import { rest } from '../testing/rest.test-fixtures.js';

/** A parent whose children a, b, c … never finish what they do, unless they are stopped by force. */
async function busyFamily(definition: typeof puppet, options: readonly SpawnOptions[]) {
  const test = await startPuppets({ sideShards: 2 });
  const { system, clock } = test;
  const events: string[] = [];
  const addresses: PuppetRef['address'][] = [];
  const parent = system.spawn(definition, life({ stopped: () => void events.push('parent') }), { shard: 0 });
  parent.send(
    run((context) => {
      for (const [i, option] of options.entries()) {
        const stopped = () => void events.push(`${'abcdef'[i]}@${clock.now()}`);
        addresses.push(context.spawn(puppet, life({ stopped }), option).address);
      }
    }),
  );
  await system.quiet();
  const children = addresses.map((address) => system.ref(address) as unknown as PuppetRef);
  const never = gate();
  for (const child of children) child.send(wait(() => never.opened));
  await settle();
  const advance = async (ms: number) => {
    for (let i = 0; i < ms; i += 10) {
      clock.advance(10);
      await settle();
    }
  };
  return { ...test, parent, children, events, advance };
}

/** Long enough for a stop to go from shard to shard and back. */
const settle = () => rest(20);

describe('a parent that stops', () => {
  it('waits for each child as long as that one may take, one after the other', async () => {
    const test = await busyFamily(puppet, [
      { shard: 1, shutdownMs: 50 },
      { shard: 0, shutdownMs: 30 },
      { shard: 2, shutdownMs: 20 },
    ]);
    const gone = test.system.stopActor(test.parent);
    await settle();
    await test.advance(100);
    await gone;
    expect(test.events).toEqual(['c@20', 'b@50', 'a@100', 'parent']);
    await expectBooksToBalance(test);
  });

  it('tells no child before the ones after it are gone', async () => {
    const test = await busyFamily(puppet, [{ shard: 0 }, { shard: 1, shutdownMs: 100 }]);
    const gone = test.system.stopActor(test.parent);
    await settle();
    await test.advance(90);
    test.children[0]!.send(note('still taken'));
    await settle();
    expect(test.letters).toEqual([]);
    await test.advance(10);
    expect(test.events).toEqual(['b@100']);
    await test.advance(5000); // the default, of the system
    await gone;
    expect(test.events).toEqual(['b@100', 'a@5000', 'parent']); // by force: its parent's own time was over
  });

  it('does not wait for longer than it was given itself, whatever its children may take', async () => {
    const test = await busyFamily(puppet, [
      { shard: 1, shutdownMs: Number.POSITIVE_INFINITY },
      { shard: 0, shutdownMs: Number.POSITIVE_INFINITY },
      { shard: 2 },
    ]);
    const gone = test.system.stopActor(test.parent, { deadlineMs: 200 });
    await settle();
    await test.advance(200);
    await gone;
    expect(test.events).toEqual(['c@200', 'b@200', 'a@200', 'parent']);
  });

  it('is in a hurry when it is told so meanwhile', async () => {
    const test = await busyFamily(puppet, [{ shard: 1 }, { shard: 0 }, { shard: 2 }]);
    const gone = test.system.stopActor(test.parent);
    await settle();
    await test.advance(10);
    void test.system.stopActor(test.parent, { now: true });
    await settle();
    await gone;
    expect(test.events).toEqual(['c@10', 'b@10', 'a@10', 'parent']);
  });

  it('goes on when the thread of the child that it waits for is lost', async () => {
    const test = await busyFamily(puppet, [{ shard: 0, shutdownMs: 10 }, { shard: 1 }]);
    const gone = test.system.stopActor(test.parent);
    await settle();
    test.killShard(1);
    await settle();
    await test.advance(10);
    await gone;
    expect(test.events).toEqual(['a@10', 'parent']);
  });

  it('stops a pool of equals all at once', async () => {
    const test = await busyFamily(pool, [
      { shard: 1, shutdownMs: 50 },
      { shard: 0, shutdownMs: 30 },
      { shard: 2, shutdownMs: 20 },
    ]);
    const gone = test.system.stopActor(test.parent);
    await settle();
    await test.advance(50);
    await gone;
    expect(test.events).toEqual(['c@20', 'b@30', 'a@50', 'parent']);
  });

  it.each([-1, Number.NaN])('was not given a child with %d ms to shut down', async (shutdownMs) => {
    const { system } = await startPuppets();
    expect(() => system.spawn(puppet, undefined, { shutdownMs })).toThrow(
      expect.objectContaining({ code: 'RUNTIME_INVALID_OPTION', option: 'shutdownMs' }),
    );
    expect(() => system.spawn(puppet, undefined, { restart: 'often' as never })).toThrow(
      expect.objectContaining({ code: 'RUNTIME_INVALID_OPTION', option: 'restart' }),
    );
  });
});

describe('a permanent child', () => {
  const start = async () => {
    const test = await startPuppets();
    const lives: number[] = [];
    const initial = life({ initial: (context) => void lives.push(context.incarnation) });
    const ref = test.system.spawn(puppet, initial, { restart: 'permanent' });
    return { test, ref, lives };
  };

  it('that drains for its own stop for too long begins its next life by force', async () => {
    const { test, ref, lives } = await start();
    ref.send(
      run((context) => {
        context.self.send(wait(() => gate().opened));
        context.stop(undefined, { deadlineMs: 100 });
        context.stop();
        context.self.send(note('kept'));
      }),
    );
    await rest();
    test.clock.advance(100);
    await expectBooksToBalance(test);
    expect(lives).toEqual([1, 2]);
    expect(test.reasons()).toEqual(['interrupted']);
    test.clock.advance(10_000); // the deadline went with the life that had set it
    await test.system.quiet();
    expect(lives).toEqual([1, 2]);
  });

  it('is not held to the deadline of a stop that it came to in time', async () => {
    const { test, ref, lives } = await start();
    ref.send(run((context) => context.stop(undefined, { deadlineMs: 100 })));
    await test.system.quiet();
    test.clock.advance(100);
    expect(await ref.ask(notes, soon)).toEqual([]);
    expect(lives).toEqual([1, 2]);
  });

  it('that fails before it has come to its own stop forgets that it wanted to', async () => {
    const { test, ref, lives } = await start();
    ref.send(
      run((context) => {
        context.stop();
        throw new Error('crash');
      }),
    );
    await test.system.quiet();
    expect(await ref.ask(notes, soon)).toEqual([]);
    expect(lives).toEqual([1, 2]);
    await test.system.stopActor(ref); // an order holds
    expect(test.system.metrics().actors).toBe(1);
  });
});
