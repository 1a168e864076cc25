import { isObject, type Json, type JsonObject } from './golden-case.js';
import { type Tolerance, toleranceOf } from './tolerance.js';

/** What a topic computed for a field: numbers nested in lists and objects. */
export type Answer =
  | null
  | boolean
  | number
  | string
  | ArrayLike<Answer>
  | { readonly [key: string]: Answer };

/** A value that is not what it should be. */
export interface Mismatch {
  /** Where, e.g. `steps[3].qs[0][7]`. */
  readonly field: string;
  readonly expected: Json;
  readonly got: string | number;
  readonly tolerance: Tolerance;
}

/**
 * Compares an expected field with an answer, element by element.
 *
 * Lists must have equal lengths; of an object every expected key must be there. A key decides the tolerance of
 * everything under it, so `steps[3].qs` is held to that of `qs`. NaN equals nothing.
 *
 * @param ignored keys of objects that carry information only
 * @returns every mismatch, in order
 */
export function compare(
  field: string,
  expected: Json,
  got: Answer | undefined,
  tolerances: JsonObject,
  ignored: ReadonlySet<string> = new Set(),
): Mismatch[] {
  const mismatches: Mismatch[] = [];
  const visit = (path: string, want: Json, have: Answer | undefined, tolerance: Tolerance): void => {
    const report = (): void => {
      mismatches.push({ field: path, expected: want, got: show(have), tolerance });
    };
    if (typeof want === 'number') {
      const close =
        typeof have === 'number' && Math.abs(have - want) <= tolerance.abs + tolerance.rel * Math.abs(want);
      if (!close) report();
    } else if (Array.isArray(want)) {
      if (!isList(have) || have.length !== want.length) report();
      else want.forEach((element: Json, i) => void visit(`${path}[${i}]`, element, have[i], tolerance));
    } else if (isObject(want)) {
      const answers = typeof have === 'object' && have !== null && !isList(have) ? have : null;
      for (const [key, value] of Object.entries(want)) {
        if (ignored.has(key)) continue;
        visit(`${path}.${key}`, value, answers?.[key], toleranceOf(key, tolerances));
      }
    } else if (want !== have) {
      report();
    }
  };
  visit(field, expected, got, toleranceOf(field, tolerances));
  return mismatches;
}

function isList(value: Answer | undefined): value is ArrayLike<Answer> {
  return Array.isArray(value) || value instanceof Float64Array;
}

function show(value: Answer | undefined): string | number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (isList(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return value === undefined ? 'nothing' : String(value);
}
