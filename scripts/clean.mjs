// `npm run clean`: removes what the build made, so that the next one starts from nothing. Also rids dist
// of the outputs of sources that are no longer there, which `tsc -b` leaves behind.

import { readdirSync, rmSync } from 'node:fs';
import { root } from './lib/workspace.mjs';

const projects = [
  ...readdirSync(`${root}packages`).map((name) => `packages/${name}`),
  'examples',
  'bench',
  'bugs',
  'mutants',
];
for (const project of projects) rmSync(`${root}${project}/dist`, { recursive: true, force: true });
rmSync(`${root}packages/inference/wasm/build`, { recursive: true, force: true });
