import type { Plot } from './curves.js';
import { escapeXml } from './escape-xml.js';
import { plotElements } from './svg-plot.js';

const WIDTH = 720;
/** The plot's own place, px: above it a title and the names of the curves, beside and below it what the axes are. */
const FRAME = { left: 78, right: WIDTH - 20, top: 66, bottom: 352 };
const HEIGHT = 410;
/** Colours that differ for all eyes, and are seen on light ground and on dark. */
const COLORS = ['#2f81c7', '#d9682b', '#17986f', '#b565a7'];
/** Of text and lines: as far from white as from black. */
const [INK, RULE] = ['#7a828e', '#7a828e40'];

const STYLE = `text { font: 13px system-ui, sans-serif; fill: ${INK}; }
.title { font-size: 15px; font-weight: 600; }
.x, .center { text-anchor: middle; }
.y { text-anchor: end; }
.grid { stroke: ${RULE}; fill: none; }
.level { stroke: ${INK}; stroke-dasharray: 2 4; fill: none; }
.line { stroke-width: 2; fill: none; }
.dashed { stroke-dasharray: 7 4; }
${COLORS.map((color, i) => `.curve-${i} .line { stroke: ${color}; } .curve-${i} circle, rect.curve-${i} { fill: ${color}; }`).join('\n')}`;

/** What a plot is of, as its axes say. */
export interface PlotAxes {
  readonly x: string;
  readonly y: string;
  /** What the level is that is marked across. */
  readonly level?: string;
}

/** A plot as a picture of its own, for light ground and dark. */
export function plotFile(plot: Plot, axes: PlotAxes): string {
  const names: LegendEntry[] = plot.curves.map(({ name, color, dashed }, i) => ({
    name,
    mark: (x, y) =>
      `<g class="curve-${color ?? i}"><path class="${dashed ? 'line dashed' : 'line'}" d="M${x} ${y}h26"/></g>`,
  }));
  if (axes.level !== undefined)
    names.push({ name: axes.level, mark: (x, y) => `<path class="level" d="M${x} ${y}h26"/>` });
  const { entries, lower } = legend(names);
  const frame = { ...FRAME, top: FRAME.top + lower, bottom: FRAME.bottom + lower };
  const middle = (frame.top + frame.bottom) / 2;
  const height = HEIGHT + lower;
  return svgFile(plot.title, height, [
    ...entries,
    ...plotElements(plot, frame),
    `<text class="center" x="${(frame.left + frame.right) / 2}" y="${height - 16}">${escapeXml(axes.x)}</text>`,
    `<text class="center" transform="translate(18 ${middle}) rotate(-90)">${escapeXml(axes.y)}</text>`,
  ]);
}

/** One bar, of parts that add up. */
export interface Bar {
  readonly name: string;
  readonly parts: readonly { readonly name: string; readonly value: number }[];
}

const BAR_HEIGHT = 34;
const BAR_GAP = 22;

/** Bars as a picture of their own, all with parts of the same names. @param unit of all values */
export function barsFile(title: string, unit: string, bars: readonly Bar[]): string {
  const most = Math.max(...bars.map((bar) => sumOf(bar)));
  const names = (bars[0]?.parts ?? []).map(({ name, value }, i) => ({
    name: bars.length === 1 ? `${name}: ${value}` : name,
    mark: (x: number, y: number) => `<rect class="curve-${i}" x="${x}" y="${y - 6}" width="26" height="12"/>`,
  }));
  const { entries, lower } = legend(names);
  const first = FRAME.top + lower;
  const widthOf = (value: number): number => Math.round(((FRAME.right - FRAME.left - 110) * value) / most);
  const rows = bars.flatMap((bar, row) => {
    const top = first + row * (BAR_HEIGHT + BAR_GAP);
    const [middle, end] = [top + BAR_HEIGHT / 2 + 5, FRAME.left + widthOf(sumOf(bar)) + 10];
    let x = FRAME.left;
    const parts = bar.parts.map(({ name, value }, i) => {
      const width = widthOf(value);
      const tip = `<title>${escapeXml(`${name}: ${value} ${unit}`)}</title>`;
      const part = `<rect class="curve-${i}" x="${x}" y="${top}" width="${width}" height="${BAR_HEIGHT}">${tip}</rect>`;
      x += width;
      return part;
    });
    const label = `<text class="y" x="${FRAME.left - 10}" y="${middle}">${escapeXml(bar.name)}</text>`;
    return [...parts, label, `<text x="${end}" y="${middle}">${sumOf(bar)} ${escapeXml(unit)}</text>`];
  });
  return svgFile(title, first + bars.length * (BAR_HEIGHT + BAR_GAP), [...entries, ...rows]);
}

interface LegendEntry {
  readonly name: string;
  mark(x: number, y: number): string;
}

/** About what a character of a name takes, px. */
const CHARACTER = 7.2;
const LINE_HEIGHT = 20;

/** Entries beside each other, in as many lines as it takes, and how much more room than for one line that is, px. */
function legend(names: readonly LegendEntry[]): { readonly entries: string[]; readonly lower: number } {
  let x = FRAME.left;
  let lower = 0;
  const entries = names.map(({ name, mark }) => {
    const width = Math.round(34 + CHARACTER * name.length);
    if (x > FRAME.left && x + width > FRAME.right) {
      x = FRAME.left;
      lower += LINE_HEIGHT;
    }
    const y = 44 + lower;
    const entry = `${mark(x, y)}<text x="${x + 34}" y="${y + 4}">${escapeXml(name)}</text>`;
    x += width + 24;
    return entry;
  });
  return { entries, lower };
}

function svgFile(title: string, height: number, body: readonly string[]): string {
  const text = escapeXml(title);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${text}">`,
    `<style>${STYLE}</style>`,
    `<text class="title" x="${FRAME.left}" y="22">${text}</text>`,
    ...body,
    '</svg>',
  ].join('\n')}\n`;
}

function sumOf({ parts }: Bar): number {
  return parts.reduce((sum, { value }) => sum + value, 0);
}
