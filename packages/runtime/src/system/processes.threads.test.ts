// At stake: a program that uses a system ends when it should, and by the signal it got. Tried on whole
// processes, each with a time limit.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../test-fixtures/main.mjs', import.meta.url));
type Program = ChildProcessByStdio<null, Readable, Readable>;
const children: Program[] = [];

function start(what: string, threads: number) {
  const child = spawn(process.execPath, [program, what, `${threads}`], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let output = '';
  let errors = '';
  const waiting: (() => void)[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    for (const look of waiting) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
  const ended = new Promise<{ code: number | null; signal: string | null; output: string; errors: string }>(
    (resolve) =>
      child.on('close', (code, signal) => {
        clearTimeout(timer);
        resolve({ code, signal, output, errors });
      }),
  );
  const says = (text: string) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (output.includes(text)) resolve();
      };
      waiting.push(look);
      look();
    });
  return { child, ended, says };
}

afterEach(() => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
});

describe.each([{ threads: 0 }, { threads: 2 }])(
  'a program with $threads threads',
  { timeout: 30_000 },
  ({ threads }) => {
    it('ends by itself when its system has stopped', async () => {
      const { code, signal, output } = await start('stop', threads).ended;
      expect({ code, signal }).toEqual({ code: 0, signal: null });
      expect(output.match(/stopped after 100/g)).toHaveLength(2);
      expect(output).toContain('terminated stopped');
    });

    it.each(['SIGINT', 'SIGTERM'] as const)('on %s stops gracefully, then ends by it', async (name) => {
      const { child, ended, says } = start('run', threads);
      await says('ready');
      child.kill(name);
      const { signal, output } = await ended;
      expect(signal).toBe(name);
      expect(output.match(/stopped after 100/g)).toHaveLength(2);
      expect(output).toContain(`terminated signal ${name}`);
    });

    it('ends at once on a second signal', async () => {
      const { child, ended, says } = start('stall', threads);
      await says('ready');
      child.kill('SIGTERM');
      await says('stopped after 100'); // the one that can has stopped; the stalled call has five seconds
      child.kill('SIGTERM');
      const { signal, output } = await ended;
      expect(signal).toBe('SIGTERM');
      expect(output).not.toContain('terminated');
    });

    it('survives a floating rejection of an actor', async () => {
      const { code, output, errors } = await start('float', threads).ended;
      expect(errors).toBe('');
      expect(code).toBe(0);
      expect(output).toContain(
        JSON.stringify({ got: 0, restarts: 1, epochs: threads === 0 ? [1] : [1, 1, 1] }),
      );
    });

    it('ends on a floating rejection of nobody’s, as Node does', async () => {
      const { code, errors } = await start('foreign', threads).ended;
      expect(code).not.toBe(0);
      expect(errors).toContain('of no actor');
    });

    it('with two systems lets both stop before the signal goes on', async () => {
      const { child, ended, says } = start('two', threads);
      await says('ready');
      child.kill('SIGTERM');
      const { signal, output } = await ended;
      expect(signal).toBe('SIGTERM');
      expect(output).toContain('terminated signal SIGTERM');
      expect(output).toContain('second terminated signal');
    });
  },
);
