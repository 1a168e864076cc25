import { basename } from 'node:path';
import { defaultMapPath } from '../../default-map.js';
import { html, type Markup } from '../markup.js';
import { formatCount, formatPercent } from '../numbers.js';
import type { SearchReport } from '../search-report.js';

/** How the run came about, and how to see it again. */
export function runFacts(report: SearchReport): Markup {
  const facts: readonly (readonly [string, string])[] = [
    ['map', report.mapName],
    ['cells', `${formatCount(report.width)} × ${formatCount(report.height)}`],
    ['sectors', formatCount(report.sectorCount)],
    ['searchers', formatCount(report.searchers)],
    ['targets', formatCount(report.targetSectors.length)],
    ['seed', String(report.seed)],
    ['threads', report.threads === 0 ? 'main only' : formatCount(report.threads)],
    ['chaos', report.chaos === 0 ? 'none' : `${formatPercent(report.chaos)} a searcher and tick`],
    ['restarts', formatCount(report.restarts)],
    ['steps a second', formatCount(report.stepsPerSecond)],
  ];
  return html`
<section aria-labelledby="run-heading">
  <h2 id="run-heading">This run</h2>
  <dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
  ${
    report.notes.length > 0
      ? html`<h3>Notes</h3><ul class="notes">${report.notes.map((note) => html`<li>${note}</li>`)}</ul>`
      : null
  }
  <h3>See it again</h3>
  <pre><code>${report.command ?? commandOf(report)}</code></pre>
  <p class="hint">The same seed gives the same search, with any number of threads.</p>
</section>`;
}

/** The command of a run whose other options were left at their defaults. */
function commandOf(report: SearchReport): string {
  const words = ['npm run skein -- run search-swarm'];
  if (report.mapName !== basename(defaultMapPath())) words.push(`--map ${shellWord(report.mapName)}`);
  words.push(`--agents ${report.searchers}`);
  words.push(`--targets ${report.targetSectors.length} --seed ${report.seed} --threads ${report.threads}`);
  if (report.chaos > 0) words.push(`--chaos ${report.chaos}`);
  return words.join(' ');
}

/** A word as a POSIX shell takes it for one word, as it is. */
function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
