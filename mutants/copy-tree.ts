import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { PACKAGES } from './areas.js';

/** A copy of the tree to break; gone at the end of the process at the latest. */
export interface Copy extends Disposable {
  /** Its root folder. */
  readonly root: string;
}

/**
 * Copies the packages to be broken, and what their tests read, as they are on disk, to a temporary folder. What is installed is not copied but linked; the packages' links to each other
 * are relative and lead to the copies.
 */
export function copyTree(root: string): Copy {
  const copy = mkdtempSync(join(tmpdir(), 'skein-mutants-'));
  const take = (path: string): void =>
    cpSync(join(root, path), join(copy, path), {
      recursive: true,
      verbatimSymlinks: true,
      preserveTimestamps: true,
      filter: (file) => basename(file) !== '.vite',
    });
  for (const name of PACKAGES) take(`packages/${name}`);
  for (const path of ['package.json', 'tsconfig.base.json', 'vitest.config.ts', 'docs']) take(path);
  mkdirSync(temporaryIn(copy));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir');
  const remove = (): void => rmSync(copy, { recursive: true, force: true });
  process.once('exit', remove);
  return { root: copy, [Symbol.dispose]: remove };
}

/** Where tests in a copy keep what they write: those that are killed leave it behind. */
export function temporaryIn(copy: string): string {
  return join(copy, 'tmp');
}
