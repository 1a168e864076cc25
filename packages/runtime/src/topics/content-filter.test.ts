// At stake: a subscriber gets what its filter says, a bad filter is refused with the place where it is bad, and
// no message can make a filter throw. Tried with a table, with bad filters, and with random filters and messages
// beside an evaluator that reads the filter again each time.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../errors.js';
import { type ContentFilter, compileFilter, FILTER_DEPTH_MAX, FILTER_SIZE_MAX } from './content-filter.js';

const message = {
  type: 'sighting',
  severity: 3,
  name: 'heron',
  seen: true,
  note: null,
  position: { x: 1.5, tags: ['reed', 'water'] },
};

// biome-ignore lint/suspicious/noExplicitAny: the plain evaluator reads whatever there is
function evaluate(filter: any, value: any): boolean {
  if (filter.and)
    return filter.and.reduce((all: boolean, part: unknown) => all && evaluate(part, value), true);
  if (filter.or)
    return filter.or.reduce((any: boolean, part: unknown) => any || evaluate(part, value), false);
  if (filter.not) return !evaluate(filter.not, value);
  let field = value;
  for (const name of filter.field.split('.'))
    field =
      field !== null && typeof field === 'object' && Object.hasOwn(field, name) ? field[name] : undefined;
  const { equals, less, atMost, greater, atLeast, prefix, exists } = filter;
  const sameType = (operand: unknown) => typeof field === typeof operand;
  if (exists !== undefined && exists !== (field !== undefined)) return false;
  if (equals !== undefined && field !== equals) return false;
  if (filter.in !== undefined && !filter.in.some((each: unknown) => each === field)) return false;
  if (less !== undefined && !(sameType(less) && field < less)) return false;
  if (atMost !== undefined && !(sameType(atMost) && (field < atMost || field === atMost))) return false;
  if (greater !== undefined && !(sameType(greater) && field > greater)) return false;
  if (atLeast !== undefined && !(sameType(atLeast) && (field > atLeast || field === atLeast))) return false;
  if (prefix !== undefined && !(typeof field === 'string' && field.slice(0, prefix.length) === prefix))
    return false;
  return true;
}

/** Few values and few names, so that filters and messages meet. */
const number = fc.constantFrom(-1, 0, 1.5, 3);
const text = fc.constantFrom('', 'a', 'ab', 'b');
const scalar = fc.oneof(number, text, fc.boolean(), fc.constant(null));
const ordered = fc.oneof(number, text);
const name = fc.constantFrom('a', 'b', '0', 'constructor', 'length');
const fieldTest = fc
  .record(
    {
      equals: scalar,
      in: fc.array(scalar, { maxLength: 3 }),
      less: ordered,
      atMost: ordered,
      greater: ordered,
      atLeast: ordered,
      prefix: text,
      exists: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  .filter((tests) => Object.keys(tests).length > 0)
  .chain((tests) =>
    fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => ({ field: names.join('.'), ...tests })),
  );
const { filter } = fc.letrec<{ filter: ContentFilter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: FILTER_DEPTH_MAX - 2, withCrossShrink: true },
    fieldTest as fc.Arbitrary<ContentFilter>,
    fc.record({ and: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ or: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ not: tie('filter') }),
  ),
}));
const messages = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.constantFrom(Number.NaN, undefined, 1n),
    fc.dictionary(name, tie('value'), { maxKeys: 4 }),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
})).value;

