// At stake: addresses are made when they are first read, and must be the same whoever reads them, and when. Tried with named
// and unnamed actors, near and far, alive and gone.
import { describe, expect, it } from 'vitest';
import type { ActorAddress } from '../actor/address.js';
import {
  call,
  crash,
  expectBooksToBalance,
  note,
  type PuppetRef,
  puppet,
  run,
  seenFrom,
  soon,
  startPuppets,
} from '../testing/puppet.test-fixtures.js';
import { family } from './labelled.test-fixtures.js';

const whoAmI = call((context) => context.reply(context.self.address));
const whoAreYou = () => ({ ...whoAmI });

describe('the path', () => {
  it.each([0, 1])(
    'of children that live on shard %i is their name, or definition and number',
    async (shard) => {
      const { system } = await startPuppets({ sideShards: 1 });
      const parent = system.spawn(puppet, undefined, { name: 'parent', shard: 0 });
      const children: PuppetRef[] = [];
      parent.send(
        run((context) => {
          for (const name of [undefined, 'ada', undefined, 'bob'])
            children.push(context.spawn(puppet, undefined, name === undefined ? { shard } : { shard, name }));
        }),
      );
      await system.quiet();
      const own = (await Promise.all(children.map((ref) => ref.ask(whoAreYou(), soon)))) as ActorAddress[];
      expect(own.map(({ path }) => path)).toEqual([
        '/parent/puppet~0',
        '/parent/ada',
        '/parent/puppet~2',
        '/parent/bob',
      ]);
      expect(children.map(({ address }) => address)).toEqual(own);
      expect(children.map(String)).toEqual(own.map(({ path }) => path));
      expect(new Set(own.map(({ id }) => id)).size).toBe(4);
    },
  );

  it.each([0, 1])('of children on shard %i is what their definition calls them', async (shard) => {
    const { system } = await startPuppets({
      modules: [new URL('./labelled.test-fixtures.js', import.meta.url)],
      sideShards: 1,
    });
    const parent = system.spawn(family, ['ann', 'b/b', 'throw', undefined], { name: 'parent', shard });
    const paths = await parent.ask({ type: 'paths' }, soon);
    const expected = ['/parent/ann~0', '/parent/labelled~1', '/parent/labelled~2', '/parent/labelled~3'];
    expect(paths).toEqual([...expected, '/parent/ann~4', '/parent/ann~5']);
  });

  it('of deep unnamed actors is found from the root', async () => {
    const { system } = await startPuppets();
    let ref: PuppetRef = system.spawn(puppet);
    for (let depth = 0; depth < 20; depth++) {
      let child!: PuppetRef;
      ref.send(
        run((context) => {
          child = context.spawn(puppet);
        }),
      );
      await system.quiet();
      ref = child;
    }
    expect(ref.address.path).toBe('/puppet~0'.repeat(21));
  });

  it('of an unnamed actor that has gone is its number, unless it was read before; a name stays', async () => {
    const test = await startPuppets({ strict: false }); // strict sends read it
    const { system } = test;
    const [unread, read] = [system.spawn(puppet), system.spawn(puppet)];
    const named = system.spawn(puppet, undefined, { name: 'ada' });
    expect(read.address.path).toBe('/puppet~1');
    const { id } = (await unread.ask(whoAreYou(), soon)) as ActorAddress;
    for (const ref of [unread, read, named]) ref.send(run((context) => context.stop()));
    await system.quiet();
    // What stands in the slots now must not lend its path.
    const successors = Array.from({ length: 5 }, () => system.spawn(puppet));
    expect(unread.address).toEqual({ path: `#${id}`, id, shard: 0 });
    expect(read.address.path).toBe('/puppet~1');
    expect(named.address.path).toBe('/ada');
    for (const ref of [unread, read, named]) ref.send(note('too late'));
    await expectBooksToBalance(test);
    expect(test.letters.map(({ reason, target }) => `${reason} ${target?.id}`)).toEqual(
      [unread, read, named].map(({ address }) => `no-such-actor ${address.id}`),
    );
    expect(new Set([...successors, unread, read, named].map(({ address }) => address.id)).size).toBe(8);
  });

  it('is the same in a ref that travelled, and after restarts', async () => {
    const { system } = await startPuppets({ sideShards: 2 });
    const ref = system.spawn(puppet, undefined, { shard: 1 });
    const other = system.spawn(puppet, undefined, { shard: 2 });
    const before = (await ref.ask(whoAreYou(), soon)) as ActorAddress;
    let seen!: ActorAddress;
    other.send(
      run((context) =>
        seenFrom(context, ref).send(
          run((there) => {
            seen = there.sender!.address;
          }),
        ),
      ),
    );
    ref.send(crash());
    await system.quiet();
    expect(await ref.ask(whoAreYou(), soon)).toEqual(before);
    expect(seen.id).toBe(other.address.id);
  });

  it('counts the children of a life: a new one begins anew', async () => {
    const { system } = await startPuppets();
    const parent = system.spawn(puppet, undefined, { name: 'parent' });
    const paths: string[] = [];
    const spawn = () => run((context) => void paths.push(context.spawn(puppet).address.path));
    parent.send(spawn());
    parent.send(spawn());
    parent.send(crash());
    await system.quiet();
    parent.send(spawn());
    await system.quiet();
    expect(paths).toEqual(['/parent/puppet~0', '/parent/puppet~1', '/parent/puppet~0']);
  });
});
