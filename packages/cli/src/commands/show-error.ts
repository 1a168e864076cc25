import { inspect } from 'node:util';
import { CliError } from '../errors.js';
import { colorsFor, type Host } from '../host.js';

/** Runs a command; what it throws is told to the person or the program that waits, as an exit code too. */
export async function withErrorsShown(
  args: readonly string[],
  host: Host,
  command: () => Promise<number>,
): Promise<number> {
  try {
    return await command();
  } catch (error) {
    const verbose = args.includes('--verbose') || (host.env.DEBUG ?? '') !== '';
    showError(error, host, verbose);
    if (args.includes('--json')) host.stdout.write(`${JSON.stringify({ error: toData(error) })}\n`);
    return error instanceof CliError ? error.exitCode : 1;
  }
}

/** One sentence and a remedy on stderr; under `verbose` the stack and the causes too. */
function showError(error: unknown, host: Host, verbose: boolean): void {
  const { red, bold, dim } = colorsFor(host.stderr, host.env);
  const { code, message, remedy } = toData(error);
  const lines = [`${red(bold('Error:'))} ${message}${code === undefined ? '' : dim(` [${code}]`)}`];
  lines.push(`${bold('Remedy:')} ${remedy}`);
  if (verbose) lines.push('', dim(inspect(error)));
  host.stderr.write(`${lines.join('\n')}\n`);
}

/** What every package's errors have by agreement: a code to match on and a remedy in the imperative. */
interface ErrorData {
  readonly code?: string;
  readonly message: string;
  readonly remedy: string;
}

function toData(error: unknown): ErrorData {
  const { code, message, remedy } = (typeof error === 'object' && error !== null ? error : {}) as Record<
    string,
    unknown
  >;
  return {
    ...(typeof code === 'string' && { code }),
    message: typeof message === 'string' ? message : String(error),
    remedy: typeof remedy === 'string' ? remedy : 'Run again with `--verbose` to see where it came from.',
  };
}
