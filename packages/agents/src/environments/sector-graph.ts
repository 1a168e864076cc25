import { connectedComponents } from './connected-components.js';
import type { GridMap } from './moving-ai-map.js';

/** How many sectors a map is cut into when nobody asks for a number: as few as 30, as many as 300. */
export const SECTOR_COUNT_RANGE: Readonly<{ min: number; max: number }> = { min: 30, max: 300 };

/** The most sectors anybody may ask for: a dense transition tensor of so many takes about 100 MB. */
export const SECTOR_COUNT_MAX = 1024;

/** Halfway between 30 and 300 on a scale of ratios. */
const SECTOR_COUNT_DEFAULT = 96;

/** Block sizes tried on each side of the one where the count passes the wish; the count is only roughly monotone. */
const BLOCK_SIZE_WINDOW = 8;

/**
 * A map as a searcher sees it: places (sectors) and the ways between them.
 *
 * A *sector* is a connected piece of free cells inside one square block, of the largest component of the map. Two
 * sectors are neighbours if a cell of one lies directly left, right, above or below a cell of the other. All arrays are
 * plain columns indexed by sector, so that a graph can be handed to a thread as it is.
 */
export interface SectorGraph {
  readonly sectorCount: number;
  /** Side of a block, cells. */
  readonly blockSize: number;
  /** i32[height, width]: the sector of each cell, -1 where blocked or left out. */
  readonly sectorOfCell: Int32Array;
  /** u32[S + 1]: the cells of sector s are `cells[cellOffsets[s]]` up to, not including, `cells[cellOffsets[s + 1]]`. */
  readonly cellOffsets: Uint32Array;
  /** Cell indices, grouped by sector, ascending within one. */
  readonly cells: Uint32Array;
  /** f64[S]: mean position of its cells, cells. */
  readonly centroidX: Float64Array;
  readonly centroidY: Float64Array;
  /** u32[S + 1]: the neighbours of s are `neighbors[neighborOffsets[s]]` up to `neighbors[neighborOffsets[s + 1]]`. */
  readonly neighborOffsets: Uint32Array;
  /** Sector indices, grouped by sector, ascending within one. */
  readonly neighbors: Uint16Array;
  /** The most neighbours a sector has. */
  readonly degreeMax: number;
  /** u16[S, S], row-major: least number of steps between sectors. */
  readonly hops: Uint16Array;
  /** The largest hop distance. */
  readonly diameterHops: number;
  readonly report: SectorReport;
}

/** What became of the cells of a map. */
export interface SectorReport {
  readonly freeCellCount: number;
  readonly componentCount: number;
  /** Cells of the largest component, all of them in sectors. */
  readonly cellCount: number;
  /** Free cells of the other components: nobody is placed there. */
  readonly cellsLeftOut: number;
  /** What a reader should be told, in sentences; empty if there is nothing. */
  readonly notes: readonly string[];
}

/** How finely a map is cut. */
export interface SectorOptions {
  /** The number of sectors wished for; the block size that comes nearest by ratio is taken. 1 to 1024. */
  readonly sectorCount?: number;
}

/**
 * Cuts a map into sectors. Without a wish, the block size is the one that gives nearest to 96 sectors within 30 to 300;
 * a map that cannot give so many is cut as finely as it goes, and the report says so.
 *
 * @throws RangeError  a `sectorCount` outside 1 to 1024
 */
