// Compiles the SIMD kernels: assembly/index.ts to build/kernels.wasm. Part of `npm run build`; does nothing
// when the sources are older than what they were compiled to.

import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const sources = `${here}assembly`;
const output = `${here}build/kernels.wasm`;

/**
 * The module is code and nothing else. It imports a shared memory that belongs to JavaScript, and has no data
 * segments, no allocator and no globals of its own: every thread that instantiates it would run a data segment
 * again, over memory that others are using.
 */
const options = [
  ...['--importMemory', '--sharedMemory', '--noExportMemory'],
  ...['--initialMemory', '1', '--maximumMemory', '65536'],
  ...['--runtime', 'stub', '--enable', 'simd', '--enable', 'threads'],
  ...['-O3', '--converge', '--noAssert', '--uncheckedBehavior', 'always'],
];

if (newest(sources) > modified(output)) {
  mkdirSync(`${here}build`, { recursive: true });
  await compile(sources, output);
}

/**
 * Compiles `index.ts` of a folder.
 *
 * @param readFile how sources are read, `(name, folder) => text or null`; default: from disk
 */
export async function compile(folder, file, readFile) {
  const { main } = await import('assemblyscript/asc');
  const paths = ['index.ts', '--baseDir', folder, '--outFile', relative(folder, file)];
  const { error, stderr } = await main([...paths, ...options], readFile === undefined ? {} : { readFile });
  process.stderr.write(stderr.toString());
  if (error) process.exitCode = 1;
}

function newest(folder) {
  const files = readdirSync(folder, { recursive: true }).map((name) => modified(`${folder}/${name}`));
  return Math.max(modified(fileURLToPath(import.meta.url)), ...files);
}

function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
