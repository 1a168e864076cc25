// At stake: a ref that a machine gives away works for whoever gets it. Tried as a property over nested values.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ActorRef } from '../actor/actor-ref.js';
import { withRefs } from './with-refs.js';

const standIn = { id: 'child' };
const ref = Object.create(ActorRef.prototype) as ActorRef;
const refs = new WeakMap<object, ActorRef>([[standIn, ref]]);

/** Plain data and stand-ins, and the same with the ref in their place. */
const pairs = fc.letrec<{ value: [unknown, unknown] }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant<[unknown, unknown]>([standIn, ref]),
    fc.oneof(fc.string(), fc.integer(), fc.constant(null)).map((leaf): [unknown, unknown] => [leaf, leaf]),
    fc.array(tie('value')).map((list): [unknown, unknown] => [list.map(([a]) => a), list.map(([, b]) => b)]),
    fc
      .dictionary(fc.string(), tie('value'))
      .map((record): [unknown, unknown] => [
        Object.fromEntries(Object.entries(record).map(([key, [a]]) => [key, a])),
        Object.fromEntries(Object.entries(record).map(([key, [, b]]) => [key, b])),
      ]),
  ),
})).value;

describe('withRefs', () => {
  it('replaces every stand-in, wherever it is, and changes nothing of what it was given', () => {
    fc.assert(
      fc.property(pairs, ([given, expected]) => {
        const before = structuredClone(given);
        expect(withRefs(given, refs)).toEqual(expected);
        expect(given).toEqual(before);
      }),
    );
  });

  it('leaves alone what holds none: the same object, an instance, a cycle', () => {
    const plain = { a: [1, { b: 2 }] };
    expect(withRefs(plain, refs)).toBe(plain);
    const map = new Map([['a', standIn]]);
    expect(withRefs(map, refs)).toBe(map);
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    expect(withRefs(cycle, refs)).toBe(cycle);
  });
});
