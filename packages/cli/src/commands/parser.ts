import { Command, CommanderError } from 'commander';
import { type CliError, UsageError } from '../errors.js';
import { colorsFor, type Host } from '../host.js';

/** A parser that writes help to the host and throws instead of ending the process. */
export function createParser(name: string, host: Host): Command {
  const { bold, cyan } = colorsFor(host.stdout, host.env);
  return new Command(name)
    .exitOverride()
    .helpOption('-h, --help', 'show this help')
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stdout.write(text),
      outputError: () => {},
      getOutHelpWidth: () => Math.min(host.stdout.columns ?? 100, 100),
    })
    .configureHelp({
      styleTitle: bold,
      styleOptionTerm: cyan,
      styleSubcommandTerm: cyan,
      // Defaults and choices stand in our own descriptions.
      optionDescription: ({ description }) => description,
      subcommandTerm: (command) => `${command.name()} ${command.usage()}`,
    });
}

/**
 * Runs a parser over what stands behind the command.
 *
 * @param helpOf the command whose help knows better
 * @returns false when help or the version was all that was asked for, and has been shown
 * @throws UsageError, or what an action throws
 */
export async function parseWith(
  parser: Command,
  args: readonly string[],
  helpOf: string = parser.name(),
): Promise<boolean> {
  try {
    await parser.parseAsync(args, { from: 'user' });
    return true;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return false;
    throw usageError(error, helpOf);
  }
}

function usageError(error: CommanderError, command: string): CliError {
  const [sentence = '', ...hints] = error.message.replace(/^error: /, '').split('\n');
  const message = `${sentence.charAt(0).toUpperCase()}${sentence.slice(1).replace(/\.$/, '')}.`;
  const hint = hints.join(' ').replace(/^\(|\)$/g, '');
  const help = `Run \`${command} --help\` to see what there is.`;
  return new UsageError(message, hint === '' ? help : `${hint} ${help}`, { cause: error });
}
