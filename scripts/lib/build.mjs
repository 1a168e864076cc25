// Builds the workspace with the `build` script of package.json. `tsc -b` is itself incremental: with
// nothing to do it takes about half a second, which is why no stamp of ours stands in front of it.

import { runScript } from './run-program.mjs';
import { Trouble } from './trouble.mjs';

/**
 * @returns 'done', for the step's line
 * @throws  Trouble with the compiler's messages when the build failed
 */
export async function build() {
  const { exitCode, output } = await runScript('build');
  if (exitCode !== 0) {
    throw new Trouble(
      'The build failed.',
      'correct what the messages above name; on an untouched checkout, delete the dist folders (`npm run clean`) and try again.',
      output,
    );
  }
  return 'done';
}
