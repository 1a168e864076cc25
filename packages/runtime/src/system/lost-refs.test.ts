// At stake: a ref of an actor that died with its thread must never reach an actor of the next thread, which begins with an
// empty table. Tried by keeping refs over losses and filling the new threads with as many actors as the old ones had.
import { describe, expect, it } from 'vitest';
import {
  call,
  expectBooksToBalance,
  note,
  type Puppet,
  type PuppetRef,
  puppet,
  run,
  soon,
  startPuppets,
} from '../testing/puppet.test-fixtures.js';

describe('a ref of an actor that was lost with its thread', () => {
  it.each([0, 2])('from shard %i reaches nobody, also when the new thread is as full', async (from) => {
    const test = await startPuppets({ sideShards: 2 });
    const { system, killShard, clock } = test;
    const parent = system.spawn(puppet, undefined, { shard: 1 });
    const sender = system.spawn(puppet, undefined, { shard: from });
    /** Children of all lives so far; none but the last can be alive. */
    const addresses: PuppetRef['address'][][] = [];
    for (let life = 0; life < 6; life++) {
      const children = await parent.ask(
        call((context) => context.reply(Array.from({ length: 20 }, () => context.spawn(puppet).address))),
        soon,
      );
      addresses.push(children as PuppetRef['address'][]);
      const ids = addresses.flat().map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      const before = test.letters.length;
      sender.send(
        run((context) => {
          for (const address of addresses.flat()) context.ref<Puppet>(address).send(note(`${life}`));
        }),
      );
      await expectBooksToBalance(test);
      const dead = test.letters.slice(before).filter(({ reason }) => reason === 'no-such-actor');
      expect(dead).toHaveLength(20 * life);
      for (const address of addresses.at(-1)!)
        expect(await system.ref<Puppet>(address).ask({ type: 'notes' }, soon)).toEqual([`${life}`]);
      for (const lost of addresses.slice(0, -1).flat().slice(0, 3))
        await expect(system.ref<Puppet>(lost).ask({ type: 'notes' }, soon)).rejects.toMatchObject({
          code: 'RUNTIME_ASK_REJECTED',
          reason: 'no-such-actor',
        });
      killShard(1);
      await system.quiet();
      clock.advance(3000); // losses must not come faster than they are forgiven
      await system.quiet();
    }
    expect(await parent.ask({ type: 'notes' }, soon)).toEqual([]);
  });
});
