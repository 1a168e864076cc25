import type { Knowledge } from '../knowledge.js';

/** Dots of a character, as Braille has them: two beside each other, four below. They are about square. */
export const DOTS_ACROSS = 2;
export const DOTS_DOWN = 4;

/** A map as characters: each stands for a rectangle of cells. */
export interface TownRaster {
  readonly columns: number;
  readonly rows: number;
  /** i32[rows, columns]: the sector that most cells of a character belong to; -1 where most cannot be searched. */
  readonly sectorOf: Int32Array;
  /** i32[S]: the character nearest to a sector's middle. */
  readonly middleOf: Int32Array;
  /** u32[S + 1]: the dots of sector s are `dots[dotOffsets[s]]` up to, not including, `dots[dotOffsets[s + 1]]`; at least one. */
  readonly dotOffsets: Uint32Array;
  /** Dots, `y * columns * 2 + x`, by sector. */
  readonly dots: Uint32Array;
}

/** Fits a map into so many characters, in its proportions. */
export function rasterize({ map, graph }: Knowledge, columnsMax: number, rowsMax: number): TownRaster {
  const { width, height } = map;
  const scale = Math.max(width / (columnsMax * DOTS_ACROSS), height / (rowsMax * DOTS_DOWN)); // cells a dot
  const columns = Math.min(columnsMax, Math.ceil(width / scale / DOTS_ACROSS));
  const rows = Math.min(rowsMax, Math.ceil(height / scale / DOTS_DOWN));
  const { sectorCount, sectorOfCell, centroidX, centroidY } = graph;
  const cellAt = (dotX: number, dotY: number): number => {
    const x = Math.floor((dotX + 0.5) * scale);
    const y = Math.floor((dotY + 0.5) * scale);
    return x < width && y < height ? sectorOfCell[y * width + x]! : -1;
  };
  const dotsOf = Array.from({ length: sectorCount }, (): number[] => []);
  const sectorOf = new Int32Array(columns * rows).fill(-1);
  const across = columns * DOTS_ACROSS;
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const votes = new Map<number, number>();
      for (let dot = 0; dot < DOTS_ACROSS * DOTS_DOWN; dot++) {
        const dotX = x * DOTS_ACROSS + (dot % DOTS_ACROSS);
        const dotY = y * DOTS_DOWN + Math.floor(dot / DOTS_ACROSS);
        const sector = cellAt(dotX, dotY);
        votes.set(sector, (votes.get(sector) ?? 0) + 1);
        if (sector >= 0) dotsOf[sector]!.push(dotY * across + dotX);
      }
      const best = [...votes].reduce((most, vote) => (vote[1] > most[1] ? vote : most));
      sectorOf[y * columns + x] = best[0];
    }
  const middleOf = new Int32Array(sectorCount);
  for (let sector = 0; sector < sectorCount; sector++) {
    const dotX = Math.min(Math.floor(centroidX[sector]! / scale), across - 1);
    const dotY = Math.min(Math.floor(centroidY[sector]! / scale), rows * DOTS_DOWN - 1);
    middleOf[sector] = Math.floor(dotY / DOTS_DOWN) * columns + Math.floor(dotX / DOTS_ACROSS);
    if (dotsOf[sector]!.length === 0) dotsOf[sector]!.push(dotY * across + dotX); // too small to be seen
  }
  const dotOffsets = new Uint32Array(sectorCount + 1);
  for (const [sector, { length }] of dotsOf.entries()) dotOffsets[sector + 1] = dotOffsets[sector]! + length;
  return { columns, rows, sectorOf, middleOf, dotOffsets, dots: Uint32Array.from(dotsOf.flat()) };
}
