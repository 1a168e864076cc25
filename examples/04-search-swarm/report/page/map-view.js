/**
 * @import { SearchRun } from './decode.js'
 * @import { Palette } from './palette.js'
 */
import { BLOCKED, LEFT_OUT } from './decode.js';
import { heatOf } from './palette.js';

/**
 * @typedef {object} View
 * @property {number} position a frame's index; between two whole ones everything is on its way
 * @property {number | null} target whose belief is shown; null: any
 * @property {number | null} track the searcher that is followed
 * @property {number | null} sector outlined
 * @property {{ searchers: boolean, trails: boolean, targets: boolean }} layers
 */

/** Frames that a trail reaches back, and for which a crash or a find is pointed out. */
const TRAIL_FRAMES = 6;
const CRASH_FRAMES = 3;
const FIND_FRAMES = 3;

/** Steps of the R2 sequence, whose points fill a square evenly however many are taken. */
const SPREAD_X = 0.7548776662466927;
const SPREAD_Y = 0.5698402909980532;

/** Draws the search on a canvas, as large as its style makes it. */
export class MapView {
  /** @param {HTMLCanvasElement} canvas @param {SearchRun} run */
  constructor(canvas, run) {
    this.canvas = canvas;
    this.run = run;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    this.cellsOf = groupCells(run);
    this.bandsOf = this.cellsOf.map((cells) => cutIntoBands(cells, run.width));
    this.image = new ImageData(run.width, run.height);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.tinted = document.createElement('canvas');
    this.tinted.width = run.width;
    this.tinted.height = run.height;
    /** CSS pixels a cell is wide. */
    this.scale = 1;
  }

  /** Takes over the size that the canvas has on the page. */
  resize() {
    const ratio = globalThis.devicePixelRatio || 1;
    const width = this.canvas.clientWidth;
    this.scale = width / this.run.width;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(this.scale * this.run.height * ratio);
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  /** @param {View} view @param {Palette} palette */
  draw(view, palette) {
    this.drawBeliefs(view, palette);
    if (view.layers.trails) this.drawTrails(view, palette);
    if (view.layers.searchers) this.drawSearchers(view, palette);
    this.drawFollowed(view, palette);
    this.drawCrashes(view, palette);
    if (view.layers.targets) this.drawTargets(view, palette);
  }

  /**
   * The sector at a point of the canvas, or null.
   *
   * @param {number} x CSS pixels @param {number} y
   */
  sectorAt(x, y) {
    const column = Math.floor(x / this.scale);
    const row = Math.floor(y / this.scale);
    if (column < 0 || row < 0 || column >= this.run.width || row >= this.run.height) return null;
    const cell = /** @type {number} */ (this.run.cells[row * this.run.width + column]);
    return cell < LEFT_OUT ? cell : null;
  }

  /**
   * The searcher nearest to a point of the canvas, within reach of a finger, or null.
   *
   * @param {number} frame @param {number} x CSS pixels @param {number} y
   */
  trackAt(frame, x, y) {
    let nearest = null;
    let distanceMin = 12;
    for (let track = 0; track < this.run.trackCount; track++) {
      const [trackX, trackY] = this.place(frame, track);
      const distance = Math.hypot(trackX - x, trackY - y);
      if (distance >= distanceMin) continue;
      nearest = track;
      distanceMin = distance;
    }
    return nearest;
  }

  /** @param {View} view @param {Palette} palette */
  drawBeliefs({ position, target, sector: outlined }, palette) {
    const { run, pixels } = this;
    const before = run.chances(Math.floor(position), target);
    const after = run.chances(Math.ceil(position), target);
    const colors = new Uint32Array(run.sectorCount);
    for (let sector = 0; sector < run.sectorCount; sector++) {
      const from = heatOf(/** @type {number} */ (before[sector]));
      const to = heatOf(/** @type {number} */ (after[sector]));
      const heat = from + (position % 1) * (to - from);
      colors[sector] = /** @type {number} */ (palette.heat[Math.round(255 * heat)]);
    }
    for (let i = 0; i < pixels.length; i++) {
      const cell = /** @type {number} */ (run.cells[i]);
      pixels[i] =
        cell === BLOCKED
          ? palette.wall
          : cell === LEFT_OUT
            ? palette.leftOut
            : /** @type {number} */ (colors[cell]);
    }
    /** @type {CanvasRenderingContext2D} */ (this.tinted.getContext('2d')).putImageData(this.image, 0, 0);
    this.context.imageSmoothingEnabled = this.scale < 1;
    this.context.drawImage(this.tinted, 0, 0, run.width * this.scale, run.height * this.scale);
    if (outlined !== null) this.outline(outlined, palette);
  }

  /** @param {number} sector @param {Palette} palette */
  outline(sector, palette) {
    const { context, run, scale } = this;
    /** @param {number} cell */
    const isInside = (cell) => run.cells[cell] === sector;
    context.beginPath();
    for (const cell of /** @type {number[]} */ (this.cellsOf[sector])) {
      const x = cell % run.width;
      const y = Math.floor(cell / run.width);
      if (x === 0 || !isInside(cell - 1)) line(x, y, x, y + 1);
      if (x === run.width - 1 || !isInside(cell + 1)) line(x + 1, y, x + 1, y + 1);
      if (!isInside(cell - run.width)) line(x, y, x + 1, y);
      if (!isInside(cell + run.width)) line(x, y + 1, x + 1, y + 1);
    }
    context.strokeStyle = palette.ink;
    context.lineWidth = 1.2;
    context.stroke();

    /** @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 */
    function line(x1, y1, x2, y2) {
      context.moveTo(x1 * scale, y1 * scale);
      context.lineTo(x2 * scale, y2 * scale);
    }
  }

  /** The last ticks of everybody: one path for each age, the older the fainter. @param {View} view @param {Palette} palette */
  drawTrails({ position, track: followed }, palette) {
    const { context, run } = this;
    const density = Math.min(1, 260 / run.trackCount) ** 0.6;
    context.strokeStyle = palette.searcher;
    context.lineWidth = run.trackCount > 2000 ? 0.6 : 1.1;
    context.lineCap = 'round';
    for (let age = 0; age < TRAIL_FRAMES; age++) {
      const to = position - age;
      const from = Math.max(0, to - 1);
      if (to <= 0) break;
      context.globalAlpha = (1 - age / TRAIL_FRAMES) * 0.42 * density * (followed === null ? 1 : 0.3);
      context.beginPath();
      for (let track = 0; track < run.trackCount; track++) this.segment(from, to, track);
      context.stroke();
    }
    context.globalAlpha = 1;
  }

  /** @param {View} view @param {Palette} palette */
  drawSearchers({ position, track: followed }, palette) {
    const { context, run } = this;
    const radius = this.dotRadius();
    context.fillStyle = palette.searcher;
    context.strokeStyle = palette.halo;
    context.lineWidth = 0.9;
    context.globalAlpha = followed === null ? 1 : 0.4;
    context.beginPath();
    for (let track = 0; track < run.trackCount; track++) {
      const [x, y] = this.place(position, track);
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 2 * Math.PI);
    }
    if (radius > 1.5) context.stroke();
    context.fill();
    context.globalAlpha = 1;
  }

