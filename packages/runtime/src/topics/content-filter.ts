import { InvalidOptionError } from '../errors.js';

/** Deepest nesting of `and`, `or` and `not`, the outermost part counted, count. */
export const FILTER_DEPTH_MAX = 8;

/** Largest filter: the characters of all its strings, and 8 more for each of its parts and values. */
export const FILTER_SIZE_MAX = 2048;

const PART_SIZE = 8;

/** What a field can be compared with. No NaN. */
export type FilterScalar = string | number | boolean | null;

/**
 * Tests of one field; all that are given must hold, at least one must be. A field is a dotted path through
 * plain objects and arrays, as in `position.x` or `readings.0`.
 *
 * A comparison with a missing field, or between values of different types, does not hold. Strings are
 * ordered by their UTF-16 units.
 */
export interface FieldTest {
  readonly field: string;
  readonly equals?: FilterScalar;
  readonly in?: readonly FilterScalar[];
  readonly less?: number | string;
  readonly atMost?: number | string;
  readonly greater?: number | string;
  readonly atLeast?: number | string;
  /** How a string begins. */
  readonly prefix?: string;
  /** Whether the field is there; null counts as there. */
  readonly exists?: boolean;
}

/**
 * Which messages a subscription wants, as plain data: it is evaluated where the message is published, before
 * a copy of it crosses to another thread. `and` of nothing holds, `or` of nothing does not.
 *
 * @example
 * { and: [{ field: 'severity', atLeast: 3 }, { not: { field: 'position.city', in: ['Bern', 'Basel'] } }] }
 */
export type ContentFilter =
  | FieldTest
  | { readonly and: readonly ContentFilter[] }
  | { readonly or: readonly ContentFilter[] }
  | { readonly not: ContentFilter };

/** Whether a message is wanted. Never throws. */
export type Predicate = (message: unknown) => boolean;

interface Operator {
  readonly operand: string;
  readonly accepts: (operand: unknown) => boolean;
  readonly holds: (value: unknown, operand: never) => boolean;
}

const isScalar = (value: unknown): boolean =>
  value === null ||
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  (typeof value === 'number' && !Number.isNaN(value));
const isOrdered = (value: unknown): boolean =>
  typeof value === 'string' || (typeof value === 'number' && !Number.isNaN(value));

const SCALAR = 'a string, a number, a boolean or null';
const ORDERED = 'a number or a string';

const comparison = (holds: (value: number, operand: number) => boolean): Operator => ({
  operand: ORDERED,
  accepts: isOrdered,
  holds: (value, operand) => typeof value === typeof operand && holds(value as number, operand),
});

const OPERATORS: Readonly<Record<Exclude<keyof FieldTest, 'field'>, Operator>> = {
  equals: { operand: SCALAR, accepts: isScalar, holds: (value, operand) => value === operand },
  in: {
    operand: `an array of ${SCALAR}`,
    accepts: (operand) => Array.isArray(operand) && operand.every(isScalar),
    holds: (value, operand: readonly unknown[]) => operand.includes(value),
  },
  less: comparison((value, operand) => value < operand),
  atMost: comparison((value, operand) => value <= operand),
  greater: comparison((value, operand) => value > operand),
  atLeast: comparison((value, operand) => value >= operand),
  prefix: {
    operand: 'a string',
    accepts: (operand) => typeof operand === 'string',
    holds: (value, operand: string) => typeof value === 'string' && value.startsWith(operand),
  },
  exists: {
    operand: 'true or false',
    accepts: (operand) => typeof operand === 'boolean',
    holds: (value, operand: boolean) => (value !== undefined) === operand,
  },
};

const OPERATOR_NAMES = Object.keys(OPERATORS).join(', ');

/**
 * Checks a filter and compiles it.
 *
 * @throws InvalidOptionError whose `option` is the path of the bad part, as in `filter.and[1].atLeast`
 */
export function compileFilter(filter: ContentFilter): Predicate {
  const holds = compilePart(filter, 'filter', 1, { size: 0 });
  return (message) => {
    try {
      return holds(message);
    } catch {
      return false; // what stays on its thread is not copied, so a field may be a getter that throws
    }
  };
}

function compilePart(part: unknown, at: string, depth: number, measured: { size: number }): Predicate {
  const keys = typeof part === 'object' && part !== null ? Object.keys(part) : [];
  if (keys.includes('field')) return compileFieldTest(part as FieldTest, at, measured);
  const [key] = keys;
  if (keys.length !== 1 || (key !== 'and' && key !== 'or' && key !== 'not'))
    throw new InvalidOptionError(at, part, 'an object with `field`, or with only `and`, `or` or `not`');
  if (depth === FILTER_DEPTH_MAX)
    throw new InvalidOptionError(at, part, `a test of a field, for it is ${FILTER_DEPTH_MAX} levels deep`);
  grow(measured, PART_SIZE, at, part);
  const inner = (part as Record<string, unknown>)[key];
  if (key === 'not') {
    const holds = compilePart(inner, `${at}.not`, depth + 1, measured);
    return (message) => !holds(message);
  }
  if (!Array.isArray(inner)) throw new InvalidOptionError(`${at}.${key}`, inner, 'an array of filters');
  const parts = Array.from(inner, (each, i) => compilePart(each, `${at}.${key}[${i}]`, depth + 1, measured));
  return key === 'and'
    ? (message) => parts.every((holds) => holds(message))
    : (message) => parts.some((holds) => holds(message));
}

function compileFieldTest(test: FieldTest, at: string, measured: { size: number }): Predicate {
  const { field, ...operands } = test;
  if (typeof field !== 'string' || !field.split('.').every((name) => name !== ''))
    throw new InvalidOptionError(`${at}.field`, field, 'names joined by dots');
  grow(measured, PART_SIZE + field.length, at, test);
  const given = Object.entries(operands);
  if (given.length === 0) throw new InvalidOptionError(at, test, `given one of ${OPERATOR_NAMES}`);
  const tests = given.map(([name, operand]) => {
    const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name as keyof typeof OPERATORS] : undefined;
    if (operator === undefined)
      throw new InvalidOptionError(`${at}.${name}`, operand, `left out: the tests are ${OPERATOR_NAMES}`);
    if (!operator.accepts(operand)) throw new InvalidOptionError(`${at}.${name}`, operand, operator.operand);
    for (const scalar of Array.isArray(operand) ? operand : [operand])
      grow(measured, PART_SIZE + (typeof scalar === 'string' ? scalar.length : 0), `${at}.${name}`, operand);
    return (value: unknown) => operator.holds(value, operand as never);
  });
  const path = field.split('.');
  return (message) => {
    const value = valueAt(message, path);
    return tests.every((holds) => holds(value));
  };
}

function grow(measured: { size: number }, by: number, at: string, part: unknown): void {
  measured.size += by;
  if (measured.size > FILTER_SIZE_MAX)
    throw new InvalidOptionError(
      at,
      part,
      `within the size of a filter: ${FILTER_SIZE_MAX} characters, and a part or value counts ${PART_SIZE}`,
    );
}

/** Own fields only, so that `constructor` is not there. */
function valueAt(message: unknown, path: readonly string[]): unknown {
  let value = message;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
