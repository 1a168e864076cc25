import { ARMS } from '../arms.js';
import { html, type Markup } from '../markup.js';
import { formatCount, formatRatio } from '../numbers.js';
import type { ArmReport, SearchReport } from '../search-report.js';

/** Where a tick stands on the chart's axis, 0 to 1. */
interface TickScale {
  readonly kind: 'log' | 'linear';
  readonly max: number;
  readonly labels: readonly number[];
}

/** A baseline this many times longer than the fused run would squash it at the edge of a linear axis. */
const LOG_RATIO = 5;

/** A table with more columns is no longer read. */
const TARGET_COLUMNS_MAX = 12;

/** How the three arms compare: targets found over the ticks, and a table. */
export function findTimes(report: SearchReport): Markup {
  const targetCount = report.targetSectors.length;
  const arms = ARMS.map((arm) => ({ ...arm, report: report.arms[arm.arm] })).filter(
    (arm) => arm.report.ticks > 0,
  );
  const scale = tickScale(arms.map((arm) => arm.report.ticks));
  const columns = targetCount <= TARGET_COLUMNS_MAX;
  return html`
<section aria-labelledby="finds-heading">
  <h2 id="finds-heading">Find times</h2>
  <p>The same world, the same luck with the detector; only how the searchers share and move differs. One run of one seed:
  a single story, no average.</p>
  <ul class="arms">${arms.map(
    ({ arm, name, meaning }) =>
      html`<li><i class="swatch ${arm}"></i><b>${name}</b> <span>${meaning}</span></li>`,
  )}</ul>
  <div class="chart" id="find-chart" data-scale="${scale.kind}" data-max="${scale.max}">
    <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img"
      aria-label="Targets found over ticks; the table below has the numbers">
      ${countLabels(targetCount).map((count) => {
        const y = (100 * (1 - count / targetCount)).toFixed(2);
        return html`<path class="grid" d="M0 ${y}H100"/>`;
      })}
      ${[...arms]
        .reverse()
        .map(
          ({ arm, report: { finds, ticks } }) =>
            html`<path class="line ${arm}" d="${stepPath(finds, ticks, targetCount, scale)}"/><path class="dots ${arm}" d="${dotPath(finds, targetCount, scale)}"/>`,
        )}
    </svg>
    ${countLabels(targetCount).map(
      (count) =>
        html`<span class="y" style="top:${(100 * (1 - count / targetCount)).toFixed(2)}%">${count}</span>`,
    )}
    ${scale.labels.map(
      (tick) =>
        html`<span class="x" style="left:${(100 * place(tick, scale)).toFixed(2)}%">${formatCount(tick)}</span>`,
    )}
    <i class="cursor" id="chart-cursor" hidden></i>
  </div>
  <p class="axis">ticks${scale.kind === 'log' ? ', on a scale of ratios' : ''}; upwards, targets found</p>
  <div class="scroll"><table>
    <thead><tr><th scope="col">Searchers</th><th scope="col">all found</th><th scope="col">ticks</th><th scope="col">to fused</th><th scope="col">wrong claims</th>${
      columns
        ? Array.from({ length: targetCount }, (_, target) => html`<th scope="col">target ${target}</th>`)
        : null
    }</tr></thead>
    <tbody>${arms.map(
      ({ arm, name, report: row }) =>
        html`<tr><th scope="row"><i class="swatch ${arm}"></i>${name}</th><td>${
          row.complete ? 'yes' : `${row.finds.length} of ${targetCount}`
        }</td><td>${formatCount(row.ticks)}</td><td>${ratioTo(report.arms.fused, row)}</td><td>${formatCount(
          row.falseClaims,
        )}</td>${columns ? targetCells(row, targetCount) : null}</tr>`,
    )}</tbody>
  </table></div>
  <p class="hint">${columns ? 'A target’s column is the tick of its find. ' : null}A claim is a searcher saying “here it is”, 99 % sure; the world looks.</p>
</section>`;
}

function targetCells(arm: ArmReport, targetCount: number): Markup[] {
  const ticks = new Map(arm.finds.map(({ target, tick }) => [target, tick]));
  return Array.from({ length: targetCount }, (_, target) => {
    const tick = ticks.get(target);
    return html`<td>${tick === undefined ? '–' : formatCount(tick)}</td>`;
  });
}

function ratioTo(fused: ArmReport, arm: ArmReport): string {
  if (arm === fused || !fused.complete) return '–';
  return `${arm.complete ? '' : '> '}${formatRatio(arm.ticks / fused.ticks)} ×`;
}

function tickScale(ticks: readonly number[]): TickScale {
  const max = Math.max(2, ...ticks);
  if (max / Math.max(1, Math.min(...ticks)) < LOG_RATIO) {
    const step = niceStep(max / 5);
    const labels = Array.from({ length: Math.floor(max / step) + 1 }, (_, i) => i * step);
    return { kind: 'linear', max, labels };
  }
  const labels: number[] = [];
  for (let decade = 1; decade <= max; decade *= 10) labels.push(decade, 3 * decade);
  return { kind: 'log', max, labels: labels.filter((tick) => tick <= max) };
}

function place(tick: number, { kind, max }: TickScale): number {
  return kind === 'log' ? Math.log(Math.max(1, tick)) / Math.log(max) : tick / max;
}

/** 1, 2 or 5 times a power of ten, at least 1 and at least `step`. */
function niceStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, step)));
  return power * ([1, 2, 5].find((factor) => factor * power >= step) ?? 10);
}

function countLabels(targetCount: number): number[] {
  const step = niceStep(targetCount / 5);
  return Array.from({ length: Math.floor(targetCount / step) + 1 }, (_, i) => i * step);
}

/** A staircase from no find to the last tick, in percent of the plot. */
function stepPath(finds: ArmReport['finds'], ticks: number, targetCount: number, scale: TickScale): string {
  let path = 'M0 100';
  for (const [i, { tick }] of finds.entries()) {
    path += `H${(100 * place(tick, scale)).toFixed(2)}V${(100 * (1 - (i + 1) / targetCount)).toFixed(2)}`;
  }
  return `${path}H${(100 * place(ticks, scale)).toFixed(2)}`;
}

/** A dot at each find: a stroke of no length with round ends stays round however the plot is stretched. */
function dotPath(finds: ArmReport['finds'], targetCount: number, scale: TickScale): string {
  return finds
    .map(
      ({ tick }, i) =>
        `M${(100 * place(tick, scale)).toFixed(2)} ${(100 * (1 - (i + 1) / targetCount)).toFixed(2)}h0`,
    )
    .join('');
}
