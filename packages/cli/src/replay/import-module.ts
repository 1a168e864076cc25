import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const TYPESCRIPT = /\.[cm]?tsx?$/;
/** What Node says of TypeScript that it cannot load by itself, or whose imports name what a build would make. */
const NEEDS_LOADER: ReadonlySet<unknown> = new Set([
  'ERR_UNKNOWN_FILE_EXTENSION',
  'ERR_MODULE_NOT_FOUND',
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
]);

/**
 * Imports a module of a user's. TypeScript that Node cannot load goes through the project's own tsx, if there is one; so do
 * from then on all modules of this process.
 *
 * @throws whatever the import throws
 */
export async function importModule(path: string, cwd: string): Promise<Record<string, unknown>> {
  const { href } = pathToFileURL(path);
  try {
    return await import(href);
  } catch (error) {
    if (!TYPESCRIPT.test(path) || !NEEDS_LOADER.has((error as NodeJS.ErrnoException).code)) throw error;
    if (!(await registerTsx(cwd))) throw error;
    return await import(`${href}?tsx`); // Node keeps what failed under the plain URL
  }
}

async function registerTsx(cwd: string): Promise<boolean> {
  try {
    await import(pathToFileURL(createRequire(join(cwd, 'package.json')).resolve('tsx/esm')).href);
    return true;
  } catch {
    return false; // there is none, or none of ours: what failed before says more
  }
}