  /** The whole way of one searcher so far. @param {View} view @param {Palette} palette */
  drawFollowed({ position, track }, palette) {
    if (track === null) return;
    const { context } = this;
    context.beginPath();
    for (let to = position; to > 0; to = Math.ceil(to) - 1) this.segment(Math.ceil(to) - 1, to, track);
    context.lineCap = 'round';
    context.lineWidth = 4.5;
    context.strokeStyle = palette.halo;
    context.stroke();
    context.lineWidth = 2;
    context.strokeStyle = palette.searcher;
    context.stroke();
    const [x, y] = this.place(position, track);
    disc(context, x, y, 6, palette.searcher, palette.halo);
  }

  /** @param {View} view @param {Palette} palette */
  drawCrashes({ position }, palette) {
    const { context, run } = this;
    const size = Math.max(2.5, this.dotRadius() * 1.6);
    const newest = Math.floor(position);
    context.lineCap = 'round';
    for (let frame = Math.max(0, newest - CRASH_FRAMES + 1); frame <= newest; frame++) {
      context.beginPath();
      for (let track = 0; track < run.trackCount; track++) {
        if (!run.crashedAt(frame, track)) continue;
        const [x, y] = this.place(frame, track);
        context.moveTo(x - size, y - size);
        context.lineTo(x + size, y + size);
        context.moveTo(x + size, y - size);
        context.lineTo(x - size, y + size);
      }
      context.globalAlpha = 1 - (position - frame) / CRASH_FRAMES;
      context.strokeStyle = palette.halo;
      context.lineWidth = 4.5;
      context.stroke();
      context.strokeStyle = palette.crash;
      context.lineWidth = 2.2;
      context.stroke();
    }
    context.globalAlpha = 1;
  }

  /** @param {View} view @param {Palette} palette */
  drawTargets({ position, target: shown }, palette) {
    const { context, run } = this;
    const frame = Math.floor(position);
    const radius = run.targets.length > 40 ? 5 : 9;
    const before = new Map();
    for (const [index, target] of run.targets.entries()) {
      const inSector = before.get(target.sector) ?? 0;
      before.set(target.sector, inSector + 1);
      const [centreX, y] = this.centreOf(target.sector);
      const x = centreX + inSector * radius * 1.5;
      const found = run.isFound(frame, target);
      context.globalAlpha = shown === null || shown === index ? 1 : 0.35;
      if (found) {
        const at = run.ticks.findIndex((tick) => tick >= /** @type {number} */ (target.foundTick));
        const age = (position - at) / FIND_FRAMES;
        if (age < 1) ring(x, y, radius * (1.7 + age), 1 - age);
      }
      disc(context, x, y, radius, found ? palette.found : palette.paper, found ? palette.paper : palette.ink);
      if (radius > 6) {
        context.fillStyle = found ? palette.paper : palette.ink;
        context.font = `600 ${index < 100 ? 11 : 8}px system-ui, sans-serif`;
        context.textAlign = 'center';
        context.textBaseline = 'middle';
        context.fillText(String(index), x, y + 0.5);
      }
    }
    context.globalAlpha = 1;

    /** @param {number} x @param {number} y @param {number} r @param {number} alpha */
    function ring(x, y, r, alpha) {
      const was = context.globalAlpha;
      context.globalAlpha = was * alpha;
      context.beginPath();
      context.arc(x, y, r, 0, 2 * Math.PI);
      context.strokeStyle = palette.found;
      context.lineWidth = 3;
      context.stroke();
      context.globalAlpha = was;
    }
  }

