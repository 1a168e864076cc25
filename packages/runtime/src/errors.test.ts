// At stake: a code that somebody meets at night can be looked up. Tried by comparing what the sources declare
// with what the page of errors lists.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as errors from './errors.js';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const page = read('../../../docs/errors.md');
const codesOf = (text: string): string[] => [...new Set(text.match(/RUNTIME_[A-Z_]+[A-Z]/g))].sort();

describe('docs/errors.md', () => {
  it('lists every code, and none that is gone', () => {
    expect(codesOf(page)).toEqual(codesOf(read('./errors.ts') + read('./testing/errors.ts')));
  });

  it('lists every reason of a dead letter, and none that is gone', () => {
    const [declared] = /export type DeadLetterReason =[^;]*;/.exec(read('./system/dead-letters.ts'))!;
    const reasons = declared.match(/'[a-z-]+'/g)!.map((quoted) => quoted.slice(1, -1));
    const [, section] = page.split('### Why a message became a dead letter');
    const listed = section!.split('\n## ')[0]!.match(/^\| `([a-z-]+)`/gm)!;
    expect(listed.map((row) => row.slice(3, -1))).toEqual(reasons);
  });
});

describe('an error', () => {
  it('carries its code, a remedy, its values and its cause', () => {
    const cause = new Error('deep');
    const error = new errors.AskRejectedError('/a', 'read', 'crashed', { cause });
    expect(error).toBeInstanceOf(errors.RuntimeError);
    expect(error).toMatchObject({
      name: 'AskRejectedError',
      code: 'RUNTIME_ASK_REJECTED',
      message: 'The question "read" to /a became a dead letter (crashed): deep.',
      reason: 'crashed',
      cause,
    });
    expect(error.remedy).toContain('crashed');
  });

  it.each([
    { got: 'text', said: '"text"' },
    { got: [1], said: 'an array' },
    { got: {}, said: 'an object' },
    { got: () => 1, said: 'a function' },
    { got: Number.NaN, said: 'NaN' },
  ])('of an option says that it got $said', ({ got, said }) => {
    expect(new errors.InvalidOptionError('size', got, 'at least 1').message).toBe(
      `Option \`size\` must be at least 1, got ${said}.`,
    );
  });
});
