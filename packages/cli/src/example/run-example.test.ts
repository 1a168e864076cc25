// At stake: what a person and what a machine get from an example. Under `--json` stdout is one JSON object and
// nothing else, whatever the example prints and however it ends. Tried on a process in memory.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withErrorsShown } from '../commands/show-error.js';
import { ExampleDefinitionError } from '../errors.js';
import { type TestHost, testHost } from '../test-host.test-fixtures.js';
import { defineExample, type Example } from './define-example.js';
import { flagOption, integerOption, numberOption, textOption } from './option.js';
import { runExample } from './run-example.js';

const talker = defineExample({
  name: 'talker',
  summary: 'Talks a lot',
  details: 'Try it twice.',
  reports: true,
  options: {
    agents: integerOption({ description: 'agents in the swarm', default: 3, min: 1 }),
    cueReliability: numberOption({ description: 'how often it is right' }),
    mapFile: textOption({ description: 'a map', placeholder: 'FILE' }),
    fast: flagOption({ description: 'hurry' }),
  },
  run(options, io) {
    io.print('I begin.');
    io.progress.start(2, 'talking');
    io.progress.update(1, 'half');
    io.print();
    io.print('I end.');
    return {
      result: { ...options, column: Float32Array.of(0.5, 2) },
      report: () => '<!doctype html><title>talk</title>',
    };
  },
});

/** Runs as the command does: what is thrown is shown, and becomes an exit code. */
function run(example: Example, args: readonly string[], host: TestHost): Promise<number> {
  return withErrorsShown(args, host, () => runExample(example, args, host));
}

describe('options', () => {
  test('have their defaults, and are undefined without one', async () => {
    const host = testHost();
    expect(await run(talker, ['--json'], host)).toBe(0);
    expect(JSON.parse(host.stdout.text)).toEqual({ agents: 3, fast: false, column: [0.5, 2] });
  });

  test('are given in kebab-case', async () => {
    const host = testHost();
    const args = ['--agents', '5', '--cue-reliability=0.5', '--map-file', 'a.map', '--fast', '--json'];
    expect(await run(talker, args, host)).toBe(0);
    expect(JSON.parse(host.stdout.text)).toEqual({
      agents: 5,
      cueReliability: 0.5,
      mapFile: 'a.map',
      fast: true,
      column: [0.5, 2],
    });
  });

  test.each([
    {
      args: ['--agents', '0'],
      code: 'CLI_OPTION_INVALID',
      message: '`--agents` must be a whole number of at least 1, got "0".',
    },
    { args: ['--agents'], code: 'CLI_USAGE', message: "Option '--agents <COUNT>' argument missing." },
    { args: ['--agent', '1'], code: 'CLI_USAGE', message: "Unknown option '--agent'." },
    { args: ['left'], code: 'CLI_USAGE', message: /^Too many arguments/ },
  ])('$args is a usage error: $code', async ({ args, code, message }) => {
    const host = testHost();
    expect(await run(talker, ['--json', ...args], host)).toBe(2);
    const { error } = JSON.parse(host.stdout.text);
    expect(error).toEqual({ code, message: expect.stringMatching(message), remedy: expect.any(String) });
    expect(host.stderr.text).toBe(`Error: ${error.message} [${code}]\nRemedy: ${error.remedy}\n`);
  });

  test.each(['json', 'report', 'verbose', 'help', 'noColor', 'kebab-case', 'Upper'])(
    'none can be called "%s"',
    (name) => {
      const options = { [name]: flagOption({ description: 'x' }) };
      expect(() => defineExample({ name: 'x', summary: 'x', options, run: () => ({ result: {} }) })).toThrow(
        ExampleDefinitionError,
      );
    },
  );

  test('stand in the help with what they may be', async () => {
    const host = testHost();
    expect(await run(talker, ['--help'], host)).toBe(0);
    expect(host.stderr.text).toBe('');
    expect(host.stdout.text.split('\n')).toEqual([
      'Usage: skein run talker [options]',
      '',
      'Talks a lot.',
      '',
      'Options:',
      '  --agents <COUNT>            agents in the swarm (a whole number of at least 1;',
      '                              default 3)',
      '  --cue-reliability <NUMBER>  how often it is right (a number)',
      '  --map-file <FILE>           a map (some text)',
      '  --fast                      hurry',
      '  --json                      print one JSON object and nothing else',
      '  --report <FILE>             write an HTML page about the run',
      '  --verbose                   show where an error came from',
      '  -h, --help                  show this help',
      '',
      'Try it twice.',
      '',
    ]);
  });
});

describe('what is printed', () => {
  test('is for people on stdout, progress on stderr', async () => {
    const host = testHost();
    expect(await run(talker, [], host)).toBe(0);
    expect(host.stdout.text).toBe('I begin.\n\nI end.\n');
    expect(host.stderr.text).toBe('talking: 0/2 (0 %)\ntalking: 1/2 (50 %), half\n');
  });

  test('is one JSON object under --json, and stderr keeps silent', async () => {
    const host = testHost();
    expect(await run(talker, ['--json'], host)).toBe(0);
    expect(host.stdout.text).toMatch(/^\{[^\n]*\}\n$/);
    expect(host.stderr.text).toBe('');
  });

  test('is JSON on a terminal too, beside live progress on stderr', async () => {
    const host = testHost({ terminal: true, env: { NO_COLOR: '1' } });
    expect(await run(talker, ['--json'], host)).toBe(0);
    expect(JSON.parse(host.stdout.text)).toMatchObject({ agents: 3 });
    expect(host.stderr.text).toContain('talking');
  });
});

