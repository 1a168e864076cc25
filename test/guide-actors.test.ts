/**
 * At stake: that the snippets of the guide to actors compile for a reader, and do what they say.
 * Tried by compiling them as a person would, with the settings of the developer loop, and by running the programs.
 */
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand, runOrFail } from './run-command.js';
import { namedSnippets, printedBy } from './snippets.js';

const root = new URL('../', import.meta.url);
const guide = new URL('docs/guides/actors.md', root);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skein-actors-'));
  for (const [name, text] of namedSnippets(guide)) await writeFile(join(folder, name), text);
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  const page = await readFile(new URL('docs/guides/developer-loop.md', root), 'utf8');
  const [, tsconfig] = page.match(/```json\n([\s\S]*?)```/)!;
  await writeFile(join(folder, 'tsconfig.json'), tsconfig!);
  await symlink(fileURLToPath(new URL('node_modules', root)), join(folder, 'node_modules'));
  await runOrFail(process.execPath, ['node_modules/typescript/bin/tsc'], { cwd: folder });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(['main', 'read', 'enter', 'print', 'count-words', 'walk', 'shop'])(
  '%s.ts prints what it says',
  async (name) => {
    const { stdout, stderr, exitCode } = await runCommand(process.execPath, [`dist/${name}.js`], {
      cwd: folder,
    });
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout.split('\n').slice(0, -1)).toEqual(printedBy(guide, `${name}.ts`));
  },
);
