// At stake: a column gives back the refs that it was made of, though it keeps of most of them only where their actors live. Tried with actors
// here and elsewhere, named and not, ordered by another shard, alive and gone, against the array of the refs themselves.
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import {
  note,
  notes,
  type PuppetRef,
  puppet,
  run,
  seenFrom,
  soon,
  startPuppets,
} from '../testing/puppet.test-fixtures.js';
import type { ActorAddress } from './address.js';
import { RefColumn } from './ref-column.js';

const one = fc.record({
  shard: fc.constantFrom(0, 0, 1, 2),
  named: fc.boolean(),
  /** Spawned by an actor of another shard. */
  ordered: fc.boolean(),
  /** Its address was read before it came into the column. */
  read: fc.boolean(),
  there: fc.constantFrom(true, true, true, false),
  gone: fc.boolean(),
});

test.prop([fc.array(one, { maxLength: 10 })], { numRuns: 60 })(
  'a column gives back what it was made of',
  async (kinds) => {
    const { system } = await startPuppets({ sideShards: 2 });
    const parents = [0, 1].map((shard) =>
      system.spawn(puppet, undefined, { shard, name: `parent-${shard}` }),
    );
    const [parent, far] = parents as [PuppetRef, PuppetRef];
    const refs: (PuppetRef | undefined)[] = kinds.map(() => undefined);
    const addresses: (ActorAddress | undefined)[] = [...refs] as undefined[];
    let column!: RefColumn;
    for (const [i, { shard, named, ordered, there }] of kinds.entries())
      if (there)
        (ordered ? far : parent).send(
          run((context) => {
            refs[i] = context.spawn(puppet, undefined, { shard, ...(named && { name: `kid-${i}` }) });
          }),
        );
    await system.quiet();
    // One that knows its place here only, though another shard has ordered it.
    for (const [i, { shard, ordered }] of kinds.entries())
      if (ordered && shard === 0) refs[i]?.send(run(({ self }) => refs.splice(i, 1, self as PuppetRef)));
    await system.quiet();
    parent.send(
      run((context) => {
        for (const [i, { read, ordered, shard }] of kinds.entries()) {
          if (refs[i] === undefined) continue;
          if (ordered && shard !== 0) refs[i] = seenFrom(context, refs[i]);
          if (read) addresses[i] = refs[i].address;
        }
        column = new RefColumn(refs as never) as never;
        // Not of the refs that the column was made of: reading leaves its trace in them.
        for (const [i, ref] of refs.entries()) addresses[i] = ref && (ref.address as ActorAddress);
      }),
    );
    await system.quiet();
    for (const [i, { gone, ordered }] of kinds.entries())
      if (gone && !ordered && refs[i] !== undefined) await system.stopActor(refs[i]);
    await system.quiet();
    parent.send(
      run((context) => {
        expect(column.length).toBe(refs.length);
        expect(column.toArray().map((ref) => ref?.address.id)).toEqual(
          addresses.map((address) => address?.id),
        );
        for (const [i, address] of addresses.entries()) {
          expect(column.has(i)).toBe(address !== undefined);
          if (address === undefined) continue;
          expect(column.indexOf(address)).toBe(i);
          const isGone = kinds[i]!.gone && !kinds[i]!.ordered;
          if (kinds[i]!.read || !isGone) expect(column.at(i)?.address).toEqual(address);
          if (!isGone) (column.at(i) as PuppetRef).send(note(`${i}`));
        }
        expect(column.indexOf(context.self.address)).toBe(-1);
        expect(column.at(refs.length)).toBeUndefined();
      }),
    );
    await system.quiet();
    for (const [i, ref] of refs.entries())
      if (ref !== undefined && (!kinds[i]!.gone || kinds[i]!.ordered))
        expect(await ref.ask(notes, soon)).toEqual([`${i}`]);
    expect(await parent.ask(notes, soon)).toEqual([]);
    expect(system.metrics().restarts).toBe(0);
    await system.stop({ now: true });
  },
);
