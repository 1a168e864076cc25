import { spawn } from 'node:child_process';

export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd: string | URL;
  /** Added to the environment; `undefined` takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** After this long, ms, the program is ended and has no exit code. Default 50 000. */
  readonly timeoutMs?: number;
}

/** Runs a program to its end, without a standard input. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...environment(), ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs ?? 50_000,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

/** Like {@link runCommand}, and fails with everything the program printed unless it exits 0. */
export async function runOrFail(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const result = await runCommand(command, args, options);
  if (result.exitCode !== 0) {
    const line = [command, ...args].join(' ');
    throw new Error(`\`${line}\` ended with ${result.exitCode}:\n${result.stdout}\n${result.stderr}`);
  }
  return result;
}

/**
 * Ours, without what npm and vitest have put there for their own children: a program started from a test
 * is to find what it would find in a person's shell. Without colours, since we read what it prints.
 */
function environment(): NodeJS.ProcessEnv {
  const own =
    /^(npm_(package_|lifecycle_|command|execpath|config_local_prefix)|VITEST|NODE_ENV|NODE_OPTIONS|FORCE_COLOR|INIT_CWD)/;
  const theirs = Object.entries(process.env).filter(([name]) => !own.test(name));
  return { ...Object.fromEntries(theirs), NO_COLOR: '1' };
}
