// At stake: a broker that believes to know all subscriptions knows them all, whatever was lost on the way to it.
// Tried with random changes, losses, late confirmations and new lives beside a table of what the broker was told.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BATCH_BYTES_MAX, type Batch, Follower } from './follower.js';

const weightless = () => 1;
const KEYS = ['a', 'b', 'c', 'd'];

/** A batch as it travels: each key with the number of its last change, if it has not ended. */
interface Letter extends Batch {
  readonly content: readonly (readonly [key: string, change: number | undefined])[];
}

/** A life of a broker. */
class Told {
  readonly known = new Map<string, number>();
  begun = false;

  take({ fresh, content }: Letter): void {
    if (fresh) this.known.clear();
    else if (!this.begun) return; // meant for the life before
    this.begun = true;
    for (const [key, change] of content)
      if (change === undefined) this.known.delete(key);
      else this.known.set(key, change);
  }
}

type Step =
  | { readonly do: 'set' | 'end'; readonly key: string }
  | { readonly do: 'tell' | 'confirm' | 'lose' | 'confirmation lost' | 'begin' | 'begin, and a late letter' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('set', 'end'), key: fc.constantFrom(...KEYS) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('tell', 'confirm') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('lose', 'confirmation lost', 'begin', 'begin, and a late letter'),
    }),
  },
);

describe('a follower', () => {
  it('has told the broker all when it believes so, whatever was lost', () => {
    const weight = fc.integer({ min: 1, max: BATCH_BYTES_MAX });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), weight, (steps, bytes) => {
        const follower = new Follower();
        const truth = new Map<string, number>();
        let broker = new Told();
        let letter: Letter | undefined;
        let changes = 0;
        const tell = (): void => {
          const batch = follower.next(() => bytes);
          if (batch === undefined) return;
          expect(letter).toBeUndefined();
          letter = { ...batch, content: batch.keys.map((key) => [key, truth.get(key)]) };
        };
        const confirm = (): void => {
          if (letter === undefined) return;
          broker.take(letter);
          expect(follower.learned(letter.number)).toEqual(letter.keys);
          expect(follower.learned(letter.number)).toBeUndefined();
          letter = undefined;
        };
        const lose = (): void => {
          if (letter !== undefined) follower.overdue(letter.number);
          letter = undefined;
        };
        for (const each of steps) {
          if ('key' in each) {
            if (each.do === 'set') truth.set(each.key, ++changes);
            else truth.delete(each.key);
            follower.changed(each.key);
            expect(follower.knows(each.key)).toBe(false);
          } else if (each.do === 'tell') tell();
          else if (each.do === 'confirm') confirm();
          else if (each.do === 'lose') lose();
          else if (each.do === 'confirmation lost') {
            if (letter !== undefined) broker.take(letter);
            lose();
          } else {
            broker = new Told();
            follower.begin(truth.keys());
            if (letter !== undefined) {
              if (each.do !== 'begin') broker.take(letter);
              expect(follower.learned(letter.number)).toBeUndefined();
            }
            letter = undefined;
          }
          if (broker.begun)
            for (const key of KEYS.filter((known) => follower.knows(known)))
              expect(broker.known.get(key)).toBe(truth.get(key));
        }
        for (let tries = 0; tries < 20; tries++) {
          confirm();
          tell();
        }
        expect(letter).toBeUndefined();
        expect(broker.known).toEqual(truth);
        expect(KEYS.filter((key) => !follower.knows(key))).toEqual([]);
      }),
    );
  });

  it('tells nothing but that there is nothing to a broker that begins in an empty system', () => {
    const follower = new Follower();
    follower.begin([]);
    const batch = follower.next(weightless);
    expect(batch).toMatchObject({ fresh: true, complete: true, keys: [] });
    expect(follower.next(weightless)).toBeUndefined();
    follower.learned(batch!.number);
    expect(follower.next(weightless)).toBeUndefined();
  });

  it('tells again what changes while it is on its way', () => {
    const follower = new Follower();
    follower.begin(['a']);
    const { number } = follower.next(weightless)!;
    follower.changed('a');
    follower.learned(number);
    expect(follower.knows('a')).toBe(false);
    expect(follower.next(weightless)).toMatchObject({ fresh: false, complete: true, keys: ['a'] });
  });

  it('tells a new life what has ended, for a letter to the life before may tell it otherwise', () => {
    const follower = new Follower();
    follower.begin(['a', 'b']);
    follower.next(weightless);
    follower.changed('b'); // and is gone
    follower.begin(['a']);
    expect(follower.knows('b')).toBe(false);
    const { number, keys } = follower.next(weightless)!;
    expect(keys).toEqual(['a', 'b']);
    follower.learned(number);
    expect(follower.knows('b')).toBe(true);
  });

  it('keeps batches of several within the bound, and says which one is the last', () => {
    const follower = new Follower();
    follower.begin(['a', 'b', 'c']);
    const half = (): number => BATCH_BYTES_MAX / 2;
    const first = follower.next(half)!;
    expect(first).toMatchObject({ keys: ['a', 'b'], fresh: true, complete: false });
    follower.learned(first.number);
    expect(follower.next(() => 2 * BATCH_BYTES_MAX)).toMatchObject({
      keys: ['c'],
      fresh: false,
      complete: true,
    });
  });

  it('lets others pass one that never arrives', () => {
    const follower = new Follower();
    follower.begin(['big', 'a', 'b', 'c']);
    const bytes = (key: string): number => (key === 'big' ? 1000 : 10);
    for (let batch = follower.next(bytes), tries = 0; tries < 5; batch = follower.next(bytes), tries++)
      if (batch!.keys.includes('big')) follower.overdue(batch!.number);
      else follower.learned(batch!.number);
    expect(['a', 'b', 'c', 'big'].map((key) => follower.knows(key))).toEqual([true, true, true, false]);
  });
});
