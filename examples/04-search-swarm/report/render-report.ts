import { encodeReport } from './encode-report.js';
import { html, jsonScript, Markup } from './markup.js';
import { formatCounted } from './numbers.js';
import { readPageAssets } from './page-assets.js';
import type { SearchReport } from './search-report.js';
import { findTimes } from './sections/find-times.js';
import { headline } from './sections/headline.js';
import { keyFigures } from './sections/key-figures.js';
import { mapSection } from './sections/map-section.js';
import { messages } from './sections/messages.js';
import { runFacts } from './sections/run-facts.js';
import { supervisionTree } from './sections/supervision-tree.js';

/**
 * Writes a report as one HTML page that needs nothing else: style, script and data are in it, and its content security
 * policy forbids it to load anything. Charts, tree and tables are plain markup; only the map needs its script.
 *
 * The page's state can be set in its address: `#tick=12&target=1&searcher=17`.
 *
 * @returns a whole HTML document, below 4 MB for maps, swarms and runs of any length the search takes
 */
export function renderReport(report: SearchReport): string {
  const data = encodeReport(report);
  const { style, script } = readPageAssets();
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>Search swarm on ${report.mapName}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<main>
<header>
  <p class="eyebrow">Search swarm · ${report.mapName} · seed ${report.seed}</p>
  <h1>${headline(report)}</h1>
  <p class="lead">Active-inference searchers, each an actor, look for hidden targets with a weak detector on a map of ${formatCounted(report.sectorCount, 'sector')}. They share what they heard by fusing evidence up a supervision tree.</p>
  ${keyFigures(report)}
</header>
${mapSection(data)}
${findTimes(report)}
${supervisionTree(report)}
${messages(report)}
${runFacts(report)}
</main>
${jsonScript('data', data)}
<script type="module">
${new Markup(script)}</script>
</body>
</html>
`;
  return page.text;
}
