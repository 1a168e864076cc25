// At stake: a name or pattern that nothing could ever match is refused where it is written, not lost in
// silence. Tried with a table of good and bad ones, and at the bounds.
import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../errors.js';
import { checkTopicName, checkTopicPattern, TOPIC_TOKEN_BYTES_MAX, TOPIC_TOKENS_MAX } from './topic-name.js';

const longest = 'x'.repeat(TOPIC_TOKEN_BYTES_MAX);
const most = Array.from({ length: TOPIC_TOKENS_MAX }, (_, i) => `${i}`).join('.');
const neither = ['', '.', 'a.', '.a', 'a..b', 'a b', 'a\n', 'city.münchen', 'a*', `${longest}x`, `${most}.x`];

const refusal = (check: (text: string) => void, text: unknown): unknown => {
  try {
    check(text as string);
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('a topic name', () => {
  it.each(['a', 'city.berlin.north', 'A-1._.b_2', longest, most])('may be %j', (name) => {
    expect(refusal(checkTopicName, name)).toBeUndefined();
  });

  it.each([...neither, '*', 'a.*', '>', 'a.>', undefined, 7, ['a']])('may not be %j', (name) => {
    const error = refusal(checkTopicName, name);
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect(error).toMatchObject({ option: 'topic', got: name, remedy: expect.stringContaining('tokens') });
  });
});

describe('a pattern', () => {
  it.each(['a', '*', '>', 'city.*.north', 'city.>', '*.*.>', longest, most, `*.${most.slice(2)}`])(
    'may be %j',
    (pattern) => {
      expect(refusal(checkTopicPattern, pattern)).toBeUndefined();
    },
  );

  it.each([...neither, '>.a', 'a.>.b', 'a.>>', 'a.b*', '**', undefined, 7, ['a']])(
    'may not be %j',
    (pattern) => {
      const error = refusal(checkTopicPattern, pattern);
      expect(error).toBeInstanceOf(InvalidOptionError);
      expect(error).toMatchObject({
        option: 'pattern',
        got: pattern,
        remedy: expect.stringContaining('"*"'),
      });
    },
  );
});
