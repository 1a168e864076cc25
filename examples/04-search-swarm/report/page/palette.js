/** Colours from the style sheet, so that light and dark have one home. Read again when the scheme changes. */
export class Palette {
  constructor() {
    const style = getComputedStyle(document.documentElement);
    /** @param {string} name */
    const color = (name) => style.getPropertyValue(`--${name}`).trim();
    this.wall = packColor(color('wall'));
    this.leftOut = packColor(color('left-out'));
    this.ink = color('ink');
    this.paper = color('paper');
    this.searcher = color('searcher');
    this.halo = color('halo');
    this.crash = color('crash');
    this.found = color('found');
    /** u32[256], pixels: a chance of 0.1 % or less first, 100 % last. */
    this.heat = ramp([0, 1, 2, 3, 4, 5].map((stop) => color(`heat-${stop}`)));
  }
}

/**
 * Where a chance stands on the heat scale: three powers of ten, 0.1 % to 100 %, on 0 to 1.
 *
 * @param {number} chance
 */
export function heatOf(chance) {
  return Math.min(1, Math.max(0, 1 + Math.log10(chance) / 3));
}

/** @param {readonly string[]} stops `#rrggbb` */
function ramp(stops) {
  const channels = stops.map((stop) => [1, 3, 5].map((at) => Number.parseInt(stop.slice(at, at + 2), 16)));
  return Uint32Array.from({ length: 256 }, (_, i) => {
    const at = (i / 255) * (stops.length - 1);
    const low = /** @type {number[]} */ (channels[Math.floor(at)]);
    const high = /** @type {number[]} */ (channels[Math.ceil(at)]);
    const mix = low.map((value, channel) => value + (at % 1) * ((high[channel] ?? value) - value));
    return packPixel(mix);
  });
}

/** @param {string} color `#rrggbb` */
function packColor(color) {
  return packPixel([1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)));
}

/**
 * An opaque pixel as a canvas holds it on a little-endian machine.
 *
 * @param {readonly number[]} channels red, green, blue
 */
function packPixel([red = 0, green = 0, blue = 0]) {
  return ((255 << 24) | (Math.round(blue) << 16) | (Math.round(green) << 8) | Math.round(red)) >>> 0;
}
