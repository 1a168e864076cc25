// At stake: foragers that know nothing find the food, on any number of threads alike, and can be measured by number. Tried by running the
// commands.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runOrFail } from '../../test/run-command.js';
import { scaleFlock } from '../dist/07-foragers/flock.js';

const root = new URL('../../', import.meta.url);

async function skein(...args: string[]): Promise<string> {
  const command = ['packages/cli/dist/main.js', ...args];
  const { stdout } = await runOrFail(process.execPath, command, { cwd: root });
  return stdout;
}

test('07-foragers: almost all are at the food after twelve ticks, and know it', async () => {
  const { fed, believed, agents } = JSON.parse(
    await skein('run', '07-foragers', '--agents', '2000', '--json'),
  );
  expect(agents).toBe(2000);
  expect(fed).toHaveLength(13);
  expect(fed[0]).toBeLessThan(0.1);
  expect(fed.at(-1)).toBeGreaterThan(0.9);
  expect(believed).toBeGreaterThan(0.9);
});

test('07-foragers: threads change nothing', async () => {
  const run = async (threads: string): Promise<object> => {
    const args = ['--agents', '300', '--threads', threads, '--json'];
    const { stepsPerSecond, threads: _, ...rest } = JSON.parse(await skein('run', '07-foragers', ...args));
    expect(stepsPerSecond).toBeGreaterThan(0);
    return rest;
  };
  expect(await run('2')).toEqual(await run('0'));
});

test('07-foragers prints how they fare', async () => {
  const lines = (await skein('run', '07-foragers', '--agents', '200', '--ticks', '3')).split('\n');
  expect(lines[0]).toBe('200 foragers on 2 worker threads, seed 1.');
  expect(lines[2]).toMatch(/^tick {2}at the food/);
  expect(lines[6]).toMatch(/^ {3}3 {5,}\d+\.\d % {2}#+$/);
});

test.each([1, 2, 3])(
  'skein scale 07-foragers: on %d threads each has its part, the main thread too',
  async (threads) => {
    const { system, round, close } = await scaleFlock({ agents: 30_000, threads, seed: 1 });
    await round();
    const actors = system.metrics().shards.map((shard) => shard.actors);
    expect(actors).toHaveLength(threads);
    expect(Math.min(...actors)).toBeGreaterThan((0.9 * 30_000) / threads);
    await close();
  },
);

test('skein scale 07-foragers has a table, a curve, and a page', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'skein-scale-'));
  try {
    const page = join(folder, 'scale.html');
    const args = ['--agents', '1,40', '--threads', '1', '--seconds', '0.05', '--html', page];
    const lines = (await skein('scale', '07', ...args)).split('\n');
    expect(lines[0]).toMatch(/^threads +agents +steps\/s +efficiency +p50 ms/);
    expect(lines[2]).toMatch(/^ +1 +40 +[\d,]+ +[\d.]+ +[\d.]+ +[\d.]+ +\d+ % +5 +21$/);
    expect(lines.join('\n')).toContain(
      'Efficiency, of so many single agents as there are threads:  o main thread',
    );
    expect(await readFile(page, 'utf8')).toContain('<h1>07-foragers by number of agents</h1>');
    const { points } = JSON.parse(await skein('scale', '07', ...args.slice(0, -2), '--json'));
    expect(points.map(({ agents, hops }: { agents: number; hops: number }) => [agents, hops])).toEqual([
      [1, 3],
      [40, 5],
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
