// At stake: that a failure found last week can be looked at today, and that the exit code tells a script whether it is
// mended. Tried on a process in memory, with the failure of a race and its mended twin.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Failure, searchInvariant, writeFailure } from '@skein/runtime/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { laws } from '../replay/race.test-fixtures.js';
import { type TestHostOptions, testHost } from '../test-host.test-fixtures.js';
import { skein } from './skein.js';

const fixture = (name: string): string => fileURLToPath(new URL(`../replay/${name}`, import.meta.url));
const mended = fixture('mended-race.test-fixtures.ts');

let folder: string;
let failure: Failure;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skein-replay-'));
  const outcome = await searchInvariant(laws.race, { seed: 1, runs: 500 });
  if (outcome.holds) throw new Error('the race was not found');
  failure = { ...outcome.counterexample.failure, module: fixture('race.test-fixtures.ts') };
  file = await writeFailure(folder, failure);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function replay(args: readonly string[], options: TestHostOptions = {}) {
  const host = testHost({ cwd: folder, ...options });
  const exitCode = await skein(['replay', ...args], host);
  return { exitCode, stdout: host.stdout.text, stderr: host.stderr.text };
}

/** Writes a failure that differs from the one found. */
async function altered(change: object): Promise<string> {
  const path = join(folder, 'altered.json');
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), ...change }));
  return path;
}

describe('a failure', () => {
  test('is told again, and fails as it did', async () => {
    const { exitCode, stdout, stderr } = await replay([file]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(stdout).toMatch(/^good before morning\n\d actors, /);
    expect(stdout).toContain("add {word: 'morning'}");
    expect(stdout).toContain(`\n\nIt fails as it did, in the same run (${failure.hash}).\n`);
  });

  test('is told for machines', async () => {
    const { exitCode, stdout } = await replay(['--json', file]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      law: 'good before morning',
      fails: true,
      violation: failure.violation,
      sameRun: true,
      hash: failure.hash,
    });
  });

  test('that is mended does not fail any more', async () => {
    const { exitCode, stdout } = await replay([file, '--module', mended]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/\n\nIt does not fail any more\. The program has changed since\.\n$/);
  });

  test.each([
    { change: { hash: '0' }, says: 'It still fails, but in another run.' },
    {
      change: { hash: '0', violation: { law: 'deadlock', text: 'each waits' } },
      says: 'It still fails, but otherwise; it was deadlock: each waits.',
    },
  ])('of another version fails, and says $says', async ({ change, says }) => {
    const { exitCode, stdout } = await replay([await altered(change)]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`${says} The program has changed since.\n`);
  });

  test('is written as a page', async () => {
    const { stderr } = await replay(['--html', 'pages/race.html', file]);
    const page = join(folder, 'pages', 'race.html');
    expect(stderr).toBe(`Page: ${page}\n`);
    expect(await readFile(page, 'utf8')).toContain('good before morning');
  });
});

describe('step by step', () => {
  const keyed = (keys: string) => replay(['--step', file], { terminal: true, keys, env: { NO_COLOR: '1' } });
  const prompts = (text: string): string[] => text.match(/Enter: step \d+ of \d+/g) ?? [];

  test('Enter goes on to the next, to the end', async () => {
    const { exitCode, stdout } = await keyed('\r'.repeat(99));
    expect(exitCode).toBe(1);
    const steps = Number(/ of (\d+)/.exec(stdout)?.[1]);
    expect(prompts(stdout)).toEqual(
      Array.from({ length: steps - 1 }, (_, index) => `Enter: step ${index + 2} of ${steps}`),
    );
    expect(stdout).toContain('violation');
  });

  test.each([
    { keys: 'q', asked: 1, isTold: false },
    { keys: '\rxq', asked: 2, isTold: false },
    { keys: '\ra', asked: 2, isTold: true },
    { keys: '\r', asked: 2, isTold: true },
  ])('$keys asks $asked times', async ({ keys, asked, isTold }) => {
    const { exitCode, stdout } = await keyed(keys);
    expect(exitCode).toBe(1);
    expect(prompts(stdout)).toHaveLength(asked);
    expect(stdout.includes('violation')).toBe(isTold);
    expect(stdout).toContain('It fails as it did');
  });

  test('Ctrl-C interrupts', async () => {
    const { exitCode, stdout } = await keyed('\x03');
    expect(exitCode).toBe(130);
    expect(stdout).not.toContain('It fails as it did');
  });

  test('is all at once without a terminal', async () => {
    expect(await replay(['--step', file])).toEqual(await replay([file]));
  });
});

describe('what cannot be run again', () => {
  test.each([
    { name: 'no file', args: () => ['nope.json'], code: 'CLI_FAILURE_FILE' },
    { name: 'no failure', args: async () => [await altered({ format: 9 })], code: 'CLI_FAILURE_FILE' },
    {
      name: 'commands that the law has not',
      args: async () => [await altered({ commands: [{ command: 'fly' }] })],
      code: 'CLI_FAILURE_FILE',
    },
    {
      name: 'no module',
      args: async () => [await altered({ module: undefined })],
      code: 'CLI_LAW_NOT_FOUND',
    },
    {
      name: 'a module that is gone',
      args: async () => [await altered({ module: 'x.js' })],
      code: 'CLI_LAW_NOT_FOUND',
    },
    { name: 'another law', args: async () => [await altered({ law: 'x' })], code: 'CLI_LAW_NOT_FOUND' },
    { name: 'a module that throws', args: () => [file, '--module', 'broken.mjs'], code: 'CLI_LAW_LOAD' },
    { name: 'no argument', args: () => [], code: 'CLI_USAGE' },
  ])('$name is $code', async ({ args, code }) => {
    await writeFile(join(folder, 'broken.mjs'), 'throw new Error("out of order");');
    const { exitCode, stdout, stderr } = await replay(await args());
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(new RegExp(`\\[${code}\\]\nRemedy: [A-Z]`));
  });

  test('names the laws that there are', async () => {
    const { stderr } = await replay([await altered({ law: 'x' })]);
    expect(stderr).toContain('exports only "good before morning".');
  });
});

test('a module is looked for where the failure lies, too', async () => {
  const name = 'law-here.mjs';
  await writeFile(join(folder, name), `export * from ${JSON.stringify(mended)};`);
  const { exitCode } = await replay([await altered({ module: name })], { cwd: tmpdir() });
  expect(exitCode).toBe(0);
});
