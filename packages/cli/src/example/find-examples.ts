import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A built example on disk. */
export interface FoundExample {
  /** Its folder's name. */
  readonly name: string;
  /** Its main module, absolute. */
  readonly path: string;
}

/**
 * The built examples of the nearest folder, from `cwd` upward, that has `examples/dist`; failing that, those
 * beside this package, so that the command also works from elsewhere. By name.
 */
export function findExamples(cwd: string): FoundExample[] {
  const folder = nearest(cwd) ?? nearest(dirname(fileURLToPath(import.meta.url)));
  if (folder === undefined) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name, path: join(folder, name, 'main.js') }))
    .filter(({ path }) => existsSync(path));
}

function nearest(start: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    const built = join(folder, 'examples', 'dist');
    if (existsSync(built)) return built;
    if (dirname(folder) === folder) return undefined;
  }
}
