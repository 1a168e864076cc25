import { linearAxis, logAxis, shortNumber } from './axes.js';
import type { Plot } from './curves.js';
import { escapeXml } from './escape-xml.js';

const WIDTH = 460;
const HEIGHT = 280;
/** Room about the plot itself, px. */
const MARGIN = { left: 52, right: 16, top: 12, bottom: 34 };

/** A plot as an SVG element; colours are those of classes `curve-0`, `curve-1` …, which the page gives. */
export function svgPlot({ title, unit, span, curves, yScale, level }: Plot): string {
  const all = curves.flatMap(({ points }) => points);
  const ys = [...all.map(([, value]) => value), ...(level === undefined ? [] : [level])];
  const xAxis = logAxis(span ?? all.map(([value]) => value));
  const yAxis = yScale === 'log' ? logAxis(ys) : linearAxis(ys);
  const x = (value: number): number =>
    round(MARGIN.left + xAxis.at(value) * (WIDTH - MARGIN.left - MARGIN.right));
  const y = (value: number): number =>
    round(HEIGHT - MARGIN.bottom - yAxis.at(value) * (HEIGHT - MARGIN.top - MARGIN.bottom));
  const [left, right, top, bottom] = [MARGIN.left, WIDTH - MARGIN.right, MARGIN.top, HEIGHT - MARGIN.bottom];
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
  const across = level === undefined ? '' : `<path class="level" d="M${left} ${y(level)}H${right}"/>`;
  const lines = curves.map(({ name, points }, i) => {
    const line = points.map(([px, py], at) => `${at === 0 ? 'M' : 'L'}${x(px)} ${y(py)}`).join('');
    const dots = points.map(
      ([px, py]) =>
        `<circle cx="${x(px)}" cy="${y(py)}" r="3.5"><title>${escapeXml(`${name}, ${shortNumber(px)} agents: ${shortNumber(py)} ${unit}`)}</title></circle>`,
    );
    return `<g class="curve-${i}"><path class="line" d="${line}"/>${dots.join('')}</g>`;
  });
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeXml(`${title}, ${unit}`)}">`,
    ...grid,
    across,
    ...lines,
    '</svg>',
  ].join('\n');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
