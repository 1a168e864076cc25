/** Containers within containers, count, beyond which a value is taken for a cycle. */
const DEPTH_MAX = 64;

/**
 * A text that two values share exactly if they have the same structure: primitives by value (`0` is `-0`, and
 * `NaN` is itself), plain objects, arrays, Maps, Sets, Dates and typed arrays by what they hold. The order of
 * properties and of the members of Maps and Sets does not count.
 *
 * @returns undefined for what has no structure to compare: functions, symbols, instances of other classes,
 *   cycles, and whatever holds one
 */
export function structuralKey(value: unknown): string | undefined {
  return keyOf(value, 0);
}

function keyOf(value: unknown, depth: number): string | undefined {
  switch (typeof value) {
    case 'number':
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'string':
      return JSON.stringify(value);
    case 'bigint':
      return `${value}n`;
    case 'object':
      if (value === null) return 'null';
      return depth === DEPTH_MAX ? undefined : keyOfObject(value, depth + 1);
    default:
      return undefined;
  }
}

function keyOfObject(value: object, depth: number): string | undefined {
  if (Array.isArray(value)) return enclose('[', listKey(value, depth), ']');
  if (value instanceof Map) return enclose('Map{', sorted(entryKeys(value, depth)), '}');
  if (value instanceof Set) return enclose('Set{', sorted(listKey([...value], depth)), '}');
  if (value instanceof Date) return `Date(${value.getTime()})`;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return `${value.constructor.name}[${(value as Float64Array).join()}]`;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  return enclose('{', sorted(entryKeys(Object.entries(value), depth)), '}');
}

function listKey(values: readonly unknown[], depth: number): string[] | undefined {
  const keys: string[] = [];
  for (const value of values) {
    const key = keyOf(value, depth);
    if (key === undefined) return undefined;
    keys.push(key);
  }
  return keys;
}

function entryKeys(entries: Iterable<readonly [unknown, unknown]>, depth: number): string[] | undefined {
  const keys: string[] = [];
  for (const entry of entries) {
    const pair = listKey(entry, depth);
    if (pair === undefined) return undefined;
    keys.push(pair.join(':'));
  }
  return keys;
}

function sorted(keys: string[] | undefined): string[] | undefined {
  return keys?.sort();
}

function enclose(open: string, keys: string[] | undefined, close: string): string | undefined {
  return keys === undefined ? undefined : `${open}${keys.join(',')}${close}`;
}
