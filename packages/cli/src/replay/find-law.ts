import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Failure, Invariant } from '@skein/runtime/testing';
import { LawLoadError, LawNotFoundError } from '../errors.js';
import { importModule } from './import-module.js';

// biome-ignore lint/suspicious/noExplicitAny: each law has a subject of its own, and only the law looks at it
export type AnyLaw = Invariant<any>;

/** How deep in arrays and records of a module its laws may lie. */
const DEPTH_MAX = 2;

/**
 * Finds the law that a failure is one of: an export of its module, or in an array or record that is exported.
 *
 * @param file the failure's, absolute
 * @param module what the person said instead of `failure.module`
 * @throws LawNotFoundError, LawLoadError
 */
export async function findLaw(
  failure: Failure,
  file: string,
  module: string | undefined,
  cwd: string,
): Promise<AnyLaw> {
  const path = locateModule(failure, file, module, cwd);
  const exports = await importModule(path, cwd).catch((error: unknown) => {
    throw new LawLoadError(path, file, { cause: error });
  });
  const laws = lawsIn(exports, DEPTH_MAX);
  const law = laws.find(({ name }) => name === failure.law);
  if (law !== undefined) return law;
  const others = [...new Set(laws.map(({ name }) => `"${name}"`))].join(', ');
  throw new LawNotFoundError(
    failure.law,
    `${path} exports ${others === '' ? 'no law' : `only ${others}`}`,
    'Export the law under its name, or name another module with `--module PATH`.',
  );
}

/** A path in a failure begins at the folder where it was found: here, or one of those that its file lies in. */
function locateModule(
  { law, module: told }: Failure,
  file: string,
  module: string | undefined,
  cwd: string,
): string {
  const name = module ?? told;
  if (name === undefined)
    throw new LawNotFoundError(
      law,
      'it does not say which module exports it',
      'Name the module with `--module PATH`; let the law say `module: import.meta.url`.',
    );
  const relative = name.startsWith('file:') ? fileURLToPath(name) : name;
  const folders = module === undefined ? [cwd, ...foldersOf(file)] : [cwd];
  const found = folders.map((folder) => resolve(folder, relative)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new LawNotFoundError(
    law,
    `there is no ${relative} in ${folders[0]}${folders.length > 1 ? ' or where the failure lies' : ''}`,
    'Go to the folder where it was found, build, or name the module with `--module PATH`.',
  );
}

function foldersOf(file: string): string[] {
  const folder = dirname(file);
  return folder === file ? [] : [folder, ...foldersOf(folder)];
}

function lawsIn(value: unknown, depth: number): AnyLaw[] {
  if (typeof value !== 'object' || value === null) return [];
  if (isLaw(value)) return [value];
  if (depth < 0) return [];
  return Object.values(value).flatMap((each) => lawsIn(each, depth - 1));
}

function isLaw(value: object): value is AnyLaw {
  const { name, modules, start } = value as Partial<AnyLaw>;
  return typeof name === 'string' && Array.isArray(modules) && typeof start === 'function';
}
