import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ExampleLoadError, UnknownExampleError } from '../errors.js';
import { type Example, isExample } from './define-example.js';
import { findExamples } from './find-examples.js';

/**
 * Finds what a person called an example: its name, its number (`01`) or the rest of its name (`hello-actor`);
 * or the path of a module or of its folder.
 *
 * @returns the module's absolute path
 * @throws UnknownExampleError
 */
export function locateExample(name: string, cwd: string): string {
  if (/[\\/]|\.[cm]?[jt]s$/.test(name)) {
    const path = resolve(cwd, name);
    if (existsSync(path)) return statSync(path).isDirectory() ? join(path, 'main.js') : path;
  }
  const examples = findExamples(cwd);
  const found =
    examples.find((example) => example.name === name) ??
    examples.find((example) => example.name.startsWith(`${name}-`) || example.name.endsWith(`-${name}`));
  if (found === undefined)
    throw new UnknownExampleError(
      name,
      examples.map((example) => example.name),
    );
  return found.path;
}

/** Imports an example's module. @throws ExampleLoadError */
export async function loadExample(path: string): Promise<Example> {
  const module: { readonly default?: unknown } = await import(pathToFileURL(path).href).catch(
    (error: unknown) => {
      throw new ExampleLoadError(path, `could not be imported: ${(error as Error).message}`, {
        cause: error,
      });
    },
  );
  if (!isExample(module.default)) throw new ExampleLoadError(path, 'does not default-export an example');
  return module.default;
}
