// At stake: a pool knows who is in it, in which place, and how many questions are open. Tried against a plain list.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ActorRef, type RefHost } from '../actor/actor-ref.js';
import { Pool } from './pool.js';

const nowhere = {} as RefHost;
const refOf = (id: number) => new ActorRef(nowhere, 0, 0, { path: `/r/${id}`, id, shard: 0 });

interface Member {
  readonly id: number;
  readonly slot: number;
  away: boolean;
}

const deed = fc.record({
  do: fc.constantFrom('add', 'remove', 'away', 'back', 'hand', 'acknowledge'),
  which: fc.nat(),
});

describe('Pool', () => {
  it('agrees with a list of its members', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 60 }), (deeds) => {
        const pool = new Pool();
        let model: Member[] = [];
        let open = 0;
        let nextId = 1;
        for (const { do: what, which } of deeds) {
          const member = model[which % Math.max(1, model.length)];
          const routee = member && pool.get(member.id)!;
          if (what === 'add') {
            let slot = 0;
            while (model.some((other) => other.slot === slot)) slot++;
            expect(pool.freeSlot()).toBe(slot);
            pool.add(slot, refOf(nextId));
            model = [...model, { id: nextId++, slot, away: false }].sort((a, b) => a.slot - b.slot);
          } else if (routee === undefined) continue;
          else if (what === 'remove') {
            pool.remove(routee);
            expect(pool.get(member!.id)).toBeUndefined();
            model = model.filter((other) => other !== member);
          } else if (what === 'hand') {
            pool.handedOn();
            open++;
          } else if (what === 'acknowledge') {
            if (open === 0) continue;
            open--;
            pool.acknowledged();
          } else {
            member!.away = what === 'away';
            pool.setAway(routee, member!.away);
          }
          const inService = model.filter(({ away }) => !away);
          const candidates = inService.length > 0 ? inService : model;
          expect(pool.size).toBe(model.length);
          expect(pool.all().map(({ ref }) => ref.address.id)).toEqual(model.map(({ id }) => id));
          expect(pool.candidates.map(({ ref }) => ref.address.id)).toEqual(candidates.map(({ id }) => id));
          expect(pool.slots).toEqual(candidates.map(({ slot }) => slot));
          expect(pool.inFlight).toBe(open);
        }
      }),
    );
  });

  it('says by a new list that it has changed, and only then', () => {
    const pool = new Pool();
    pool.add(0, refOf(1));
    const { slots } = pool;
    pool.handedOn();
    expect(pool.slots).toBe(slots);
    pool.setAway(pool.get(1)!, true);
    expect(pool.slots).not.toBe(slots);
  });
});
