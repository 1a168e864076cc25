// At stake: the first program that a newcomer runs prints what happens, on any number of threads, and a machine
// gets one JSON object. Tried by running it as people do.
import { describe, expect, test } from 'vitest';
import { runOrFail } from '../../test/run-command.js';

const root = new URL('../../', import.meta.url);

async function run(program: string, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await runOrFail(process.execPath, [program, ...args], { cwd: root });
  expect(stderr).toBe('');
  return stdout;
}

const skein = 'packages/cli/dist/main.js';

describe('01-hello-actor', () => {
  test('tells step by step what happens', async () => {
    expect((await run(skein, 'run', '01-hello-actor')).split('\n')).toEqual([
      'A system of 1 shard is up.',
      'spawn  /counter starts at 0',
      'send   add 2',
      'send   add 3',
      'send   add -1',
      'ask    read, answered 4 by shard 0, the main thread',
      'stop   5 envelopes sent = 5 handled + 0 dead letters',
      '',
    ]);
  });

  test.each([0, 1, 2])('counts the same with %d threads, for machines', async (threads) => {
    const stdout = await run(
      skein,
      'run',
      '01-hello-actor',
      '--threads',
      `${threads}`,
      '--start',
      '38',
      '--json',
    );
    expect(JSON.parse(stdout)).toEqual({
      count: 42,
      shard: threads === 0 ? 0 : 1,
      threads,
      sent: 5,
      handled: 5,
      deadLetters: 0,
    });
  });

  test('is a program by itself too', async () => {
    expect(await run('examples/dist/01-hello-actor/main.js')).toBe(await run(skein, 'run', '01-hello-actor'));
  });
});