export function cutIntoSectors(map: GridMap, options: SectorOptions = {}): SectorGraph {
  const wished = options.sectorCount;
  if (wished !== undefined && !(Number.isInteger(wished) && wished >= 1 && wished <= SECTOR_COUNT_MAX)) {
    throw new RangeError(`sectorCount must be an integer from 1 to ${SECTOR_COUNT_MAX}, got ${wished}`);
  }
  const components = connectedComponents(map);
  const inComponent = components.componentOfCell.map((component) => Number(component === components.largest));
  const blockSize = chooseBlockSize(map, inComponent, wished);
  const sectorOfCell = new Int32Array(inComponent.length);
  const sectorCount = labelSectors(sectorOfCell, map, inComponent, blockSize);

  const freeCellCount = components.cellCounts.reduce((sum, cellCount) => sum + cellCount, 0);
  const cellCount = components.cellCounts[components.largest]!;
  const notes: string[] = [];
  if (freeCellCount > cellCount) {
    notes.push(
      `${freeCellCount - cellCount} of ${freeCellCount} free cells lie outside the largest of ` +
        `${components.cellCounts.length} components and are left out.`,
    );
  }
  const inRange = sectorCount >= SECTOR_COUNT_RANGE.min && sectorCount <= SECTOR_COUNT_RANGE.max;
  if (wished !== undefined && sectorCount !== wished) {
    notes.push(
      `${wished} sectors were wished for; blocks of ${blockSize} cells come nearest, with ${sectorCount}.`,
    );
  } else if (wished === undefined && !inRange) {
    notes.push(
      `No block size gives ${SECTOR_COUNT_RANGE.min} to ${SECTOR_COUNT_RANGE.max} sectors; ` +
        `blocks of ${blockSize} cells give ${sectorCount}.`,
    );
  }

  const { cellOffsets, cells, centroidX, centroidY } = groupCells(map, sectorOfCell, sectorCount);
  const { neighborOffsets, neighbors, degreeMax } = joinSectors(map, sectorOfCell, sectorCount);
  const hops = allHops(neighborOffsets, neighbors, sectorCount);
  return {
    sectorCount,
    blockSize,
    sectorOfCell,
    cellOffsets,
    cells,
    centroidX,
    centroidY,
    neighborOffsets,
    neighbors,
    degreeMax,
    hops,
    diameterHops: hops.reduce((max, distance) => Math.max(max, distance), 0),
    report: {
      freeCellCount,
      componentCount: components.cellCounts.length,
      cellCount,
      cellsLeftOut: freeCellCount - cellCount,
      notes,
    },
  };
}

/** The number of cells in a sector. */
export function sectorSize(graph: SectorGraph, sector: number): number {
  return graph.cellOffsets[sector + 1]! - graph.cellOffsets[sector]!;
}

/** Neighbours of a sector, ascending. A view: do not write. */
export function neighborsOf(graph: SectorGraph, sector: number): Uint16Array {
  return graph.neighbors.subarray(graph.neighborOffsets[sector]!, graph.neighborOffsets[sector + 1]!);
}

function chooseBlockSize(map: GridMap, inComponent: Int32Array, wished: number | undefined): number {
  const wish = wished ?? SECTOR_COUNT_DEFAULT;
  const sizeMax = Math.max(map.width, map.height);
  const scratch = new Int32Array(inComponent.length);
  const countOf = (size: number): number => labelSectors(scratch, map, inComponent, size);

  // Bisection for the smallest block that gives no more sectors than wished, then a look around.
  let low = 1;
  let high = sizeMax; // one block holds all: one sector
  while (low < high) {
    const middle = (low + high) >> 1;
    if (countOf(middle) <= wish) high = middle;
    else low = middle + 1;
  }
  let best = sizeMax;
  let bestScore = Number.POSITIVE_INFINITY;
  const first = Math.max(1, low - BLOCK_SIZE_WINDOW);
  const last = Math.min(sizeMax, low + BLOCK_SIZE_WINDOW);
  for (let size = first; size <= last; size++) {
    const count = countOf(size);
    if (count > SECTOR_COUNT_MAX) continue;
    const inRange = count >= SECTOR_COUNT_RANGE.min && count <= SECTOR_COUNT_RANGE.max;
    // Any count in range beats any count out of it, unless somebody asked for a number outright.
    const score = Math.abs(Math.log(count / wish)) + (wished === undefined && !inRange ? 1e6 : 0);
    if (score < bestScore) {
      best = size;
      bestScore = score;
    }
  }
  return best;
}

