// At stake: a draw of faults says something about the tests only if every operator and constant can be drawn, and nothing else. Tried with a
// row a construct.
import { describe, expect, test } from 'vitest';
import { sitesOf } from './sites.js';

/** The sites of a text, each as what stands there and what may stand there instead. */
function faultsIn(text: string): [string, ...string[]][] {
  return sitesOf(text).map(({ start, end, faults }) => [text.slice(start, end), ...faults]);
}

describe('a site is', () => {
  test.each<[string, string, [string, ...string[]][]]>([
    ['a comparison', 'a < b', [['<', '<=', '>=']]],
    ['an equality', 'a === b', [['===', '!==']]],
    ['a test of membership', 'a instanceof B', [['a instanceof B', '!(a instanceof B)']]],
    ['arithmetic', 'a + b', [['+', '-']]],
    ['a logical operator', 'a && b', [['&&', '||']]],
    ['a default', 'a ?? b', [['??', '&&']]],
    ['a bitwise operator', 'a & b', [['&', '|']]],
    ['a shift', 'a >>> b', [['>>>', '>>', '<<']]],
    ['an assignment that computes', 'a += b', [['+=', '-=']]],
    ['a step up', 'a++', [['++', '--']]],
    ['a step down before its use', 'f(--a)', [['--', '++']]],
    ['a negation', 'f(!a)', [['!', '']]],
    [
      'a sign, and what it stands before',
      'f(-2)',
      [
        ['-', ''],
        ['2', '3', '1'],
      ],
    ],
    ['a choice by its condition', 'a ? b : c', [['a', '!(a)']]],
    ['a comparison that chooses', 'a === d ? b : c', [['===', '!==']]],
    ['a negation that chooses', '!a ? b : c', [['!', '']]],
    [
      'a number',
      'f(0, 0x1_0)',
      [
        ['0', '1'],
        ['0x1_0', '17', '15'],
      ],
    ],
    [
      'a truth',
      'f(true, false)',
      [
        ['true', 'false'],
        ['false', 'true'],
      ],
    ],
    [
      'a text that something is compared with',
      "a === 'b'",
      [
        ['===', '!=='],
        ["'b'", "''"],
      ],
    ],
    ['a text of a case', "switch (a) { case 'b': }", [["'b'", "''"]]],
    [
      'an empty text',
      "a === ''",
      [
        ['===', '!=='],
        ["''", "'mutant'"],
      ],
    ],
  ])('%s', (_, text, faults) => {
    expect(faultsIn(text)).toEqual(faults);
  });
});

describe('no site is', () => {
  test.each([
    ['a type', 'let a: 0 | true | Row<1>; type B = 2; interface C { d: 3 }'],
    ['what a value is said to be', 'f(a as 1)'],
    ['an import or an export', "import { a } from 'b'; export { a }; export * from 'c';"],
    ['text', "f('a', `b`)"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a source text
    ['a template, with all that is in it', 'f(`a ${b + 1}`)'],
    ['a sum with text in it', "f(a + ' of ' + b)"],
    ['a comment', '// a < 1\n/* b && true */'],
    ['a plain assignment', 'a = b'],
    ['the name of a property', 'f({ 1: a })'],
    ['what goes over several lines', 'f((a\n  ) ? b : c, d\n  in e)'],
  ])('%s', (_, text) => {
    expect(faultsIn(text)).toEqual([]);
  });
});

test('sites come in the order of the text, and say what they are', () => {
  const kinds = sitesOf('for (let i = 0; i < n; i++) if (!seen) sum += i * 2;').map(({ kind }) => kind);
  expect(kinds).toEqual(['number', 'comparison', 'update', 'unary', 'assignment', 'arithmetic', 'number']);
});
