import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type GoldenCase,
  type GoldenFile,
  GoldenFormatError,
  isObject,
  type JsonObject,
} from './golden-case.js';

/** The version of the format that this reader knows. */
const FORMAT = 1;

/**
 * Reads every golden file in a folder, in the order of their names; folders inside it are left alone.
 *
 * @throws GoldenFormatError for a folder that cannot be read or holds no JSON, and for a file that breaks the format
 */
export function readGoldenFolder(folder: string): GoldenFile[] {
  const names = attempt(`cannot read the folder ${folder}`, () => readdirSync(folder));
  const files = names.filter((name) => name.endsWith('.json')).sort();
  if (files.length === 0) throw new GoldenFormatError(`no .json file in ${folder}`);
  return files.map((name) => readGoldenFile(join(folder, name)));
}

/** Reads one golden file. */
export function readGoldenFile(path: string): GoldenFile {
  const text = attempt(`cannot read ${path}`, () => readFileSync(path, 'utf8'));
  const json: unknown = attempt(`${path} is not JSON`, () => JSON.parse(text));
  if (!isObject(json)) throw new GoldenFormatError(`${path}: expected an object`);
  if (json.format !== FORMAT) {
    throw new GoldenFormatError(`${path}: expected format ${FORMAT}, got ${JSON.stringify(json.format)}`);
  }
  if (typeof json.topic !== 'string') throw new GoldenFormatError(`${path}: expected a topic`);
  if (!Array.isArray(json.cases)) throw new GoldenFormatError(`${path}: expected a list of cases`);
  const cases = json.cases.map((entry: unknown, i) => readCase(entry, `${path}: cases[${i}]`));
  return { path, topic: json.topic, cases };
}

function readCase(entry: unknown, where: string): GoldenCase {
  if (!isObject(entry)) throw new GoldenFormatError(`${where}: expected an object`);
  if (typeof entry.id !== 'string') throw new GoldenFormatError(`${where}: expected an id`);
  const part = (key: string, fallback?: JsonObject): JsonObject => {
    const value = entry[key] ?? fallback;
    if (!isObject(value)) throw new GoldenFormatError(`${where} (${entry.id}): expected an object ${key}`);
    return value;
  };
  return {
    id: entry.id,
    description: String(entry.description ?? ''),
    source: String(entry.source ?? ''),
    settings: part('settings', {}),
    inputs: part('inputs'),
    expected: part('expected'),
    tolerance: part('tolerance'),
  };
}

function attempt<T>(failure: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new GoldenFormatError(`${failure}: ${reason}`, { cause });
  }
}
