import { existsSync, readFileSync } from 'node:fs';

/** The modules of the page's script: what is imported stands before what imports it. */
const MODULES = ['decode', 'palette', 'map-view', 'player', 'main'];

/**
 * The page's style and its script, to be written into the page.
 *
 * The script is plain JavaScript in modules, with its types in comments (`page/tsconfig.json` checks them). A page opened
 * from disk cannot load modules, so they are joined to one: imports go, `export` goes, and every top-level name is
 * used by one module only.
 */
export function readPageAssets(): { readonly style: string; readonly script: string } {
  const script = MODULES.map((name) => readAsset(`${name}.js`))
    .join('\n')
    .replace(/^import [^;]*;\n/gm, '')
    .replace(/^export /gm, '');
  return { style: readAsset('page.css'), script };
}

/** Reads a file of `page/`, from here or from the compiled copy of here in `dist`, where no such file is. */
function readAsset(name: string): string {
  const beside = new URL(`page/${name}`, import.meta.url);
  const fromDist = new URL(`../../../04-search-swarm/report/page/${name}`, import.meta.url);
  return readFileSync(existsSync(beside) ? beside : fromDist, 'utf8');
}
