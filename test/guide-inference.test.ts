/**
 * At stake: that the guide to inference, and the README it belongs to, are true. Their snippets are the first code
 * that a newcomer copies, their figures are what they will compare with, and the guide names the file of every
 * equation.
 *
 * Tried by compiling all snippets as a person would, running each beside what it is said to print, and looking for
 * every file that the guide links to.
 */
import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileSnippets } from './compile-snippets.js';
import { runCommand } from './run-command.js';
import { namedSnippets, printedBy } from './snippets.js';

const root = new URL('../', import.meta.url);
const guides = new URL('docs/guides/', root);
const guide = new URL('inference.md', guides);
const readme = new URL('packages/inference/README.md', root);
const snippets = [guide, readme].flatMap((page) =>
  Array.from(namedSnippets(page), ([name, text]) => ({ page, name, text })),
);
let folder: string;

beforeAll(async () => {
  folder = await compileSnippets([guide, readme]);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('every ts block says which file it is', () => {
  const blocks = [guide, readme].flatMap((page) => readFileSync(page, 'utf8').match(/^```ts$/gm) ?? []);
  expect(new Set(snippets.map(({ name }) => name)).size).toBe(blocks.length);
});

test.each(snippets)('$name prints what it says', async ({ page, name }) => {
  const { stdout, stderr, exitCode } = await runCommand(
    process.execPath,
    [join('dist', name.replace(/ts$/, 'js'))],
    { cwd: folder },
  );
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(stdout.split('\n').slice(0, -1)).toEqual(printedBy(page, name));
});

test('every file that it links to is there', () => {
  const text = readFileSync(guide, 'utf8');
  const links = Array.from(
    text.matchAll(/\]\(([^)#:]+)\)|^\[[\w-]+\]: (\S+)$/gm),
    ([, inline, listed]) => inline ?? listed!,
  );
  expect(links.filter((link) => !existsSync(new URL(link, guides)))).toEqual([]);
  const listed = new Set(Array.from(text.matchAll(/^\[([\w-]+)\]: /gm), ([, label]) => label));
  const used = new Set(Array.from(text.matchAll(/`\]\[([\w-]+)\]/g), ([, label]) => label));
  expect(listed).toEqual(used);
});
