import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Source } from './draw.js';

/** A part of the tree that has a row of its own in the table. */
export interface Area {
  readonly name: string;
  /** Folders and files, relative to the repository. */
  readonly paths: readonly string[];
}

const runtime = (name: string): Area => ({ name, paths: [`packages/runtime/src/${name}`] });
const inTransport = (names: readonly string[]): string[] =>
  names.map((name) => `packages/transport/src/${name}`);

/** Our own kernel, rings and supervision: what all the rest stands on. */
export const AREAS: readonly Area[] = [
  ...['kernel', 'mailbox', 'scheduling', 'shard', 'supervision', 'time', 'remote'].map(runtime),
  {
    name: 'rings',
    paths: inTransport(['ring', 'memory', 'frame.ts', 'link.ts', 'link-transport.ts', 'outbox.ts']),
  },
];

/** The packages of these areas, each after those that it needs. */
export const PACKAGES: readonly string[] = ['random', 'transport', 'runtime'];

/** The area that a file belongs to. */
export function areaOf(file: string): string {
  return AREAS.find(({ paths }) => paths.some((path) => file === path || file.startsWith(`${path}/`)))!.name;
}

/** The sources of an area, without tests, their fixtures and benchmarks. */
export function sourcesOf(root: string, { paths }: Area): Source[] {
  return paths
    .flatMap((path) => (statSync(join(root, path)).isDirectory() ? filesUnder(root, path) : [path]))
    .filter((file) => file.endsWith('.ts') && !/\.(test|test-fixtures|bench)\.ts$/.test(file))
    .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
}

/** All files below a folder, by name. */
export function filesUnder(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name).slice(root.length).replaceAll('\\', '/').replace(/^\//, ''),
    )
    .sort();
}
