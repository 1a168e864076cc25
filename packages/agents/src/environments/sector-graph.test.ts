/**
 * At stake: searchers reason on the sector graph, so a cell in no sector, a torn sector or a one-way neighbour would
 * make places that nobody can search or reach. Tried on random maps against the plain definitions.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { connectedComponents } from './connected-components.js';
import { GridMap, parseMovingAiMap } from './moving-ai-map.js';
import {
  cutIntoSectors,
  neighborsOf,
  SECTOR_COUNT_RANGE,
  type SectorGraph,
  sectorSize,
} from './sector-graph.js';

function mapOf(...rows: string[]): GridMap {
  return new GridMap(
    rows[0]!.length,
    rows.length,
    Uint8Array.from(rows.join(''), (c) => c.charCodeAt(0)),
  );
}

const randomMap = fc
  .record({
    width: fc.integer({ min: 1, max: 24 }),
    height: fc.integer({ min: 1, max: 24 }),
    freeShare: fc.double({ min: 0.3, max: 1, noNaN: true }),
    seed: fc.integer(),
  })
  .chain(({ width, height, freeShare }) =>
    fc
      .array(fc.double({ min: 0, max: 1, noNaN: true }), {
        minLength: width * height,
        maxLength: width * height,
      })
      .map(
        (values) =>
          new GridMap(
            width,
            height,
            Uint8Array.from(values, (v) => (v <= freeShare ? 46 : 64)),
          ),
      ),
  )
  .filter((map) => map.terrain.includes(46));

/** Which cells can be walked to from `start` within `allowed`, found the slow way: growing until nothing changes. */
function reach(map: GridMap, start: number, allowed: (cell: number) => boolean): Set<number> {
  const reached = new Set([start]);
  for (let sizeBefore = 0; sizeBefore !== reached.size; ) {
    sizeBefore = reached.size;
    for (const cell of [...reached]) {
      const x = cell % map.width;
      const y = Math.floor(cell / map.width);
      for (const [dx, dy] of [
        [-1, 0],
        [1, 0],
        [0, -1],
        [0, 1],
      ] as const) {
        const next = cell + dy * map.width + dx;
        if (map.free(x + dx, y + dy) && allowed(next)) reached.add(next);
      }
    }
  }
  return reached;
}

test('components are told apart by steps to four sides, and the largest is found', () => {
  const components = connectedComponents(mapOf('..@.', '@@.@', '..@.', '...@'));
  expect([...components.componentOfCell]).toEqual([0, 0, -1, 1, -1, -1, 2, -1, 3, 3, -1, 4, 3, 3, 3, -1]);
  expect(components.cellCounts).toEqual([2, 1, 1, 5, 1]);
  expect(components.largest).toBe(3);
});

test('a wall inside a block makes two sectors of it', () => {
  const graph = cutIntoSectors(mapOf('.@..', '.@..', '....', '....'), { sectorCount: 5 });
  expect(graph.blockSize).toBe(2);
  expect([...graph.sectorOfCell]).toEqual([0, -1, 1, 1, 0, -1, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3]);
  expect([0, 1, 2, 3].map((sector) => [...neighborsOf(graph, sector)])).toEqual([[2], [3], [0, 3], [1, 2]]);
  expect([...graph.hops]).toEqual([0, 3, 1, 2, 3, 0, 2, 1, 1, 2, 0, 1, 2, 1, 1, 0]);
  expect([graph.centroidX[1], graph.centroidY[1], sectorSize(graph, 0)]).toEqual([2.5, 0.5, 2]);
  expect([graph.degreeMax, graph.diameterHops]).toEqual([2, 3]);
  expect(graph.report.notes).toEqual(['5 sectors were wished for; blocks of 2 cells come nearest, with 4.']);
});

test('cells outside of the largest component are left out and reported', () => {
  const { sectorOfCell, report } = cutIntoSectors(mapOf('.@..', '@@..'), { sectorCount: 4 });
  expect(sectorOfCell[0]).toBe(-1);
  expect(report).toEqual({
    freeCellCount: 5,
    componentCount: 2,
    cellCount: 4,
    cellsLeftOut: 1,
    notes: ['1 of 5 free cells lie outside the largest of 2 components and are left out.'],
  });
});

test('a map too small for 30 sectors is cut as finely as it goes, and says so', () => {
  const graph = cutIntoSectors(mapOf('...', '...'));
  expect([graph.blockSize, graph.sectorCount]).toEqual([1, 6]);
  expect(graph.report.notes).toEqual(['No block size gives 30 to 300 sectors; blocks of 1 cells give 6.']);
});

