import { mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runOrFail } from './run-command.js';
import { namedSnippets } from './snippets.js';

const root = new URL('../', import.meta.url);
const path = (relative: string): string => fileURLToPath(new URL(relative, root));

/**
 * Compiles the named snippets of pages as a person would: in a folder of their own, with the settings that the guide
 * to the developer loop gives. Returns the folder, whose `dist` holds the programs; it is the caller's to remove.
 *
 * @param apart each page in a folder of its own, named like it: pages may use one name, and share one run of the compiler
 */
export async function compileSnippets(pages: readonly URL[], apart = false): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'skein-guide-'));
  for (const page of pages) {
    const place = apart ? join(folder, basename(page.pathname, '.md')) : folder;
    await mkdir(place, { recursive: true });
    for (const [name, text] of namedSnippets(page)) await writeFile(join(place, name), text);
  }
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  const loop = await readFile(path('docs/guides/developer-loop.md'), 'utf8');
  await writeFile(join(folder, 'tsconfig.json'), loop.match(/```json\n([\s\S]*?)```/)![1]!);
  await mkdir(join(folder, 'node_modules'));
  for (const name of await readdir(path('node_modules')))
    await symlink(path(`node_modules/${name}`), join(folder, 'node_modules', name));
  // What a reader installs besides: it is the runtime's own, and not at the root.
  await symlink(path('packages/runtime/node_modules/xstate'), join(folder, 'node_modules/xstate'));
  await runOrFail(process.execPath, [path('node_modules/typescript/bin/tsc')], { cwd: folder });
  return folder;
}
