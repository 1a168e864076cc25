/**
 * At stake: that the guide to statecharts is true. Its example is the first machine that a newcomer copies.
 *
 * Tried by compiling it as a person would, against what is built, and running it beside what it is said to print.
 */
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runCommand, runOrFail } from './run-command.js';
import { namedSnippets, printedBy } from './snippets.js';

const root = new URL('../', import.meta.url);
const guide = new URL('docs/guides/statecharts.md', root);
const path = (relative: string): string => fileURLToPath(new URL(relative, root));

test('the toaster prints what it says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'skein-guide-'));
  try {
    for (const [name, text] of namedSnippets(guide)) await writeFile(join(folder, name), text);
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    const loop = await readFile(new URL('docs/guides/developer-loop.md', root), 'utf8');
    await writeFile(join(folder, 'tsconfig.json'), loop.match(/```json\n([\s\S]*?)```/)![1]!);
    await mkdir(join(folder, 'node_modules/@skein'), { recursive: true });
    await symlink(path('packages/runtime'), join(folder, 'node_modules/@skein/runtime'));
    await symlink(path('packages/runtime/node_modules/xstate'), join(folder, 'node_modules/xstate'));
    await symlink(path('node_modules/@types'), join(folder, 'node_modules/@types'));
    await runOrFail(process.execPath, [path('node_modules/typescript/bin/tsc')], { cwd: folder });
    const { stdout, stderr, exitCode } = await runCommand(process.execPath, ['dist/toast.js'], {
      cwd: folder,
    });
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout.split('\n').slice(0, -1)).toEqual(printedBy(guide, 'toast.ts'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
