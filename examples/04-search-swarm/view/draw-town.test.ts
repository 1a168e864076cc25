// At stake: whoever watches sees what the swarm believes and where it is, on any terminal, and no line ever breaks a picture. Tried as what it is, a
// function from maps and beliefs to text, on a small town and on random ones.
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_DETECTOR,
  DEFAULT_SEARCH_PARAMETERS,
} from '../../../packages/agents/dist/environments/index.js';
import { createKnowledge } from '../../dist/04-search-swarm/knowledge.js';
import {
  drawRamp,
  drawTown,
  LEVELS,
  levelOf,
  searchersPerPoint,
} from '../../dist/04-search-swarm/view/draw-town.js';
import { LiveView } from '../../dist/04-search-swarm/view/live-view.js';
import { rasterize } from '../../dist/04-search-swarm/view/town-raster.js';

/** Two quarters, and a wall between them with a gate. Each character of a picture of 8 x 2 is 2 x 4 cells. */
const TOWN = [
  '......@@........',
  '......@@........',
  '......@@........',
  '......@@........',
  '......@@........',
  '................',
  '......@@........',
  '......@@........',
];

function knowledgeOf(rows: readonly string[], sectorCount = 4) {
  const mapText = `type octile\nheight ${rows.length}\nwidth ${rows[0]!.length}\nmap\n${rows.join('\n')}\n`;
  const detector = DEFAULT_DETECTOR;
  const parameters = DEFAULT_SEARCH_PARAMETERS;
  return createKnowledge({ mapText, mapName: 'town', sectorCount, targetCount: 2, detector, parameters });
}

const knowledge = knowledgeOf(TOWN);
const raster = rasterize(knowledge, 8, 2);
const even = new Float64Array(knowledge.graph.sectorCount).fill(1);
const nobody = new Uint16Array(0);
const ASCII = { colors: 0, unicode: false } as const;

describe('a town', () => {
  it('is its streets and walls', () => {
    expect(drawTown(raster, { likelihood: even, sectors: nobody, found: [] }, ASCII)).toEqual([
      '::: ::::',
      '::: ::::',
    ]);
  });

  it('is shaded by what is believed', () => {
    const likelihood = even.map((_, sector) => (sector === 0 ? 100 : 0));
    const [top] = drawTown(raster, { likelihood, sectors: nobody, found: [] }, ASCII);
    expect(top!.startsWith('%')).toBe(true);
    expect(top!.endsWith(' ')).toBe(true);
  });

  it('shows searchers in their sector, always at the same place of it, and what was found', () => {
    const last = raster.sectorOf.at(-1)!; // in the quarter on the right
    const state = { likelihood: even, sectors: Uint16Array.of(last), found: [0] };
    const lines = drawTown(raster, state, { colors: 0, unicode: true });
    expect(lines).toEqual(drawTown(raster, state, { colors: 0, unicode: true }));
    const all = lines.join('');
    expect(drawTown(raster, state, ASCII).join('').match(/o/g)).toHaveLength(1);
    expect(all.match(/[\u2801-\u28ff]/g)).toHaveLength(1);
    expect(all.match(/◆/g)).toHaveLength(1);
    const at = all.search(/[\u2801-\u28ff]/);
    expect(at % raster.columns).toBeGreaterThan(3);
  });

  it('shows a sample of searchers where there are more than would leave anything to see', () => {
    expect(searchersPerPoint(raster, 3)).toBe(1);
    expect(searchersPerPoint(raster, 10_000)).toBeGreaterThan(100);
  });

  it('has more to show the likelier a place is', () => {
    const likelihoods = [0, 1e-9, 0.1, 0.5, 1, 2, 8, 64, 1e9];
    const levels = likelihoods.map(levelOf);
    expect(levels).toEqual(levels.toSorted((a, b) => a - b));
    expect([levels[0], levels.at(-1)]).toEqual([0, LEVELS - 1]);
    expect(levelOf(Number.NaN)).toBe(0);
  });

  it('is as wide and high as it says, whatever the terminal, the map and the moment', () => {
    const row = fc.string({ unit: fc.constantFrom('.', '.', '@'), minLength: 7, maxLength: 7 });
    const palette = fc.record({ colors: fc.constantFrom(0, 16, 256), unicode: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 3, maxLength: 9 }).filter((rows) => rows.join('').includes('.')),
        fc.record({ columns: fc.integer({ min: 1, max: 40 }), rows: fc.integer({ min: 1, max: 20 }) }),
        palette,
        fc.nat(),
        (rows, size, shown, seed) => {
          const town = knowledgeOf(rows, 6);
          const { sectorCount } = town.graph;
          const sectors = Uint16Array.from({ length: 20 }, (_, i) => (seed + i * 7) % sectorCount);
          const moment = {
            tick: 1,
            sectors,
            pool: undefined,
            found: Uint8Array.of(0, 1),
            finds: [],
            crashed: [],
          };
          const finds = [{ target: 1, sector: seed % sectorCount, tick: 1 }];
          const view = new LiveView({ ...size, ...shown, show: () => true } as never, town, 'a label');
          const lines = view.draw({ ...moment, finds });
          expect(lines.length).toBeLessThanOrEqual(size.rows);
          for (const line of lines) {
            const text = stripVTControlCharacters(line);
            expect(text.length).toBeLessThanOrEqual(size.columns);
            if (!shown.unicode) expect(text).toMatch(/^[\x20-\x7e]*$/);
            if (shown.colors === 0) expect(text).toBe(line);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('explains its shades', () => {
    expect(stripVTControlCharacters(drawRamp({ colors: 256, unicode: true }))).toHaveLength(LEVELS);
    expect(drawRamp(ASCII)).toBe(' ..::--==+*%');
  });
});

it('a view draws no picture while the last one is fresh', () => {
  let nowMs = 0;
  const pictures: (readonly string[])[] = [];
  const show = (lines: readonly string[]) => pictures.push(lines) > 0;
  const canvas = { columns: 60, rows: 12, colors: 0, unicode: false, show } as const;
  const view = new LiveView(canvas, knowledge, 'searching', () => nowMs);
  const pool = new Float64Array(knowledge.counts.length);
  const found = Uint8Array.of(0, 0);
  for (let tick = 1; tick <= 1000; tick++) {
    nowMs += 1;
    view.update({ tick, sectors: Uint16Array.of(0, 1), pool, found, finds: [], crashed: [] });
  }
  expect(pictures.length).toBe(view.cost.pictures);
  expect(pictures.length).toBeGreaterThanOrEqual(20);
  expect(pictures.length).toBeLessThanOrEqual(50);
  expect(pictures.at(-1)![0]).toMatch(/^searching {3}tick \d+ {3}0 of 2 targets/);
});
