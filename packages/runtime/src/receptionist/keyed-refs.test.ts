// At stake: nobody is forgotten, nobody stays, and it never holds more than it may. Tried against a list of pairs.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ActorRef, type RefHost } from '../actor/actor-ref.js';
import { KeyedRefs } from './keyed-refs.js';

const nowhere = {} as RefHost;
const refs = Array.from(
  { length: 6 },
  (_, id) => new ActorRef(nowhere, 0, 0, { path: `/a/${id}`, id, shard: 0 }),
);
const keys = ['one', 'two', 'three'];

const deed = fc.record({
  do: fc.constantFrom('add', 'add', 'remove', 'removeEverywhere'),
  key: fc.constantFrom(...keys),
  who: fc.nat({ max: refs.length - 1 }),
});

describe('KeyedRefs', () => {
  it('agrees with a list of pairs', () => {
    fc.assert(
      fc.property(
        fc.array(deed, { maxLength: 80 }),
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 4 }),
        (deeds, totalMax, perKeyMax) => {
          const known = new KeyedRefs({ totalMax, perKeyMax });
          let model: { key: string; who: number }[] = [];
          for (const { do: what, key, who } of deeds) {
            const isThere = model.some((pair) => pair.key === key && pair.who === who);
            if (what === 'add') {
              const underKey = model.filter((pair) => pair.key === key).length;
              const expected = isThere
                ? 'present'
                : model.length >= totalMax
                  ? 'totalMax'
                  : underKey >= perKeyMax
                    ? 'perKeyMax'
                    : 'added';
              expect(known.add(key, refs[who]!)).toBe(expected);
              if (expected === 'added') model.push({ key, who });
            } else if (what === 'remove') {
              expect(known.remove(key, who)).toBe(isThere);
              model = model.filter((pair) => pair.key !== key || pair.who !== who);
            } else {
              const from = model.filter((pair) => pair.who === who).map((pair) => pair.key);
              expect(known.removeEverywhere(who)).toEqual(from);
              model = model.filter((pair) => pair.who !== who);
            }
            for (const each of keys)
              expect(known.under(each)).toEqual(
                model.filter((pair) => pair.key === each).map((pair) => refs[pair.who]),
              );
            for (const ref of refs)
              expect(known.has(ref.address.id)).toBe(model.some((pair) => pair.who === ref.address.id));
          }
        },
      ),
    );
  });
});
