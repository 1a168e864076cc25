import { linearAxis, logAxis, shortNumber } from './axes.js';
import type { Plot } from './curves.js';
import { escapeXml } from './escape-xml.js';

/** Where a plot stands in its picture, px. */
export interface PlotFrame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const WIDTH = 460;
const HEIGHT = 280;
const FRAME: PlotFrame = { left: 52, right: WIDTH - 16, top: 12, bottom: HEIGHT - 34 };

/** A plot as an SVG element; colours are those of classes `curve-0`, `curve-1` …, which the page gives. */
export function svgPlot(plot: Plot): string {
  const name = escapeXml(`${plot.title}, ${plot.unit}`);
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${name}">`,
    ...plotElements(plot, FRAME),
    '</svg>',
  ].join('\n');
}

/** The grid with its numbers, the level, and the curves with a dot for each point, as elements with classes. */
export function plotElements({ unit, span, curves, yScale, level }: Plot, frame: PlotFrame): string[] {
  const { left, right, top, bottom } = frame;
  const all = curves.flatMap(({ points }) => points);
  const ys = [...all.map(([, value]) => value), ...(level === undefined ? [] : [level])];
  const xAxis = logAxis(span ?? all.map(([value]) => value));
  const yAxis = yScale === 'log' ? logAxis(ys) : linearAxis(ys);
  const x = (value: number): number => round(left + xAxis.at(value) * (right - left));
  const y = (value: number): number => round(bottom - yAxis.at(value) * (bottom - top));
  const grid = [
    ...yAxis.ticks.map(
      (tick) =>
        `<path class="grid" d="M${left} ${y(tick)}H${right}"/><text class="y" x="${left - 7}" y="${y(tick) + 4}">${shortNumber(tick)}</text>`,
    ),
    ...xAxis.ticks.map(
      (tick) =>
        `<path class="grid" d="M${x(tick)} ${top}V${bottom}"/><text class="x" x="${x(tick)}" y="${bottom + 18}">${shortNumber(tick)}</text>`,
    ),
  ];
  const across = level === undefined ? [] : [`<path class="level" d="M${left} ${y(level)}H${right}"/>`];
  const lines = curves.map(({ name, points, color, dashed }, i) => {
    const line = points.map(([px, py], at) => `${at === 0 ? 'M' : 'L'}${x(px)} ${y(py)}`).join('');
    const dots = points.map(
      ([px, py]) =>
        `<circle cx="${x(px)}" cy="${y(py)}" r="3.5"><title>${escapeXml(`${name}, ${shortNumber(px)} agents: ${shortNumber(py)} ${unit}`)}</title></circle>`,
    );
    const kind = dashed ? 'line dashed' : 'line';
    return `<g class="curve-${color ?? i}"><path class="${kind}" d="${line}"/>${dots.join('')}</g>`;
  });
  return [...grid, ...across, ...lines];
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
