// At stake: that a search finds the lost lock, shows what the clients saw, and finds nothing where the journal comes first.
// Tried by running the program as people do, with few runs of a seed.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../../test/run-command.js';

const root = new URL('../../', import.meta.url);
let failures: string;

beforeAll(async () => {
  failures = await mkdtemp(join(tmpdir(), 'skein-lock-'));
});

afterAll(() => rm(failures, { recursive: true, force: true }));

async function skein(...args: string[]) {
  return runCommand(process.execPath, ['packages/cli/dist/main.js', ...args], { cwd: root });
}

test('two hold the lock when its thread is lost, and a journal prevents it', async () => {
  const { stdout, exitCode } = await skein('run', '06-lock-service', '--failures', failures);
  expect(exitCode).toBe(0);
  const lines = stdout.split('\n').map((line) => line.trimEnd());
  expect(lines).toContainEqual(
    expect.stringMatching(/^Not linearizable: \{ (acquire|release): '\w+' \} → (true|false) of \w+, /),
  );
  expect(stdout).toContain('┣━┫ failed  ╞═╡ contradict each other');
  expect(lines).toContainEqual(expect.stringContaining('↯ shard 1 is lost'));
  expect(lines).toContain('  Yes. There was one in each of 200 runs.');

  const replayed = await skein('replay', join(failures, 'a-hasty-lock.json'));
  expect(replayed.stdout).toContain('It fails as it did, in the same run');
  expect(replayed.exitCode).toBe(1);
});
