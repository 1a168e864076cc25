// At stake: the main job. It finds what is hidden, the same for one seed on any number of threads and through
// crashes, loses no message, and says in JSON what it says to people. Tried by running the built command, and
// beside the single-threaded simulator.
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  createSearchWorld,
  cutIntoSectors,
  parseMovingAiMap,
  simulateSearch,
} from '../../packages/agents/dist/environments/index.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const skein = join(root, 'packages/cli/dist/main.js');
const town = join(root, 'examples/04-search-swarm/maps/riverside.map');
const folder = mkdtempSync(join(tmpdir(), 'skein-search-'));

interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: string[]): Promise<Finished> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [skein, 'run', '04-search-swarm', ...args],
      { cwd: root, timeout: 50_000, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
    );
  });
}

const small = ['--agents', '40', '--targets', '3', '--ticks', '60', '--fan-out', '5', '--seed', '11'];

async function runJson(...args: string[]) {
  const { code, stdout, stderr } = await run('--json', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('the search', () => {
  it('finds what the simulator finds, tick for tick', async () => {
    const graph = cutIntoSectors(parseMovingAiMap(readFileSync(town, 'utf8'), 'riverside.map'));
    const world = createSearchWorld(graph, { agentCount: 40, targetCount: 3, seed: 11 });
    const result = await runJson(...small, '--threads', '0');
    for (const [arm, got] of [
      ['fused', result],
      ['unfused', result.baselines.unfused],
      ['random', result.baselines.random],
    ] as const) {
      const { complete, ticks, finds, falseClaims } = simulateSearch(world, arm, 60);
      expect({ arm, ...pick(got) }).toEqual({ arm, complete, ticks, finds, falseClaims });
    }
  });

  it.each([
    { title: 'without chaos', chaos: [], arms: [] },
    { title: 'with chaos', chaos: ['--chaos', '0.03'], arms: ['--swarm-only'] },
  ])('gives the same on 0, 1 and 2 threads $title', async ({ chaos, arms }) => {
    const results = [];
    for (const threads of [0, 1, 2])
      results.push(await runJson(...small, ...chaos, ...arms, '--threads', String(threads)));
    for (const { accounting, handledPerShard, restarts, threads } of results) {
      expect(accounting.sent).toBe(accounting.handled + accounting.deadLetters);
      expect(accounting.queued).toBe(0);
      expect(accounting.deadLetters).toBeGreaterThanOrEqual(restarts);
      expect(restarts > 0).toBe(chaos.length > 0);
      // Each worker inferred its share: no less than a third of what two have done together.
      const byWorkers = handledPerShard.slice(1);
      const total = byWorkers.reduce((sum: number, handled: number) => sum + handled, 0);
      expect(byWorkers).toHaveLength(threads);
      for (const handled of byWorkers) expect(handled).toBeGreaterThan(total / 3);
    }
    const outcomes = results.map((result) => [pick(result), result.baselines, result.restarts]);
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(outcomes[2]).toEqual(outcomes[0]);
  });

  it('tells people what it tells machines', async () => {
    const { finds, ticks, baselines } = await runJson(...small);
    const { code, stdout } = await run(...small, '--chaos', '0.03', '--swarm-only');
    expect(code).toBe(0);
    expect(stdout).toContain('riverside.map: 128 x 128 cells, 97 sectors');
    expect(stdout).toMatch(/chaos {6}\d+ searchers of the swarm crashed/);
    const plain = (await run(...small)).stdout;
    for (const { target, sector, tick } of finds)
      expect(plain).toContain(
        `tick ${String(tick).padStart(4)}  target ${target} confirmed in sector ${sector}`,
      );
    expect(plain).toMatch(new RegExp(`swarm, beliefs fused\\s+${ticks}\\s+${finds.length}\\b`));
    expect(plain).toMatch(new RegExp(`random walkers\\s+(> )?${baselines.random.ticks}\\b`));
    expect(plain).toMatch(/messages {3}\d+ sent = \d+ handled \+ 0 dead letters \+ 0 queued/);
  });

  it('says what watching it costs', async () => {
    const { view, baselines } = await runJson(...small, '--swarm-only', '--measure', '--threads', '0');
    expect(baselines).toBeNull();
    expect(view.withoutMs).toBeGreaterThan(0);
    expect(view.withMs).toBeGreaterThan(0);
    expect(view.picturesPerSecond).toBeGreaterThan(0);
  });

  it('writes a report that needs nothing else', async () => {
    const file = join(folder, 'report.html');
    const { code } = await run(...small, '--report', file);
    expect(code).toBe(0);
    const html = readFileSync(file, 'utf8');
    expect(html).toMatch(/^<!doctype html>/i);
    expect(html).not.toMatch(/(src|href)="https?:/);
  });

  it('says what it has when it is interrupted', async () => {
    const child = spawn(process.execPath, [skein, 'run', '04-search-swarm', '--agents', '300'], {
      cwd: root,
    });
    let stdout = '';
    child.stdout.on('data', (text: Buffer) => {
      stdout += text;
    });
    // The first line of progress: the search has begun, and lasts for seconds.
    child.stderr.once('data', () => child.kill('SIGINT'));
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code).toBe(130);
    expect(stdout).toContain('interrupted: the figures are those until then');
    expect(stdout).toMatch(/messages {3}(\d+) sent = \d+ handled \+ 0 dead letters \+ 0 queued/);
  });

  it('names line and column of what is wrong with a map', async () => {
    const file = join(folder, 'broken.map');
    writeFileSync(file, 'type octile\nheight 2\nwidth 3\nmap\n...\n.x.\n');
    const { code, stdout, stderr } = await run('--map', file);
    expect(code).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/broken\.map:6:2/);
  });

  it('says so when there is no such map', async () => {
    const { code, stderr } = await run('--map', join(folder, 'nowhere.map'));
    expect(code).not.toBe(0);
    expect(stderr).toContain('nowhere.map');
  });
});

const maps = join(root, '../shared/maps');
describe.skipIf(!existsSync(maps))('on the benchmark maps', () => {
  const files = existsSync(maps) ? readdirSync(maps).filter((file) => file.endsWith('.map')) : [];
  it.each(files)('%s', async (file) => {
    const result = await runJson(
      '--map',
      join(maps, file),
      '--agents',
      '60',
      '--targets',
      '2',
      '--ticks',
      '150',
      '--swarm-only',
    );
    expect(result.complete).toBe(true);
    expect(result.sectors).toBeGreaterThanOrEqual(30);
    expect(result.sectors).toBeLessThanOrEqual(300);
    expect(result.accounting.sent).toBe(result.accounting.handled + result.accounting.deadLetters);
  });
});

function pick({ complete, ticks, finds, falseClaims }: Record<string, unknown>) {
  return { complete, ticks, finds, falseClaims };
}
