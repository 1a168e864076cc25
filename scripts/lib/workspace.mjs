// Where the workspace is and what its root package.json says.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Absolute path of the repository root, with a trailing separator. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The root package.json. */
export const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

/** The package manager as pinned there, for example `pnpm@10.34.9`; a hash after `+` is left off. */
export const pinnedPnpm = manifest.packageManager.split('+')[0];

/** Folder of the commands' own notes (install stamp, recorded result, reports); goes with node_modules. */
export const notes = `${root}node_modules/.skein/`;
