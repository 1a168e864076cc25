// At stake: a newcomer finds the way: help for everything, a list of what can be run, and a clear answer to every
// slip. Tried on a process in memory, with examples on disk as a build leaves them.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testHost } from '../test-host.test-fixtures.js';
import { skein } from './skein.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skein-cli-'));
  await writeExample('01-first', exampleSource('01-first', 'Comes first'));
  await writeExample('02-second', exampleSource('02-second', 'Comes second'));
  await writeExample('03-broken', 'throw new Error("out of order");');
  await writeExample('04-empty', 'export {};');
  await mkdir(join(folder, 'examples/dist/05-not-built'), { recursive: true });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function writeExample(name: string, source: string): Promise<void> {
  await mkdir(join(folder, 'examples/dist', name), { recursive: true });
  await writeFile(join(folder, 'examples/dist', name, 'main.js'), source);
}

/** What `defineExample` of some other copy of this package would make. */
function exampleSource(name: string, summary: string): string {
  return `export default {
    [Symbol.for('skein.example')]: true,
    name: '${name}', summary: '${summary}', options: {}, reports: false,
    run: (_, io) => { io.print('${name} runs'); return { result: { name: '${name}' } }; },
  };`;
}

/** Runs the command somewhere below the folder that has the examples. */
async function run(...args: string[]) {
  const host = testHost({ cwd: join(folder, 'examples', 'dist', '01-first') });
  const exitCode = await skein(args, host);
  return { exitCode, stdout: host.stdout.text, stderr: host.stderr.text };
}

describe('skein', () => {
  test.each([[], ['--help'], ['-h'], ['help']])('%j shows the help', async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await run(...args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: skein COMMAND\n/);
    expect(stdout).toContain('run [EXAMPLE] [options]  run an example; without one, list them');
  });

  test('--version is the version of the package', async () => {
    const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await run('--version')).toEqual({ exitCode: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });

  test.each([
    {
      args: ['rum'],
      says: "Error: Unknown command 'rum'. [CLI_USAGE]\nRemedy: Did you mean run? Run `skein --help`",
    },
    { args: ['--vers'], says: "Error: Unknown option '--vers'." },
    {
      args: ['run', '--seed', '1', '01-first'],
      says: "Error: Unknown option '--seed'. [CLI_USAGE]\nRemedy: Run `skein run --help`",
    },
    {
      args: ['run', 'nope'],
      says: 'Error: There is no example "nope"; there are 01-first, 02-second, 03-broken, 04-empty. [CLI_UNKNOWN_EXAMPLE]',
    },
  ])('$args is a usage error', async ({ args, says }) => {
    const { exitCode, stdout, stderr } = await run(...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(says);
  });
});

describe('skein run', () => {
  test('lists the built examples of the nearest folder, also beside one that is broken', async () => {
    const { exitCode, stdout } = await run('run');
    expect(exitCode).toBe(0);
    const [title, ...lines] = stdout.split('\n');
    expect(title).toBe('Examples:');
    expect(lines[0]).toBe('  01-first   Comes first');
    expect(lines[1]).toBe('  02-second  Comes second');
    expect(lines[2]).toMatch(/^ {2}03-broken {2}\(not runnable: .*out of order/);
    expect(lines[3]).toMatch(/^ {2}04-empty {3}\(not runnable: .*does not default-export an example/);
    expect(lines[4]).toBe('');
  });

  test('lists them for machines', async () => {
    const { stdout } = await run('run', '--json');
    const { examples } = JSON.parse(stdout);
    expect(examples[0]).toEqual({ name: '01-first', summary: 'Comes first' });
    expect(examples.map(({ name }: { name: string }) => name)).not.toContain('05-not-built');
  });

  test.each(['02-second', '02', 'second', '../02-second', '../02-second/main.js'])(
    'runs %s',
    async (name) => {
      expect(await run('run', name)).toEqual({ exitCode: 0, stdout: '02-second runs\n', stderr: '' });
    },
  );

  test.each([
    ['run', '--json', '01'],
    ['run', '01', '--json'],
  ])('takes --json before and after the name: %j', async (...args: string[]) => {
    expect(await run(...args)).toEqual({ exitCode: 0, stdout: '{"name":"01-first"}\n', stderr: '' });
  });

  test.each(['--help', '-h'])('hands %s behind the name to the example', async (flag) => {
    const { exitCode, stdout } = await run('run', '01', flag);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Usage: skein run 01-first \[options\]\n\nComes first\.\n/);
  });

  test.each(['03-broken', '04-empty'])('says why %s does not run, and what to do', async (name) => {
    const { exitCode, stdout, stderr } = await run('run', name);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/\[CLI_EXAMPLE_LOAD\]\nRemedy: Build again/);
  });
});
