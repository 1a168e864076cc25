// The command behind `npm start`: install, build, then the main job in the foreground, with the person's
// options passed on: `npm start -- --agents 50` runs `skein run 04-search-swarm --agents 50`. A page to look
// at afterwards is written unless the options say otherwise.

import { spawn } from 'node:child_process';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { step } from './step.mjs';
import { tell } from './trouble.mjs';
import { root } from './workspace.mjs';

const mainJob = ['run', '04-search-swarm'];
const report = ['--report', `${root}.skein/search-swarm.html`];
const withoutReport = ['--report', '--json', '--help', '-h'];

/** @param options  what follows `npm start --`; the job reads them */
export async function start(options) {
  try {
    await step('install', install);
    await step('build', build);
  } catch (error) {
    process.exitCode = 1;
    return tell(error);
  }
  console.log();
  const extras = options.some((option) => withoutReport.includes(option.split('=')[0])) ? [] : report;
  process.exitCode = await runInForeground([
    `${root}packages/cli/dist/main.js`,
    ...mainJob,
    ...extras,
    ...options,
  ]);
}

/**
 * Runs a Node program on this terminal. Ctrl-C reaches the program directly, which then has the time it
 * needs to stop; we wait for it. Resolves to its exit code, 128 + n after signal n as shells have it.
 */
function runInForeground(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { stdio: 'inherit' });
    const ignore = () => {};
    const passOn = () => child.kill('SIGTERM');
    process.on('SIGINT', ignore).on('SIGTERM', passOn);
    child.once('close', (code, signal) => {
      process.off('SIGINT', ignore).off('SIGTERM', passOn);
      resolve(code ?? 128 + (signal === 'SIGINT' ? 2 : 15));
    });
  });
}