describe('a run that fails', () => {
  const failing = (error: unknown): Example =>
    defineExample({
      name: 'failing',
      summary: 'Fails',
      run: (_, io) => {
        io.progress.start(undefined, 'failing');
        throw error;
      },
    });
  const coded = Object.assign(new Error('No room.'), { code: 'RUNTIME_MAILBOX_FULL', remedy: 'Make room.' });

  test('is a sentence, a code and a remedy on stderr, and exit code 1', async () => {
    const host = testHost();
    expect(await run(failing(coded), [], host)).toBe(1);
    expect(host.stdout.text).toBe('');
    expect(host.stderr.text).toBe('failing: 0\nError: No room. [RUNTIME_MAILBOX_FULL]\nRemedy: Make room.\n');
  });

  test('is still one JSON object under --json', async () => {
    const host = testHost();
    expect(await run(failing(coded), ['--json'], host)).toBe(1);
    const error = { code: 'RUNTIME_MAILBOX_FULL', message: 'No room.', remedy: 'Make room.' };
    expect(JSON.parse(host.stdout.text)).toEqual({ error });
  });

  test.each([
    { args: ['--verbose'], env: {} },
    { args: [], env: { DEBUG: '1' } },
  ])('shows its stack with $args and $env', async ({ args, env }) => {
    const host = testHost({ env });
    expect(await run(failing(new Error('Oh.')), args, host)).toBe(1);
    expect(host.stderr.text).toContain('Error: Oh.\n    at ');
  });

  test('says how to see more when it has no remedy', async () => {
    const host = testHost();
    expect(await run(failing('a string'), [], host)).toBe(1);
    expect(host.stderr.text).toContain(
      'Error: a string\nRemedy: Run again with `--verbose` to see where it came from.\n',
    );
    expect(host.stderr.text).not.toContain('    at ');
  });
});

describe('an interruption', () => {
  /** Waits for the signal; `then` says what it does about it. */
  const waiting = (host: TestHost, signal: 'SIGINT' | 'SIGTERM', then: () => { result: object }): Example =>
    defineExample({
      name: 'waiting',
      summary: 'Waits',
      run: async (_, io) => {
        const aborted = new Promise((resolve) => io.signal.addEventListener('abort', resolve));
        host.kill(signal);
        await aborted;
        return then();
      },
    });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s still has its result printed, and exit code %d', async (signal, exitCode) => {
    const host = testHost();
    const example = waiting(host, signal, () => ({ result: { partial: true } }));
    expect(await run(example, ['--json'], host)).toBe(exitCode);
    expect(JSON.parse(host.stdout.text)).toEqual({ partial: true });
    expect(host.listenerCount).toBe(0);
  });

  test('is no failure when the run throws because of it', async () => {
    const host = testHost();
    const example = waiting(host, 'SIGINT', () => {
      throw new Error('the system has stopped');
    });
    expect(await run(example, [], host)).toBe(130);
    expect(host.stderr.text).toBe('Interrupted.\n');
  });
});

describe('a report', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'skein-report-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('is written where it was asked for, in a new folder too, and stderr says where', async () => {
    const host = testHost({ cwd: folder });
    expect(await run(talker, ['--json', '--report', 'new/page.html'], host)).toBe(0);
    const path = join(folder, 'new', 'page.html');
    expect(await readFile(path, 'utf8')).toBe('<!doctype html><title>talk</title>');
    expect(host.stderr.text).toBe(`Report: ${path}\n`);
    expect(JSON.parse(host.stdout.text)).toMatchObject({ agents: 3 });
  });

  test.each(['.', 'file/page.html'])('that cannot be written to %s fails before the run', async (file) => {
    await writeFile(join(folder, 'file'), '');
    const host = testHost({ cwd: folder });
    expect(await run(talker, ['--report', file], host)).toBe(1);
    expect(host.stdout.text).toBe('');
    expect(host.stderr.text).toContain('[CLI_REPORT_WRITE]');
  });

  test('is refused by an example that has none', async () => {
    const host = testHost({ cwd: folder });
    const plain = defineExample({ name: 'plain', summary: 'Plain', run: () => ({ result: {} }) });
    expect(await run(plain, ['--report', 'page.html'], host)).toBe(2);
    expect(host.stderr.text).toContain("Unknown option '--report'.");
  });
});

test('what is printed while a screen is open comes when it is closed', async () => {
  const host = testHost({ terminal: true });
  const example = defineExample({
    name: 'drawing',
    summary: 'draws',
    run: (_, io) => {
      const screen = io.openScreen()!;
      io.print('a line');
      screen.show(['a picture']);
      return { result: {} };
    },
  });
  expect(await runExample(example, [], host)).toBe(0);
  expect(host.stdout.text).toContain('a picture');
  expect(host.stdout.text.endsWith('\x1b[?1049la line\n')).toBe(true);
});
