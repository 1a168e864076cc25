import { BLOCKED, CRASHED, LEFT_OUT, LEVEL_DECADES, type PageData } from './page-data.js';
import type { SearchReport } from './search-report.js';

/** The most bytes of beliefs and of tracks before base64, which adds a third; the page stays below 4 MB. */
const BELIEF_BYTES_MAX = 1_300_000;
const TRACK_BYTES_MAX = 900_000;

/** The most cells a side of the drawn map has; a screen shows no more. */
const MAP_SIDE_MAX = 1024;

/**
 * Packs what the map's player needs.
 *
 * Everything that grows is bounded: of a long run every so many frames are kept, of a large swarm every so many
 * tracks, of a large map every so many cells. Frames left out hand their crashes to the next one kept.
 */
export function encodeReport(report: SearchReport): PageData {
  const { sectorCount, targetSectors } = report;
  const targetCount = targetSectors.length;
  const frames = keepFrames(report.frames.length, targetCount * sectorCount);
  const trackStride = Math.max(1, Math.ceil((report.searchers * frames.length * 2) / TRACK_BYTES_MAX));
  const trackCount = Math.ceil(report.searchers / trackStride);

  const tracks = new Uint16Array(frames.length * trackCount);
  const beliefs = new Uint8Array(frames.length * targetCount * sectorCount);
  for (const [i, kept] of frames.entries()) {
    const frame = report.frames[kept]!;
    const row = i * trackCount;
    for (let track = 0; track < trackCount; track++)
      tracks[row + track] = frame.sectors[track * trackStride]!;
    for (let skipped = i === 0 ? 0 : frames[i - 1]! + 1; skipped <= kept; skipped++) {
      for (const searcher of report.frames[skipped]!.crashed) {
        if (searcher % trackStride === 0) tracks[row + searcher / trackStride]! |= CRASHED;
      }
    }
    for (let target = 0; target < targetCount; target++) {
      const to = (i * targetCount + target) * sectorCount;
      const from = target * (sectorCount + 1); // a row ends with *removed*, which is nowhere on the map
      for (let sector = 0; sector < sectorCount; sector++) {
        beliefs[to + sector] = levelOf(frame.beliefs[from + sector]!);
      }
    }
  }
  const foundTicks = new Map(report.arms.fused.finds.map(({ target, tick }) => [target, tick]));
  return {
    ...encodeCells(report),
    sectorCount,
    searchers: report.searchers,
    ticks: frames.map((kept) => report.frames[kept]!.tick),
    trackStride,
    trackCount,
    tracks: base64(tracks),
    beliefs: base64(beliefs),
    targets: Array.from(targetSectors, (sector, target) => ({
      sector,
      foundTick: foundTicks.get(target) ?? null,
    })),
  };
}

/**
 * A probability as one of 256 levels, `255 (1 + log10(p) / LEVEL_DECADES)`. Levels are 3.7 % apart, so that a belief
 * that shrinks from a hundredth to a thousandth is seen to shrink. At 0.0001 and below it is 0.
 */
export function levelOf(probability: number): number {
  const level = Math.round(255 * (1 + Math.log10(probability) / LEVEL_DECADES));
  return Math.min(255, Math.max(0, level));
}

/** Indices of the frames that are kept, evenly spaced; the first and the last always. */
function keepFrames(frameCount: number, frameBytes: number): number[] {
  const countMax = Math.max(2, Math.floor(BELIEF_BYTES_MAX / frameBytes));
  if (frameCount <= countMax) return Array.from({ length: frameCount }, (_, i) => i);
  return Array.from({ length: countMax }, (_, i) => Math.round((i * (frameCount - 1)) / (countMax - 1)));
}

function encodeCells(report: SearchReport): Pick<PageData, 'width' | 'height' | 'cells'> {
  const stride = Math.ceil(Math.max(report.width, report.height) / MAP_SIDE_MAX);
  const width = Math.ceil(report.width / stride);
  const height = Math.ceil(report.height / stride);
  const runs: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = y * stride * report.width + x * stride;
      const sector = report.sectorOfCell[cell]!;
      const value = sector >= 0 ? sector : report.free[cell] === 1 ? LEFT_OUT : BLOCKED;
      if (runs.at(-1) === value && runs.at(-2)! < 0xffff) runs[runs.length - 2]!++;
      else runs.push(1, value);
    }
  }
  return { width, height, cells: base64(Uint16Array.from(runs)) };
}

function base64(column: Uint8Array | Uint16Array): string {
  return Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString('base64');
}
