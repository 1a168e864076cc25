// The result of the last run in which every check passed, and the tree it belongs to. A second run on the
// same tree can then show that result instead of spending minutes to find it again.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fingerprint, sourceFiles } from './fingerprint.mjs';
import { notes } from './workspace.mjs';

const path = `${notes}green.json`;

/** What a result depends on: every source file, and the Node and machine that ran it. */
export function treeState() {
  return fingerprint(sourceFiles(), [process.version, process.platform, process.arch]);
}

/** The recorded `{ counts, finishedAt }` when it belongs to `state`, else undefined. */
export function readGreenRecord(state) {
  try {
    const record = JSON.parse(readFileSync(path, 'utf8'));
    return record.state === state ? record : undefined;
  } catch {
    return undefined; // none yet, or not readable: the checks run
  }
}

export function writeGreenRecord(state, counts) {
  mkdirSync(notes, { recursive: true });
  writeFileSync(path, JSON.stringify({ state, counts, finishedAt: new Date().toISOString() }));
}

export function forgetGreenRecord() {
  rmSync(path, { force: true });
}
