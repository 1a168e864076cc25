import { readFileSync } from 'node:fs';
import type { Host } from '../host.js';
import { createParser, parseWith } from './parser.js';
import { addReplayCommand } from './replay.js';
import { addRunCommand } from './run.js';
import { addScaleCommand } from './scale.js';
import { withErrorsShown } from './show-error.js';

/**
 * The `skein` command.
 *
 * @param args what stands behind `skein`
 * @returns the exit code: 0 when all went well, 1 when the run failed, 2 when the command line is at fault,
 *   128 + n when signal n interrupted
 */
export function skein(args: readonly string[], host: Host): Promise<number> {
  return withErrorsShown(args, host, async () => {
    let exitCode = 0;
    const parser = createParser('skein', host)
      .description('Skein: an actor runtime for large populations of active-inference agents.')
      .usage('COMMAND')
      .version(ownVersion(), '-V, --version', 'show the version')
      .enablePositionalOptions()
      .helpCommand('help [COMMAND]', 'show the help of a command');
    const ended = (code: number): void => {
      exitCode = code;
    };
    addRunCommand(parser, host, ended);
    addReplayCommand(parser, host, ended);
    addScaleCommand(parser, host, ended);
    const command = parser.commands.find((each) => each.name() === args[0]);
    await parseWith(
      parser,
      args.length === 0 ? ['--help'] : args,
      command === undefined ? 'skein' : `skein ${command.name()}`,
    );
    return exitCode;
  });
}

function ownVersion(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}
