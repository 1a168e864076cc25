// At stake: whoever waits for another actor's end hears of it once, and not before all it had to say. Tried
// within a shard, across shards, and with a watched actor that is long gone.
import { describe, expect, it } from 'vitest';
import {
  crash,
  note,
  notes,
  type PuppetRef,
  puppet,
  run,
  seenFrom,
  soon,
  startPuppets,
} from '../testing/puppet.test-fixtures.js';
import { shardUnder } from '../testing/shard-books.test-fixtures.js';

describe.each([
  { where: 'on its own shard', watcherShard: 0, watchedShard: 0 },
  { where: 'of the main shard on another', watcherShard: 0, watchedShard: 1 },
  { where: 'of a side shard on the main one', watcherShard: 1, watchedShard: 0 },
  { where: 'of a side shard on another', watcherShard: 1, watchedShard: 2 },
])('a watcher $where', ({ watcherShard, watchedShard }) => {
  const start = async () => {
    const test = await startPuppets({ sideShards: 2 });
    const watcher = test.system.spawn(puppet, undefined, { shard: watcherShard, name: 'watcher' });
    const watched = test.system.spawn(puppet, undefined, { shard: watchedShard, name: 'watched' });
    const watch = (target: PuppetRef) => watcher.send(run((context) => context.watch(target)));
    return { ...test, watcher, watched, watch };
  };

  it('hears of the end after everything that the other had sent', async () => {
    const { system, watcher, watched, watch } = await start();
    watch(watched);
    await system.quiet();
    watched.send(
      run((context) => {
        for (let i = 0; i < 5; i++) seenFrom(context, watcher).send(note(`${i}`));
        context.stop();
        seenFrom(context, watcher).send(note('last'));
      }),
    );
    await system.quiet();
    expect(await watcher.ask(notes, soon)).toEqual([
      ...['0', '1', '2', '3', '4', 'last'],
      'terminated /watched stopped',
    ]);
  });

  it('hears it once, however often it watched', async () => {
    const { system, watcher, watched, watch } = await start();
    watch(watched);
    watch(watched);
    await system.quiet();
    await system.stopActor(watched);
    await system.quiet();
    expect(await watcher.ask(notes, soon)).toEqual(['terminated /watched stopped']);
  });

  it('hears of one that is already gone', async () => {
    const { system, watcher, watched, watch } = await start();
    await system.stopActor(watched);
    watch(watched);
    await system.quiet();
    expect(await watcher.ask(notes, soon)).toEqual([expect.stringMatching(/^terminated .* stopped$/)]);
  });

  it('hears nothing after `unwatch`, nor when the other only restarts', async () => {
    const { system, watcher, watched, watch } = await start();
    watch(watched);
    await system.quiet();
    watched.send(crash());
    await system.quiet();
    watcher.send(run((context) => context.unwatch(watched)));
    await system.quiet();
    await system.stopActor(watched);
    await system.quiet();
    expect(await watcher.ask(notes, soon)).toEqual([]);
  });

  it.each(['takes its watch back', 'is restarted', 'stops'])('is forgotten when it %s', async (how) => {
    const test = await start();
    const { system, watcher, watched, watch } = test;
    const shard = await shardUnder(watched, test);
    const watchers = () => shard.peekCell(shard.resolve(watched.address.id))?.watchers?.size;
    watch(watched);
    await system.quiet();
    expect(watchers()).toBe(1);
    if (how === 'stops') await system.stopActor(watcher);
    else if (how === 'is restarted') watcher.send(crash());
    else watcher.send(run((context) => context.unwatch(watched)));
    await system.quiet();
    expect(watchers()).toBe(0);
  });

  it('that was restarted has forgotten whom it watched', async () => {
    const { system, watcher, watched, watch } = await start();
    watch(watched);
    await system.quiet();
    watcher.send(crash());
    await system.quiet();
    await system.stopActor(watched);
    await system.quiet();
    expect(await watcher.ask(notes, soon)).toEqual([]);
  });

  it('hears of a lost shard, also of one that is lost at the moment', async () => {
    const { system, watcher, watched, watch, killShard } = await start();
    if (watchedShard === 0 || watchedShard === watcherShard) return; // the main shard cannot be lost
    watch(watched);
    await system.quiet();
    killShard(watchedShard);
    await system.quiet();
    expect(await watcher.ask(notes, soon)).toEqual(['terminated /watched shard-lost']);
  });
});
