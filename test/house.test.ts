/**
 * At stake: the few rules that give the tree its shape and that no compiler checks by itself. Tried by
 * reading the packages as they are on disk.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/** Lowest first. A package may depend on those in the rows above its own, never within or below it. */
const layers = [['random', 'transport'], ['inference', 'runtime'], ['agents'], ['cli']];

const packagesFolder = fileURLToPath(new URL('../packages/', import.meta.url));
const packages = layers.flat();

function readJson(path: string) {
  return JSON.parse(readFileSync(join(packagesFolder, path), 'utf8'));
}

/** TypeScript sources of a package, relative to its folder. */
function sources(name: string): string[] {
  const folder = join(packagesFolder, name);
  const files = readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.ts')).map((file) => join('src', file));
}

/** Files behind the entry points of a package's `exports`, each in its source form. */
function entrySources(name: string): string[] {
  const entries: unknown[] = Object.values(readJson(`${name}/package.json`).exports);
  return entries.flatMap((entry) => {
    const source = (entry as { '@skein/source'?: string })['@skein/source'];
    return source === undefined ? [] : [normalize(source)];
  });
}

test('every package has its place in the layers', () => {
  expect(readdirSync(packagesFolder).sort()).toEqual([...packages].sort());
});

describe.each(packages)('@skein/%s', (name) => {
  const layer = layers.findIndex((row) => row.includes(name));
  const manifest = readJson(`${name}/package.json`);

  test('depends only on layers below its own', () => {
    const below = layers.slice(0, layer).flat();
    const fields = ['dependencies', 'peerDependencies', 'optionalDependencies'];
    const dependencies = fields.flatMap((field) => Object.keys(manifest[field] ?? {}));
    const ours = dependencies.filter((dependency) => dependency.startsWith('@skein/'));
    expect(below.map((lower) => `@skein/${lower}`)).toEqual(expect.arrayContaining(ours));
  });

  test('builds after exactly the packages it depends on', () => {
    const references: { path: string }[] = readJson(`${name}/tsconfig.json`).references ?? [];
    const built = references.map(({ path }) => normalize(join(name, path)).replace(/\/$/, ''));
    const ours = Object.keys(manifest.dependencies ?? {}).filter((dependency) =>
      dependency.startsWith('@skein/'),
    );
    expect(built.sort()).toEqual(ours.map((dependency) => dependency.replace('@skein/', '')).sort());
  });

  test('reaches into no other package by a relative path', () => {
    const leaving = sources(name).flatMap((file) => {
      const text = readFileSync(join(packagesFolder, name, file), 'utf8');
      const paths = Array.from(text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']*)'/g), (match) => match[1]!);
      return paths
        .filter((path) => normalize(join(dirname(file), path)).startsWith('..'))
        .map((path) => [file, path]);
    });
    expect(leaving).toEqual([]);
  });

  test('names what it publishes one by one', () => {
    expect(entrySources(name)).not.toEqual([]);
    for (const file of entrySources(name)) {
      expect(readFileSync(join(packagesFolder, name, file), 'utf8'), file).not.toMatch(/\bexport\s*\*/);
    }
  });

  test('has a page in the API documentation for each entry point', () => {
    const documented: string[] = readJson(`${name}/typedoc.json`).entryPoints;
    expect(documented.map((path) => normalize(path)).sort()).toEqual(entrySources(name).sort());
  });
});
