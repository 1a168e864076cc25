// At stake: a report is one file that a person keeps, mails and opens years later on a train. It must load nothing,
// break on no name, stay small enough to mail, and show the run it was given. Tried on made-up runs, with the
// page's own decoder for what the page draws.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { planSwarmTree } from '../../../packages/agents/dist/index.js';
import { levelOf } from './encode-report.js';
import type { PageData } from './page-data.js';
import { renderReport } from './render-report.js';
import type { SearchReport } from './search-report.js';

/** What `page/decode.js`, plain JavaScript, hands out. */
interface DecodedRun {
  readonly cells: Uint16Array;
  readonly ticks: readonly number[];
  readonly trackCount: number;
  readonly trackStride: number;
  sectorAt(frame: number, track: number): number;
  crashedAt(frame: number, track: number): boolean;
  beliefAt(frame: number, target: number, sector: number): number;
  chances(frame: number, target: number | null): Float32Array;
}

const { SearchRun } = (await import(new URL('page/decode.js', import.meta.url).href)) as {
  SearchRun: new (data: PageData) => DecodedRun;
};

describe('renderReport', () => {
  it('loads nothing, and forbids loading anything', () => {
    const page = renderReport(reportOf());
    expect(page).not.toMatch(
      /https?:\/\/|^import\b|\bimport\(|@import url|\bfetch\(|<link|<img|\ssrc=|url\(/m,
    );
    expect(page).toContain("default-src 'none'");
  });

  it('says the outcome in one sentence', () => {
    expect(textOf(renderReport(reportOf()), 'h1')).toBe(
      '50 searchers found 2 targets in 4 ticks; without fusion it took 240; random walkers, 1 of 2 in 1 900.',
    );
  });

  it('says what was found when not all was', () => {
    const { arms } = reportOf();
    const fused = { ...arms.fused, complete: false, finds: arms.fused.finds.slice(0, 1) };
    const page = renderReport(reportOf({ arms: { ...arms, fused } }));
    expect(textOf(page, 'h1')).toContain('50 searchers found 1 of 2 targets in 4 ticks;');
    expect(page).toContain('ticks, not all found');
  });

  it('takes a name for a name, whatever is in it', () => {
    const hostile = '</script><script>alert(1)</script>"\'&.map';
    const page = renderReport(reportOf({ mapName: hostile, notes: [hostile], command: hostile }));
    expect(page).not.toContain('<script>alert');
    expect(page.match(/<script[ >]/g)).toHaveLength(2);
    expect(textOf(page, 'title')).toBe(`Search swarm on ${hostile}`);
  });

  it('gives the command that repeats the run, as a shell takes it', () => {
    expect(textOf(renderReport(reportOf({ mapName: "o'hara park.map", chaos: 0.02 })), 'code')).toBe(
      "npm run skein -- run search-swarm --map 'o'\\''hara park.map' --agents 50 --targets 2 --seed 9 --threads 2 --chaos 0.02",
    );
    expect(textOf(renderReport(reportOf({ command: 'again --please' })), 'code')).toBe('again --please');
  });

  it('shows that messages add up, or by how much they do not', () => {
    expect(renderReport(reportOf())).toContain('✓ It adds up');
    const accounting = { sent: 1000, handled: 990, deadLetters: 3, queued: 0 };
    expect(renderReport(reportOf({ accounting }))).toContain('✗ It does not add up: 7 too few');
  });

  it('draws every searcher once in the tree, those that crashed apart', () => {
    const tree = renderReport(reportOf()).match(/<svg class="tree"[\s\S]*?<\/svg>/)![0];
    const dots = [...tree.matchAll(/<path class="dots( crashed)?"[^>]* d="([^"]*)"/g)].map(
      ([, crashed, path]) => ({
        crashed: crashed !== undefined,
        count: path!.split('h0').length - 1,
      }),
    );
    const cohorts = cohortCount(planSwarmTree(50, 4, 2));
    expect(dots.reduce((sum, { count }) => sum + count, 0)).toBe(50 + cohorts);
    expect(dots.filter(({ crashed }) => crashed).reduce((sum, { count }) => sum + count, 0)).toBe(2);
  });

  it('gives the page the run as it was', () => {
    const report = reportOf();
    const run = new SearchRun(dataOf(renderReport(report)));
    expect(run.ticks).toEqual([1, 2, 3, 4]);
    expect([...run.cells]).toEqual([0, 1, 2, 0xffff, 0xfffe, 3]);
    for (const [index, frame] of report.frames.entries()) {
      for (const [searcher, sector] of frame.sectors.entries()) {
        expect(run.sectorAt(index, searcher)).toBe(sector);
        expect(run.crashedAt(index, searcher)).toBe(frame.crashed.includes(searcher));
      }
      for (let target = 0; target < 2; target++) {
        for (let sector = 0; sector < 4; sector++) {
          const belief = frame.beliefs[target * 5 + sector]!;
          const shown = run.beliefAt(index, target, sector);
          expect(Math.abs(shown - belief)).toBeLessThanOrEqual(0.0001 + belief * LEVEL_ERROR);
        }
      }
    }
    const [first, second] = [run.beliefAt(1, 0, 2), run.beliefAt(1, 1, 2)];
    expect(run.chances(1, null)[2]).toBeCloseTo(1 - (1 - first) * (1 - second), 6);
  });

  it('stays below 4 MB for a long search by a large swarm, and still shows its first and last tick', () => {
    const searchers = 10_000;
    const sectorCount = 300;
    const frames = Array.from({ length: 2000 }, (_, i) => ({
      tick: i + 1,
      sectors: Uint16Array.from({ length: searchers }, (_, searcher) => (searcher + i) % sectorCount),
      beliefs: new Float32Array(5 * (sectorCount + 1)).fill(1 / sectorCount),
      crashed: [0],
    }));
    const page = renderReport(
      reportOf({
        width: 256,
        height: 256,
        free: new Uint8Array(65_536).fill(1),
        sectorOfCell: Int32Array.from({ length: 65_536 }, (_, cell) => (cell >> 2) % sectorCount),
        sectorCount,
        searchers,
        targetSectors: Uint16Array.of(1, 2, 3, 4, 5),
        frames,
        tree: planSwarmTree(searchers, 2, 8),
      }),
    );
    expect(Buffer.byteLength(page)).toBeLessThan(4_000_000);
    const run = new SearchRun(dataOf(page));
    expect([run.ticks[0], run.ticks.at(-1)]).toEqual([1, 2000]);
    expect(run.trackCount * run.trackStride).toBeGreaterThanOrEqual(searchers);
    expect(run.sectorAt(run.ticks.length - 1, 1)).toBe((run.trackStride + 1999) % sectorCount);
    expect(run.ticks.every((_, frame) => run.crashedAt(frame, 0))).toBe(true);
  });
});

describe('levelOf', () => {
  it('spans 0.0001 to 1', () => {
    expect([0, 0.00001, 0.0001, 0.01, 1].map(levelOf)).toEqual([0, 0, 0, 128, 255]);
  });
});

describe("the page's script", () => {
  it('has the types its comments promise', () => {
    const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
    const project = fileURLToPath(new URL('page/tsconfig.json', import.meta.url));
    expect(() => execFileSync(process.execPath, [tsc, '-p', project], { encoding: 'utf8' })).not.toThrow();
  });
});

/** Half the distance between two levels, as a ratio. */
const LEVEL_ERROR = 10 ** (4 / 255 / 2) - 1 + 1e-6;

/** Three by two cells: four sectors, a wall, and a cell that is left out. */
function reportOf(changes: Partial<SearchReport> = {}): SearchReport {
  const searchers = 50;
  return {
    mapName: 'tiny.map',
    width: 3,
    height: 2,
    free: Uint8Array.of(1, 1, 1, 0, 1, 1),
    sectorOfCell: Int32Array.of(0, 1, 2, -1, -1, 3),
    sectorCount: 4,
    notes: ['1 of 5 free cells is left out.'],
    seed: 9,
    threads: 2,
    searchers,
    targetSectors: Uint16Array.of(2, 3),
    arms: {
      fused: {
        complete: true,
        ticks: 4,
        finds: [
          { target: 1, sector: 3, tick: 2 },
          { target: 0, sector: 2, tick: 4 },
        ],
        falseClaims: 0,
      },
      unfused: {
        complete: true,
        ticks: 240,
        finds: [
          { target: 0, sector: 2, tick: 100 },
          { target: 1, sector: 3, tick: 240 },
        ],
        falseClaims: 1,
      },
      random: { complete: false, ticks: 1900, finds: [{ target: 1, sector: 3, tick: 900 }], falseClaims: 2 },
    },
    frames: [1, 2, 3, 4].map((tick) => ({
      tick,
      sectors: Uint16Array.from({ length: searchers }, (_, searcher) => (searcher * tick) % 4),
      beliefs: Float32Array.of(0.1, 0.2, 0.6, 0.1, 0, 0.00002, 0.003, 0.05, 0.9 + tick / 100, 0),
      crashed: tick === 2 ? [7, 30] : tick === 3 ? [7] : [],
    })),
    tree: planSwarmTree(searchers, 4, 2),
    chaos: 0,
    restarts: 3,
    accounting: { sent: 1003, handled: 1000, deadLetters: 3, queued: 0 },
    handledPerShard: [100, 500, 400],
    stepsPerSecond: 12_345,
    ...changes,
  };
}

function cohortCount(node: SearchReport['tree']): number {
  return 1 + node.children.reduce((sum, child) => sum + cohortCount(child), 0);
}

/** The text of the first element of a kind, its white space made single and its entities resolved. */
function textOf(page: string, tag: string): string {
  const [, inner] = page.match(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`))!;
  return inner!
    .replace(/<[^>]*>/g, '')
    .replace(/\s+/g, ' ')
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}

function dataOf(page: string): PageData {
  return JSON.parse(page.match(/<script type="application\/json" id="data">(.*?)<\/script>/)![1]!);
}