test.each([0, -1, 1.5, 1025, Number.NaN])('refuses %d sectors', (sectorCount) => {
  expect(() => cutIntoSectors(mapOf('..'), { sectorCount })).toThrow(RangeError);
});

property.prop([randomMap, fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined })], { numRuns: 60 })(
  'each cell of the largest component is in one sector, connected and inside one block',
  (map, sectorCount) => {
    const graph = cutIntoSectors(map, sectorCount === undefined ? {} : { sectorCount });
    const { componentOfCell, largest } = connectedComponents(map);
    const anyCell = graph.cells[0]!;
    const component = reach(map, anyCell, () => true);
    expect([...graph.cells].sort((a, b) => a - b)).toEqual([...component].sort((a, b) => a - b));
    expect(
      graph.sectorOfCell.every((sector, cell) => sector >= 0 === (componentOfCell[cell] === largest)),
    ).toBe(true);
    for (let sector = 0; sector < graph.sectorCount; sector++) {
      const cells = graph.cells.subarray(graph.cellOffsets[sector], graph.cellOffsets[sector + 1]);
      expect(cells.length).toBeGreaterThan(0);
      const block = (cell: number) =>
        `${Math.floor((cell % map.width) / graph.blockSize)},${Math.floor(cell / map.width / graph.blockSize)}`;
      expect(new Set([...cells].map(block)).size).toBe(1);
      expect([...cells].every((cell) => graph.sectorOfCell[cell] === sector)).toBe(true);
      // Connected, and whole: no free cell of the block could be walked to and was left to another sector.
      const piece = reach(map, cells[0]!, (cell) => block(cell) === block(cells[0]!));
      expect([...cells].sort((a, b) => a - b)).toEqual([...piece].sort((a, b) => a - b));
    }
  },
);

property.prop([randomMap], { numRuns: 60 })(
  'neighbours touch, both ways; the graph is connected; hops are a metric',
  (map) => {
    const graph = cutIntoSectors(map, { sectorCount: 12 });
    const { sectorCount } = graph;
    const touching = new Set<string>();
    for (const cell of graph.cells) {
      const x = cell % map.width;
      const y = Math.floor(cell / map.width);
      for (const [dx, dy] of [
        [-1, 0],
        [1, 0],
        [0, -1],
        [0, 1],
      ] as const) {
        if (!map.free(x + dx, y + dy)) continue;
        const other = graph.sectorOfCell[cell + dy * map.width + dx];
        if (other !== graph.sectorOfCell[cell]) touching.add(`${graph.sectorOfCell[cell]} ${other}`);
      }
    }
    const neighbors = new Set<string>();
    for (let a = 0; a < sectorCount; a++) for (const b of neighborsOf(graph, a)) neighbors.add(`${a} ${b}`);
    expect(neighbors).toEqual(touching);
    expect(graph.neighbors.length).toBe(neighbors.size);

    const hop = (a: number, b: number) => graph.hops[a * sectorCount + b]!;
    for (let a = 0; a < sectorCount; a++) {
      expect(hop(a, a)).toBe(0);
      for (let b = 0; b < sectorCount; b++) {
        expect(hop(a, b)).toBeLessThan(sectorCount); // reachable
        expect(hop(a, b)).toBe(hop(b, a));
        expect(hop(a, b) === 1).toBe(neighbors.has(`${a} ${b}`));
        for (const c of neighborsOf(graph, b)) expect(hop(a, c)).toBeLessThanOrEqual(hop(a, b) + 1);
      }
    }
  },
);

const benchmarkMaps = new URL('../../../../../shared/maps/', import.meta.url);

describe.skipIf(!existsSync(benchmarkMaps))('the benchmark maps beside the repository', () => {
  const files = existsSync(benchmarkMaps)
    ? readdirSync(benchmarkMaps).filter((name) => name.endsWith('.map'))
    : [];
  const cut = (name: string): SectorGraph =>
    cutIntoSectors(parseMovingAiMap(readFileSync(new URL(name, benchmarkMaps), 'utf8'), name));

  test.each(files)('%s gives 30 to 300 sectors', (name) => {
    const { sectorCount } = cut(name);
    expect(sectorCount).toBeGreaterThanOrEqual(SECTOR_COUNT_RANGE.min);
    expect(sectorCount).toBeLessThanOrEqual(SECTOR_COUNT_RANGE.max);
  });

  test('Berlin falls into ten components', () => {
    expect(cut('Berlin_1_256.map').report.componentCount).toBe(10);
  });
});
