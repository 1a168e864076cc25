// At stake: that the first property test that a newcomer runs finds the planted fault, tells it in a story that one can
// follow, and that what it writes can be run again. Tried by running the program as people do.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../../test/run-command.js';

const root = new URL('../../', import.meta.url);
let failures: string;
let file: string;

beforeAll(async () => {
  failures = await mkdtemp(join(tmpdir(), 'skein-election-'));
  file = join(failures, 'one-leader-a-term-forgetful-voters.json');
});

afterAll(() => rm(failures, { recursive: true, force: true }));

async function skein(...args: string[]) {
  return runCommand(process.execPath, ['packages/cli/dist/main.js', ...args], { cwd: root });
}

describe('05-property-test', () => {
  test('finds the fault, and none where it is mended', async () => {
    const page = join(failures, 'story.html');
    const args = ['--failures', failures, '--report', page];
    const { stdout, exitCode } = await skein('run', '05-property-test', ...args);
    expect(exitCode).toBe(0);
    const lines = stdout.split('\n').map((line) => line.trimEnd());
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^ {2}No\. Run \d+ broke it: \d+ candidates?, \d crash(es)?, \d+ context switches\.$/,
      ),
    );
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^ {6}Of these matter, after \d+ more runs: 2 candidates, 1 crash, \d context switches\.$/,
      ),
    );
    expect(lines).toContainEqual(expect.stringMatching(/↯ crash of \/voter-\d/));
    expect(lines).toContainEqual(expect.stringMatching(/┃ \/voter-\d and \/voter-\d both lead term 1/));
    expect(lines).toContainEqual(
      expect.stringMatching(/^ {2}Yes\. It held in 500 runs of \d+ steps in all\.$/),
    );
    expect(await readFile(page, 'utf8')).toContain('both lead term 1');
  });

  test('writes a failure that can be run again', async () => {
    const { stdout, exitCode } = await skein('replay', '--json', file);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ fails: true, sameRun: true });
  });

  test('whose law can also be taken from its source', async () => {
    const source = fileURLToPath(new URL('laws.ts', import.meta.url));
    const { stdout, exitCode } = await skein('replay', '--json', '--module', source, file);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ fails: true, sameRun: true });
  });
});
