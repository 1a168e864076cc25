import { InvalidOptionError } from '../errors.js';

/** Most tokens in a topic name or a pattern, count. */
export const TOPIC_TOKENS_MAX = 16;

/** Longest token, bytes; as many characters, for tokens are ASCII. */
export const TOPIC_TOKEN_BYTES_MAX = 64;

/** In a pattern: exactly one token, whichever. */
export const ANY_TOKEN = '*';

/** In a pattern, as its last token: one or more tokens, whichever. */
export const ANY_REST = '>';

const TOKEN = `[\\w-]{1,${TOPIC_TOKEN_BYTES_MAX}}`;
const BEFORE_LAST = `{0,${TOPIC_TOKENS_MAX - 1}}`;
const NAME = new RegExp(`^(?:${TOKEN}\\.)${BEFORE_LAST}${TOKEN}$`);
const PATTERN = new RegExp(`^(?:(?:${TOKEN}|\\*)\\.)${BEFORE_LAST}(?:${TOKEN}|\\*|>)$`);

const TOKENS = `1 to ${TOPIC_TOKENS_MAX} tokens joined by dots`;
const LETTERS = `1 to ${TOPIC_TOKEN_BYTES_MAX} letters, digits, "_" or "-"`;

/**
 * Refuses what is no topic name. A name is tokens joined by dots, as in `city.berlin.north`.
 *
 * @throws InvalidOptionError
 */
export function checkTopicName(topic: string): void {
  if (typeof topic !== 'string' || !NAME.test(topic))
    throw new InvalidOptionError('topic', topic, `${TOKENS}, each of ${LETTERS}`);
}

/**
 * Refuses what is no pattern. A pattern is a name in which `*` may stand for any one token, and `>`, at the
 * end, for all that are left, at least one: `city.*.north`, `city.>`.
 *
 * @throws InvalidOptionError
 */
export function checkTopicPattern(pattern: string): void {
  if (typeof pattern !== 'string' || !PATTERN.test(pattern))
    throw new InvalidOptionError('pattern', pattern, `${TOKENS}, each "*" or ${LETTERS}, or ">" as the last`);
}
