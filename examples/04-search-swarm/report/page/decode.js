/**
 * @import { PageData, PageTarget } from '../page-data.js'
 */

/** Values of cells that belong to no sector, and the bit of a crash; as in `page-data.ts`. */
export const BLOCKED = 0xffff;
export const LEFT_OUT = 0xfffe;
const CRASHED = 0x8000;
const LEVEL_DECADES = 4;

/** For each level its probability: f32[256]. Level 0 is "at most 0.0001" and counts as 0. */
const PROBABILITY = Float32Array.from({ length: 256 }, (_, level) =>
  level === 0 ? 0 : 10 ** (LEVEL_DECADES * (level / 255 - 1)),
);

/** The fused search, unpacked: the frames of its map, by index. */
export class SearchRun {
  /** @param {PageData} data */
  constructor(data) {
    this.width = data.width;
    this.height = data.height;
    this.sectorCount = data.sectorCount;
    this.trackStride = data.trackStride;
    this.trackCount = data.trackCount;
    this.ticks = data.ticks;
    /** @type {readonly PageTarget[]} */
    this.targets = data.targets;
    /** u16[height, width]: a sector, `BLOCKED` or `LEFT_OUT`. */
    this.cells = expandRuns(decodeU16(data.cells), data.width * data.height);
    this.tracks = decodeU16(data.tracks);
    this.levels = decodeBytes(data.beliefs);
  }

  /** @param {number} frame @param {number} track */
  sectorAt(frame, track) {
    return this.trackAt(frame, track) & ~CRASHED;
  }

  /** @param {number} frame @param {number} track */
  crashedAt(frame, track) {
    return (this.trackAt(frame, track) & CRASHED) !== 0;
  }

  /** @param {number} frame @param {number} track @returns {number} */
  trackAt(frame, track) {
    return this.tracks[frame * this.trackCount + track] ?? 0;
  }

  /**
   * The swarm's belief that a target is in a sector; 0 for one that was found.
   *
   * @param {number} frame @param {number} target @param {number} sector
   */
  beliefAt(frame, target, sector) {
    const level = this.levels[(frame * this.targets.length + target) * this.sectorCount + sector];
    return /** @type {number} */ (PROBABILITY[/** @type {number} */ (level)]);
  }

  /**
   * For each sector the chance that a target is in it: f32[sectors], of one target, or with `null` of any.
   *
   * @param {number} frame @param {number | null} target
   */
  chances(frame, target) {
    const chances = new Float32Array(this.sectorCount);
    for (let sector = 0; sector < this.sectorCount; sector++) {
      if (target !== null) {
        chances[sector] = this.beliefAt(frame, target, sector);
        continue;
      }
      let none = 1;
      for (let other = 0; other < this.targets.length; other++) {
        none *= 1 - this.beliefAt(frame, other, sector);
      }
      chances[sector] = 1 - none;
    }
    return chances;
  }

  /**
   * Whether a target was found by the time of a frame.
   *
   * @param {number} frame @param {PageTarget} target
   */
  isFound(frame, target) {
    return target.foundTick !== null && target.foundTick <= /** @type {number} */ (this.ticks[frame]);
  }
}

/** @param {string} text */
function decodeBytes(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** @param {string} text */
function decodeU16(text) {
  return new Uint16Array(decodeBytes(text).buffer);
}

/**
 * @param {Uint16Array} runs (length, value) pairs
 * @param {number} length
 */
function expandRuns(runs, length) {
  const values = new Uint16Array(length);
  for (let i = 0, at = 0; i < runs.length; i += 2) {
    const end = at + /** @type {number} */ (runs[i]);
    values.fill(/** @type {number} */ (runs[i + 1]), at, end);
    at = end;
  }
  return values;
}
