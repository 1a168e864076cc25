import { dirname, join } from 'node:path/posix';
import ts from 'typescript';
import type { Source } from './draw.js';

/**
 * The tests that can notice a fault in `file`, those first that are likeliest to: by the number of imports from one file to the next that lead
 * there; among equals, those that take least time. No imports, no notice.
 *
 * @param sources everything a test may import, tests included
 * @param msOf how long a test file takes, ms
 */
export function nearestFirst(
  file: string,
  tests: readonly string[],
  sources: readonly Source[],
  msOf: (test: string) => number,
): string[] {
  const importers = importersOf(sources);
  const steps = new Map([[file, 0]]);
  for (const [reached, distance] of steps) {
    for (const importer of importers.get(reached) ?? []) {
      if (!steps.has(importer)) steps.set(importer, distance + 1);
    }
  }
  return tests
    .filter((test) => steps.has(test))
    .sort((a, b) => steps.get(a)! - steps.get(b)! || msOf(a) - msOf(b));
}

/** For each file those that import it. */
function importersOf(sources: readonly Source[]): Map<string, string[]> {
  const importers = new Map<string, string[]>();
  for (const { file, text } of sources) {
    for (const { fileName } of ts.preProcessFile(text).importedFiles) {
      const imported = resolve(file, fileName);
      const known = importers.get(imported);
      if (known === undefined) importers.set(imported, [file]);
      else known.push(file);
    }
  }
  return importers;
}

/** The source that an import names; the index of a package of ours for the package. */
function resolve(from: string, specifier: string): string {
  const [scope, name, entry] = specifier.split('/');
  if (scope === '@skein') return join('packages', name!, 'src', entry ?? '', 'index.ts');
  return join(dirname(from), specifier).replace(/\.js$/, '.ts');
}
