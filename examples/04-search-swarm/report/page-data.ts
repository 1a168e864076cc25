/**
 * What the report's page has in it for its script: plain JSON, its columns as base64 of little-endian arrays.
 *
 * `encodeReport` writes it, `page/decode.js` reads it.
 */
export interface PageData {
  /** Cells; of the map as drawn, which is a sample of a very large one. */
  readonly width: number;
  readonly height: number;
  readonly sectorCount: number;
  readonly searchers: number;
  /** u16[runs, 2]: runs of equal cells, row-major, as (length, value); a value is a sector, `BLOCKED` or `LEFT_OUT`. */
  readonly cells: string;
  /** For each frame its tick. */
  readonly ticks: readonly number[];
  /** Track i is that of searcher `i * trackStride`. */
  readonly trackStride: number;
  readonly trackCount: number;
  /** u16[frames, tracks]: a sector, plus `CRASHED` where the searcher crashed since the frame before. */
  readonly tracks: string;
  /** u8[frames, targets, sectors]: a level, 0 to 255, on a scale of ratios; see `levelOf`. */
  readonly beliefs: string;
  readonly targets: readonly PageTarget[];
}

export interface PageTarget {
  readonly sector: number;
  /** The tick at which the fused swarm found it. */
  readonly foundTick: number | null;
}

/** In `cells`: a cell that nobody can stand on. */
export const BLOCKED = 0xffff;

/** In `cells`: a free cell that is no part of the search. */
export const LEFT_OUT = 0xfffe;

/** In `tracks`: the bit that says that a searcher crashed. */
export const CRASHED = 0x8000;

/** Powers of ten that the 255 levels of a belief span: from 0.0001 to 1. */
export const LEVEL_DECADES = 4;
