/**
 * One case of a golden file: what goes in, what must come out, and how close.
 *
 * The values are JSON as it was read; `Fields` gives them types.
 */
export interface GoldenCase {
  readonly id: string;
  readonly description: string;
  readonly source: string;
  readonly settings: JsonObject;
  readonly inputs: JsonObject;
  readonly expected: JsonObject;
  readonly tolerance: JsonObject;
}

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/** A golden file: cases on one topic. */
export interface GoldenFile {
  readonly path: string;
  readonly topic: string;
  readonly cases: readonly GoldenCase[];
}

/** A golden file is not what the format says; nothing was run. */
export class GoldenFormatError extends Error {
  override readonly name = 'GoldenFormatError';
  readonly code = 'GOLDEN_MALFORMED';
  readonly remedy = 'Give a folder of JSON files { format: 1, topic, description, cases: [...] }.';
}

/** A case asks for something this package does not do (yet). */
export class NotSupportedError extends Error {
  override readonly name = 'NotSupportedError';
  readonly code = 'GOLDEN_NOT_SUPPORTED';
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
