// Compiles what only benchmarks need, as the kernels themselves are compiled: `bench.wasm` from index.ts, and
// `kernels-libm.wasm`, the kernels with the `Math.log` of log.ts in place of their own logarithm.

import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compile } from '../../packages/inference/wasm/build.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const kernels = fileURLToPath(new URL('../../packages/inference/wasm/assembly/', import.meta.url));
const output = fileURLToPath(new URL('../dist/wasm/', import.meta.url));

if (newest([here, kernels]) > modified(`${output}kernels-libm.wasm`)) {
  mkdirSync(output, { recursive: true });
  const read = (path) => (statSync(path, { throwIfNoEntry: false }) ? readFileSync(path, 'utf8') : null);
  await compile(here, `${output}bench.wasm`);
  await compile(kernels, `${output}kernels-libm.wasm`, (name, folder) =>
    read(name === 'log.ts' ? `${here}log.ts` : `${folder}/${name}`),
  );
}

function newest(folders) {
  const files = folders.flatMap((folder) => readdirSync(folder).map((name) => folder + name));
  return Math.max(...files.map(modified));
}

function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