  /** @param {number} from @param {number} to @param {number} track */
  segment(from, to, track) {
    const [x1, y1] = this.place(from, track);
    const [x2, y2] = this.place(to, track);
    if (x1 === x2 && y1 === y2) return;
    this.context.moveTo(x1, y1);
    this.context.lineTo(x2, y2);
  }

  /**
   * Where a searcher is drawn, CSS pixels: in every sector about as far to the right and as far down as in all others,
   * so that a crowd spreads evenly over the streets and moves without crossing itself.
   *
   * @param {number} position @param {number} track
   * @returns {[x: number, y: number]}
   */
  place(position, track) {
    const frame = Math.floor(position);
    const share = position - frame;
    const [x1, y1] = this.cellPlace(this.run.sectorAt(frame, track), track);
    if (share === 0) return [x1, y1];
    const [x2, y2] = this.cellPlace(this.run.sectorAt(frame + 1, track), track);
    const eased = share * share * (3 - 2 * share);
    return [x1 + eased * (x2 - x1), y1 + eased * (y2 - y1)];
  }

  /**
   * @param {number} sector @param {number} track
   * @returns {[x: number, y: number]}
   */
  cellPlace(sector, track) {
    const bands = /** @type {number[][]} */ (this.bandsOf[sector]);
    const band = /** @type {number[]} */ (bands[Math.floor(spread(track, SPREAD_X) * bands.length)]);
    const cell = band[Math.floor(spread(track, SPREAD_Y) * band.length)] ?? 0;
    return this.middleOf(cell);
  }

  /**
   * The middle of a cell, CSS pixels.
   *
   * @param {number} cell
   * @returns {[x: number, y: number]}
   */
  middleOf(cell) {
    const { width } = this.run;
    return [((cell % width) + 0.5) * this.scale, (Math.floor(cell / width) + 0.5) * this.scale];
  }

  /**
   * The cell of a sector that is nearest to its middle, CSS pixels.
   *
   * @param {number} sector
   * @returns {[x: number, y: number]}
   */
  centreOf(sector) {
    const { width } = this.run;
    const cells = /** @type {number[]} */ (this.cellsOf[sector]);
    const middleX = cells.reduce((sum, cell) => sum + (cell % width), 0) / cells.length;
    const middleY = cells.reduce((sum, cell) => sum + Math.floor(cell / width), 0) / cells.length;
    let nearest = 0;
    let distanceMin = Number.POSITIVE_INFINITY;
    for (const cell of cells) {
      const distance = ((cell % width) - middleX) ** 2 + (Math.floor(cell / width) - middleY) ** 2;
      if (distance >= distanceMin) continue;
      nearest = cell;
      distanceMin = distance;
    }
    return this.middleOf(nearest);
  }

  /** Smaller in a crowd, and on a small screen. */
  dotRadius() {
    const crowd = Math.min(1, Math.sqrt(250 / this.run.trackCount));
    return Math.max(0.9, 3.2 * crowd * Math.min(1, this.canvas.clientWidth / 560));
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x @param {number} y @param {number} radius @param {string} fill @param {string} rim
 */
function disc(context, x, y, radius, fill, rim) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.strokeStyle = rim;
  context.lineWidth = 1.6;
  context.stroke();
}

/** For each sector its cells. @param {SearchRun} run */
function groupCells(run) {
  /** @type {number[][]} */
  const cellsOf = Array.from({ length: run.sectorCount }, () => []);
  for (const [cell, sector] of run.cells.entries()) if (sector < LEFT_OUT) cellsOf[sector]?.push(cell);
  return cellsOf;
}

/**
 * Cells as upright bands, left to right, each from top to bottom; about as many bands as cells in one.
 *
 * @param {readonly number[]} cells @param {number} width
 */
function cutIntoBands(cells, width) {
  const byColumn = cells.toSorted((a, b) => (a % width) - (b % width) || a - b);
  const bandCount = Math.max(1, Math.round(Math.sqrt(cells.length)));
  return Array.from({ length: bandCount }, (_, band) =>
    byColumn
      .slice(
        Math.floor((band * cells.length) / bandCount),
        Math.floor(((band + 1) * cells.length) / bandCount),
      )
      .sort((a, b) => a - b),
  );
}

/**
 * A number in [0, 1) for a searcher.
 *
 * @param {number} track @param {number} step
 */
function spread(track, step) {
  return ((track + 1) * step) % 1;
}
