import type { Command } from 'commander';
import { UnknownExampleError } from '../errors.js';
import { findExamples } from '../example/find-examples.js';
import { loadExample, locateExample } from '../example/load-example.js';
import { runExample } from '../example/run-example.js';
import { colorsFor, type Host } from '../host.js';
import { createParser } from './parser.js';

/** `skein run`: lists the examples, or runs one. */
export function addRunCommand(parser: Command, host: Host, ended: (exitCode: number) => void): void {
  const run = createParser('run', host)
    .description('run an example; without one, list them')
    .argument('[EXAMPLE]', 'its name, its number, or the path of its module')
    .argument('[options...]', 'its own options; `skein run EXAMPLE --help` lists them')
    .usage('[EXAMPLE] [options]')
    .option('--json', 'print one JSON object and nothing else')
    .option('--verbose', 'show where an error came from')
    // What follows the name is for the example, which declares its own options.
    .passThroughOptions()
    .action(async (name: string | undefined, rest: string[], { json }: { readonly json?: true }) => {
      if (name === undefined) return ended(await listExamples(host, json ?? false));
      const example = await loadExample(locateExample(name, host.cwd));
      ended(await runExample(example, json ? [...rest, '--json'] : rest, host));
    });
  parser.addCommand(run);
}

async function listExamples(host: Host, json: boolean): Promise<number> {
  const found = findExamples(host.cwd);
  if (found.length === 0) throw new UnknownExampleError('*', []);
  const examples = await Promise.all(
    found.map(async ({ name, path }) => ({ name, summary: await summaryOf(path) })),
  );
  if (json) {
    host.stdout.write(`${JSON.stringify({ examples })}\n`);
    return 0;
  }
  const { bold, cyan } = colorsFor(host.stdout, host.env);
  const width = Math.max(...examples.map(({ name }) => name.length));
  const lines = examples.map(({ name, summary }) => `  ${cyan(name.padEnd(width))}  ${summary}`);
  host.stdout.write(
    [
      bold('Examples:'),
      ...lines,
      '',
      'Run one with `skein run NAME`; `--help` behind it tells its options.',
      '',
    ].join('\n'),
  );
  return 0;
}

/** An example that cannot be loaded must not hide the others. */
async function summaryOf(path: string): Promise<string> {
  try {
    return (await loadExample(path)).summary;
  } catch (error) {
    return `(not runnable: ${(error as Error).message})`;
  }
}
