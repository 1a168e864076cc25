// Runs one program to its end with its output kept aside, so that a step can be quiet when all is well.

import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { manifest, root } from './workspace.mjs';

/** The most output kept, in characters; of a longer one the end is kept, where the error usually is. */
const outputCharsMax = 4_000_000;

/**
 * Runs `command` with `args` in the repository root.
 *
 * @param options  `env`: added to the environment; `shell`: `command` is a shell line
 * @returns { exitCode, output }: stdout and stderr as they were interleaved. A program that could not be
 *          started, or died of a signal, has exit code 1 and says so in its output.
 */
export function runProgram(command, args, { env = {}, shell = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      shell,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let output = '';
    const keep = (text) => {
      output = (output + text).slice(-outputCharsMax);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.once('error', (error) => {
      keep(`${error.message}\n`);
      resolve({ exitCode: 1, output });
    });
    child.once('close', (code, signal) => {
      if (signal) keep(`\nended by ${signal}\n`);
      resolve({ exitCode: code ?? 1, output });
    });
  });
}

/** Runs a script of the root package.json as npm would, without starting npm: `runScript('build')`. */
export function runScript(name, args = []) {
  const line = [manifest.scripts[name], ...args].join(' ');
  const pathKey = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  const env = { [pathKey]: `${root}node_modules/.bin${delimiter}${process.env[pathKey] ?? ''}` };
  // Its output goes to us, not to a terminal; whether to colour it depends on where ours goes.
  if (process.stdout.isTTY && !process.env.NO_COLOR) env.FORCE_COLOR = '1';
  else env.NO_COLOR = '1';
  return runProgram(line, [], { env, shell: true });
}
