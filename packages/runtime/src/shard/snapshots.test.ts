// At stake: what an actor has declared worth keeping survives its failures, and nothing that a failed handler has
// half written does. Tried with every kind of restart, of handler and of snapshot that cannot be taken or read.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineActor } from '../actor/definition.js';
import { expectBooksToBalance, soon, startPuppets } from '../testing/puppet.test-fixtures.js';
import { keeper, type Ledger, sparseKeeper } from './snapshots.test-fixtures.js';

const start = async (definition: typeof keeper, shard = 0) => {
  const fixtures = new URL('./snapshots.test-fixtures.ts', import.meta.url).href;
  const puppets = new URL('../testing/puppet.test-fixtures.ts', import.meta.url).href;
  const test = await startPuppets({ sideShards: 1, modules: [puppets, fixtures] });
  const ref = test.system.spawn(definition, { start: 100 }, { shard, restart: 'permanent', name: 'kept' });
  return { ...test, ref, read: () => ref.ask({ type: 'read' }, soon) };
};

describe.each([0, 1])('an actor with snapshots, on shard %d,', (shard) => {
  it('goes on with the state of the last message that it handled', async () => {
    const test = await start(keeper, shard);
    test.ref.send({ type: 'add', by: 1 });
    test.ref.send({ type: 'addLater', by: 2 });
    test.ref.send({ type: 'addAndThrow', by: 1000 });
    expect(await test.read()).toEqual({ sum: 103, origin: 'restored of 100', life: 2 });
    await expectBooksToBalance(test);
    test.system.restart(test.ref);
    expect(await test.read()).toEqual({ sum: 103, origin: 'restored of 100', life: 3 });
  });

  it('goes on with the state of the last batch that it was in', async () => {
    const test = await start(keeper, shard);
    test.ref.send({ type: 'add', by: 1 });
    test.ref.send({ type: 'addMany', by: 2 });
    test.ref.send({ type: 'addMany', by: 3 });
    test.ref.send({ type: 'addAndThrow', by: 1000 });
    expect(await test.read()).toMatchObject({ sum: 106, life: 2 });
    await expectBooksToBalance(test);
  });

  it('begins with `initial` when it has handled nothing yet', async () => {
    const { ref, read } = await start(keeper, shard);
    ref.send({ type: 'addAndThrow', by: 1 });
    expect(await read()).toEqual({ sum: 100, origin: 'initial', life: 2 });
  });

  it('begins with `initial` after it has stopped itself', async () => {
    const { ref, read, system } = await start(keeper, shard);
    ref.send({ type: 'add', by: 1 });
    ref.send({ type: 'finish' });
    await system.quiet();
    expect(await read()).toEqual({ sum: 100, origin: 'initial', life: 2 });
  });

  it('that cannot be restored fails once more, then begins with `initial`', async () => {
    const test = await start(keeper, shard);
    test.ref.send({ type: 'add', by: -1000 });
    test.ref.send({ type: 'addAndThrow', by: 1 });
    expect(await test.read()).toEqual({ sum: 100, origin: 'initial', life: 3 });
    expect(test.records.map(({ fields }) => (fields.error as Error).message)).toEqual([
      'added and thrown',
      'a negative sum',
    ]);
  });

  it('fails with the message whose snapshot cannot be taken, and keeps the one before', async () => {
    const test = await start(keeper, shard);
    test.ref.send({ type: 'add', by: 1 });
    test.ref.send({ type: 'spoil' });
    expect(await test.read()).toEqual({ sum: 101, origin: 'restored of 100', life: 2 });
    await expectBooksToBalance(test);
    expect(test.letters).toMatchObject([{ reason: 'crashed', messageType: 'spoil' }]);
  });
});

describe('snapshotEvery', () => {
  it('loses no more messages than it says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 12 }), async (numbers) => {
        const { ref, read, system } = await start(sparseKeeper);
        for (const by of numbers) ref.send({ type: 'add', by });
        ref.send({ type: 'addAndThrow', by: 1 });
        const kept = numbers.slice(0, numbers.length - (numbers.length % 3)); // every: 3
        expect((await read()).sum).toBe(kept.reduce((sum, by) => sum + by, 100));
        await system.stop({ now: true });
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    { option: 'snapshotEvery', more: { snapshot: () => 0, restore: () => 0, snapshotEvery: 0 } },
    { option: 'restore', more: { snapshot: () => 0 } },
    { option: 'snapshot', more: { restore: () => 0 } },
  ])('refuses an impossible $option', ({ option, more }) => {
    const spec = { name: 'x', initial: () => 0, receive: {}, ...more };
    expect(() => defineActor<Ledger>()(spec as never)).toThrow(
      expect.objectContaining({ code: 'RUNTIME_INVALID_OPTION', option }),
    );
  });
});