/** Labels the connected pieces within blocks, in reading order of blocks and then of cells; returns how many. */
function labelSectors(
  sectorOfCell: Int32Array,
  map: GridMap,
  inComponent: Int32Array,
  blockSize: number,
): number {
  const { width, height } = map;
  sectorOfCell.fill(-1);
  const stack: number[] = [];
  let sectorCount = 0;
  for (let top = 0; top < height; top += blockSize) {
    for (let left = 0; left < width; left += blockSize) {
      const bottom = Math.min(top + blockSize, height);
      const right = Math.min(left + blockSize, width);
      for (let startY = top; startY < bottom; startY++) {
        for (let startX = left; startX < right; startX++) {
          const start = startY * width + startX;
          if (inComponent[start] === 0 || sectorOfCell[start] !== -1) continue;
          const sector = sectorCount++;
          sectorOfCell[start] = sector;
          stack.push(start);
          while (stack.length > 0) {
            const cell = stack.pop()!;
            const x = cell % width;
            const y = (cell - x) / width;
            if (x > left) visit(cell - 1, sector);
            if (x + 1 < right) visit(cell + 1, sector);
            if (y > top) visit(cell - width, sector);
            if (y + 1 < bottom) visit(cell + width, sector);
          }
        }
      }
    }
  }
  return sectorCount;

  function visit(cell: number, sector: number): void {
    if (inComponent[cell] === 0 || sectorOfCell[cell] !== -1) return;
    sectorOfCell[cell] = sector;
    stack.push(cell);
  }
}

function groupCells(map: GridMap, sectorOfCell: Int32Array, sectorCount: number) {
  const cellOffsets = new Uint32Array(sectorCount + 1);
  for (const sector of sectorOfCell) if (sector >= 0) cellOffsets[sector + 1]!++;
  for (let sector = 0; sector < sectorCount; sector++) cellOffsets[sector + 1]! += cellOffsets[sector]!;
  const cells = new Uint32Array(cellOffsets[sectorCount]!);
  const centroidX = new Float64Array(sectorCount);
  const centroidY = new Float64Array(sectorCount);
  const next = cellOffsets.slice();
  for (let cell = 0; cell < sectorOfCell.length; cell++) {
    const sector = sectorOfCell[cell]!;
    if (sector < 0) continue;
    cells[next[sector]!++] = cell;
    centroidX[sector]! += cell % map.width;
    centroidY[sector]! += Math.floor(cell / map.width);
  }
  for (let sector = 0; sector < sectorCount; sector++) {
    const size = cellOffsets[sector + 1]! - cellOffsets[sector]!;
    centroidX[sector]! /= size;
    centroidY[sector]! /= size;
  }
  return { cellOffsets, cells, centroidX, centroidY };
}

function joinSectors(map: GridMap, sectorOfCell: Int32Array, sectorCount: number) {
  const { width, height } = map;
  const neighborSets = Array.from({ length: sectorCount }, () => new Set<number>());
  const join = (cell: number, other: number): void => {
    const a = sectorOfCell[cell]!;
    const b = sectorOfCell[other]!;
    if (a < 0 || b < 0 || a === b) return;
    neighborSets[a]!.add(b);
    neighborSets[b]!.add(a);
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = y * width + x;
      if (x + 1 < width) join(cell, cell + 1);
      if (y + 1 < height) join(cell, cell + width);
    }
  }
  const neighborOffsets = new Uint32Array(sectorCount + 1);
  const all: number[] = [];
  let degreeMax = 0;
  for (let sector = 0; sector < sectorCount; sector++) {
    const ascending = [...neighborSets[sector]!].sort((a, b) => a - b);
    for (const neighbor of ascending) all.push(neighbor);
    neighborOffsets[sector + 1] = all.length;
    degreeMax = Math.max(degreeMax, ascending.length);
  }
  return { neighborOffsets, neighbors: Uint16Array.from(all), degreeMax };
}

/** Breadth-first search from every sector. The graph is connected, because the component is. */
function allHops(neighborOffsets: Uint32Array, neighbors: Uint16Array, sectorCount: number): Uint16Array {
  const hops = new Uint16Array(sectorCount * sectorCount).fill(0xffff);
  const queue = new Uint16Array(sectorCount);
  for (let source = 0; source < sectorCount; source++) {
    const row = source * sectorCount;
    let head = 0;
    let tail = 0;
    queue[tail++] = source;
    hops[row + source] = 0;
    while (head < tail) {
      const sector = queue[head++]!;
      for (let i = neighborOffsets[sector]!; i < neighborOffsets[sector + 1]!; i++) {
        const neighbor = neighbors[i]!;
        if (hops[row + neighbor] !== 0xffff) continue;
        hops[row + neighbor] = hops[row + sector]! + 1;
        queue[tail++] = neighbor;
      }
    }
  }
  return hops;
}