describe('a content filter', () => {
  it.each<[ContentFilter, boolean]>([
    [{ field: 'severity', atLeast: 3 }, true],
    [{ field: 'severity', greater: 3 }, false],
    [{ field: 'severity', greater: 1, less: 3.5 }, true],
    [{ field: 'severity', less: '9' }, false],
    [{ field: 'name', less: 'stork' }, true],
    [{ field: 'name', prefix: 'her' }, true],
    [{ field: 'severity', prefix: '' }, false],
    [{ field: 'name', in: ['stork', 'heron'] }, true],
    [{ field: 'name', in: [] }, false],
    [{ field: 'note', equals: null }, true],
    [{ field: 'note', exists: true }, true],
    [{ field: 'missing', exists: false }, true],
    [{ field: 'missing', equals: null }, false],
    [{ field: 'missing', atMost: 3 }, false],
    [{ not: { field: 'missing', atMost: 3 } }, true],
    [{ field: 'position.x', equals: 1.5 }, true],
    [{ field: 'position.tags.1', equals: 'water' }, true],
    [{ field: 'constructor', exists: true }, false],
    [{ field: 'name.length', exists: true }, false],
    [{ and: [] }, true],
    [{ or: [] }, false],
    [
      {
        or: [
          { field: 'seen', equals: false },
          { field: 'seen', equals: true },
        ],
      },
      true,
    ],
    [
      {
        and: [
          { field: 'seen', equals: false },
          { field: 'seen', equals: true },
        ],
      },
      false,
    ],
  ])('%j says %s', (given, expected) => {
    expect(compileFilter(given)(message)).toBe(expected);
    expect(evaluate(given, message)).toBe(expected);
  });

  it('says what a plain evaluator says, of any message', () => {
    fc.assert(
      fc.property(filter, fc.array(messages, { minLength: 1, maxLength: 5 }), (given, values) => {
        let wants: ReturnType<typeof compileFilter>;
        try {
          wants = compileFilter(given);
        } catch (error) {
          expect((error as InvalidOptionError).message).toContain('size');
          fc.pre(false);
          return;
        }
        for (const value of values) expect(wants(value)).toBe(evaluate(given, value));
      }),
      { numRuns: 1000 },
    );
  });

  it('never throws, not even for a field that does', () => {
    const trap = Object.defineProperty({}, 'a', {
      enumerable: true,
      get: () => {
        throw new Error('trap');
      },
    });
    expect(compileFilter({ field: 'a', exists: true })(trap)).toBe(false);
    fc.assert(
      fc.property(filter, fc.anything(), (given, value) => {
        try {
          return typeof compileFilter(given)(value) === 'boolean';
        } catch (error) {
          return error instanceof InvalidOptionError;
        }
      }),
    );
  });

  const nested = (levels: number): unknown =>
    levels === 1 ? { field: 'a', exists: true } : { not: nested(levels - 1) };
  const shared = Array.from({ length: 6 }).reduce<unknown>(
    (part) => ({ or: new Array(50).fill(part) }),
    nested(1),
  );
  const knot: { not?: unknown } = {};
  knot.not = knot;

  it.each<[string, unknown, unknown]>([
    ['filter', undefined, 'an object with `field`'],
    ['filter', [], 'an object with `field`'],
    ['filter', {}, 'an object with `field`'],
    ['filter', { and: [], or: [] }, 'with only'],
    ['filter', { field: 'a' }, 'equals, in, less'],
    ['filter.field', { field: 'a..b', exists: true }, 'names joined by dots'],
    ['filter.field', { field: 3, exists: true }, 'names joined by dots'],
    ['filter.at_least', { field: 'a', at_least: 3 }, 'atLeast'],
    ['filter.toString', { field: 'a', toString: 3 }, 'the tests are'],
    ['filter.atLeast', { field: 'a', atLeast: true }, 'a number or a string'],
    ['filter.less', { field: 'a', less: Number.NaN }, 'a number or a string'],
    ['filter.equals', { field: 'a', equals: undefined }, 'a string, a number'],
    ['filter.equals', { field: 'a', equals: {} }, 'a string, a number'],
    ['filter.in', { field: 'a', in: [1, {}] }, 'an array of'],
    ['filter.in', { field: 'a', in: 'ab' }, 'an array of'],
    ['filter.prefix', { field: 'a', prefix: 1 }, 'a string'],
    ['filter.exists', { field: 'a', exists: 1 }, 'true or false'],
    ['filter.and', { and: {} }, 'an array of filters'],
    [
      'filter.and[1].or[0].not.atLeast',
      { and: [{ and: [] }, { or: [{ not: { field: 'a', atLeast: null } }] }] },
      '',
    ],
    [`filter${'.not'.repeat(FILTER_DEPTH_MAX - 1)}`, nested(FILTER_DEPTH_MAX + 1), 'levels deep'],
    [`filter${'.not'.repeat(FILTER_DEPTH_MAX - 1)}`, knot, 'levels deep'],
    ['filter.equals', { field: 'a', equals: 'x'.repeat(FILTER_SIZE_MAX) }, 'size of a filter'],
    ['filter.in', { field: 'a', in: new Array(FILTER_SIZE_MAX).fill(1) }, 'size of a filter'],
    [expect.stringContaining('filter.or[0]') as never, shared, 'size of a filter'],
  ])('is refused at %s', (option, given, expected) => {
    let error: unknown;
    try {
      compileFilter(given as ContentFilter);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect(error).toMatchObject({ option, remedy: expect.stringContaining(expected as string) });
  });

  it('may be as deep as the bound', () => {
    expect(compileFilter(nested(FILTER_DEPTH_MAX) as ContentFilter)({})).toBe(true);
  });
});
