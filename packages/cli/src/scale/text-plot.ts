import { type Axis, linearAxis, logAxis, shortNumber } from './axes.js';
import type { Plot } from './curves.js';

/** Characters for numbers on the y axis. */
const LABEL_WIDTH = 8;
const MARKS = 'o*x+#%@';

/**
 * A plot in characters over a logarithmic x axis.
 *
 * @param size of the plot itself, characters
 * @returns lines without a line feed at the end
 */
export function formatPlot(
  { title, unit, span, curves, yScale, level }: Plot,
  { width, height }: { readonly width: number; readonly height: number } = { width: 56, height: 10 },
): string {
  const all = curves.flatMap(({ points }) => points);
  if (all.length === 0) return `${title}, ${unit}`;
  const ys = [...all.map(([, value]) => value), ...(level === undefined ? [] : [level])];
  const xAxis = logAxis(span ?? all.map(([value]) => value));
  const yAxis = yScale === 'log' ? logAxis(ys) : linearAxis(ys);
  const columnOf = (value: number): number => Math.round((width - 1) * xAxis.at(value));
  const heightOf = (value: number): number => (height - 1) * yAxis.at(value);
  const cells = Array.from({ length: height }, () => new Array<string>(width).fill(' '));
  const put = (column: number, up: number, mark: string): void => {
    cells[height - 1 - Math.round(up)]![column] = mark;
  };
  if (level !== undefined)
    for (let column = 0; column < width; column += 2) put(column, heightOf(level), '-');
  for (const { points } of curves)
    for (let i = 1; i < points.length; i++) {
      const [from, to] = [points[i - 1]!, points[i]!];
      const [begin, end] = [columnOf(from[0]), columnOf(to[0])];
      const [up, down] = [heightOf(from[1]), heightOf(to[1])];
      for (let column = begin + 1; column < end; column++)
        put(column, up + ((column - begin) / (end - begin)) * (down - up), '.');
    }
  for (const [i, { points }] of curves.entries())
    for (const [x, y] of points) put(columnOf(x), heightOf(y), MARKS[i % MARKS.length]!);
  const labels = new Map(
    yAxis.ticks.map((tick) => [height - 1 - Math.round(heightOf(tick)), shortNumber(tick)]),
  );
  const legend = curves.map(({ name }, i) => `  ${MARKS[i % MARKS.length]} ${name}`).join('');
  return [
    `${title}, ${unit}:${legend}`,
    ...cells.map((row, at) => `${(labels.get(at) ?? '').padStart(LABEL_WIDTH)} |${row.join('')}`.trimEnd()),
    `${' '.repeat(LABEL_WIDTH)} +${'-'.repeat(width)}`,
    xLabels(xAxis, columnOf, width),
  ].join('\n');
}

function xLabels({ ticks }: Axis, columnOf: (value: number) => number, width: number): string {
  const line = new Array<string>(LABEL_WIDTH + 2 + width + LABEL_WIDTH).fill(' ');
  for (const tick of ticks) {
    const text = shortNumber(tick);
    const begin = LABEL_WIDTH + 2 + columnOf(tick) - Math.floor(text.length / 2);
    for (const [i, character] of [...text].entries()) line[begin + i] = character;
  }
  return line.join('').trimEnd();
}
