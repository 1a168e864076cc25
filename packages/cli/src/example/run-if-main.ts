import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withErrorsShown } from '../commands/show-error.js';
import { processHost } from '../host.js';
import type { Example } from './define-example.js';
import { runExample } from './run-example.js';

/**
 * Runs an example when its module is the program: `node examples/dist/01-hello-actor/main.js --threads 2` is
 * then what `skein run 01-hello-actor --threads 2` is. Does nothing when the module is only imported.
 *
 * @param moduleUrl the module's `import.meta.url`
 */
export async function runIfMain(moduleUrl: string, example: Example): Promise<void> {
  const program = process.argv[1];
  if (program === undefined || realpathSync(program) !== realpathSync(fileURLToPath(moduleUrl))) return;
  const args = process.argv.slice(2);
  const host = processHost();
  process.exitCode = await withErrorsShown(args, host, () => runExample(example, args, host));
}
