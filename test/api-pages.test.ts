/**
 * At stake: that the API pages can be built, every link in them leads somewhere, and every type that a public
 * signature mentions is public too. Tried by letting typedoc do all of it but write the pages.
 */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runCommand } from './run-command.js';

const root = new URL('../', import.meta.url);

test('typedoc has nothing to warn about', async () => {
  const typedoc = fileURLToPath(new URL('node_modules/typedoc/bin/typedoc', root));
  const options = ['--emit', 'none', '--logLevel', 'Warn', '--pretty', 'false'];
  const { stdout, stderr, exitCode } = await runCommand(process.execPath, [typedoc, ...options], {
    cwd: root,
    timeoutMs: 170_000,
  });
  expect({ output: stdout + stderr, exitCode }).toEqual({ output: '', exitCode: 0 });
}, 180_000);
