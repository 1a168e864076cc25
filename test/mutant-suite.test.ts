/**
 * At stake: a fault counts as noticed or not by how its run of the suite ends, and a run that never ends must not stay behind. Tried with a small
 * tree of tests that pass, fail, take too long and loop for good.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSuite } from '../mutants/dist/suite.js';

const SILENCE_MAX_S = 5;

const tree = mkdtempSync(join(tmpdir(), 'skein-mutant-suite-'));
const tests = {
  'passes.test.js': "test('all is well', () => {});",
  'fails.test.js': "test('all is well', () => {}); test('nothing is', () => { throw new Error('broken'); });",
  'waits.test.js': "test('waits', () => new Promise(() => {}), 50);",
  'breaks.test.js': "throw new Error('broken before any test');",
  'floats.test.js': "test('is not waited for', () => void Promise.reject(new Error('afloat')));",
  'loops.test.js': "test('has no end', () => { for (;;); });",
};

beforeAll(() => {
  const config =
    "export default { test: { projects: [{ test: { name: 'unit', globals: true, include: ['*.test.js'] } }] } };";
  for (const [name, text] of Object.entries({
    ...tests,
    'vitest.config.js': config,
    'package.json': '{ "type": "module" }',
  }))
    writeFileSync(join(tree, name), text);
  mkdirSync(join(tree, 'tmp'));
  symlinkSync(fileURLToPath(new URL('../node_modules', import.meta.url)), join(tree, 'node_modules'), 'dir');
});
afterAll(() => rmSync(tree, { recursive: true }));

function run(...files: (keyof typeof tests)[]) {
  return runSuite({ root: tree, project: 'unit', files, testTimeoutMs: 5000 }, SILENCE_MAX_S);
}

test('tests that pass are each told with their time', async () => {
  const outcome = await run('passes.test.js');
  expect(outcome).toMatchObject({
    kind: 'passed',
    fileMs: new Map([['passes.test.js', expect.any(Number)]]),
  });
});

test('a failure is told with its name and ends the run', async () => {
  const outcome = await run('fails.test.js', 'loops.test.js');
  expect(outcome).toMatchObject({ kind: 'failed', file: 'fails.test.js', test: 'nothing is', byTime: false });
});

test('a test that takes too long is told apart', async () => {
  expect(await run('waits.test.js')).toMatchObject({ kind: 'failed', file: 'waits.test.js', byTime: true });
});

test('a file that fails before its tests is a failure', async () => {
  expect(await run('breaks.test.js')).toMatchObject({ kind: 'failed', test: 'broken before any test' });
});

test('an error outside of all tests is a failure', async () => {
  expect(await run('floats.test.js')).toMatchObject({ kind: 'failed', test: 'afloat' });
});

test('a loop without end is silence, and names the file', async () => {
  expect(await run('loops.test.js')).toEqual({ kind: 'silent', files: ['loops.test.js'] });
});
