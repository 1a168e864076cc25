/**
 * At stake: the first minute of a newcomer, for whom something ordinary is wrong: an old Node, no network,
 * a lockfile that lags behind. Tried on a copy of the commands in an empty folder, with a registry address
 * where nobody listens, and on words that npm and pnpm have really printed.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runCommand } from './run-command.js';

const root = new URL('../', import.meta.url);

interface Trouble extends Error {
  readonly remedy: string;
  readonly details: string;
}

describe('an installer that failed', () => {
  const cases: [string, string, RegExp, RegExp][] = [
    [
      'a name that does not resolve',
      'npm error code ENOTFOUND\nnpm error network request to https://r/pnpm failed, reason: getaddrinfo ENOTFOUND r',
      /no package registry could be reached/,
      /network/,
    ],
    [
      'a refused connection',
      ' WARN  GET http://r/a.tgz error (ECONNREFUSED). Will retry in 1 second. 2 retries left.',
      /no package registry could be reached/,
      /network/,
    ],
    [
      'metadata that cannot be fetched',
      ' ERR_PNPM_META_FETCH_FAIL  GET http://r/a: request to http://r/a failed',
      /no package registry could be reached/,
      /network/,
    ],
    [
      'a lockfile that lags behind',
      ' ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile" because pnpm-lock.yaml is not up to date',
      /does not match/,
      /npx pnpm@\d+\.\d+\.\d+ install --no-frozen-lockfile/,
    ],
    ['a full disk', 'Error: ENOSPC: no space left on device, write', /disk is full/, /free/],
    [
      'a certificate nobody knows',
      'npm error code SELF_SIGNED_CERT_IN_CHAIN',
      /not trusted/,
      /NODE_EXTRA_CA_CERTS/,
    ],
    ['a refusal', ' ERR_PNPM_FETCH_403  GET http://r/a: Forbidden - 403', /refused/, /access/],
    ['anything else', 'something new', /exit code 7/, /delete the node_modules folder/],
  ];

  test.each(cases)('is told in a sentence and a remedy: %s', async (_name, output, sentence, remedy) => {
    const path = new URL('scripts/lib/explain-install-failure.mjs', root).href;
    const { explainInstallFailure } = await import(path);
    const trouble: Trouble = explainInstallFailure(output, 7);
    expect(trouble.message).toMatch(sentence);
    expect(trouble.message).toMatch(/^[^\n]+\.$/);
    expect(trouble.remedy).toMatch(remedy);
  });
});

describe('the Node version', () => {
  afterAll(() => {
    process.exitCode = undefined;
  });

  test.each([
    ['18.20.4', false],
    ['20.18.3', false],
    ['20.19.0', true],
    ['22.0.0', true],
  ])('%s is enough: %s', async (version, enough) => {
    const { checkNode } = await import(new URL('scripts/lib/check-node.mjs', root).href);
    const said = vi.spyOn(console, 'error').mockReturnValue();
    const answer: boolean = checkNode(version);
    process.exitCode = undefined;
    const lines = said.mock.calls.flat().join('\n');
    said.mockRestore();
    expect(answer).toBe(enough);
    if (enough) expect(lines).toBe('');
    else expect(lines).toContain(`Skein needs Node 20.19 or newer, and this is Node ${version}.`);
  });
});

describe('without a registry', () => {
  let folder: string;
  const env = {
    npm_config_registry: 'http://127.0.0.1:9',
    npm_config_fetch_retries: '0',
    npm_config_cache: '',
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'skein-commands-'));
    env.npm_config_cache = join(folder, 'empty-cache');
    for (const path of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'scripts'])
      await cp(new URL(path, root), join(folder, path), { recursive: true });
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('`npm start` says so and what to do, and fails', async () => {
    const { exitCode, stderr } = await runCommand('npm', ['start', '--silent'], { cwd: folder, env });
    expect(stderr).toContain(
      'The dependencies were not installed: no package registry could be reached.\nRemedy: check',
    );
    expect(exitCode).toBe(1);
  });

  test('`npm test` does too, and its last line still counts', async () => {
    const { exitCode, stdout, stderr } = await runCommand('npm', ['test', '--silent'], { cwd: folder, env });
    expect(stderr).toContain('The dependencies were not installed: no package registry could be reached.');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('0 passed, 1 failed, 0 skipped');
    expect(exitCode).toBe(1);
  });
});
