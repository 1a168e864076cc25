// At stake: everybody who subscribed is found, nobody else, and finding them costs nothing for those whom it
// does not concern. Tried with random operations beside a list of patterns, each compared token by token, and
// by counting the branches that a match enters.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TopicTrie } from './topic-trie.js';

/** One line of the plain model. */
interface Line {
  readonly pattern: string;
  readonly value: number;
}

function matches(pattern: string, topic: string): boolean {
  const wanted = pattern.split('.');
  const tokens = topic.split('.');
  for (const [i, token] of wanted.entries()) {
    if (token === '>') return tokens.length > i;
    if (i >= tokens.length || (token !== '*' && token !== tokens[i])) return false;
  }
  return wanted.length === tokens.length;
}

/** Tokens are few, so that patterns and topics meet. */
const token = fc.constantFrom('a', 'b', 'c');
const topic = fc.array(token, { minLength: 1, maxLength: 5 }).map((tokens) => tokens.join('.'));
const pattern = fc
  .tuple(
    fc.array(fc.oneof({ weight: 3, arbitrary: token }, fc.constant('*')), { minLength: 1, maxLength: 5 }),
    fc.boolean(),
  )
  .map(([tokens, rest]) => [...tokens.slice(0, 4), ...(rest ? ['>'] : tokens.slice(4))].join('.'));
const line = fc.record({ pattern, value: fc.nat({ max: 3 }) });

const found = (trie: TopicTrie<number>, name: string): number[] => {
  const values: number[] = [];
  trie.match(name, (value) => values.push(value));
  return values.sort();
};
const entered = (trie: TopicTrie<number>, name: string): number => trie.match(name, () => undefined);

describe('a topic trie', () => {
  it.each([
    ['city.*.north', 'city.berlin.north', true],
    ['city.*.north', 'city.north', false],
    ['city.*', 'city.berlin.north', false],
    ['city.>', 'city.berlin.north', true],
    ['city.>', 'city', false],
    ['>', 'city', true],
    ['*', 'city.berlin', false],
    ['city', 'city.berlin', false],
    ['city.berlin', 'city', false],
  ])('%s matches %s: %s', (wanted, name, expected) => {
    const trie = new TopicTrie<number>();
    trie.add(wanted, 1);
    expect(found(trie, name)).toEqual(expected ? [1] : []);
    expect(matches(wanted, name)).toBe(expected);
  });

  it('finds what a list of patterns does, whatever was added and deleted', () => {
    const operation = fc.record({ line, gone: fc.boolean() });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), fc.array(topic, { minLength: 1 }), (ops, names) => {
        const trie = new TopicTrie<number>();
        let lines: Line[] = [];
        for (const { line: each, gone } of ops) {
          lines = lines.filter(({ pattern: p, value }) => p !== each.pattern || value !== each.value);
          if (gone) trie.delete(each.pattern, each.value);
          else {
            trie.add(each.pattern, each.value);
            lines.push(each);
          }
        }
        for (const name of names)
          expect(found(trie, name)).toEqual(
            lines
              .filter((each) => matches(each.pattern, name))
              .map(({ value }) => value)
              .sort(),
          );
      }),
    );
  });

  it('has one branch for each beginning of a pattern in it, and none when they are gone', () => {
    fc.assert(
      fc.property(fc.array(line), fc.array(line), (kept, gone) => {
        const trie = new TopicTrie<number>();
        for (const each of [...gone, ...kept]) trie.add(each.pattern, each.value);
        const stays = new Set(kept.map((each) => `${each.pattern} ${each.value}`));
        for (const each of gone)
          if (!stays.has(`${each.pattern} ${each.value}`)) trie.delete(each.pattern, each.value);
        const beginnings = new Set(
          kept.flatMap((each) => each.pattern.split('.').map((_, i, all) => all.slice(0, i + 1).join('.'))),
        );
        expect(trie.branchCount).toBe(beginnings.size);
        for (const each of kept) trie.delete(each.pattern, each.value);
        expect(trie.branchCount).toBe(0);
      }),
    );
  });

  it('enters the root and the branches that a topic leads to, and no other', () => {
    fc.assert(
      fc.property(fc.array(line), topic, (lines, name) => {
        const trie = new TopicTrie<number>();
        for (const each of lines) trie.add(each.pattern, each.value);
        const tokens = name.split('.');
        const led = lines.flatMap((each) =>
          each.pattern
            .split('.')
            .map((_, i, all) => all.slice(0, i + 1))
            .filter((beginning) => {
              const before = beginning.filter((part) => part !== '>');
              return (
                beginning.length <= tokens.length && before.every((p, i) => p === '*' || p === tokens[i])
              );
            })
            .map((beginning) => beginning.join('.')),
        );
        expect(entered(trie, name)).toBe(1 + new Set(led).size);
      }),
    );
  });

  it('enters no more for a million subscriptions that the topic does not concern', () => {
    const trie = new TopicTrie<number>();
    for (const each of ['city.berlin.north', 'city.*.north', 'city.>']) trie.add(each, -1);
    const before = entered(trie, 'city.berlin.north');
    for (let i = 0; i < 1000; i++)
      for (let value = 0; value < 500; value++) {
        trie.add(`sea.${i}.>`, value);
        trie.add(`city.${i}.north`, value);
      }
    expect(entered(trie, 'city.berlin.north')).toBe(before);
    expect(before).toBe(7);
    expect(found(trie, 'city.berlin.north')).toEqual([-1, -1, -1]);
  });
});
