import { html, type Markup } from '../markup.js';
import { formatCount, formatCounted, formatRatio } from '../numbers.js';
import type { ArmReport, SearchReport } from '../search-report.js';

/** The row of large numbers below the headline. */
export function keyFigures(report: SearchReport): Markup {
  const { arms, restarts, accounting } = report;
  const figures = [
    figure(formatCount(arms.fused.ticks), arms.fused.complete ? 'ticks to find all' : 'ticks, not all found'),
    ratioFigure(arms.unfused, arms.fused, 'as long without fusion'),
    ratioFigure(arms.random, arms.fused, 'as long for random walkers'),
    figure(formatCount(report.stepsPerSecond), 'searcher steps a second'),
    figure(
      formatCount(accounting.sent),
      `messages on ${formatCounted(report.handledPerShard.length, 'shard')}`,
    ),
    figure(formatCount(restarts), restarts === 1 ? 'restart after a crash' : 'restarts after crashes'),
  ];
  return html`<dl class="figures">${figures.filter((markup) => markup !== null)}</dl>`;
}

/** An arm that did not find all took longer than its ticks, so its ratio is a lower bound. */
function ratioFigure(arm: ArmReport, fused: ArmReport, label: string): Markup | null {
  if (arm.ticks === 0 || !fused.complete) return null;
  return figure(`${arm.complete ? '' : '> '}${formatRatio(arm.ticks / fused.ticks)} ×`, label);
}

function figure(value: string, label: string): Markup {
  return html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
}
