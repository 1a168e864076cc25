// At stake: who chooses by the depth of mailboxes must see what waits now. Tried with an actor that lets its mail wait.
import { expect, it } from 'vitest';
import { gate, note, puppet, run, startPuppets, wait } from '../testing/puppet.test-fixtures.js';

it('an actor sees how many messages wait for another of its shard, and nothing of those elsewhere or gone', async () => {
  const { system } = await startPuppets({ sideShards: 1 });
  const ref = system.spawn(puppet, undefined, { shard: 0 });
  const near = system.spawn(puppet, undefined, { shard: 0 });
  const far = system.spawn(puppet, undefined, { shard: 1 });
  const gone = system.spawn(puppet, undefined, { shard: 0 });
  await system.stopActor(gone);
  system.suspend(near);
  await system.quiet();
  const depths: unknown[] = [];
  const look = () =>
    run((context) => void depths.push([near, far, gone].map((each) => context.mailboxDepth(each))));
  ref.send(look());
  for (let i = 0; i < 3; i++) near.send(note(`${i}`));
  ref.send(look());
  await system.quiet();
  near.send(note('4'));
  ref.send(look());
  await system.quiet();
  system.resume(near);
  await system.quiet();
  ref.send(look());
  await system.quiet();
  const door = gate();
  near.send(wait(() => door.opened));
  near.send(note('5'));
  await new Promise((resolve) => setImmediate(resolve));
  ref.send(look());
  await new Promise((resolve) => setImmediate(resolve));
  door.open();
  await system.quiet();
  expect(depths).toEqual([
    [3, undefined, undefined],
    [3, undefined, undefined],
    [4, undefined, undefined],
    [0, undefined, undefined],
    [2, undefined, undefined],
  ]);
});
