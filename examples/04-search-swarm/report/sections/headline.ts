import { html, type Markup } from '../markup.js';
import { formatCount, formatCounted } from '../numbers.js';
import type { ArmReport, SearchReport } from '../search-report.js';

/** The outcome in one sentence. */
export function headline(report: SearchReport): Markup {
  const { arms, searchers } = report;
  const targetCount = report.targetSectors.length;
  const { fused } = arms;
  const found = fused.complete
    ? formatCounted(targetCount, 'target')
    : `${formatCount(fused.finds.length)} of ${formatCounted(targetCount, 'target')}`;
  return html`<strong>${formatCounted(searchers, 'searcher')}</strong> found <strong>${found}</strong> in
    <strong class="accent">${formatCounted(fused.ticks, 'tick')}</strong>${baseline('without fusion', arms.unfused, targetCount, 'it took ')}${baseline('random walkers', arms.random, targetCount, '')}.`;
}

/** `; without fusion it took 240`, or `; without fusion, 3 of 5 in 400`. Nothing for an arm that was not run. */
function baseline(name: string, arm: ArmReport, targetCount: number, verb: string): Markup | null {
  if (arm.ticks === 0) return null;
  const ticks = formatCount(arm.ticks);
  return arm.complete
    ? html`; ${name} ${verb}<strong>${ticks}</strong>`
    : html`; ${name}, ${arm.finds.length === 0 ? 'none' : formatCount(arm.finds.length)} of ${targetCount} in <strong>${ticks}</strong>`;
}
