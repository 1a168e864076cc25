/**
 * At stake: that what is published works for somebody who has only that, in each of the ways that the guide
 * to the developer loop shows. A file missing from a tarball, an `exports` entry that points nowhere, a
 * worker entry left in the source tree or a type that needs our settings is invisible inside the workspace.
 *
 * Tried by being that person: pack every package, install the tarballs with npm in an empty folder outside
 * the workspace, copy the files that the README and the guide show, compile them against the packed types
 * (library checks on), and run them on two worker threads with plain Node, through the loader, and in vitest.
 */
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand, runOrFail } from './run-command.js';
import { namedSnippets } from './snippets.js';

const root = new URL('../', import.meta.url);
const guide = new URL('docs/guides/developer-loop.md', root);
const manifest = JSON.parse(await readFile(new URL('package.json', root), 'utf8'));
let folder: string;
let consumer: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skein-consumer-'));
  consumer = join(folder, 'consumer');
  await cp(new URL('fixtures/packed-consumer/', import.meta.url), consumer, { recursive: true });
  await copyFromPages();
  await packEveryPackage();
  await installTarballs();
}, 240_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** The README's program, and the guide's settings. Both have a main.ts; the README's is the whole one. */
async function copyFromPages(): Promise<void> {
  for (const page of [guide, new URL('README.md', root)])
    for (const [name, text] of namedSnippets(page)) await writeFile(join(consumer, name), text);
  const [, tsconfig] = (await readFile(guide, 'utf8')).match(/```json\n([\s\S]*?)```/)!;
  await writeFile(join(consumer, 'tsconfig.json'), tsconfig!);
}

/** Into `folder`, as `pnpm publish` would: `workspace:*` becomes the version. */
async function packEveryPackage(): Promise<void> {
  const pnpm = manifest.packageManager.split('+')[0];
  const pack = ['-r', '--filter', './packages/*', 'pack', '--pack-destination', folder];
  await runOrFail('npx', ['--yes', '--prefer-offline', pnpm, ...pack], { cwd: root });
}

/**
 * Overrides make npm take the tarballs for our packages' own dependencies too, and look none of them up. The
 * person's tools are not at stake and are linked from here.
 */
async function installTarballs(): Promise<void> {
  const tarballs = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  const ours = tarballs.map(
    (file) => [file.replace(/^skein-(.+)-\d.*$/, '@skein/$1'), `file:../${file}`] as const,
  );
  const project = {
    private: true,
    type: 'module',
    dependencies: Object.fromEntries(ours),
    devDependencies: { '@types/node': manifest.devDependencies['@types/node'] },
    overrides: Object.fromEntries(ours.map(([name]) => [name, `$${name}`])),
  };
  await writeFile(join(consumer, 'package.json'), JSON.stringify(project, null, 2));
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund'];
  await runOrFail('npm', install, { cwd: consumer, timeoutMs: 120_000 });
  for (const tool of ['tsx', 'typescript', 'vitest'])
    await symlink(fileURLToPath(new URL(`node_modules/${tool}`, root)), join(consumer, 'node_modules', tool));
}

/** Runs Node in the consumer's folder. */
function node(...args: string[]) {
  return runCommand(process.execPath, args, { cwd: consumer });
}

test('every package arrives with its licence and without its sources or tests', async () => {
  const packages = (await readdir(new URL('packages/', root))).sort();
  expect((await readdir(join(consumer, 'node_modules/@skein'))).sort()).toEqual(packages);
  for (const name of packages) {
    const files = await readdir(join(consumer, 'node_modules/@skein', name), { recursive: true });
    expect(files).toContain('LICENSE');
    expect(files.filter((file) => /^src\b|\.test\.|test-fixtures|tsbuildinfo/.test(file))).toEqual([]);
  }
});

test('the skein command is installed and says how it is used', async () => {
  const { stdout, stderr, exitCode } = await node('node_modules/.bin/skein', '--help');
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(stdout).toContain('Usage: skein');
});

describe('built', () => {
  beforeAll(async () => {
    await runOrFail(process.execPath, ['node_modules/typescript/bin/tsc'], { cwd: consumer });
  });

  test("the README's program prints what the README says", async () => {
    expect(await node('dist/main.js')).toEqual({ stdout: '2\n', stderr: '', exitCode: 0 });
  });

  test('actors live on two worker threads, and the program ends by itself', async () => {
    const { stdout, stderr, exitCode } = await node('dist/two-threads.js');
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(JSON.parse(stdout)).toEqual({ shards: [1, 2], threadCount: 3 });
  });

  test('a swarm of agents acts on two worker threads as it does on one', async () => {
    const { stdout, stderr, exitCode } = await node('dist/flock.js');
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(JSON.parse(stdout)).toEqual({ actionCount: 200, kinds: true, alike: true });
  });
});

describe('as TypeScript', () => {
  test("the README's program runs through the guide's loader", async () => {
    expect(await node('--import', './ts.mjs', 'main.ts')).toEqual({ stdout: '2\n', stderr: '', exitCode: 0 });
  });

  test("the guide's test runs in vitest", async () => {
    const { stdout, stderr, exitCode } = await node('node_modules/vitest/vitest.mjs', 'run');
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/Tests\s+1 passed/);
  });
});
