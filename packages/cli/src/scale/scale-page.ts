import { plotsOf, threadsInWords } from './curves.js';
import { escapeXml } from './escape-xml.js';
import type { ScaleReport } from './scale-report.js';
import { SCALE_COLUMNS, scaleRow } from './scale-table.js';
import { svgPlot } from './svg-plot.js';

/** Colours that differ for all eyes, in light and in dark. */
const COLORS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];

/** What a page tells beside the report. */
export interface ScalePageFacts {
  /** The machine and the versions, in a few words. */
  readonly machine: string;
}

/** The report as a page that needs nothing else: curves over the number of agents, and their numbers. */
export function scalePage(report: ScaleReport, { machine }: ScalePageFacts): string {
  const { example, points, singleStepsPerSecond, seed, interrupted } = report;
  const threadCounts = [...new Set(points.map(({ threads }) => threads))];
  const legend = threadCounts
    .map((threads, i) => `<li class="curve-${i}"><i></i>${threadsInWords(threads)}</li>`)
    .join('');
  const figures = plotsOf(report).map(
    (plot) =>
      `<figure><figcaption><b>${escapeXml(plot.title)}</b>, ${escapeXml(plot.unit)}</figcaption>\n${svgPlot(plot)}</figure>`,
  );
  const head = SCALE_COLUMNS.map(({ title }) => `<th>${escapeXml(title)}</th>`).join('');
  const rows = points.map(
    (point) =>
      `<tr>${scaleRow(point)
        .map((cell) => `<td>${cell}</td>`)
        .join('')}</tr>`,
  );
  const name = escapeXml(example);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${name}: agents against speed</title>
<style>
${STYLE}
${COLORS.map((color, i) => `.curve-${i} { --color: ${color}; }`).join('\n')}
</style>
<main>
<h1>${name} by number of agents</h1>
<p>A single agent on the main thread takes ${Math.round(singleStepsPerSecond).toLocaleString('en')} steps a second.
Efficiency is how many steps the swarm takes, as a share of what as many single agents as there are threads, or agents if they
are fewer, would take; the dashed line is where it is theirs.${interrupted ? ' The measuring was interrupted.' : ''}</p>
<ul class="legend">${legend}</ul>
<section>
${figures.join('\n')}
</section>
<table>
<thead><tr>${head}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
<p class="facts">Seed ${seed}. ${escapeXml(machine)}</p>
</main>
</html>
`;
}

const STYLE = `:root { color-scheme: light dark; --ink: light-dark(#1b1f24, #e8eaed); --quiet: light-dark(#667, #99a); --rule: light-dark(#e3e6ea, #333a42); }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: light-dark(#fff, #14171a); }
main { max-width: 1000px; margin: 0 auto; padding: 32px 24px; }
h1 { font-size: 24px; margin: 0 0 8px; }
p { max-width: 72ch; margin: 0 0 16px; }
.facts { color: var(--quiet); font-size: 13px; margin-top: 20px; }
.legend { display: flex; gap: 20px; padding: 0; margin: 0 0 12px; list-style: none; }
.legend i { display: inline-block; width: 18px; height: 3px; margin-right: 8px; vertical-align: middle; background: var(--color); }
section { display: grid; grid-template-columns: repeat(auto-fit, minmax(340px, 1fr)); gap: 20px 32px; }
figure { margin: 0; }
figcaption { font-size: 14px; color: var(--quiet); }
figcaption b { color: var(--ink); font-weight: 600; }
svg { width: 100%; height: auto; }
svg text { font-size: 12px; fill: var(--quiet); font-variant-numeric: tabular-nums; }
svg .x { text-anchor: middle; }
svg .y { text-anchor: end; }
.grid { stroke: var(--rule); fill: none; }
.level { stroke: var(--quiet); stroke-dasharray: 5 4; fill: none; }
.line { stroke: var(--color); stroke-width: 2; fill: none; }
circle { fill: var(--color); }
table { border-collapse: collapse; margin-top: 28px; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 4px 10px; border-bottom: 1px solid var(--rule); }
th { color: var(--quiet); font-weight: 600; }`;
