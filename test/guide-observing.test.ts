/**
 * At stake: that the guide to observing is true. Tried by compiling its programs as a person would, and running each
 * beside what it is said to print.
 */
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand, runOrFail } from './run-command.js';
import { namedSnippets, printedBy } from './snippets.js';

const root = new URL('../', import.meta.url);
const guide = new URL('docs/guides/observing.md', root);
const developerLoop = new URL('docs/guides/developer-loop.md', root);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skein-guide-'));
  for (const [name, text] of namedSnippets(guide)) await writeFile(join(folder, name), text);
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  const [, tsconfig] = (await readFile(developerLoop, 'utf8')).match(/```json\n([\s\S]*?)```/)!;
  await writeFile(join(folder, 'tsconfig.json'), tsconfig!);
  await symlink(fileURLToPath(new URL('node_modules', root)), join(folder, 'node_modules'));
  await runOrFail(process.execPath, ['node_modules/typescript/bin/tsc'], { cwd: folder });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(['count', 'inspect', 'watch'])('%s prints what it says', async (program) => {
  const { stdout, stderr, exitCode } = await runCommand(process.execPath, [`dist/${program}.js`], {
    cwd: folder,
  });
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(stdout.split('\n').slice(0, -1)).toEqual(printedBy(guide, `${program}.ts`));
});
