// A hash of files by name and content: equal exactly when nothing that was read has changed.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.mjs';

/** Folders whose content follows from the rest of the tree, or is nobody's input. */
const derivedFolders = new Set(['node_modules', 'dist', 'coverage', '.git', '.skein']);
const derivedPaths = new Set(['docs/api']);
const derivedNames = /\.(tsbuildinfo|tgz|cpuprofile)$/;

/**
 * Paths, relative to the root and sorted, of every file a person wrote: what .gitignore names is left
 * out. Walks the folders, since a copy of the tree need not be a git checkout, nor the machine have git.
 */
export function sourceFiles() {
  const found = [];
  const walk = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder ? `${folder}/${entry.name}` : entry.name;
      if (entry.isDirectory()) {
        if (!derivedFolders.has(entry.name) && !derivedPaths.has(path)) walk(path);
      } else if (entry.isFile() && !derivedNames.test(entry.name)) {
        found.push(path);
      }
    }
  };
  walk('');
  return found.sort();
}

/** SHA-256, in hex, over the names and contents of `paths` and over `facts` (the Node version, a platform). */
export function fingerprint(paths, facts = []) {
  const hash = createHash('sha256').update(JSON.stringify(facts));
  for (const path of paths) {
    const content = readFileSync(join(root, path));
    hash.update(`\0${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
