import type { Json, JsonObject } from './golden-case.js';
import { isObject } from './golden-case.js';

/** Passes when `|got - expected| <= abs + rel * |expected|`; both 0 means equality. */
export interface Tolerance {
  readonly abs: number;
  readonly rel: number;
}

const EXACT: Tolerance = { abs: 0, rel: 0 };

/** Fields whose tolerance goes by the name of a group that is not the beginning of their own. */
const GROUPS: readonly (readonly [prefix: string, group: string])[] = [
  ['final_p', 'dirichlet'],
  ['qs_last', 'qs_seq'],
  ['G', 'F'],
];

/**
 * The tolerance of one field: its own key, else the longest key that its name begins with, else its group, else
 * `default`, else equality.
 *
 * A tolerance may also be one for all fields: `{ abs, rel }` or `{ exact: true }`.
 */
export function toleranceOf(field: string, tolerances: JsonObject): Tolerance {
  if ('abs' in tolerances || 'rel' in tolerances || 'exact' in tolerances) return read(tolerances);
  const own = Object.keys(tolerances)
    .filter((name) => field === name || field.startsWith(`${name}_`))
    .sort((a, b) => b.length - a.length)[0];
  const group = GROUPS.find(([prefix, name]) => field.startsWith(prefix) && name in tolerances)?.[1];
  return read(tolerances[own ?? group ?? 'default']);
}

function read(value: Json | undefined): Tolerance {
  if (!isObject(value) || value.exact === true) return EXACT;
  return { abs: Number(value.abs ?? 0), rel: Number(value.rel ?? 0) };
}
