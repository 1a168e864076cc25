// Is this Node new enough? Asked before anything else, in syntax that an old Node can read:
// no `node:` imports, no optional chaining, no top-level await.

// biome-ignore lint/style/useNodejsImportProtocol: before Node 14.13 an import of `node:fs` fails
import { readFileSync } from 'fs';

/**
 * True when the running Node satisfies `engines.node` of the root package.json, which is written
 * `>=MAJOR.MINOR`. Otherwise says so in one sentence with the remedy, and sets the exit code to 1.
 */
export function checkNode(version = process.versions.node) {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const needed = manifest.engines.node.replace('>=', '');
  if (!isOlder(version, needed)) return true;
  console.error(`\nSkein needs Node ${needed} or newer, and this is Node ${version}.`);
  console.error('Remedy: install a current Node from https://nodejs.org, then run the same command again.\n');
  process.exitCode = 1;
  return false;
}

function isOlder(version, needed) {
  const have = version.split('.').map(Number);
  const want = needed.split('.').map(Number);
  return have[0] < want[0] || (have[0] === want[0] && have[1] < want[1]);
}
