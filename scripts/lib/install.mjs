// Installs the dependencies: the pinned pnpm, fetched by npx, with the lockfile as it is.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { explainInstallFailure } from './explain-install-failure.mjs';
import { fingerprint, sourceFiles } from './fingerprint.mjs';
import { runProgram } from './run-program.mjs';
import { notes, pinnedPnpm, root } from './workspace.mjs';

const stamp = `${notes}installed`;
const rootInputs = new Set(['.npmrc', 'package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml']);

/**
 * Brings node_modules in line with the lockfile; does nothing when it already is.
 *
 * @returns 'up to date' or 'done', for the step's line
 * @throws  Trouble when the installation failed
 */
export async function install() {
  const wanted = wantedInstallation();
  if (isInstalled(wanted)) return 'up to date';
  rmSync(stamp, { force: true });
  // --prefer-offline: the version is exact, so a pnpm already in npm's cache needs no registry to be found.
  const { command, args, shell } = npx([
    '--yes',
    '--prefer-offline',
    pinnedPnpm,
    'install',
    '--frozen-lockfile',
  ]);
  const { exitCode, output } = await runProgram(command, args, { env: patience(), shell });
  if (exitCode !== 0) throw explainInstallFailure(output, exitCode);
  mkdirSync(notes, { recursive: true });
  writeFileSync(stamp, wanted);
  return 'done';
}

/** What an installation depends on: lockfile, manifests, settings, and the Node that ran it. */
function wantedInstallation() {
  const inputs = sourceFiles().filter((path) => rootInputs.has(path) || isPackageManifest(path));
  const nodeMajor = process.versions.node.split('.')[0];
  return fingerprint(inputs, [nodeMajor, process.platform, process.arch]);
}

/** Manifests of workspace packages; a package.json in a test's fixture is none. */
function isPackageManifest(path) {
  return /^(packages\/[^/]+|examples|bench|bugs|mutants)\/package\.json$/.test(path);
}

/** True when the stamp matches and the folders pnpm made are still there. */
function isInstalled(wanted) {
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) return false;
  if (!existsSync(`${root}node_modules/.modules.yaml`)) return false;
  return sourceFiles()
    .filter(isPackageManifest)
    .filter(
      (path) => Object.keys(JSON.parse(readFileSync(join(root, path), 'utf8')).dependencies ?? {}).length > 0,
    )
    .every((path) => existsSync(join(root, dirname(path), 'node_modules')));
}

/**
 * The npx that belongs to the npm which started us, run by our own Node: no shell, no PATH, no `.cmd`.
 * Started some other way, the one on the PATH.
 */
function npx(args) {
  const npmScript = process.env.npm_execpath ?? '';
  const npxScript = join(dirname(npmScript), 'npx-cli.js');
  if (/npm-cli\.js$/.test(npmScript) && existsSync(npxScript)) {
    return { command: process.execPath, args: [npxScript, ...args], shell: false };
  }
  return { command: 'npx', args, shell: process.platform === 'win32' };
}

/**
 * npm and pnpm wait 10 and then 60 seconds before they try an unreachable registry again, so that
 * someone without a network would look at a silent line for over a minute. These waits are shorter, and
 * apply unless the person has chosen others. CI=true keeps pnpm from asking questions nobody can see, and
 * the log level lets `npm test --silent` be as silent as its person wants while we still hear what failed.
 */
function patience() {
  const ours = {
    npm_config_fetch_retries: '3',
    npm_config_fetch_retry_factor: '2',
    npm_config_fetch_retry_mintimeout: '1000',
    npm_config_fetch_retry_maxtimeout: '10000',
  };
  return { ...ours, ...pick(process.env, Object.keys(ours)), CI: 'true', npm_config_loglevel: 'warn' };
}

function pick(from, keys) {
  return Object.fromEntries(keys.filter((key) => from[key]).map((key) => [key, from[key]]));
}
