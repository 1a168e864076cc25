// At stake: a count of messages is what was said, by whom and to whom, on whatever shard, and goes on beside whoever else listens. Tried on
// actors that pass on what they are sent.
import { describe, expect, it } from 'vitest';
import { note, puppet, run, startPuppets } from '../testing/puppet.test-fixtures.js';

describe('a count of messages', () => {
  it('tells each message handed to a handler by sender and receiver, on all shards', async () => {
    const { system } = await startPuppets({ sideShards: 1 });
    const far = system.spawn(puppet, undefined, { shard: 1 });
    const near = system.spawn(puppet, undefined, { shard: 0 });
    near.send(run(() => undefined)); // before the count
    await system.quiet();
    const seen: string[] = [];
    const stop = system.inspect(({ type, actorRef }) => {
      if (type === '@xstate.event') seen.push(actorRef.id);
    });
    const count = system.countTraffic();
    await system.quiet();
    near.send(
      run(() => {
        far.send(note('one'));
        far.send(note('two'));
      }),
    );
    const { links, leftOut } = await count.end();
    stop();
    const [outside, through] = [...links].sort((a, b) => a.from - b.from);
    expect(leftOut).toBe(0);
    expect(outside).toMatchObject({ from: 0, to: near.address.id, definition: 'puppet', messages: 1 });
    expect(through).toMatchObject({ from: near.address.id, to: far.address.id, messages: 2 });
    expect(through!.bytes).toBeGreaterThan(2 * 'note'.length);
    expect(seen).toHaveLength(3);
    await system.stop();
  });

  it('is one at a time, and nothing is counted after its end', async () => {
    const { system } = await startPuppets({ sideShards: 1 });
    const first = system.countTraffic();
    expect(() => system.countTraffic()).toThrow(expect.objectContaining({ code: 'RUNTIME_INVALID_OPTION' }));
    expect(await first.end()).toEqual({ links: [], leftOut: 0 });
    system.spawn(puppet, undefined, { shard: 1 }).send(note('unheard'));
    await system.quiet();
    expect(await system.countTraffic().end()).toEqual({ links: [], leftOut: 0 });
    await system.stop();
  });
});
