import { ERROR_CAUSE_DEPTH_MAX, type ErrorData } from './error-data.js';
import { RemoteError } from './remote-error.js';
import { FORBIDDEN_KEY } from './wire.js';

/** Bounds of one error with all its causes. Together they keep it below 64 KiB when encoded. */
const ERRORS_MAX = 32;
const TEXT_UNITS_MAX = 16_384;
const FIELD_VALUES_MAX = 256;
/** Bounds of one part. Text in UTF-16 code units. */
const TEXT_UNITS_EACH_MAX = 4_096;
const FIELD_DEPTH_MAX = 4;

/** These have a place of their own in {@link ErrorData}. */
const OWN_PLACE: ReadonlySet<string> = new Set([
  'name',
  'message',
  'stack',
  'cause',
  'errors',
  FORBIDDEN_KEY,
]);

/**
 * Describes anything that was thrown as plain data which every codec can encode: name, message, code, remedy,
 * stack, fields and causes. What is long is cut and what is not plain data is left out, so that the result is
 * bounded: at most 32 errors, 8 levels of causes, 16 384 characters of text. An error that recurs among its
 * own causes is told once. Never throws, even if reading the error does.
 *
 * @example errorToData(new RangeError('too far', { cause: 'wind' })).causes[0].message // 'wind'
 */
export function errorToData(thrown: unknown): ErrorData {
  return describe(thrown, new Budget(), 0);
}

/** What may still be written of one error tree. */
class Budget {
  readonly seen: Set<unknown> = new Set();
  textUnits = TEXT_UNITS_MAX;
  fieldValues = FIELD_VALUES_MAX;

  /** Takes text, cut to what is left. */
  text(text: string): string {
    const unitsMax = Math.max(0, Math.min(TEXT_UNITS_EACH_MAX, this.textUnits));
    const taken = text.length <= unitsMax ? text : `${text.slice(0, Math.max(0, unitsMax - 1))}…`;
    this.textUnits -= taken.length;
    return taken;
  }
}

function describe(thrown: unknown, budget: Budget, depth: number): ErrorData {
  budget.seen.add(thrown);
  if (!(thrown instanceof Error)) {
    return { name: 'NonError', message: budget.text(describeNonError(thrown)), fields: {}, causes: [] };
  }
  const isRemote = thrown instanceof RemoteError;
  const code = read(thrown, 'code');
  const remedy = read(thrown, 'remedy');
  const stack = read(thrown, isRemote ? 'remoteStack' : 'stack');
  return {
    name: budget.text(asText(read(thrown, isRemote ? 'remoteName' : 'name'), 'Error')),
    message: budget.text(asText(read(thrown, 'message'), '')),
    ...(typeof code === 'string' ? { code: budget.text(code) } : {}),
    ...(typeof remedy === 'string' ? { remedy: budget.text(remedy) } : {}),
    ...(typeof stack === 'string' ? { stack: budget.text(stack) } : {}),
    fields: isRemote ? fieldsOf(thrown.fields, budget) : fieldsOf(thrown, budget),
    causes: causesOf(thrown)
      .filter((cause) => {
        if (depth === ERROR_CAUSE_DEPTH_MAX || budget.seen.size >= ERRORS_MAX) return false;
        if (typeof cause === 'object' && budget.seen.has(cause)) return false;
        budget.seen.add(cause);
        return true;
      })
      .map((cause) => describe(cause, budget, depth + 1)),
  };
}

function causesOf(error: Error): readonly unknown[] {
  if (error instanceof RemoteError) return error.causes;
  const cause = read(error, 'cause');
  const errors = error instanceof AggregateError ? read(error, 'errors') : undefined;
  const causes = cause === undefined ? [] : [cause];
  if (Array.isArray(errors)) causes.push(...errors.slice(0, ERRORS_MAX));
  return causes;
}

function fieldsOf(error: object, budget: Budget): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  try {
    for (const key of Object.keys(error)) {
      if (OWN_PLACE.has(key)) continue;
      const value = read(error, key);
      if ((key === 'code' || key === 'remedy') && typeof value === 'string') continue;
      const copy = copyField(value, budget, 0, key.length);
      if (copy !== OMITTED) fields[key] = copy;
    }
  } catch {
    // A proxy that refuses to list its keys: the fields found so far are the fields.
  }
  return fields;
}

const OMITTED: unique symbol = Symbol('omitted');

/** A copy of small plain data, or OMITTED: a field is carried whole or not at all. */
function copyField(value: unknown, budget: Budget, depth: number, keyUnits: number): unknown {
  const textUnits = keyUnits + (typeof value === 'string' ? value.length : 0);
  if (budget.fieldValues <= 0 || textUnits > budget.textUnits) return OMITTED;
  budget.fieldValues--;
  budget.textUnits -= textUnits;
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'undefined':
      return value;
    case 'bigint':
      return BigInt.asIntN(64, value) === value ? value : OMITTED;
    case 'object':
      return value === null ? null : copyContainer(value, budget, depth);
    default:
      return OMITTED;
  }
}

function copyContainer(value: object, budget: Budget, depth: number): unknown {
  if (value instanceof Date) return new Date(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  const isArray = Array.isArray(value);
  if (depth === FIELD_DEPTH_MAX || (!isArray && prototype !== Object.prototype && prototype !== null)) {
    return OMITTED;
  }
  if (isArray) {
    if (value.length > budget.fieldValues) return OMITTED;
    const items = Array.from(value, (item) => copyField(item, budget, depth + 1, 0));
    return items.includes(OMITTED) ? OMITTED : items;
  }
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const item = key === FORBIDDEN_KEY ? OMITTED : copyField(read(value, key), budget, depth + 1, key.length);
    if (item === OMITTED) return OMITTED;
    copy[key] = item;
  }
  return copy;
}

function read(object: object, key: string): unknown {
  try {
    return (object as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

function asText(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

function describeNonError(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return `a thrown ${typeof thrown} that cannot be shown`;
  }
}
