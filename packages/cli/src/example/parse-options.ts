import { type Command, Option } from 'commander';
import { createParser, parseWith } from '../commands/parser.js';
import { OptionValueError } from '../errors.js';
import type { Host } from '../host.js';
import type { Example } from './define-example.js';
import type { OptionSpec } from './option.js';

/** What a person asked of an example. */
export interface RunRequest {
  readonly options: Readonly<Record<string, unknown>>;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly report: string | undefined;
}

/**
 * Reads the command line of an example, with its own options and those that all examples share.
 *
 * @returns undefined when help was all that was asked for, and has been shown
 * @throws UsageError, OptionValueError
 */
export async function parseOptions(
  example: Example,
  args: readonly string[],
  host: Host,
): Promise<RunRequest | undefined> {
  const parser = exampleParser(example, host);
  if (!(await parseWith(parser, args))) return undefined;
  const { json = false, verbose = false, report, ...options } = parser.opts();
  return { options, json, verbose, report };
}

function exampleParser(example: Example, host: Host): Command {
  const parser = createParser(`skein run ${example.name}`, host)
    .usage('[options]')
    .description(`${example.summary}.`)
    .action(() => {});
  for (const [name, spec] of Object.entries(example.options)) parser.addOption(optionOf(name, spec));
  parser.option('--json', 'print one JSON object and nothing else');
  if (example.reports) parser.option('--report <FILE>', 'write an HTML page about the run');
  parser.option('--verbose', 'show where an error came from');
  if (example.details !== undefined) parser.addHelpText('after', `\n${example.details}`);
  return parser;
}

function optionOf(name: string, spec: OptionSpec): Option {
  const flag = flagOf(name);
  if (spec.placeholder === undefined) return new Option(flag, spec.description).default(spec.default);
  const help = `${spec.description} (${spec.expected}${defaultOf(spec)})`;
  return new Option(`${flag} <${spec.placeholder}>`, help).default(spec.default).argParser((text: string) => {
    const value = spec.parse(text);
    if (value === undefined) throw new OptionValueError(flag, text, spec.expected);
    return value;
  });
}

function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
}

function defaultOf(spec: OptionSpec): string {
  return spec.default === undefined ? '' : `; default ${spec.default}`;
}
