// At stake: a system that has spawned for days must be no larger than one that spawned for a minute, and what has stopped
// must let go of what it held. Tried by counting slots and nodes, and by looking for what was stopped.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  call,
  expectBooksToBalance,
  life,
  note,
  puppet,
  run,
  soon,
  startPuppets,
} from '../testing/puppet.test-fixtures.js';
import { shardUnder } from '../testing/shard-books.test-fixtures.js';

describe('the structures of a shard', () => {
  it.each([
    { what: 'plain ones', args: undefined },
    { what: 'ones that stop by themselves', args: life({ initial: (context) => context.stop() }) },
    {
      what: 'ones with cells',
      args: life({ initial: (context) => void context.schedule(1e6, note('never')) }),
    },
  ])(
    'stay bounded while actors come and go: $what',
    async ({ args }) => {
      const test = await startPuppets({ strict: false });
      const parent = test.system.spawn(puppet, undefined, { shard: 0 });
      const shard = await shardUnder(parent, test);
      for (let round = 0; round < 100; round++) {
        await parent.ask(
          call((context) => {
            for (let i = 0; i < 1000; i++) {
              const child = context.spawn(puppet, args);
              child.send(note('x'));
              context.stop(child);
            }
            context.reply(null);
          }),
          soon,
        );
        await test.system.quiet();
      }
      // The living of one round, the free slots that are kept back, the four that were here before, and those that do not exist.
      expect(shard.table.slotsEnd).toBeLessThanOrEqual(1000 + 1024 + 4 + (1024 - 64));
      expect(shard.mail.pool.pages.length).toBeLessThanOrEqual(3); // a message and a stop for each of 1 000
      expect([shard.mail.pool.used, shard.mail.bytes, shard.timers.size]).toEqual([0, 0, 0]);
      expect(shard.table.cells.flat().filter((cell) => cell !== undefined).length).toBeLessThan(5);
      await expectBooksToBalance(test);
    },
    30_000,
  );

  it('hold nothing of an actor that has stopped', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const test = await startPuppets({ strict: false });
    const parent = test.system.spawn(puppet);
    const shard = await shardUnder(parent, test);
    const held: { [what: string]: WeakRef<object> } = {};
    const hold = <T extends object>(what: string, value: T): T => {
      held[what] = new WeakRef(value);
      return value;
    };
    let slot = 0;
    parent.send(
      run((context) => {
        const child = context.spawn(puppet, hold('args', { ...life({}) }), { name: 'child' });
        context.watch(child);
        child.send(
          run((there, state) => {
            hold('state', state);
            there.schedule(1e6, note('never'));
            slot = shard.resolve(there.self.address.id);
            hold('cell', shard.cellOf(slot));
            there.stop(undefined, { now: true });
            there.self.send(hold('payload', note('dead')));
          }),
        );
      }),
    );
    await expectBooksToBalance(test);
    await test.system.quiet();
    expect(Object.keys(held).sort()).toEqual(['args', 'cell', 'payload', 'state']);
    for (const column of [shard.table.states, shard.table.args, shard.table.names, shard.table.cells])
      expect(column[slot >> 10]![slot & 1023]).toBeUndefined();
    for (let i = 0; i < 5; i++) {
      await new Promise(setImmediate);
      collect();
    }
    const kept = Object.keys(held).filter((what) => held[what]!.deref() !== undefined);
    // The fixture keeps the arguments of its puppets to find their scripts.
    expect(kept).toEqual(['args']);
  });
});
